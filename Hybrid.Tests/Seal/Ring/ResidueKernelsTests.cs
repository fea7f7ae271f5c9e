using Hybrid.Numerics;
using Hybrid.Seal.Ring;

namespace Hybrid.Tests.Seal.Ring;

[TestClass]
public sealed class ResidueKernelsTests
{
    private const int Length = 512;
    private const int Seed = 30;

    private static readonly int[] Bits = [20, 36, 50, 60, 61];

    private delegate void Kernel(ResidueKernels kernels, ulong[][] operands, ulong w, ulong[] destination);

    private delegate ulong Formula(UInt128 a, UInt128 b, UInt128 c, UInt128 w, UInt128 destination, UInt128 p);

    // Formulas stay below 2^126, and differences above zero by one p.
    private static readonly (string Name, Kernel Run, Formula Expected)[] Operations =
    [
        ("a + b", (k, x, w, to) => k.Add(x[0], x[1], to), (a, b, c, w, to, p) => (ulong)((a + b) % p)),
        ("a - b", (k, x, w, to) => k.Subtract(x[0], x[1], to), (a, b, c, w, to, p) => (ulong)((a + p - b) % p)),
        ("-a", (k, x, w, to) => k.Negate(x[0], to), (a, b, c, w, to, p) => (ulong)((p - a) % p)),
        ("a + w", (k, x, w, to) => k.AddScalar(x[0], w, to), (a, b, c, w, to, p) => (ulong)((a + w) % p)),
        ("a w", (k, x, w, to) => k.MultiplyScalar(x[0], w, to), (a, b, c, w, to, p) => (ulong)(a * w % p)),
        ("sum + a w", (k, x, w, to) => k.MultiplyAddScalar(x[0], w, to), (a, b, c, w, to, p) => (ulong)((to + (a * w)) % p)),
        ("a b", (k, x, w, to) => k.Multiply(x[0], x[1], to), (a, b, c, w, to, p) => (ulong)(a * b % p)),
        ("c + a b", (k, x, w, to) => k.MultiplyAdd(x[0], x[1], x[2], to), (a, b, c, w, to, p) => (ulong)((c + (a * b)) % p)),
        ("(a - b) w", (k, x, w, to) => k.SubtractScale(x[0], x[1], w, to), (a, b, c, w, to, p) => (ulong)((a + p - b) * w % p)),
        ("c + (a - b) w", (k, x, w, to) => k.SubtractScaleAdd(x[0], x[1], w, x[2], to), (a, b, c, w, to, p) => (ulong)((c + ((a + p - b) * w)) % p)),
    ];

    public static IEnumerable<object[]> Names => from operation in Operations select new object[] { operation.Name };

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Kernels_agree_with_128_bit_division(string name)
    {
        (_, Kernel run, Formula expected) = Operations.Single(operation => operation.Name == name);
        ForEachKernel((kernels, modulus, at) =>
        {
            foreach (ulong w in Edges(modulus))
            {
                ulong[][] operands = Operands(modulus);
                ulong[] destination = RingSamples.Random(Length, modulus, Seed);
                ulong[] wanted = Expected(expected, operands, w, destination, modulus);
                run(kernels, operands, w, destination);
                AssertSame(wanted, destination, $"{name}, w = {w}, {at}");
            }
        });
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void A_destination_may_be_any_operand(string name)
    {
        (_, Kernel run, Formula expected) = Operations.Single(operation => operation.Name == name);
        ForEachKernel((kernels, modulus, at) =>
        {
            for (int i = 0; i < 3; i++)
            {
                ulong[][] operands = Operands(modulus);
                ulong[] wanted = Expected(expected, operands, modulus.Value - 1, operands[i], modulus);
                run(kernels, operands, modulus.Value - 1, operands[i]);
                AssertSame(wanted, operands[i], $"{name} into operand {i}, {at}");
            }
        });
    }

    [TestMethod]
    public void Factors_may_be_the_same_operand()
    {
        ForEachKernel((kernels, modulus, at) =>
        {
            ulong[] a = Operands(modulus)[0];
            ulong[] wanted = [.. a.Select(x => (ulong)((UInt128)x * x % modulus.Value))];
            kernels.Multiply(a, a, a);
            AssertSame(wanted, a, at);
        });
    }

    [TestMethod]
    public void Tensor_products_agree_with_128_bit_division_also_in_place()
    {
        ForEachKernel((kernels, modulus, at) =>
        {
            ulong p = modulus.Value;
            ulong[][] x = Operands(modulus);
            ulong[] y1 = [.. x[2].Reverse()];
            ulong[][] wanted =
            [
                Zip(x[0], x[2], (a, b) => (ulong)((UInt128)a * b % p)),
                Zip(Zip(x[0], y1, (a, b) => (ulong)((UInt128)a * b % p)), Zip(x[1], x[2], (a, b) => (ulong)((UInt128)a * b % p)), (a, b) => (ulong)(((UInt128)a + b) % p)),
                Zip(x[1], y1, (a, b) => (ulong)((UInt128)a * b % p)),
            ];
            var d0 = new ulong[Length];
            var d1 = new ulong[Length];
            var d2 = new ulong[Length];
            kernels.TensorProduct(x[0], x[1], x[2], y1, d0, d1, d2);
            AssertSame(wanted[0], d0, $"constant term, {at}");
            AssertSame(wanted[1], d1, $"middle term, {at}");
            AssertSame(wanted[2], d2, $"last term, {at}");

            // As a product into its first factor, and into its second.
            ulong[][] left = [[.. x[0]], [.. x[1]]];
            kernels.TensorProduct(left[0], left[1], x[2], y1, left[0], left[1], d2);
            AssertSame(wanted[0], left[0], $"in place of the first factor, {at}");
            AssertSame(wanted[1], left[1], $"in place of the first factor, {at}");
            kernels.TensorProduct(x[0], x[1], x[2], y1, x[2], y1, d2);
            AssertSame(wanted[0], x[2], $"in place of the second factor, {at}");
            AssertSame(wanted[1], y1, $"in place of the second factor, {at}");
            AssertSame(wanted[2], d2, $"in place of the second factor, {at}");
        });
    }

    [TestMethod]
    public unsafe void Sums_of_products_hold_any_number_of_the_largest_terms()
    {
        const int most = 64;
        const int length = 16;
        ForEachKernel((kernels, modulus, at) =>
        {
            // Factors all p - 1, whose products are 1; random ones; and ones whose products are all as far from zero as
            // can be, or a little less, where every one of them is certain to round to the same side.
            ulong p = modulus.Value;
            foreach (ulong? product in new ulong?[] { 1, null, p / 2, (p / 2) + 1, p / 8 * 3, p / 8 * 5 })
            {
                var left = new ResidueBlock(most * length);
                var right = new ResidueBlock(2 * most * length);
                RingSamples.Random(left.Length, modulus, Seed).CopyTo(left.Span);
                RingSamples.Random(right.Length, modulus, Seed + 1).CopyTo(right.Span);
                if (product == 1)
                {
                    left.Span.Fill(p - 1);
                    right.Span.Fill(p - 1);
                }
                else if (product is ulong far)
                {
                    left.Span.Replace(0UL, 1UL);
                    FillQuotients(far, left.Span, right.Span, modulus);
                }

                foreach (int terms in Enumerable.Range(1, 20).Append(most))
                {
                    nint[] leftAt = [.. Enumerable.Range(0, terms).Select(term => (nint)(left.Pointer + (term * length)))];
                    nint[] rightAt = [.. Enumerable.Range(0, 2 * terms).Select(term => (nint)(right.Pointer + (term * length)))];
                    var wanted = new ulong[2, length];
                    for (int term = 0; term < terms; term++)
                    {
                        for (int i = 0; i < length; i++)
                        {
                            UInt128 x = left.Span[(term * length) + i];
                            wanted[0, i] = (ulong)((wanted[0, i] + (x * right.Span[(term * length) + i])) % p);
                            wanted[1, i] = (ulong)((wanted[1, i] + (x * right.Span[((terms + term) * length) + i])) % p);
                        }
                    }

                    if (product is ulong each)
                    {
                        Assert.AreEqual((ulong)((UInt128)each * (ulong)terms % p), wanted[0, 0], "the reference");
                    }

                    var one = new ulong[length];
                    var first = new ulong[length];
                    var second = new ulong[length];
                    kernels.SumOfProducts(leftAt, rightAt.AsSpan(0, terms), one);
                    kernels.TwoSumsOfProducts(leftAt, rightAt, first, second);
                    var firstInterleaved = new ulong[length];
                    var secondInterleaved = new ulong[length];
                    // All at once, and in two parts.
                    int cut = Seed % terms;
                    nint[] head = [.. rightAt.AsSpan(0, cut), .. rightAt.AsSpan(terms, cut)];
                    nint[] tail = [.. rightAt.AsSpan(cut, terms - cut), .. rightAt.AsSpan(terms + cut, terms - cut)];
                    kernels.TwoSumsOfInterleaved(Interleaved(left.Span, 0, cut), head, firstInterleaved, secondInterleaved, adds: false);
                    kernels.TwoSumsOfInterleaved(Interleaved(left.Span, cut, terms - cut), tail, firstInterleaved, secondInterleaved, adds: cut > 0);
                    var firstAtOnce = new ulong[length];
                    var secondAtOnce = new ulong[length];
                    kernels.TwoSumsOfInterleaved(Interleaved(left.Span, 0, terms), rightAt, firstAtOnce, secondAtOnce, adds: false);
                    CollectionAssert.AreEqual(firstInterleaved, firstAtOnce);
                    CollectionAssert.AreEqual(secondInterleaved, secondAtOnce);
                    for (int i = 0; i < length; i++)
                    {
                        Assert.AreEqual(wanted[0, i], one[i], $"one sum of {terms} terms at {i}, {at}");
                        Assert.AreEqual(wanted[0, i], first[i], $"first of two sums of {terms} terms at {i}, {at}");
                        Assert.AreEqual(wanted[1, i], second[i], $"second of two sums of {terms} terms at {i}, {at}");
                        Assert.AreEqual(wanted[0, i], firstInterleaved[i], $"first of two interleaved sums of {terms} terms at {i}, {at}");
                        Assert.AreEqual(wanted[1, i], secondInterleaved[i], $"second of two interleaved sums of {terms} terms at {i}, {at}");
                    }
                }

                GC.KeepAlive(left);
                GC.KeepAlive(right);
            }
        });

        static ulong[] Interleaved(ReadOnlySpan<ulong> factors, int first, int terms)
        {
            var interleaved = new ulong[terms * length];
            for (int i = 0; i < interleaved.Length; i++)
            {
                (int run, int term, int at) = (i / (8 * terms), i / 8 % terms, i % 8);
                interleaved[i] = factors[((first + term) * length) + (run * 8) + at];
            }

            return interleaved;
        }
    }

    [TestMethod]
    public void Rebasing_keeps_the_number_nearest_to_zero_from_any_prime_to_any_other()
    {
        ForEachKernel((kernels, modulus, at) =>
        {
            foreach (int bits in Bits)
            {
                foreach (Modulus from in NttPrimes.Find(64, bits, 2))
                {
                    ulong[] source = Operands(from)[0];
                    var wanted = new ulong[Length];
                    for (int i = 0; i < Length; i++)
                    {
                        Int128 number = source[i] <= from.Value / 2 ? source[i] : (Int128)source[i] - from.Value;
                        wanted[i] = (ulong)(((number % modulus.Value) + modulus.Value) % modulus.Value);
                    }

                    var rebased = new ulong[Length];
                    kernels.Rebase(source, from, rebased);
                    AssertSame(wanted, rebased, $"from {from}, {at}");
                    kernels.Rebase(source, from, source);
                    AssertSame(wanted, source, $"from {from} in place, {at}");
                }
            }
        });
    }

    private static void ForEachKernel(Action<ResidueKernels, Modulus, string> check)
    {
        foreach (int bits in Bits)
        {
            NttTables tables = RingSamples.Tables(64, bits);
            foreach (KernelWidth width in RingSamples.Widths(tables))
            {
                check(ResidueKernels.Make(tables.Modulus, width), tables.Modulus, $"{width}, modulo {tables.Modulus}, seed {Seed}");
            }
        }
    }

    private static ulong[] Edges(Modulus modulus) =>
        [0, 1, modulus.Value / 2, (modulus.Value / 2) + 1, modulus.Value - 2, modulus.Value - 1, RingSamples.Random(1, modulus, Seed)[0]];

    // Three operands: every combination of edges, then random ones.
    private static ulong[][] Operands(Modulus modulus)
    {
        ulong[] edges = Edges(modulus);
        ulong[][] operands = [.. Enumerable.Range(0, 3).Select(i => RingSamples.Random(Length, modulus, Seed + i))];
        for (int i = 0; i < edges.Length * edges.Length * edges.Length; i++)
        {
            operands[0][i] = edges[i % edges.Length];
            operands[1][i] = edges[i / edges.Length % edges.Length];
            operands[2][i] = edges[i / edges.Length / edges.Length];
        }

        return operands;
    }

    private static ulong[] Expected(Formula formula, ulong[][] operands, ulong w, ulong[] destination, Modulus modulus)
    {
        var expected = new ulong[Length];
        for (int i = 0; i < Length; i++)
        {
            expected[i] = formula(operands[0][i], operands[1][i], operands[2][i], w, destination[i], modulus.Value);
        }

        return expected;
    }

    private static ulong[] Zip(ulong[] a, ulong[] b, Func<ulong, ulong, ulong> combine) => [.. a.Zip(b, combine)];

    // right = product / left, where the first sum of any number of terms has them and the second of all of them.
    private static void FillQuotients(ulong product, ReadOnlySpan<ulong> left, Span<ulong> right, Modulus modulus)
    {
        for (int i = 0; i < right.Length; i++)
        {
            right[i] = modulus.MulMod(product, modulus.InverseMod(left[i % left.Length]));
        }
    }

    private static void AssertSame(ulong[] expected, ulong[] actual, string at)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            if (expected[i] != actual[i])
            {
                Assert.Fail($"At {i}: {actual[i]} and not {expected[i]}; {at}.");
            }
        }
    }
}
