using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Hybrid.Mpc.Ring64;

namespace Hybrid.Mpc.Protocols;

/// <summary>
/// What is local of a truncation by f bits: with y = x + 2^62 and c = y + r opened, x / 2^f is A − (r >> f) + w 2^(64−f), where
/// A = (c >> f) − 2^(62−f) and w = msb(r) (1 − msb(c)). <see cref="TruncateGate"/> says why.
/// </summary>
/// <remarks>Linear in r >> f and msb(r), of which there are shares; multiplied by a secret bit s it is linear in s and both times s.</remarks>
internal static class TruncationArithmetic
{
    /// <summary>What makes x a number that is not negative.</summary>
    public const ulong Shift = 1UL << 62;

    /// <summary>A share of x / 2^f.</summary>
    /// <param name="first">Whether public terms are this party's.</param>
    /// <param name="bits">f.</param>
    /// <param name="c">What was opened; overwritten.</param>
    /// <param name="upper">The share of r >> f.</param>
    /// <param name="highest">The share of msb(r); overwritten.</param>
    /// <param name="result">The share.</param>
    public static void Quotient(bool first, int bits, Span<ulong> c, ReadOnlySpan<ulong> upper, Span<ulong> highest, Span<ulong> result)
    {
        if (first)
        {
            Known(bits, c, result);
            RingVector.Subtract(result, upper, result);
        }
        else
        {
            RingVector.Negate(upper, result);
        }

        AddWraps(bits, c, highest, result);
    }

    /// <summary>A share of s · (x / 2^f) for a secret bit s.</summary>
    /// <param name="bits">f.</param>
    /// <param name="c">What was opened; overwritten.</param>
    /// <param name="s">The share of s.</param>
    /// <param name="upper">The share of (r >> f) · s.</param>
    /// <param name="highest">The share of msb(r) · s; overwritten.</param>
    /// <param name="result">The share.</param>
    public static void Product(int bits, Span<ulong> c, ReadOnlySpan<ulong> s, ReadOnlySpan<ulong> upper, Span<ulong> highest, Span<ulong> result)
    {
        Known(bits, c, result);
        RingVector.Multiply(result, s, result);
        RingVector.Subtract(result, upper, result);
        AddWraps(bits, c, highest, result);
    }

    private static void Known(int bits, ReadOnlySpan<ulong> c, Span<ulong> result)
    {
        TensorPrimitives.ShiftRightLogical(c, bits, result);
        TensorPrimitives.Subtract(result, Shift >> bits, result);
    }

    // c turns to all ones where its highest bit is 0.
    private static void AddWraps(int bits, Span<ulong> c, Span<ulong> highest, Span<ulong> result)
    {
        Span<long> signs = MemoryMarshal.Cast<ulong, long>(c);
        TensorPrimitives.ShiftRightArithmetic<long>(signs, 63, signs);
        TensorPrimitives.OnesComplement<ulong>(c, c);
        TensorPrimitives.ShiftLeft<ulong>(highest, 64 - bits, highest);
        TensorPrimitives.BitwiseAnd<ulong>(highest, c, highest);
        RingVector.Add(result, highest, result);
    }
}
