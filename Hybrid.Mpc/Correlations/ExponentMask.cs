using System.Collections.Immutable;
using Hybrid.Mpc.Bits;
using Hybrid.Mpc.Ring64;

namespace Hybrid.Mpc.Correlations;

/// <summary>
/// A uniform word r and uniform bits s, shared by exclusive or and as words, with shares of r · s for each: products of one secret word
/// with several secret bits.
/// </summary>
public sealed record ExponentMask : CorrelationKind
{
    /// <summary>The most bits there can be.</summary>
    public const int MaximumBits = 64;

    internal const int Word = 0;
    internal const int Bits = 1;
    internal const int BitWords = 2;
    internal const int Products = 3;

    /// <summary>The kind for a number of bits.</summary>
    /// <param name="count">How many bits meet one word, 1 to 64.</param>
    public ExponentMask(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaximumBits);
        Count = count;
    }

    /// <summary>How many bits meet one word.</summary>
    public int Count { get; }

    /// <inheritdoc/>
    public override string Name => $"exponent masks of {Count} bits";

    internal override void Derive(DealtValues values)
    {
        for (int bit = 0; bit < Count; bit++)
        {
            Span<ulong> word = values[BitWords].Slice(bit * values.Count, values.Count);
            BitPlanes.Expand(values[Bits].Slice(bit * values.PlaneWords, values.PlaneWords), word);
            RingVector.Multiply(values[Word], word, values[Products].Slice(bit * values.Count, values.Count));
        }
    }

    private protected override ImmutableArray<DealtVector> Describe() =>
        [new(1, Dealing.Shared), new(Count, Dealing.Shared, VectorForm.Planes), new(Count, Dealing.Derived), new(Count, Dealing.Derived)];
}
