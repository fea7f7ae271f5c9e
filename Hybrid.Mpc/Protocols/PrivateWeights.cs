using System.Diagnostics;
using Hybrid.Mpc.Correlations;
using Hybrid.Security;
using Hybrid.Tensors;

namespace Hybrid.Mpc.Protocols;

/// <summary>One party's end of a tensor of weights that one party knows, ready for any number of products.</summary>
/// <remarks>The owner's end holds the weights W, the other party's holds W − B, B being uniform and known to the owner alone.</remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class PrivateWeights : IDisposable
{
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly SecretBuffer<ulong> _words;

    internal PrivateWeights(WeightMask mask, int party, ReadOnlySpan<ulong> words)
    {
        Mask = mask;
        Party = party;
        _words = new SecretBuffer<ulong>(words);
    }

    /// <summary>Which weights, of which party.</summary>
    public WeightMask Mask { get; }

    /// <summary>Whose end this is, 0 or 1.</summary>
    public int Party { get; }

    internal bool IsOwner => Party == Mask.Owner;

    /// <summary>The weights at their owner, the masked ones at the other party. Whoever reads them keeps this alive meanwhile.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    internal ReadOnlySpan<ulong> Words => _words.Span;

    /// <summary>Wipes the words.</summary>
    public void Dispose() => _words.Dispose();

    /// <summary>Names owner and size, never the weights.</summary>
    public override string ToString() => $"party {Mask.Owner}'s {Mask.Words} weights {Mask.Weights}";
}

/// <summary>What is public about private weights that products of a circuit use.</summary>
/// <param name="Mask">Which weights, of which party.</param>
/// <param name="Shape">Their shape.</param>
/// <param name="FractionBits">Their fraction bits.</param>
/// <param name="Norm">A bound on the sum of the integers' magnitudes that meet in one element of a product.</param>
public sealed record WeightSpecification(WeightMask Mask, Shape Shape, int FractionBits, Int128 Norm);
