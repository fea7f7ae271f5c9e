using Hybrid.Security;

namespace Hybrid.Paillier.Arithmetic;

/// <summary>
/// Powers with a secret exponent in every lane: a fixed window of five bits, every table entry read at every step, so that
/// neither the operations nor the addresses depend on the exponents.
/// </summary>
internal static class Exponentiation
{
    private const int WindowBits = 5;

    /// <summary>power = value^exponent modulo N², in Montgomery form.</summary>
    /// <param name="ring">The ring.</param>
    /// <param name="power">Block for the result; may be the value's.</param>
    /// <param name="value">Block of bases.</param>
    /// <param name="exponents">Eight exponents, one after the other, of equal length in limbs.</param>
    /// <param name="exponentBits">Bits that any exponent may have.</param>
    /// <param name="workspace">Scratch.</param>
    /// <param name="lanes">Lanes in use.</param>
    public static void Power(
        LaneRing ring, Span<ulong> power, ReadOnlySpan<ulong> value, ReadOnlySpan<ulong> exponents, int exponentBits, LaneWorkspace workspace, int lanes = LaneRing.Lanes) =>
        Power<ModuloSquare>(ring, power, value, exponents, exponentBits, workspace, lanes);

    /// <summary>power = value^exponent modulo N, on half blocks in Montgomery form.</summary>
    public static void PowerModN(
        LaneRing ring, Span<ulong> power, ReadOnlySpan<ulong> value, ReadOnlySpan<ulong> exponents, int exponentBits, LaneWorkspace workspace, int lanes = LaneRing.Lanes) =>
        Power<ModuloN>(ring, power, value, exponents, exponentBits, workspace, lanes);

    private static void Power<TModulus>(
        LaneRing ring, Span<ulong> power, ReadOnlySpan<ulong> value, ReadOnlySpan<ulong> exponents, int exponentBits, LaneWorkspace workspace, int lanes)
        where TModulus : IModulus
    {
        int words = TModulus.Words(ring);
        int limbs = exponents.Length / LaneRing.Lanes;
        using var memory = new SecretBuffer<ulong>((words << WindowBits) + (2 * words) + LaneRing.Lanes);
        Span<ulong> table = memory.Span[..(words << WindowBits)];
        Span<ulong> entry = memory.Span.Slice(table.Length, words);
        Span<ulong> chosen = memory.Span.Slice(table.Length + words, words);
        Span<ulong> indices = memory.Span[^LaneRing.Lanes..];

        ring.One[..words].CopyTo(entry);
        for (int i = 0; i < 1 << WindowBits; i++)
        {
            ring.StoreEntry(table, i, WindowBits, entry, 0, LaneRing.Lanes);
            TModulus.Multiply(ring, entry, entry, value, workspace, lanes);
        }

        int window = (exponentBits + WindowBits - 1) / WindowBits;
        Choose(ring, power[..words], table, exponents, limbs, --window, indices);
        while (window-- > 0)
        {
            for (int bit = 0; bit < WindowBits; bit++)
            {
                TModulus.Square(ring, power, power, workspace, lanes);
            }

            Choose(ring, chosen, table, exponents, limbs, window, indices);
            TModulus.Multiply(ring, power, power, chosen, workspace, lanes);
        }
    }

    private static void Choose(LaneRing ring, Span<ulong> chosen, ReadOnlySpan<ulong> table, ReadOnlySpan<ulong> exponents, int limbs, int window, Span<ulong> indices)
    {
        for (int lane = 0; lane < LaneRing.Lanes; lane++)
        {
            indices[lane] = Limbs.ExtractBits(exponents.Slice(lane * limbs, limbs), window * WindowBits, WindowBits);
        }

        ring.Select(chosen, table, indices, WindowBits, LaneRing.Lanes);
    }

    // The same ladder, on blocks modulo N² and on half blocks modulo N.
    private interface IModulus
    {
        static abstract int Words(LaneRing ring);

        static abstract void Multiply(LaneRing ring, Span<ulong> product, ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, LaneWorkspace workspace, int lanes);

        static abstract void Square(LaneRing ring, Span<ulong> square, ReadOnlySpan<ulong> value, LaneWorkspace workspace, int lanes);
    }

    private readonly struct ModuloSquare : IModulus
    {
        public static int Words(LaneRing ring) => ring.BlockWords;

        public static void Multiply(LaneRing ring, Span<ulong> product, ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, LaneWorkspace workspace, int lanes) =>
            ring.Multiply(product, left, right, workspace, lanes);

        public static void Square(LaneRing ring, Span<ulong> square, ReadOnlySpan<ulong> value, LaneWorkspace workspace, int lanes) =>
            ring.Square(square, value, workspace, lanes);
    }

    private readonly struct ModuloN : IModulus
    {
        public static int Words(LaneRing ring) => ring.HalfBlockWords;

        public static void Multiply(LaneRing ring, Span<ulong> product, ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, LaneWorkspace workspace, int lanes) =>
            ring.MultiplyModN(product, left, right, workspace, lanes);

        public static void Square(LaneRing ring, Span<ulong> square, ReadOnlySpan<ulong> value, LaneWorkspace workspace, int lanes) =>
            ring.SquareModN(square, value, workspace, lanes);
    }
}
