using System.Collections.Immutable;
using Hybrid.Numerics;
using Hybrid.Schemes;

namespace Hybrid.Mpc;

/// <summary>
/// How a tensor's integers are held: each as limbs, x = Σ limb_i · 2^(i · <see cref="Bits"/>), so that integers wider than shares hold are
/// computed with. One limb is the integer itself.
/// </summary>
/// <param name="Bits">How many bits the limbs are apart.</param>
/// <param name="Ranges">What each limb can be, the lowest first.</param>
internal sealed record LimbForm(int Bits, ImmutableArray<WordRange> Ranges)
{
    /// <summary>How many limbs.</summary>
    public int Count => Ranges.Length;

    /// <summary>Integers of a range that words hold, as they are.</summary>
    public static LimbForm Whole(WordRange range) => new(FixedPointFormat.MaximumBits, [range]);

    /// <summary>The form of integers up to a magnitude, cut into balanced limbs; null if the highest does not fit a share.</summary>
    public static LimbForm? Of(Int128 magnitude, int count, int bits)
    {
        var ranges = ImmutableArray.CreateBuilder<WordRange>(count);
        Int128 half = Int128.One << (bits - 1);
        for (int limb = 0; limb < count - 1; limb++)
        {
            ranges.Add(new WordRange(-half, half - 1));
            magnitude = (magnitude + half) >> bits;
        }

        ranges.Add(WordRange.Within(magnitude));
        return Checked(new LimbForm(bits, ranges.MoveToImmutable()));
    }

    /// <summary>Cuts integers into limbs, each in [−2^(bits−1), 2^(bits−1)) but the highest. Takes the same steps whatever the integers.</summary>
    /// <param name="integers">The integers.</param>
    /// <param name="limb">Which limb.</param>
    /// <param name="words">As many words, for that limb of each.</param>
    public void Split(PlainIntegers integers, int limb, Span<long> words)
    {
        if (Count == 1 && integers.AreWords)
        {
            integers.Words.CopyTo(words);
            return;
        }

        for (int i = 0; i < integers.Length; i++)
            words[i] = Limb(integers[i], limb);
    }

    /// <summary>One limb of an integer.</summary>
    public long Limb(Int128 integer, int limb)
    {
        Int128 half = Int128.One << (Bits - 1);
        for (int below = 0; below < limb; below++)
            integer = (integer + half) >> Bits;
        // Rounded to the nearest multiple of 2^bits, what is left is in [-half, half).
        return (long)(limb == Count - 1 ? integer : integer - (((integer + half) >> Bits) << Bits));
    }

    /// <summary>The form of products, limb by limb, with weights of so large a norm; null if one does not fit a share.</summary>
    public LimbForm? Times(Int128 norm) => Ranges.Any(range => Length(range.Magnitude) + Length(norm) > 64)
        ? null
        : Checked(this with { Ranges = [.. Ranges.Select(range => WordRange.Within(range.Magnitude * norm))] });

    /// <summary>The form of sums, limb by limb; null if one does not fit a share.</summary>
    public LimbForm? Plus(LimbForm? other) => other is null
        ? null
        : Checked(this with { Ranges = [.. Ranges.Zip(other.Ranges, (left, right) => left + right)] });

    /// <summary>By value.</summary>
    public bool Equals(LimbForm? other) => other is not null && Bits == other.Bits && Ranges.AsSpan().SequenceEqual(other.Ranges.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Bits, Ranges.Length);

    private static LimbForm? Checked(LimbForm form) =>
        form.Ranges.All(range => range.Low >= WordRange.Widest.Low && range.High <= WordRange.Widest.High) ? form : null;

    // Bits of a magnitude.
    private static int Length(Int128 magnitude) => 128 - (int)Int128.LeadingZeroCount(magnitude);
}
