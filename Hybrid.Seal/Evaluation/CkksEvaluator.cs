using Hybrid.Seal.Evaluation;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal;

/// <summary>Computes on ciphertexts: what the party without the secret key does.</summary>
/// <remarks>
/// Every operation has an overload into a destination, which does the work and, once warm, allocates nothing, and one that makes its
/// result. A destination may be an operand. One evaluator may serve any number of threads. Nothing is revealed to anyone, but results
/// carry noise that depends on plaintext operands: what leaves for the key's owner goes through a <see cref="SlotReplies.SlotReplyEvaluator"/>.
/// Levels: operands must have the same one (plaintexts may have a higher one). Scales: sums need equal ones; products multiply them.
/// Source: Cheon, Kim, Kim, Song, "Homomorphic Encryption for Arithmetic of Approximate Numbers" (2017), section 3, in its RNS variant (2018).
/// </remarks>
public sealed partial class CkksEvaluator
{
    // Scales that went through the same operations differ by rounding errors of doubles only.
    private const double ScaleTolerance = 1e-11;

    private readonly RnsRing _ring;
    private readonly KeySwitcher _switcher;

    /// <summary>Makes the evaluator of a parameter set.</summary>
    public CkksEvaluator(CkksContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Context = context;
        _ring = context.Ring;
        _switcher = new KeySwitcher(context);
        Rotator = new HoistedRotator(context, _switcher);
    }

    /// <summary>The parameters.</summary>
    public CkksContext Context { get; }

    internal KeySwitcher Switcher => _switcher;

    internal HoistedRotator Rotator { get; }

    private void Require(Ciphertext ciphertext, string name)
    {
        ArgumentNullException.ThrowIfNull(ciphertext, name);
        Context.RequireSame(ciphertext.Context, "ciphertext");
    }

    private void RequireDestination(Ciphertext destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        Context.RequireSame(destination.Context, "destination");
    }

    private static void RequireSameLevel(Ciphertext a, Ciphertext b)
    {
        if (a.Level != b.Level)
        {
            throw new ParameterException(
                ParameterFault.Mismatch,
                $"The ciphertexts are at levels {a.Level} and {b.Level}; bring the one at level {Math.Max(a.Level, b.Level)} down with {nameof(ModSwitch)} or {nameof(Rescale)}.");
        }
    }

    internal static bool IsSameScale(double a, double b) => Math.Abs((a / b) - 1) <= ScaleTolerance;

    internal static void RequireSameScale(double a, double b)
    {
        if (!IsSameScale(a, b))
        {
            throw new ParameterException(
                ParameterFault.Mismatch,
                $"The scales 2^{Math.Log2(a):F9} and 2^{Math.Log2(b):F9} differ, so the sum would mean nothing; rescale the larger one, encode the plaintext at the other's scale, or, if they are nearly equal, set {nameof(Ciphertext.Scale)}.");
        }
    }

    private void RequirePlaintext(Ciphertext ciphertext, Plaintext plaintext)
    {
        ArgumentNullException.ThrowIfNull(plaintext);
        Context.RequireSame(plaintext.Context, "plaintext");
        if (plaintext.Level < ciphertext.Level)
        {
            throw new ParameterException(
                ParameterFault.Mismatch,
                $"The plaintext was encoded at level {plaintext.Level} and the ciphertext is at level {ciphertext.Level}; encode it at level {ciphertext.Level} or above, or bring the ciphertext down with {nameof(ModSwitch)}.");
        }
    }

    // The scale of a product, if the level has room for it.
    private double ProductScale(double a, double b, int level)
    {
        double scale = a * b;
        if (Math.Log2(scale) >= Context.BitsAt(level))
        {
            throw new ParameterException(
                ParameterFault.OutOfRange,
                $"The product's scale, 2^{Math.Log2(scale):F1}, is beyond the modulus, 2^{Context.BitsAt(level):F1} at level {level}; {nameof(Rescale)} before multiplying, or encode at a smaller scale.");
        }

        return scale;
    }
}
