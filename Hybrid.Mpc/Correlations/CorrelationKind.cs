using System.Collections.Immutable;

namespace Hybrid.Mpc.Correlations;

/// <summary>A kind of correlated randomness, with its sizes: what it holds for each element, and how its vectors belong together.</summary>
/// <remarks>Two kinds are equal when their sizes are, and <see cref="Name"/> says all of them.</remarks>
public abstract record CorrelationKind
{
    /// <summary>The most words that one element may have: its product's buffers hold no more.</summary>
    internal const int MaximumElementWords = 1 << 26;

    // What is dealt at a time stays in the second-level cache while a party works on it.
    private const int ChunkWords = 1 << 16;

    /// <summary>
    /// The chunks of all kinds with bit planes, which go from gate to gate chunk by chunk: whole words of every plane. Few enough that
    /// comparison keys, of nearly a kilobyte each, are still in cache when the dealer's messages take them up; and many enough that a
    /// message costs little beside its elements.
    /// </summary>
    internal const int PlaneChunkElements = 1 << 11;

    // Asked for in every draw, and always the same.
    private ImmutableArray<DealtVector> _vectors;
    private int _chunkElements;

    private protected CorrelationKind()
    {
    }

    /// <summary>What messages call it, with its sizes: "multiplication triples", "truncation tuples of 16 bits".</summary>
    public abstract string Name { get; }

    /// <summary>The vectors, the derived ones last.</summary>
    internal ImmutableArray<DealtVector> Vectors => _vectors.IsDefault ? _vectors = Describe() : _vectors;

    /// <summary>The most parties there can be: two for keys that only two can evaluate.</summary>
    internal virtual int MaximumParties => int.MaxValue;

    /// <summary>Weights' masks, dealt before, that <see cref="Derive"/> needs, if any.</summary>
    internal virtual WeightMask? Mask => null;

    /// <summary>How many elements are dealt, sent and worked on at a time.</summary>
    internal int ChunkElements => _chunkElements > 0 ? _chunkElements : _chunkElements = Vectors.Any(vector => vector.Form == VectorForm.Planes)
        ? PlaneChunkElements
        : (int)Math.Max(1, ChunkWords / Vectors.Sum(vector => (long)vector.Words));

    /// <summary>Computes the derived and common vectors from the others; all are values here, not shares.</summary>
    internal abstract void Derive(DealtValues values);

    /// <summary>The kind's name.</summary>
    public sealed override string ToString() => Name;

    /// <summary>Whether both are of one type; the types compare their own sizes besides, and what is kept here follows from these.</summary>
    public virtual bool Equals(CorrelationKind? other) => other is not null && EqualityContract == other.EqualityContract;

    /// <inheritdoc/>
    public override int GetHashCode() => EqualityContract.GetHashCode();

    /// <summary>Lists the vectors, the derived ones last.</summary>
    private protected abstract ImmutableArray<DealtVector> Describe();

    /// <summary>Refuses elements too large to deal.</summary>
    /// <exception cref="ParameterException">They are.</exception>
    private protected static void RequireElement(string what, Int128 words)
    {
        if (words > MaximumElementWords)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange, $"{what} has {words} words, where {MaximumElementWords} are the most in one piece: cut it into blocks.");
        }
    }
}
