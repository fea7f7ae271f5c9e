using Hybrid.Security;

namespace Hybrid.Paillier.Arithmetic;

/// <summary>Divides many rows by many others modulo N² with one modular inversion (Montgomery's trick).</summary>
internal static class RowInversion
{
    /// <summary>numerators[i] = numerators[i] / denominators[i], rows in Montgomery form, in place.</summary>
    /// <exception cref="ParameterException">A denominator has no inverse.</exception>
    public static void Divide(LaneRing ring, Span<ulong> numerators, ReadOnlySpan<ulong> denominators)
    {
        int words = ring.RowWords;
        int count = numerators.Length / words;
        if (ring.IsCostByNumber)
        {
            DivideOneByOne(ring, numerators, denominators, count);
            return;
        }

        int blocks = (count + LaneRing.Lanes - 1) / LaneRing.Lanes;
        using LaneWorkspace workspace = ring.CreateWorkspace();

        // Running products down the blocks, lane by lane; the last row of lanes left over is ones.
        var running = new ulong[(blocks + 1) * ring.BlockWords];
        var block = new ulong[ring.BlockWords];
        ring.One.CopyTo(running);
        for (int i = 0; i < blocks; i++)
        {
            LoadBlock(ring, block, denominators, i, count);
            ring.Multiply(running.AsSpan((i + 1) * ring.BlockWords, ring.BlockWords), running.AsSpan(i * ring.BlockWords, ring.BlockWords), block, workspace);
        }

        Span<ulong> inverse = running.AsSpan(blocks * ring.BlockWords, ring.BlockWords);
        InvertLanes(ring, inverse, workspace);

        // Back up: the inverse of the product so far, times the product before, inverts block i.
        var quotient = new ulong[ring.BlockWords];
        for (int i = blocks - 1; i >= 0; i--)
        {
            ring.Multiply(quotient, inverse, running.AsSpan(i * ring.BlockWords, ring.BlockWords), workspace);
            LoadBlock(ring, block, denominators, i, count);
            ring.Multiply(inverse, inverse, block, workspace);
            LoadBlock(ring, block, numerators, i, count);
            ring.Multiply(quotient, quotient, block, workspace);
            ring.Store(numerators, i * LaneRing.Lanes, Math.Min(LaneRing.Lanes, count - (i * LaneRing.Lanes)), quotient);
        }
    }

    // The same with one lane, row by row: lanes that hold nothing would cost as much as those that do.
    private static void DivideOneByOne(LaneRing ring, Span<ulong> numerators, ReadOnlySpan<ulong> denominators, int count)
    {
        using LaneWorkspace workspace = ring.CreateWorkspace();
        var running = new ulong[numerators.Length];
        var product = new ulong[ring.BlockWords];
        var block = new ulong[ring.BlockWords];
        ring.Load(product, denominators, 0, 1);
        ring.Store(running, 0, 1, product);
        for (int i = 1; i < count; i++)
        {
            ring.Load(block, denominators, i, 1);
            ring.Multiply(product, product, block, workspace, 1);
            ring.Store(running, i, 1, product);
        }

        if (!TryInvert(ring, product, workspace, 1))
        {
            throw NoUnit();
        }

        var quotient = new ulong[ring.BlockWords];
        for (int i = count - 1; i > 0; i--)
        {
            ring.Load(block, running, i - 1, 1);
            ring.Multiply(quotient, product, block, workspace, 1);
            ring.Load(block, numerators, i, 1);
            ring.Multiply(quotient, quotient, block, workspace, 1);
            ring.Store(numerators, i, 1, quotient);
            ring.Load(block, denominators, i, 1);
            ring.Multiply(product, product, block, workspace, 1);
        }

        ring.Load(block, numerators, 0, 1);
        ring.Multiply(quotient, product, block, workspace, 1);
        ring.Store(numerators, 0, 1, quotient);
    }

    private static ParameterException NoUnit() =>
        new(ParameterFault.OutOfRange, "A ciphertext shares a factor with its key's modulus and cannot be computed on: encrypt again.");

    /// <summary>Whether every row is invertible modulo N: one product of all, one greatest common divisor.</summary>
    public static bool AreUnits(LaneRing ring, ReadOnlySpan<ulong> rows)
    {
        int count = rows.Length / ring.RowWords;
        using LaneWorkspace workspace = ring.CreateWorkspace();
        var product = ring.One.ToArray();
        var block = new ulong[ring.BlockWords];
        for (int i = 0; i * LaneRing.Lanes < count; i++)
        {
            LoadBlock(ring, block, rows, i, count);
            // A product modulo N would do, and takes two fifths of the time.
            ring.MultiplyModN(product, product, block, workspace, Math.Min(LaneRing.Lanes, count - (i * LaneRing.Lanes)));
        }

        Span<ulong> half = product.AsSpan(0, ring.HalfBlockWords);
        var rotated = new ulong[ring.HalfBlockWords];
        for (int by = LaneRing.Lanes / 2; by > 0; by /= 2)
        {
            RotateHalf(ring, rotated, half, by);
            ring.MultiplyModN(half, half, rotated, workspace, by);
        }

        var limbs = new ulong[ring.ModulusLimbs];
        var inverse = new ulong[ring.ModulusLimbs];
        ring.NormaliseModN(limbs, half, 0, workspace);
        return ModularInverse.TryInvert(inverse, limbs, ring.Modulus(0));
    }

    private static void LoadBlock(LaneRing ring, Span<ulong> block, ReadOnlySpan<ulong> rows, int index, int count)
    {
        ring.One.CopyTo(block);
        ring.Load(block, rows, index * LaneRing.Lanes, Math.Min(LaneRing.Lanes, count - (index * LaneRing.Lanes)));
    }

    // Inverts all eight lanes: the inverse of their product, times the product of the other seven.
    private static void InvertLanes(LaneRing ring, Span<ulong> block, LaneWorkspace workspace)
    {
        var one = new ulong[ring.BlockWords];
        var two = new ulong[ring.BlockWords];
        var four = new ulong[ring.BlockWords];
        var others = new ulong[ring.BlockWords];
        Rotate(ring, one, block, 1);
        Rotate(ring, two, one, 1);
        ring.Multiply(two, two, one, workspace);
        Rotate(ring, four, two, 2);
        ring.Multiply(four, four, two, workspace);
        // Lanes i+1 … i+4, i+5 and i+6, i+7.
        Rotate(ring, others, two, 4);
        ring.Multiply(others, others, four, workspace);
        Rotate(ring, four, one, 6);
        ring.Multiply(others, others, four, workspace);
        ring.Multiply(block, block, others, workspace);
        if (!TryInvert(ring, block, workspace))
        {
            throw NoUnit();
        }

        ring.Multiply(block, block, others, workspace);
    }

    /// <summary>
    /// Inverts the block's first lanes, one for each modulus, and repeats them over the others: modulo N by
    /// <see cref="ModularInverse"/>, then one step of Newton's up to N². False if there is no inverse.
    /// </summary>
    /// <param name="ring">The ring.</param>
    /// <param name="block">The block.</param>
    /// <param name="workspace">Scratch.</param>
    /// <param name="lanes">How many lanes are wanted, at least one for each modulus.</param>
    public static bool TryInvert(LaneRing ring, Span<ulong> block, LaneWorkspace workspace, int lanes = LaneRing.Lanes)
    {
        int limbs = ring.ModulusLimbs;
        using var memory = new SecretBuffer<ulong>((3 * ring.BlockWords) + (3 * limbs));
        Span<ulong> one = memory.Span[..ring.BlockWords];
        Span<ulong> raw = memory.Span.Slice(ring.BlockWords, ring.BlockWords);
        Span<ulong> approximation = memory.Span.Slice(2 * ring.BlockWords, ring.BlockWords);
        Span<ulong> low = memory.Span.Slice(3 * ring.BlockWords, limbs);
        Span<ulong> high = memory.Span.Slice((3 * ring.BlockWords) + limbs, limbs);
        Span<ulong> inverse = memory.Span[((3 * ring.BlockWords) + (2 * limbs))..];
        for (int i = 0; i < ring.Distinct; i++)
        {
            SetLanes(ring, one, i, [1], []);
        }

        bool invertible = true;
        ring.Multiply(approximation, block, one, workspace, lanes);
        for (int i = 0; i < ring.Distinct; i++)
        {
            ring.Normalise(low, high, approximation, i, workspace);
            invertible &= ModularInverse.TryInvert(inverse, low, ring.Modulus(i));
            SetLanes(ring, raw, i, inverse, []);
        }

        // x · y = 1 + k·N, so x^-1 = y · (1 - k·N).
        ring.Multiply(approximation, raw, ring.IntoMontgomery, workspace, lanes);
        ring.Multiply(raw, block, approximation, workspace, lanes);
        ring.Multiply(raw, raw, one, workspace, lanes);
        for (int i = 0; i < ring.Distinct; i++)
        {
            ring.Normalise(low, high, raw, i, workspace);
            // N for k = 0 is as good as 0 in the ring.
            Limbs.Subtract(high, ring.Modulus(i), high);
            SetLanes(ring, raw, i, [1], high);
        }

        ring.Multiply(raw, raw, ring.IntoMontgomery, workspace, lanes);
        ring.Multiply(block, approximation, raw, workspace, lanes);
        return invertible;
    }

    // Sets every lane of one modulus to low + high·N.
    private static void SetLanes(LaneRing ring, Span<ulong> block, int modulus, ReadOnlySpan<ulong> low, ReadOnlySpan<ulong> high)
    {
        Span<ulong> row = stackalloc ulong[ring.RowWords];
        ring.ToDigits(row[..ring.Digits], low);
        ring.ToDigits(row[ring.Digits..], high);
        for (int lane = modulus; lane < LaneRing.Lanes; lane += ring.Distinct)
        {
            ring.SetRow(block, lane, row);
        }

        row.Clear();
    }

    private static void Rotate(LaneRing ring, Span<ulong> rotated, ReadOnlySpan<ulong> block, int by)
    {
        int half = ring.HalfBlockWords;
        RotateHalf(ring, rotated[..half], block[..half], by);
        RotateHalf(ring, rotated.Slice(half, half), block.Slice(half, half), by);
    }

    private static void RotateHalf(LaneRing ring, Span<ulong> rotated, ReadOnlySpan<ulong> half, int by)
    {
        var row = new ulong[ring.Digits];
        for (int lane = 0; lane < LaneRing.Lanes; lane++)
        {
            ring.GetLane(row, half, (lane + by) % LaneRing.Lanes);
            ring.SetLane(rotated, lane, row);
        }
    }
}
