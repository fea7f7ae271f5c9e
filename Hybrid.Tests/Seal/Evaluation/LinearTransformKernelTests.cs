using System.Runtime.Intrinsics;
using Hybrid.Numerics;
using Hybrid.Seal;
using Hybrid.Seal.Evaluation;
using Hybrid.Seal.Ring;
using Hybrid.Tests.Seal.Ring;

namespace Hybrid.Tests.Seal.Evaluation;

[TestClass]
public sealed unsafe class LinearTransformKernelTests
{
    private const int Seed = 52;

    [TestMethod]
    public void The_scatter_is_the_automorphism()
    {
        foreach (int degree in new[] { 16, 64, 1024 })
        {
            ulong[] source = RingSamples.Random(degree, new Modulus(0xffffffffffc0001), Seed);
            for (uint element = 1; element < 2 * degree; element += degree == 1024 ? 62u : 2u)
            {
                var expected = new ulong[degree];
                new Automorphism(degree, element).ApplyPortable(source, expected);
                var scatter = new AutomorphismScatter(degree, element);
                var actual = new ulong[degree];
                for (int i = 0; i < degree; i++)
                {
                    int entry = scatter.Blocks[i / 8];
                    int place = scatter.Places[((entry & 7) * 8) + (i % 8)];
                    Assert.AreEqual((ulong)place, scatter.Orders[((entry & 7) * 8) + (i % 8)]);
                    actual[(entry & -8) + (i % 8)] = source[(i & -8) + place];
                }

                CollectionAssert.AreEqual(expected, actual, $"N = {degree}, element {element}");
            }
        }
    }

    [TestMethod]
    public void Rotation_kernels_agree_with_the_portable_one_at_the_ends_of_the_range()
    {
        const int Degree = 64;
        foreach (int bits in new[] { 30, 40, 50 })
        {
            Modulus modulus = RingSamples.Tables(Degree, bits).Modulus;
            var map = new AutomorphismScatter(Degree, 27);
            foreach (int digits in new[] { 1, 2, 3, 8, 9, 17 })
            {
                foreach ((bool hasAddend, bool hasFactor) in new[] { (true, true), (false, true), (true, false), (false, false) })
                {
                    foreach (bool isExtreme in new[] { true, false })
                    {
                        ulong[] expected = Accumulate(new PortableRotationKernel(modulus), modulus, map, digits, hasAddend, hasFactor, isExtreme);
                        foreach (RotationKernel kernel in VectorKernels(modulus))
                        {
                            ulong[] actual = Accumulate(kernel, modulus, map, digits, hasAddend, hasFactor, isExtreme);
                            string what = $"{kernel.GetType()}, {bits} bits, {digits} digits, addend {hasAddend}, factor {hasFactor}, extreme {isExtreme}";
                            CollectionAssert.AreEqual(expected, actual, what);
                            CollectionAssert.AreEqual(
                                Accumulate(new PortableRotationKernel(modulus), modulus, map, digits, hasAddend, hasFactor, isExtreme, isFirst: true),
                                Accumulate(kernel, modulus, map, digits, hasAddend, hasFactor, isExtreme, isFirst: true),
                                what + ", first");
                        }
                    }
                }
            }
        }
    }

    [TestMethod]
    public void The_portable_rotation_kernel_does_what_it_says()
    {
        const int Degree = 64;
        const int Digits = 3;
        Modulus modulus = RingSamples.Tables(Degree, 60).Modulus;
        var automorphism = new Automorphism(Degree, 27);
        ulong[] actual = Accumulate(new PortableRotationKernel(modulus), modulus, new AutomorphismScatter(Degree, 27), Digits, true, true, false);
        ulong[] all = RingSamples.Random(Degree * ((3 * Digits) + 4), modulus, Seed);
        for (int polynomial = 0; polynomial < 2; polynomial++)
        {
            var product = new ulong[Degree];
            for (int i = 0; i < Degree; i++)
            {
                UInt128 sum = polynomial == 0 ? all[(3 * Digits * Degree) + i] : 0;
                for (int digit = 0; digit < Digits; digit++)
                {
                    UInt128 key = all[((Digits * (1 + polynomial)) + digit) * Degree + i];
                    sum += all[(digit * Degree) + i] * key % modulus.Value;
                }

                product[i] = (ulong)(sum % modulus.Value * all[(((3 * Digits) + 1) * Degree) + i] % modulus.Value);
            }

            var moved = new ulong[Degree];
            automorphism.ApplyPortable(product, moved);
            for (int i = 0; i < Degree; i++)
            {
                ulong start = all[(((3 * Digits) + 2 + polynomial) * Degree) + i];
                Assert.AreEqual((ulong)(((UInt128)start + moved[i]) % modulus.Value), actual[(polynomial * Degree) + i]);
            }
        }
    }

    [TestMethod]
    public void Dividing_and_rescaling_at_once_gives_the_bits_of_one_after_the_other()
    {
        using var party = new LinearTransformParty(64, [50, 40, 45, 30, 50]);
        CkksContext context = party.Context;
        KeySwitcher switcher = party.Evaluator.Switcher;
        for (int level = 1; level <= context.MaximumLevel; level++)
        {
            var sum = new ulong[(level + 2) * context.Degree];
            for (int i = 0; i <= level + 1; i++)
            {
                Modulus modulus = context.Ring.Modulus(i > level ? context.SpecialPrime : i);
                RingSamples.Random(context.Degree, modulus, Seed + i).CopyTo(sum, i * context.Degree);
            }

            var expected = new Ciphertext(context, level);
            ulong[] copy = [.. sum];
            switcher.DivideBySpecialPrime(copy, level, [], expected.Polynomial(0));
            party.Evaluator.Rescale(expected, expected);
            var actual = new ulong[level * context.Degree];
            switcher.DivideBySpecialPrimeAndRescale(sum, level, actual);
            CollectionAssert.AreEqual(expected.Polynomial(0).ToArray(), actual, $"level {level}");
        }
    }

    [TestMethod]
    public void Weighted_sums_agree_on_every_width()
    {
        const int Length = 64;
        foreach (int bits in new[] { 30, 40, 50, 60 })
        {
            NttTables tables = RingSamples.Tables(Length, bits);
            ulong p = tables.Modulus.Value;
            foreach (int terms in new[] { 1, 2, 7, 8, 9, 40 })
            {
                foreach (bool isExtreme in new[] { true, false })
                {
                    var block = new ResidueBlock(terms * Length);
                    RingSamples.Random(terms * Length, tables.Modulus, Seed).CopyTo(block.Span);
                    ulong[] weights = RingSamples.Random(terms, tables.Modulus, Seed + 1);
                    if (isExtreme)
                    {
                        block.Span.Fill(p - 1);
                        weights.AsSpan().Fill(p - 1);
                    }

                    var addresses = new nint[terms];
                    var expected = new ulong[Length];
                    for (int term = 0; term < terms; term++)
                    {
                        addresses[term] = (nint)(block.Pointer + (term * Length));
                        for (int i = 0; i < Length; i++)
                        {
                            expected[i] = (ulong)((expected[i] + ((UInt128)block.Span[(term * Length) + i] * weights[term])) % p);
                        }
                    }

                    foreach (KernelWidth width in RingSamples.Widths(tables))
                    {
                        var actual = new ulong[Length];
                        ResidueKernels.Make(tables.Modulus, width).WeightedSum(addresses, weights, actual);
                        CollectionAssert.AreEqual(expected, actual, $"{width}, {bits} bits, {terms} terms");
                    }

                    GC.KeepAlive(block);
                }
            }
        }
    }

    private static IEnumerable<RotationKernel> VectorKernels(Modulus modulus)
    {
        if (DoubleLanes256.IsSupported)
        {
            yield return new VectorRotationKernel<Vector256<double>, DoubleLanes256>(modulus);
        }

        if (DoubleLanes512.IsSupported)
        {
            yield return new VectorRotationKernel<Vector512<double>, DoubleLanes512>(modulus);
        }
    }

    // Operands one after the other in one block: digits, first and second key polynomials, addend, factor, both sums.
    private static ulong[] Accumulate(
        RotationKernel kernel, Modulus modulus, AutomorphismScatter map, int digits, bool hasAddend, bool hasFactor, bool isExtreme, bool isFirst = false)
    {
        int degree = 8 * map.Blocks.Length;
        var block = new ResidueBlock(((3 * digits) + 4) * degree);
        if (isExtreme)
        {
            block.Span.Fill(modulus.Value - 1);
        }
        else
        {
            RingSamples.Random(block.Length, modulus, Seed).CopyTo(block.Span);
        }

        nint Address(int index) => (nint)(block.Pointer + (index * degree));
        var left = new nint[digits];
        var right0 = new nint[digits];
        var right1 = new nint[digits];
        for (int digit = 0; digit < digits; digit++)
        {
            (left[digit], right0[digit], right1[digit]) = (Address(digit), Address(digits + digit), Address((2 * digits) + digit));
        }

        int next = 3 * digits;
        kernel.Accumulate(
            left, right0, right1, hasAddend ? (ulong*)Address(next) : null, hasFactor ? (ulong*)Address(next + 1) : null,
            map, (ulong*)Address(next + 2), (ulong*)Address(next + 3), isFirst);
        return block.Span[((next + 2) * degree)..].ToArray();
    }
}
