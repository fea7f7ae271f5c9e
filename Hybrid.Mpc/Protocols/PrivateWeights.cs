using System.Diagnostics;
using Hybrid.Mpc.Correlations;
using Hybrid.Numerics;
using Hybrid.Security;

namespace Hybrid.Mpc.Protocols;

/// <summary>One party's end of a matrix of weights that one party knows, ready for any number of products.</summary>
/// <remarks>The owner's end holds the weights W, the other party's holds W − B, B being uniform and known to the owner alone.</remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class PrivateWeights : IDisposable
{
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly SecretBuffer<ulong> _words;

    internal PrivateWeights(WeightMask mask, int party, FixedPointFormat format, ReadOnlySpan<ulong> words)
    {
        Mask = mask;
        Party = party;
        FractionBits = format.FractionBits;
        _words = new SecretBuffer<ulong>(words);
    }

    /// <summary>Which weights, of which party.</summary>
    public WeightMask Mask { get; }

    /// <summary>Whose end this is, 0 or 1.</summary>
    public int Party { get; }

    /// <summary>How many fraction bits the weights have.</summary>
    public int FractionBits { get; }

    internal bool IsOwner => Party == Mask.Owner;

    /// <summary>The weights at their owner, the masked ones at the other party. Whoever reads them keeps this alive meanwhile.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    internal Span<ulong> Words => _words.Span;

    /// <summary>Wipes the words.</summary>
    public void Dispose() => _words.Dispose();

    /// <summary>Names owner, shape and fraction bits, never the weights.</summary>
    public override string ToString() => $"party {Mask.Owner}'s weights {Mask.Weights}: {Mask.K} × {Mask.N}, {FractionBits} fraction bits";
}
