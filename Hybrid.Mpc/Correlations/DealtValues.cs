using System.Collections.Immutable;
using Hybrid.Security;

namespace Hybrid.Mpc.Correlations;

/// <summary>The values of one chunk of a correlation, as only the dealer sees them.</summary>
internal readonly ref struct DealtValues
{
    private readonly Span<ulong> _words;
    private readonly ImmutableArray<DealtVector> _vectors;

    /// <summary>Sees <paramref name="words"/> as the vectors of <paramref name="count"/> elements, one after the other.</summary>
    public DealtValues(Span<ulong> words, ImmutableArray<DealtVector> vectors, int count, ReadOnlySpan<ulong> mask, IRandomSource random)
    {
        _words = words;
        _vectors = vectors;
        Count = count;
        Mask = mask;
        Random = random;
    }

    /// <summary>How many elements.</summary>
    public int Count { get; }

    /// <summary>Words of one bit plane.</summary>
    public int PlaneWords => (Count + 63) / 64;

    /// <summary>The weights' mask, empty where the kind needs none.</summary>
    public ReadOnlySpan<ulong> Mask { get; }

    /// <summary>The dealer's own randomness, for what no party expands.</summary>
    public IRandomSource Random { get; }

    /// <summary>One vector.</summary>
    public Span<ulong> this[int index]
    {
        get
        {
            int start = 0;
            for (int earlier = 0; earlier < index; earlier++)
                start += _vectors[earlier].Length(Count);
            return _words.Slice(start, _vectors[index].Length(Count));
        }
    }
}
