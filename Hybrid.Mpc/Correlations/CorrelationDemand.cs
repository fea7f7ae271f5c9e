using System.Collections.Immutable;
using Hybrid.Security;

namespace Hybrid.Mpc.Correlations;

/// <summary>How many units of which correlations a plan needs, summed up before it runs, and what dealing them costs.</summary>
/// <remarks>It never changes. Parties and dealer must work from equal demands: the order of the kinds picks the streams of the seeds.</remarks>
public sealed class CorrelationDemand : IEquatable<CorrelationDemand>
{
    private readonly ImmutableSortedDictionary<string, Entry> _entries;

    private CorrelationDemand(ImmutableSortedDictionary<string, Entry> entries) => _entries = entries;

    /// <summary>Nothing.</summary>
    public static CorrelationDemand None { get; } = new(ImmutableSortedDictionary.Create<string, Entry>(StringComparer.Ordinal));

    /// <summary>The kinds asked for, in the order of their names.</summary>
    public IReadOnlyList<CorrelationKind> Kinds => [.. _entries.Values.Select(entry => entry.Kind)];

    /// <summary>How many units of a kind are asked for.</summary>
    public long this[CorrelationKind kind]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(kind);
            return _entries.TryGetValue(kind.Name, out Entry? entry) ? entry.Count : 0;
        }
    }

    /// <summary>Some units of one kind.</summary>
    /// <exception cref="ParameterException">There are more than can be: weights have one mask.</exception>
    public static CorrelationDemand Of(CorrelationKind kind, long count)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return None.With(kind, count);
    }

    /// <summary>What both need.</summary>
    /// <exception cref="ParameterException">There are more of a kind than can be: weights have one mask.</exception>
    public static CorrelationDemand operator +(CorrelationDemand left, CorrelationDemand right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return right._entries.Values.Aggregate(left, (sum, entry) => sum.With(entry.Kind, entry.Count));
    }

    /// <summary>What both need.</summary>
    public static CorrelationDemand Add(CorrelationDemand left, CorrelationDemand right) => left + right;

    /// <summary>What so many runs need.</summary>
    /// <exception cref="ParameterException">There are more of a kind than can be: weights have one mask.</exception>
    public CorrelationDemand Times(int runs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(runs);
        return runs == 0 ? None : _entries.Values.Aggregate(None, (sum, entry) => sum.With(entry.Kind, entry.Count, runs));
    }

    /// <summary>Bytes the dealer sends to a party: a seed, and to party 1 the corrections with their messages' headers. Exact.</summary>
    /// <param name="party">0 or 1.</param>
    public long DealtBytes(int party)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(party);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(party, 1);
        return AesCtrGenerator.SeedBytes + (party == 0 ? 0 : _entries.Values.Sum(entry => entry.CorrectionBytes));
    }

    /// <summary>Whether both ask for the same.</summary>
    public bool Equals(CorrelationDemand? other) =>
        other is not null && _entries.Values.SequenceEqual(other._entries.Values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CorrelationDemand);

    /// <inheritdoc/>
    public override int GetHashCode() => _entries.Values.Aggregate(0, HashCode.Combine);

    /// <summary>Kinds and counts.</summary>
    public override string ToString() =>
        _entries.IsEmpty ? "nothing" : string.Join(", ", _entries.Values.Select(entry => $"{entry.Count} {entry.Kind.Name}"));

    private CorrelationDemand With(CorrelationKind kind, long count, int runs = 1)
    {
        if (count == 0)
        {
            return this;
        }

        // Two 63-bit numbers and their product fit 128 bits.
        Int128 sum = this[kind] + ((Int128)count * runs);
        if (sum > kind.MaximumCount)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange,
                $"A plan asks for {sum} {kind.Name}, where {kind.MaximumCount} are the most: open weights once, apart from the runs, and deal long runs in parts.");
        }

        return new CorrelationDemand(_entries.SetItem(kind.Name, new Entry(kind, (long)sum)));
    }

    private sealed record Entry(CorrelationKind Kind, long Count)
    {
        public long CorrectionBytes => Kind.CorrectionWords == 0
            ? 0
            : checked((Count * Kind.CorrectionBytes) + ((Count + Kind.ChunkUnits - 1) / Kind.ChunkUnits * CorrectionMessage.HeaderBytes));
    }
}
