using System.Numerics.Tensors;

namespace Hybrid.Mpc.Ring64;

/// <summary>Vectors of words modulo 2^64: the arithmetic of additive shares.</summary>
/// <remarks>
/// Words are in [0, 2^64) or, the same bits, two's complement in [-2^63, 2^63); every result wraps. Time depends on the lengths
/// alone, so every operand may be secret. Operands must be equally long, and the destination at least as long; it may be one of
/// the operands, but not overlap one by a part. Anything else is refused with <see cref="ArgumentException"/>.
/// </remarks>
public static class RingVector
{
    /// <summary>destination[i] = x[i] + y[i] mod 2^64.</summary>
    /// <exception cref="ArgumentException">
    /// The lengths differ, the destination is too short, or it overlaps an operand by a part.
    /// </exception>
    public static void Add(ReadOnlySpan<ulong> x, ReadOnlySpan<ulong> y, Span<ulong> destination) =>
        TensorPrimitives.Add(x, y, destination);

    /// <summary>destination[i] = x[i] − y[i] mod 2^64.</summary>
    /// <exception cref="ArgumentException">
    /// The lengths differ, the destination is too short, or it overlaps an operand by a part.
    /// </exception>
    public static void Subtract(ReadOnlySpan<ulong> x, ReadOnlySpan<ulong> y, Span<ulong> destination) =>
        TensorPrimitives.Subtract(x, y, destination);

    /// <summary>destination[i] = −x[i] mod 2^64.</summary>
    /// <exception cref="ArgumentException">The destination is too short, or overlaps the operand by a part.</exception>
    public static void Negate(ReadOnlySpan<ulong> x, Span<ulong> destination) => TensorPrimitives.Negate(x, destination);

    /// <summary>destination[i] = x[i] · y[i] mod 2^64.</summary>
    /// <exception cref="ArgumentException">
    /// The lengths differ, the destination is too short, or it overlaps an operand by a part.
    /// </exception>
    public static void Multiply(ReadOnlySpan<ulong> x, ReadOnlySpan<ulong> y, Span<ulong> destination) =>
        TensorPrimitives.Multiply(x, y, destination);

    /// <summary>destination[i] = x[i] · y mod 2^64.</summary>
    /// <exception cref="ArgumentException">The destination is too short, or overlaps the operand by a part.</exception>
    public static void Multiply(ReadOnlySpan<ulong> x, ulong y, Span<ulong> destination) =>
        TensorPrimitives.Multiply(x, y, destination);

    /// <summary>destination[i] = x[i] · y[i] + addend[i] mod 2^64.</summary>
    /// <exception cref="ArgumentException">
    /// The lengths differ, the destination is too short, or it overlaps an operand by a part.
    /// </exception>
    public static void MultiplyAdd(
        ReadOnlySpan<ulong> x, ReadOnlySpan<ulong> y, ReadOnlySpan<ulong> addend, Span<ulong> destination) =>
        TensorPrimitives.MultiplyAdd(x, y, addend, destination);
}
