using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Hybrid.Mpc.Correlations;

/// <summary>Some elements of one kind, drawn at once.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Count">How many elements, at least 1.</param>
public sealed record CorrelationDraw(CorrelationKind Kind, int Count)
{
    /// <summary>How many chunks they come in.</summary>
    internal int Chunks => (Count + Kind.ChunkElements - 1) / Kind.ChunkElements;

    /// <summary>How many elements a chunk has.</summary>
    internal int ChunkCount(int chunk) => Math.Min(Kind.ChunkElements, Count - (chunk * Kind.ChunkElements));

    /// <summary>Words that the dealer sends a party for one chunk.</summary>
    internal int SentWords(int party, int parties, int chunk)
    {
        int count = ChunkCount(chunk);
        int words = 0;
        foreach (DealtVector vector in Kind.Vectors)
        {
            words += vector.IsSentTo(party, parties) ? vector.Length(count) : 0;
        }

        return words;
    }

    /// <summary>As in 1000 multiplication triples.</summary>
    public override string ToString() => $"{Count} {Kind.Name}";
}

/// <summary>The correlations a plan will draw, in order, known before it runs; and what dealing them costs.</summary>
/// <remarks>It never changes. Parties and dealer must work from equal demands: a draw's place picks its streams of the seeds.</remarks>
public sealed class CorrelationDemand : IEquatable<CorrelationDemand>
{
    /// <summary>Makes a demand.</summary>
    public CorrelationDemand(IEnumerable<CorrelationDraw> draws)
    {
        ArgumentNullException.ThrowIfNull(draws);
        Draws = [.. draws];
    }

    /// <summary>Nothing.</summary>
    public static CorrelationDemand None { get; } = new([]);

    /// <summary>The draws in order.</summary>
    public ImmutableArray<CorrelationDraw> Draws { get; }

    /// <summary>How many elements of a kind are asked for.</summary>
    public long this[CorrelationKind kind] => Draws.Where(draw => draw.Kind == kind).Sum(draw => (long)draw.Count);

    /// <summary>One, then the other.</summary>
    public static CorrelationDemand operator +(CorrelationDemand left, CorrelationDemand right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new CorrelationDemand(left.Draws.Concat(right.Draws));
    }

    /// <summary>One, then the other.</summary>
    public static CorrelationDemand Add(CorrelationDemand left, CorrelationDemand right) => left + right;

    /// <summary>Bytes of corrections that the dealer sends to a party, their messages' headers included. Exact.</summary>
    /// <param name="party">The party, in [0, parties).</param>
    /// <param name="parties">How many there are, at least 2.</param>
    public long DealtBytes(int party, int parties = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parties, 2);
        ArgumentOutOfRangeException.ThrowIfNegative(party);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(party, parties);
        long bytes = 0;
        foreach (CorrelationDraw draw in Draws)
        {
            int whole = draw.SentWords(party, parties, 0);
            if (whole > 0)
            {
                long words = ((long)whole * (draw.Chunks - 1)) + draw.SentWords(party, parties, draw.Chunks - 1);
                bytes += ((long)draw.Chunks * CorrectionMessage.HeaderBytes) + (words * sizeof(ulong));
            }
        }

        return bytes;
    }

    /// <summary>SHA-256 of the draws, by which parties and dealer notice that theirs differ.</summary>
    public byte[] Hash() => SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Draws)));

    /// <summary>Whether both ask for the same in the same order.</summary>
    public bool Equals(CorrelationDemand? other) => other is not null && Draws.SequenceEqual(other.Draws);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CorrelationDemand);

    /// <inheritdoc/>
    public override int GetHashCode() => Draws.Aggregate(0, HashCode.Combine);

    /// <summary>Kinds and counts, each kind's summed up.</summary>
    public override string ToString() => Draws.IsEmpty
        ? "nothing"
        : string.Join(", ", Draws.GroupBy(draw => draw.Kind).Select(group => $"{group.Sum(draw => (long)draw.Count)} {group.Key.Name}"));
}
