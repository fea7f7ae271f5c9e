using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Mpc.Ring64;

/// <summary>
/// A product of two tensors modulo 2^64 that is linear in each: map(x + x', y) = map(x, y) + map(x', y), and likewise in y.
/// </summary>
/// <remarks>
/// That is all a product of two secret tensors needs: with D = X − A and E = Y − B opened, map(X, Y) = map(A, B) + map(D, B) +
/// map(A, E) + map(D, E). Tensors lie row-major without gaps. Time depends on the sizes alone, so every operand may be secret.
/// Two maps are equal when they are of one kind, sizes and settings; parties compare <see cref="Name"/>.
/// </remarks>
public abstract record BilinearMap
{
    // Only the maps of this library: the parties must know a map by its name alone.
    private protected BilinearMap(Shape left, Shape right, Shape result)
    {
        Left = left;
        Right = right;
        Result = result;
    }

    /// <summary>What the map is, with all sizes and settings: equal names are equal maps.</summary>
    public abstract string Name { get; }

    /// <summary>The shape of the left operand.</summary>
    public Shape Left { get; }

    /// <summary>The shape of the right operand.</summary>
    public Shape Right { get; }

    /// <summary>The shape of the result.</summary>
    public Shape Result { get; }

    /// <summary>How many products of two words the map takes.</summary>
    public abstract long Products { get; }

    /// <summary>result += map(left, right) mod 2^64; large maps use every core.</summary>
    /// <param name="left">The words of the left operand, of shape <see cref="Left"/>.</param>
    /// <param name="right">The words of the right operand, of shape <see cref="Right"/>.</param>
    /// <param name="result">The words that the map is added to, of shape <see cref="Result"/>; they may not overlap an operand.</param>
    /// <exception cref="ArgumentException">A span has not the length of its shape, or the result overlaps an operand.</exception>
    public void MultiplyAdd(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, Span<ulong> result) =>
        MultiplyAdd(left, right, result, KernelWidth.Auto, Environment.ProcessorCount);

    /// <summary>The name.</summary>
    public sealed override string ToString() => Name;

    /// <summary>The same, at a width and with a number of threads that tests and benchmarks choose.</summary>
    /// <exception cref="PlatformNotSupportedException">The machine has no kernels of that width.</exception>
    internal void MultiplyAdd(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, Span<ulong> result, KernelWidth width, int threads)
    {
        CheckLength(left.Length, Left, nameof(left));
        CheckLength(right.Length, Right, nameof(right));
        CheckLength(result.Length, Result, nameof(result));
        if (result.Overlaps(left) || result.Overlaps(right))
        {
            throw new ArgumentException("The result shares memory with an operand; give it memory of its own.", nameof(result));
        }

        if (!KernelWidths.IsSupported(width))
        {
            throw new PlatformNotSupportedException($"This machine has no kernels of width {width}.");
        }

        if (Products > 0)
        {
            Accumulate(left, right, result, width, threads);
        }
    }

    /// <summary>result += map(left, right), on operands already checked, none of them empty.</summary>
    private protected abstract void Accumulate(
        ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, Span<ulong> result, KernelWidth width, int threads);

    private void CheckLength(int length, Shape shape, string name)
    {
        if (length != shape.ElementCount)
        {
            throw new ArgumentException($"The {Name} takes {shape.ElementCount} words of shape {shape} here; it was given {length}.", name);
        }
    }
}
