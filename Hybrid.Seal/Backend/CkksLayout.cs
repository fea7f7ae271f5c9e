using Hybrid.Schemes;
using Hybrid.Seal.RingPacked;

namespace Hybrid.Seal;

/// <summary>
/// How a stretch is computed on CKKS ciphertexts: exactly, with numbers in coefficients (see <see cref="RingPacking"/>). Both parties
/// derive the same one.
/// </summary>
/// <remarks>
/// Results are exact modulo 2^64. Where that is too short, inputs are cut into limbs, balanced and all of the same length, which are
/// further rows of the product, or images of the convolution; the client puts the results together again. What comes from shares or goes
/// to shares is right modulo 2^64 and needs no limbs; where only truncations follow, results lie at the upper end of words, and noise in what
/// these cut off, so that fewer primes do (<see cref="Planning.Surplus"/>). Primes and degree follow from bounds only, not from the number of rows or images, so
/// that one key serves all queries; tiles follow from all of it.
/// </remarks>
internal sealed class CkksLayout
{
    /// <summary>Statistical security of replies: noise tells of the weights 2^-40 at most, a coefficient.</summary>
    public const int RevealBits = 40;

    // A result with its sign that needs no limbs.
    private const int WordBits = 64;

    // A result that goes to shares or came from them, with its sign: a last bit too many must not change it.
    private const int SharedBits = 63;

    // A limb's result with its sign, with bits to spare for a limb that is balanced and for what the bias adds.
    private const int ResultBits = 62;

    private CkksLayout(LinearStretch stretch, int limbs, int limbBits, RingPacking packing)
    {
        Stretch = stretch;
        Limbs = limbs;
        LimbBits = limbBits;
        Packing = packing;
    }

    /// <summary>What is computed.</summary>
    public LinearStretch Stretch { get; }

    /// <summary>Limbs of an input.</summary>
    public int Limbs { get; }

    /// <summary>Bits of a limb: x = sum x_j 2^(j bits), with x_j in [-2^(bits - 1), 2^(bits - 1)], but for the highest.</summary>
    public int LimbBits { get; }

    /// <summary>The layer of all rows' limbs, or images', one limb after the other.</summary>
    public RingPacking Packing { get; }

    /// <summary>Words that enter are times 2^this, so results are.</summary>
    public int ExtraBits => Stretch.Leaving.ExtraBits;

    /// <summary>Degree and primes.</summary>
    public CkksParameters Parameters => Packing.Parameters;

    /// <summary>Messages of ciphertexts that enter, some each, so that the server multiplies the first ones while others are on their way.</summary>
    public int MessagesUp => Packing.Groups.Messages;

    /// <summary>Bytes of the frames of ciphertexts that enter; null if they are more than the client makes at once.</summary>
    public long? FramesUp => FrameBytes.Within(Packing.Plan.BytesUp) is { } first ? first + ((MessagesUp - 1) * FrameBytes.Of(0)) : null;

    /// <summary>Bytes of the frame of ciphertexts that go back; null if they are more than a message holds.</summary>
    public long? FrameDown => Packing.ReplyBytes is { } bytes ? FrameBytes.Of(bytes) : null;

    /// <summary>The layout of a stretch with the first parameters that carry it; null if CKKS cannot compute it.</summary>
    /// <param name="linear">What is computed.</param>
    /// <param name="candidates">Parameter sets to choose from, smaller ones first.</param>
    public static CkksLayout? Of(LinearStretch linear, IEnumerable<CkksParameters> candidates) =>
        candidates.FirstOrDefault(parameters => Carries(linear, parameters)) is { } first ? Of(linear, new CkksKeySet(first)) : null;

    /// <summary>The layout of a stretch with a session's keys; null if they do not carry it.</summary>
    /// <param name="linear">What is computed.</param>
    /// <param name="keys">The keys.</param>
    public static CkksLayout? Of(LinearStretch linear, CkksKeySet keys)
    {
        if (!Carries(linear, keys.Parameters) || Limbing(linear) is not { } limbing)
        {
            return null;
        }

        // Where noise decides which tiles may be taken, one prime more may be worth its bytes.
        int lowest = LevelOf(linear, keys.Parameters)!.Value;
        int highest = linear.Leaving.IsAny ? Math.Min(lowest + 1, keys.Parameters.MaximumLevel) : lowest;
        RingPackedShape layer = linear.Times(limbing.Limbs);
        RingPacking packing = Enumerable.Range(lowest, highest - lowest + 1)
            .Select(level => layer.Pack(keys.Parameters, OptionsOf(linear, level) with { Merging = keys.Merging, Cost = keys.Cost }))
            .MinBy(packing => packing.Plan.Seconds)!;
        return new CkksLayout(linear, limbing.Limbs, limbing.Bits, packing);
    }

    /// <summary>Whether parameters carry a stretch, whatever its rows or images.</summary>
    public static bool Carries(LinearStretch linear, CkksParameters parameters) =>
        Limbing(linear) is { } limbing && limbing.Limbs * linear.MostPieces <= Tensors.Shape.MaximumElements && LevelOf(linear, parameters) is not null;

    // The lowest that carries it: what one layer needs need not make the others' ciphertexts longer.
    private static int? LevelOf(LinearStretch linear, CkksParameters parameters)
    {
        for (int level = 0; level <= parameters.MaximumLevel; level++)
        {
            if (linear.Layer.Fits(parameters, OptionsOf(linear, level)))
            {
                return level;
            }
        }

        return null;
    }

    private static RingPackedOptions OptionsOf(LinearStretch linear, int level) => new()
    {
        Level = level,
        InputsAreShared = linear.Before == Scheme.Shares,
        Allowance = Math.Max(0.5, linear.Leaving.Allowance),
        LargestWeight = (long)Int128.Min(linear.WeightBound, long.MaxValue),
        LargestNorm = (double)linear.NormBound,
        RevealBits = linear.After == Scheme.Shares ? 0 : RevealBits,
    };

    // How many limbs of how many bits an input is cut into; null if that does not help.
    private static (int Limbs, int Bits)? Limbing(LinearStretch linear)
    {
        if (linear.IsShared)
        {
            return linear.OutputBits <= SharedBits && linear.InputBits <= WordBits ? (1, WordBits) : null;
        }

        int normBits = 128 - (int)Int128.LeadingZeroCount(linear.NormBound);
        int limbBits = linear.OutputBits <= WordBits ? linear.InputBits : Math.Min(linear.InputBits, ResultBits - 1 - normBits);
        if (limbBits < 1)
        {
            return null;
        }

        // The highest limb of a bias is as long as what the others leave of it.
        int limbs = (linear.InputBits + limbBits - 1) / limbBits;
        return linear.OutputBits - ((limbs - 1) * limbBits) <= (limbs == 1 ? WordBits : ResultBits) ? (limbs, limbBits) : null;
    }
}
