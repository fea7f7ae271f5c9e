using Hybrid.Numerics;
using Hybrid.Seal;

namespace Hybrid.Tests.Seal.Evaluation;

[TestClass]
public sealed class LinearTransformTests
{
    private const int Seed = 51;

    private static readonly int[] Bits = [50, 40, 50];

    [TestMethod]
    public void Applies_matrices_of_all_shapes_within_the_bound_on_the_noise()
    {
        using var party = new LinearTransformParty(1024, Bits);
        (int Rows, int Columns)[] shapes = [(1, 1), (1, 512), (512, 1), (5, 3), (16, 16), (32, 32), (10, 100), (100, 10), (128, 128), (100, 100), (37, 300), (300, 37), (200, 512), (256, 256)];
        foreach ((int rows, int columns) in shapes)
        {
            double[] matrix = LinearTransformParty.Numbers(rows * columns, Seed);
            var transform = new LinearTransform(party.Context, matrix, rows, columns);
            AssertApplies(party, transform, matrix);
        }
    }

    [TestMethod]
    public void Applies_a_matrix_as_large_as_the_slots_by_baby_and_giant_steps()
    {
        using var party = new LinearTransformParty(256, Bits);
        double[] matrix = LinearTransformParty.Numbers(128 * 128, Seed);
        var transform = new LinearTransform(party.Context, matrix, 128, 128);
        StringAssert.Contains(transform.Describe(), "giant steps;");
        Assert.IsTrue(transform.RequiredRotations.Count < 40, $"{transform.RequiredRotations.Count} rotations for 128 diagonals");
        AssertApplies(party, transform, matrix);
    }

    [TestMethod]
    public void Works_at_any_level_with_and_without_rescaling_and_at_other_scales()
    {
        using var party = new LinearTransformParty(512, [50, 40, 40, 40, 50]);
        double[] matrix = LinearTransformParty.Numbers(40 * 50, Seed);
        foreach (int level in new[] { 3, 2, 1 })
        {
            foreach (bool rescale in new[] { true, false })
            {
                var options = new LinearTransformOptions { Level = level, Rescale = rescale, Scale = rescale ? null : Math.ScaleB(1, 30) };
                var transform = new LinearTransform(party.Context, matrix, 40, 50, options);
                Assert.AreEqual(rescale ? level - 1 : level, transform.ResultLevel);
                AssertApplies(party, transform, matrix);
            }
        }

        var low = new LinearTransform(party.Context, matrix, 40, 50, new LinearTransformOptions { Level = 0, Scale = Math.ScaleB(1, 13) });
        Assert.IsFalse(low.IsRescaling);
        AssertApplies(party, low, matrix, scale: Math.ScaleB(1, 31));
    }

    [TestMethod]
    public void A_rescaled_result_has_the_operands_scale_exactly()
    {
        using var party = new LinearTransformParty(256, Bits);
        var transform = new LinearTransform(party.Context, LinearTransformParty.Numbers(64, Seed), 8, 8);
        double scale = Math.ScaleB(1.2345, 39);
        Ciphertext result = transform.Apply(party.Evaluator, party.Encrypt(new double[128], scale: scale), party.KeysFor(transform.RequiredRotations));
        Assert.AreEqual(scale, result.Scale);
    }

    [TestMethod]
    public void Primes_beyond_fifty_bits_work_too()
    {
        using var party = new LinearTransformParty(256, [60, 45, 60]);
        double[] matrix = LinearTransformParty.Numbers(32 * 32, Seed);
        AssertApplies(party, new LinearTransform(party.Context, matrix, 32, 32), matrix);
    }

    [TestMethod]
    public void Diagonals_that_are_zero_take_no_rotation()
    {
        using var party = new LinearTransformParty(512, Bits);
        const int Size = 256;
        double[] diagonal = LinearTransformParty.Numbers(Size, Seed);
        var matrix = new double[Size * Size];
        for (int i = 0; i < Size; i++)
        {
            matrix[(i * Size) + i] = diagonal[i];
        }

        var scaling = new LinearTransform(party.Context, matrix, Size, Size);
        Assert.AreEqual(0, scaling.RequiredRotations.Count);
        AssertApplies(party, scaling, matrix);

        for (int i = 0; i < Size; i++)
        {
            matrix[(i * Size) + ((i + 1) % Size)] = 0.5;
            matrix[(i * Size) + ((i + Size - 1) % Size)] = -diagonal[i];
        }

        var tridiagonal = new LinearTransform(party.Context, matrix, Size, Size);
        Assert.AreEqual(2, tridiagonal.RequiredRotations.Count, tridiagonal.Describe());
        AssertApplies(party, tridiagonal, matrix);
    }

    [TestMethod]
    public void A_matrix_of_zeros_gives_zero()
    {
        using var party = new LinearTransformParty(256, Bits);
        var matrix = new double[12 * 7];
        AssertApplies(party, new LinearTransform(party.Context, matrix, 12, 7), matrix);
    }

    [TestMethod]
    public void Diagonals_given_are_those_of_the_matrix()
    {
        using var party = new LinearTransformParty(256, Bits);
        const int Size = 24;
        int[] present = [0, 1, -1, 7, -9];
        var matrix = new double[Size * Size];
        var diagonals = new Dictionary<int, double[]>();
        foreach (int d in present)
        {
            double[] diagonal = LinearTransformParty.Numbers(Size, Seed + d);
            diagonals.Add(d, diagonal);
            for (int i = 0; i < Size; i++)
            {
                matrix[(i * Size) + ((i + d + Size) % Size)] = diagonal[i];
            }
        }

        var transform = new LinearTransform(party.Context, diagonals, Size);
        Assert.AreEqual(Size, transform.Period);
        AssertApplies(party, transform, matrix);
    }

    [TestMethod]
    public void A_result_with_a_period_is_the_next_transforms_operand()
    {
        using var party = new LinearTransformParty(512, [50, 40, 40, 50]);
        double[] first = LinearTransformParty.Numbers(20 * 30, Seed);
        double[] second = LinearTransformParty.Numbers(9 * 20, Seed + 1);
        var one = new LinearTransform(party.Context, first, 20, 30, new LinearTransformOptions { OutputPeriod = 32 });
        var two = new LinearTransform(party.Context, second, 9, 20, new LinearTransformOptions { Level = 1, Period = 32 });
        GaloisKeys keys = party.KeysFor([.. one.RequiredRotations, .. two.RequiredRotations]);
        double[] x = LinearTransformParty.Numbers(30, Seed + 2);
        double[] y = LinearTransformParty.Multiply(first, x, 20);
        Ciphertext ciphertext = party.Encrypt(Packed(party, one, x));
        one.Apply(party.Evaluator, ciphertext, keys, ciphertext);
        double[] slots = party.Decrypt(ciphertext);
        for (int t = 0; t < slots.Length; t++)
        {
            Assert.AreEqual(t % 32 < 20 ? y[t % 32] : 0, slots[t], 1e-6, $"slot {t}");
        }

        two.Apply(party.Evaluator, ciphertext, keys, ciphertext);
        LinearTransformParty.AssertClose(LinearTransformParty.Multiply(second, y, 9), party.Decrypt(ciphertext), 1e-5, "second");
    }

    [TestMethod]
    public void Several_vectors_of_one_ciphertext_are_transformed_at_once()
    {
        using var party = new LinearTransformParty(1024, Bits);
        double[] matrix = LinearTransformParty.Numbers(12 * 20, Seed);
        var transform = new LinearTransform(party.Context, matrix, 12, 20, new LinearTransformOptions { Stride = 64 });
        Assert.AreEqual(8, transform.VectorCount);
        double[] vectors = LinearTransformParty.Numbers(7 * 20, Seed + 1);
        Ciphertext result = transform.Apply(party.Evaluator, party.Encrypt(Packed(party, transform, vectors)), party.KeysFor(transform.RequiredRotations));
        var results = new double[7 * 12];
        transform.Unpack(party.Decrypt(result), results);
        for (int i = 0; i < 7; i++)
        {
            double[] expected = LinearTransformParty.Multiply(matrix, vectors.AsSpan(i * 20, 20), 12);
            LinearTransformParty.AssertClose(expected, results.AsSpan(i * 12, 12), Bound(transform, party), $"vector {i}");
        }
    }

    [TestMethod]
    public void Every_width_and_every_number_of_threads_gives_the_same_bits()
    {
        ulong[]? expected = null;
        foreach (KernelWidth width in new[] { KernelWidth.Portable, KernelWidth.Auto, KernelWidth.Vector256 })
        {
            if (width == KernelWidth.Vector256 && !System.Runtime.Intrinsics.X86.Fma.IsSupported)
            {
                continue;
            }

            using var party = new LinearTransformParty(256, Bits, width);
            foreach (int period in new[] { 32, 128 }) // by blocks, and by giant steps
            {
                int size = period == 128 ? 100 : 30;
                double[] matrix = LinearTransformParty.Numbers(size * size, Seed);
                var transform = new LinearTransform(party.Context, matrix, size, size, new LinearTransformOptions { Period = period });
                GaloisKeys keys = party.KeysFor(transform.RequiredRotations);
                Ciphertext x = party.Encrypt(Packed(party, transform, LinearTransformParty.Numbers(size, Seed)));
                ulong[] residues = transform.Apply(party.Evaluator, x, keys).Residues.ToArray();
                foreach (int threads in new[] { 2, 3 })
                {
                    CollectionAssert.AreEqual(residues, transform.Apply(party.Evaluator, x, keys, threads).Residues.ToArray(), $"{threads} threads");
                }

                if (period == 32)
                {
                    expected ??= residues;
                    CollectionAssert.AreEqual(expected, residues, $"{width}");
                }
            }
        }
    }

    [TestMethod]
    public void Allocates_nothing_once_warm()
    {
        using var party = new LinearTransformParty(256, Bits);
        foreach (int size in new[] { 32, 128 })
        {
            var transform = new LinearTransform(party.Context, LinearTransformParty.Numbers(size * size, Seed), size, size);
            GaloisKeys keys = party.KeysFor(transform.RequiredRotations);
            Ciphertext x = party.Encrypt(Packed(party, transform, LinearTransformParty.Numbers(size, Seed)));
            var destination = new Ciphertext(party.Context);
            for (int i = 0; i < 3; i++)
            {
                transform.Apply(party.Evaluator, x, keys, destination);
            }

            // The runtime may replace a method under way, and allocate for that; what the transform allocates, it allocates every time.
            long least = long.MaxValue;
            for (int i = 0; i < 5 && least > 0; i++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                transform.Apply(party.Evaluator, x, keys, destination);
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }

            Assert.AreEqual(0, least, $"size {size}");
        }
    }

    [TestMethod]
    public void The_destination_may_be_the_operand()
    {
        using var party = new LinearTransformParty(256, Bits);
        double[] matrix = LinearTransformParty.Numbers(20 * 20, Seed);
        var transform = new LinearTransform(party.Context, matrix, 20, 20);
        GaloisKeys keys = party.KeysFor(transform.RequiredRotations);
        Ciphertext x = party.Encrypt(Packed(party, transform, LinearTransformParty.Numbers(20, Seed)));
        Ciphertext expected = transform.Apply(party.Evaluator, x, keys);
        transform.Apply(party.Evaluator, x, keys, x);
        CollectionAssert.AreEqual(expected.Residues.ToArray(), x.Residues.ToArray());
    }

    [TestMethod]
    public void A_missing_key_is_named()
    {
        using var party = new LinearTransformParty(256, Bits);
        var transform = new LinearTransform(party.Context, LinearTransformParty.Numbers(30 * 30, Seed), 30, 30);
        Ciphertext x = party.Encrypt(new double[128]);
        foreach (int missing in transform.RequiredRotations)
        {
            GaloisKeys keys = party.KeysFor([.. transform.RequiredRotations.Where(rotation => rotation != missing), 77]);
            string name = missing <= 64 ? $"rotation by {missing} " : $"rotation by {missing - 128} ";
            foreach (int threads in new[] { 1, 2 })
            {
                ParameterException error = Assert.ThrowsExactly<ParameterException>(() => transform.Apply(party.Evaluator, x, keys, threads));
                StringAssert.Contains(error.Message, name);
            }
        }
    }

    [TestMethod]
    public void What_does_not_fit_is_refused_with_a_reason()
    {
        using var party = new LinearTransformParty(256, [50, 40, 40, 50]);
        CkksContext context = party.Context;
        double[] matrix = LinearTransformParty.Numbers(8 * 8, Seed);
        var transform = new LinearTransform(context, matrix, 8, 8);
        GaloisKeys keys = party.KeysFor(transform.RequiredRotations);
        Refused(() => transform.Apply(party.Evaluator, party.Encrypt(new double[8], level: 1), keys), "compile it for level 1");
        var low = new LinearTransform(context, matrix, 8, 8, new LinearTransformOptions { Level = 1 });
        Refused(() => low.Apply(party.Evaluator, party.Encrypt(new double[8]), keys), nameof(CkksEvaluator.ModSwitch));
        Refused(() => transform.Apply(party.Evaluator, party.Encrypt(new double[8], scale: Math.ScaleB(1, 95)), keys), "beyond the modulus");
        Ciphertext product = party.Evaluator.Square(party.Encrypt(new double[8], scale: 1024));
        Refused(() => transform.Apply(party.Evaluator, product, keys), nameof(CkksEvaluator.Relinearise));
        Refused(() => new LinearTransform(context, new double[129], 1, 129), nameof(BlockedLinearTransform));
        Refused(() => new LinearTransform(context, matrix, 8, 8, new LinearTransformOptions { Period = 7 }), "period 7");
        Refused(() => new LinearTransform(context, matrix, 8, 8, new LinearTransformOptions { Stride = 14 }), "rows + period - 1");
        Refused(() => new LinearTransform(context, matrix, 8, 8, new LinearTransformOptions { Stride = 500 }), "128");
        Refused(() => new LinearTransform(context, matrix, 8, 8, new LinearTransformOptions { OutputPeriod = 4 }), "output period 4");
        Refused(() => new LinearTransform(context, matrix, 8, 8, new LinearTransformOptions { Level = 0, Rescale = true }), "level 0");
        Refused(() => new LinearTransform(context, [double.NaN], 1, 1), "not finite");
        Refused(() => new LinearTransform(context, [1e40], 1, 1), "too large");
        using var other = new LinearTransformParty(512, Bits);
        Refused(() => transform.Apply(other.Evaluator, party.Encrypt(new double[8]), keys), "other parameters");
        Assert.ThrowsExactly<ArgumentException>(() => new LinearTransform(context, matrix, 8, 7));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new LinearTransform(context, matrix, 8, 8, new LinearTransformOptions { Level = 3 }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => transform.Apply(party.Evaluator, party.Encrypt(new double[8]), keys, 0));
        Assert.ThrowsExactly<ArgumentException>(() => new LinearTransform(context, new Dictionary<int, double[]> { [1] = [1, 2], [-1] = [3, 4] }, 2));
        Assert.ThrowsExactly<ArgumentException>(() => new LinearTransform(context, new Dictionary<int, double[]> { [2] = [1, 2] }, 2));
        Assert.ThrowsExactly<ArgumentException>(() => transform.Pack(new double[9], new double[128]));
        Assert.ThrowsExactly<ArgumentException>(() => transform.Unpack(new double[7], new double[8]));
    }

    private static void Refused(Func<object> action, string reason) =>
        StringAssert.Contains(Assert.ThrowsExactly<ParameterException>(action).Message, reason);

    private static double[] Packed(LinearTransformParty party, LinearTransform transform, double[] vectors)
    {
        var slots = new double[party.Context.SlotCount];
        transform.Pack(vectors, slots);
        return slots;
    }

    private static double Bound(LinearTransform transform, LinearTransformParty party, double? scale = null)
    {
        double operand = scale ?? LinearTransformParty.Scale;
        double result = transform.IsRescaling ? operand : operand * transform.Scale;
        return transform.Noise(NoiseBound.FreshSymmetric(party.Context), operand).Slot(result);
    }

    private static void AssertApplies(LinearTransformParty party, LinearTransform transform, double[] matrix, double? scale = null)
    {
        double[] x = LinearTransformParty.Numbers(transform.Columns, Seed + 1);
        Ciphertext ciphertext = party.Encrypt(Packed(party, transform, x), transform.Level, scale);
        Ciphertext result = transform.Apply(party.Evaluator, ciphertext, party.KeysFor(transform.RequiredRotations));
        Assert.AreEqual(transform.ResultLevel, result.Level);
        var y = new double[transform.Rows];
        transform.Unpack(party.Decrypt(result), y);
        double bound = Bound(transform, party, scale);
        Assert.IsTrue(bound < 0.1, $"The bound {bound} says nothing.");
        LinearTransformParty.AssertClose(LinearTransformParty.Multiply(matrix, x, transform.Rows), y, bound, $"{transform.Describe()}, seed {Seed}");
    }
}
