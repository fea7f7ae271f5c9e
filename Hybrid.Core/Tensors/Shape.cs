using System.Collections.Immutable;

namespace Hybrid.Tensors;

/// <summary>The lengths of a tensor's dimensions, outermost first; row-major order throughout.</summary>
public sealed class Shape : IEquatable<Shape>
{
    /// <summary>The most elements a tensor may have.</summary>
    public const int MaximumElements = 1 << 28;

    /// <summary>Makes a shape.</summary>
    /// <exception cref="ParameterException">A length is negative, or there are too many elements.</exception>
    public Shape(params ReadOnlySpan<int> lengths)
    {
        // A zero anywhere makes the tensor empty, however long the other dimensions are.
        long count = lengths.Contains(0) ? 0 : 1;
        foreach (int length in lengths)
        {
            if (length < 0)
            {
                throw new ParameterException(ParameterFault.OutOfRange, $"A dimension of length {length} was asked for: lengths are 0 or more.");
            }

            count *= length;
            if (count > MaximumElements)
            {
                throw new ParameterException(ParameterFault.OutOfRange, $"A tensor of shape ({string.Join(", ", lengths.ToArray())}) has more than {MaximumElements} elements: work in batches.");
            }
        }

        Lengths = [.. lengths];
        ElementCount = (int)count;
    }

    /// <summary>The lengths.</summary>
    public ImmutableArray<int> Lengths { get; }

    /// <summary>Number of dimensions.</summary>
    public int Rank => Lengths.Length;

    /// <summary>Number of elements.</summary>
    public int ElementCount { get; }

    /// <summary>The length of one dimension.</summary>
    public int this[int dimension] => Lengths[dimension];

    /// <summary>The shape of a plaintext tensor, from its lengths.</summary>
    /// <exception cref="ParameterException">There are too many elements.</exception>
    public static Shape Of(ReadOnlySpan<nint> tensorLengths)
    {
        var lengths = new int[tensorLengths.Length];
        for (int i = 0; i < lengths.Length; i++)
        {
            // Too long for an int is too long for a shape, which says so.
            lengths[i] = (int)nint.Clamp(tensorLengths[i], int.MinValue, int.MaxValue);
        }

        return new Shape(lengths);
    }

    /// <summary>The shape of (m, k) · (k, n), which is (m, n).</summary>
    /// <exception cref="ParameterException">The shapes do not fit.</exception>
    public static Shape MatMul(Shape left, Shape right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (left.Rank != 2 || right.Rank != 2 || left[1] != right[0])
        {
            throw new ParameterException(ParameterFault.Mismatch, $"MatMul takes (m, k) by (k, n); it was given {left} by {right}.");
        }

        return new Shape(left[0], right[1]);
    }

    /// <inheritdoc/>
    public bool Equals(Shape? other) => other is not null && Lengths.AsSpan().SequenceEqual(other.Lengths.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (int length in Lengths)
        {
            hash.Add(length);
        }

        return hash.ToHashCode();
    }

    /// <summary>The lengths in parentheses, as in (171, 30).</summary>
    public override string ToString() => $"({string.Join(", ", Lengths)})";
}
