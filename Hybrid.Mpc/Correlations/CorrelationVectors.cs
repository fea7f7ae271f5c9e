using System.Collections.Immutable;

namespace Hybrid.Mpc.Correlations;

/// <summary>The vectors of some units of a correlation, one after the other in one piece of memory.</summary>
internal readonly ref struct CorrelationVectors
{
    private readonly Span<ulong> _words;
    private readonly ImmutableArray<DealtVector> _vectors;

    /// <summary>Sees <paramref name="words"/> as whole vectors of <paramref name="count"/> units.</summary>
    public CorrelationVectors(Span<ulong> words, ImmutableArray<DealtVector> vectors, int count)
    {
        _words = words;
        _vectors = vectors;
        Count = count;
    }

    /// <summary>How many units.</summary>
    public int Count { get; }

    /// <summary>One vector.</summary>
    public Span<ulong> this[int index]
    {
        get
        {
            int start = 0;
            for (int earlier = 0; earlier < index; earlier++)
                start += _vectors[earlier].Words * Count;
            return _words.Slice(start, _vectors[index].Words * Count);
        }
    }
}
