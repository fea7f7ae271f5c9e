using System.Collections.Immutable;
using System.Diagnostics;
using Hybrid.Security;

namespace Hybrid.Mpc.Correlations;

/// <summary>One party's part of some units of a correlation; a protocol uses it once.</summary>
/// <remarks>
/// Used for two secrets, a mask would show their difference: the second use throws. The words are wiped on dispose.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class Correlation : IDisposable
{
    private readonly ImmutableArray<DealtVector> _held;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly SecretBuffer<ulong> _words;
    private int _used;

    internal Correlation(CorrelationKind kind, int party, long first, int count)
    {
        Kind = kind;
        Party = party;
        First = first;
        Count = count;
        _held = [.. kind.Vectors.Select(vector => vector.IsHeldBy(party) ? vector : vector with { Words = 0 })];
        _words = new SecretBuffer<ulong>(checked(count * _held.Sum(vector => vector.Words)));
    }

    /// <summary>What it is.</summary>
    public CorrelationKind Kind { get; }

    /// <summary>Whose part this is, 0 or 1.</summary>
    public int Party { get; }

    /// <summary>The number of its first unit among all of the kind; the same at both parties, or their parts do not belong together.</summary>
    public long First { get; }

    /// <summary>How many units.</summary>
    public int Count { get; }

    /// <summary>
    /// The vectors, those held by the other party alone empty. Whoever reads them keeps the correlation alive meanwhile.
    /// </summary>
    internal CorrelationVectors Vectors => new(_words.Span, _held, Count);

    /// <summary>Wipes the words.</summary>
    public void Dispose() => _words.Dispose();

    /// <summary>Names kind, units and party, never the words.</summary>
    public override string ToString() => $"party {Party}'s part of {Count} {Kind.Name} from number {First} on";

    /// <summary>Marks the correlation as used.</summary>
    /// <exception cref="InvalidOperationException">It was used before.</exception>
    internal void Use()
    {
        if (Interlocked.Exchange(ref _used, 1) != 0)
        {
            throw new InvalidOperationException($"The {this} was used before: draw a fresh one for every product.");
        }
    }
}
