namespace Hybrid.Seal.SlotReplies;

/// <summary>
/// Ciphertexts of slots that a server is to send to the key's owner: what both parties agree on, in the clear, before the plan
/// (<see cref="SlotReplyPlan"/>) that they both derive from it.
/// </summary>
/// <remarks>
/// All of it is known to both, so none of it may follow from the weights more closely than these may be told: bounds rounded up to powers of two,
/// as <see cref="FeatureProduct.Noise"/> gives them, tell that much.
/// </remarks>
public sealed record SlotReply
{
    /// <summary>Statistical security unless set, in bits a coefficient.</summary>
    public const int DefaultStatisticalBits = 40;

    /// <summary>The parameters.</summary>
    public required CkksContext Context { get; init; }

    /// <summary>What the results are called on the ledger.</summary>
    public string Name { get; init; } = "slots";

    /// <summary>Ciphertexts of the reply, all of the same level and scale.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Level of the results as they were computed.</summary>
    public required int Level { get; init; }

    /// <summary>Scale of the results as they were computed.</summary>
    public required double Scale { get; init; }

    /// <summary>
    /// log2 of a bound on the results' noise: on every coefficient of what a ciphertext decrypts to, less scale times the polynomial whose slots
    /// are exactly what the owner may learn.
    /// </summary>
    /// <remarks>
    /// The hiding rests on it: what the bound leaves out is not drowned, so it holds for clients that encrypt as they should. Follow the computation
    /// with <see cref="NoiseBound"/>, whose bounds count the rounding of encoded inputs, and take its <see cref="NoiseBound.Bits"/>; for a linear
    /// layer of <see cref="FeatureProduct"/> that is <see cref="FeatureProduct.Noise"/>. Where the exact result is that of a function and a polynomial
    /// stands for it, add what the two differ by, in coefficients at most scale times that in slots.
    /// </remarks>
    public required double NoiseBits { get; init; }

    /// <summary>A bound on the magnitude of every slot, those that hold no result included.</summary>
    public required double LargestValue { get; init; }

    /// <summary>What a slot's real part may err by; the reply is as short as that allows.</summary>
    public required double Tolerance { get; init; }

    /// <summary>
    /// Statistical security, in bits: for any two servers whose results are the same, what the owner decrypts differs by 2^-bits at most, a
    /// coefficient. For as many bits of a whole message ask for log2(N) + log2(count) more; see <see cref="SlotReplyPlan.HidingBits"/>.
    /// </summary>
    public int StatisticalBits { get; init; } = DefaultStatisticalBits;

    /// <summary>Throws where a number is none that can be.</summary>
    internal void Require()
    {
        ArgumentNullException.ThrowIfNull(Context, nameof(Context));
        ArgumentException.ThrowIfNullOrWhiteSpace(Name, nameof(Name));
        ArgumentOutOfRangeException.ThrowIfLessThan(Count, 1, nameof(Count));
        Context.RequireLevel(Level, nameof(Level));
        Context.RequireScale(Scale, Level, nameof(Scale));
        ArgumentOutOfRangeException.ThrowIfLessThan(StatisticalBits, 1, nameof(StatisticalBits));
        if (double.IsNaN(NoiseBits))
        {
            throw new ArgumentOutOfRangeException(nameof(NoiseBits), "The bound on the noise is not a number; follow the computation with NoiseBound.");
        }

        if (!(LargestValue >= 0) || !double.IsFinite(LargestValue))
        {
            throw new ArgumentOutOfRangeException(nameof(LargestValue), LargestValue, "Slots are bounded by a finite number, zero or more.");
        }

        if (!(Tolerance > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(Tolerance), Tolerance, "A tolerance is positive.");
        }
    }
}
