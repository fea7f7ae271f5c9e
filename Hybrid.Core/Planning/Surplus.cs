using System.Collections.Immutable;
using Hybrid.Graph;
using Hybrid.Numerics;

namespace Hybrid.Planning;

/// <summary>
/// What a value may carry beyond its node when it goes from ciphertexts to shares and is only truncated there: it comes times 2^<see cref="ExtraBits"/>,
/// and of that its truncations cut off <see cref="LostBits"/> at least. A scheme that is not exact has its noise there.
/// </summary>
/// <remarks>
/// Words then use all of their range, so a scheme whose numbers lie at the upper end of a modulus needs but as many bits above its noise as are
/// kept. A truncation by more bits costs the same, and so does a comparison by the same opening, which is of what is left.
/// </remarks>
/// <param name="ExtraBits">s: shares are of the node's integers times 2^s, or so much as the scheme's noise beside it.</param>
/// <param name="LostBits">f: low bits of that which no truncation keeps; 0 where what comes has to be exact.</param>
public readonly record struct Surplus(int ExtraBits, int LostBits)
{
    /// <summary>How far noise may take a truncated value, in its units: with its rounding no more than <see cref="TruncateOp.MaximumError"/>.</summary>
    public const int MostUnits = TruncateOp.MaximumError - 1;

    /// <summary>Nothing: values come as they are, exactly.</summary>
    public static Surplus None => default;

    /// <summary>Whether what comes need not be exact.</summary>
    public bool IsAny => LostBits > 0;

    /// <summary>How far what comes may be off, in units of its words; 0 where it has to be exact.</summary>
    public double Allowance => IsAny ? Math.ScaleB(MostUnits, LostBits) : 0;

    /// <summary>What a value can carry.</summary>
    /// <param name="value">The value.</param>
    /// <param name="uses">All that is done with it.</param>
    public static Surplus Of(Node value, IReadOnlyList<Node> uses)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(uses);
        ImmutableArray<int> cuts = [.. uses.Select(use => use.Op is TruncateOp truncation ? truncation.Bits : 0)];
        int cut = cuts.DefaultIfEmpty(0).Min();
        if (cut == 0)
        {
            return None;
        }

        // Noise must not take it beyond what truncations take, nor the truncated value beyond what comparisons of it do.
        Int128 most = WordRange.Sum(value.Magnitude, WordRange.Shift(TruncateOp.MaximumError, cuts.Max()));
        int extra = FixedPointFormat.MaximumBits - (128 - (int)Int128.LeadingZeroCount(most));
        extra = Math.Min(extra, FixedPointFormat.MaximumBits - Math.Max(value.FractionBits, cuts.Max()));
        return extra < 0 ? None : new Surplus(extra, cut + extra);
    }

    /// <summary>What a value's words can be.</summary>
    public WordRange RangeOf(Node value)
    {
        ArgumentNullException.ThrowIfNull(value);
        WordRange range = value.Range.Shifted(ExtraBits);
        Int128 noise = IsAny ? WordRange.Shift(MostUnits, LostBits) : 0;
        return new WordRange(WordRange.Sum(range.Low, -noise), WordRange.Sum(range.High, noise));
    }
}
