using Hybrid.Seal.Ring;

namespace Hybrid.Seal;

/// <content>Sums, differences and negation.</content>
public sealed partial class CkksEvaluator
{
    /// <summary>a + b. Sizes may differ.</summary>
    /// <param name="a">One term.</param>
    /// <param name="b">The other, of the same level and scale.</param>
    /// <param name="destination">Where the sum goes; may be a term.</param>
    /// <exception cref="ParameterException">Parameters, levels or scales differ.</exception>
    public void Add(Ciphertext a, Ciphertext b, Ciphertext destination)
    {
        RequireTerms(a, b, destination);
        Combine<Sum>(a, b, destination);
    }

    /// <inheritdoc cref="Add(Ciphertext, Ciphertext, Ciphertext)"/>
    public Ciphertext Add(Ciphertext a, Ciphertext b)
    {
        Ciphertext destination = Like(a);
        Add(a, b, destination);
        return destination;
    }

    /// <summary>a - b. Sizes may differ.</summary>
    /// <param name="a">What is taken from.</param>
    /// <param name="b">What is taken away, of the same level and scale.</param>
    /// <param name="destination">Where the difference goes; may be an operand.</param>
    /// <exception cref="ParameterException">Parameters, levels or scales differ.</exception>
    public void Subtract(Ciphertext a, Ciphertext b, Ciphertext destination)
    {
        RequireTerms(a, b, destination);
        Combine<Difference>(a, b, destination);
    }

    /// <inheritdoc cref="Subtract(Ciphertext, Ciphertext, Ciphertext)"/>
    public Ciphertext Subtract(Ciphertext a, Ciphertext b)
    {
        Ciphertext destination = Like(a);
        Subtract(a, b, destination);
        return destination;
    }

    /// <summary>-a.</summary>
    /// <param name="a">The operand.</param>
    /// <param name="destination">Where the result goes; may be the operand.</param>
    public void Negate(Ciphertext a, Ciphertext destination)
    {
        Require(a, nameof(a));
        RequireDestination(destination);
        ReadOnlySpan<ulong> from = a.Residues;
        destination.Reset(a.Size, a.Level, a.Scale);
        for (int block = 0; block < a.Size * (a.Level + 1); block++)
        {
            Kernels(block, a.Level).Negate(_ring.Slice(from, block), _ring.Slice(destination.Residues, block));
        }
    }

    /// <inheritdoc cref="Negate(Ciphertext, Ciphertext)"/>
    public Ciphertext Negate(Ciphertext a)
    {
        Ciphertext destination = Like(a);
        Negate(a, destination);
        return destination;
    }

    /// <summary>a + m, for a plaintext of the same scale.</summary>
    /// <param name="a">The ciphertext.</param>
    /// <param name="plaintext">m, of the ciphertext's level or above.</param>
    /// <param name="destination">Where the sum goes; may be the operand.</param>
    /// <exception cref="ParameterException">Parameters or scales differ, or the plaintext's level is too low.</exception>
    public void AddPlain(Ciphertext a, Plaintext plaintext, Ciphertext destination) => CombinePlain<Sum>(a, plaintext, destination);

    /// <inheritdoc cref="AddPlain(Ciphertext, Plaintext, Ciphertext)"/>
    public Ciphertext AddPlain(Ciphertext a, Plaintext plaintext)
    {
        Ciphertext destination = Like(a);
        AddPlain(a, plaintext, destination);
        return destination;
    }

    /// <summary>a - m, for a plaintext of the same scale.</summary>
    /// <param name="a">The ciphertext.</param>
    /// <param name="plaintext">m, of the ciphertext's level or above.</param>
    /// <param name="destination">Where the difference goes; may be the operand.</param>
    /// <exception cref="ParameterException">Parameters or scales differ, or the plaintext's level is too low.</exception>
    public void SubtractPlain(Ciphertext a, Plaintext plaintext, Ciphertext destination) => CombinePlain<Difference>(a, plaintext, destination);

    /// <inheritdoc cref="SubtractPlain(Ciphertext, Plaintext, Ciphertext)"/>
    public Ciphertext SubtractPlain(Ciphertext a, Plaintext plaintext)
    {
        Ciphertext destination = Like(a);
        SubtractPlain(a, plaintext, destination);
        return destination;
    }

    /// <summary>Adds the same number to every slot.</summary>
    /// <param name="a">The ciphertext.</param>
    /// <param name="value">A finite number whose product with the scale is below the modulus.</param>
    /// <param name="destination">Where the sum goes; may be the operand.</param>
    /// <exception cref="ParameterException">The number is not finite, or too large for the level.</exception>
    public void AddConstant(Ciphertext a, double value, Ciphertext destination)
    {
        Require(a, nameof(a));
        RequireDestination(destination);
        double scaled = ScaledConstant(value, a.Scale, a.Level);
        destination.CopyFrom(a);
        destination.Seed = null;
        for (int i = 0; i <= a.Level; i++)
        {
            ulong residue = ConstantResidue.Of(scaled, _ring.Modulus(i));
            _ring.Primes[i].Residues.AddScalar(destination.Prime(0, i), residue, destination.Prime(0, i));
        }
    }

    /// <inheritdoc cref="AddConstant(Ciphertext, double, Ciphertext)"/>
    public Ciphertext AddConstant(Ciphertext a, double value)
    {
        Ciphertext destination = Like(a);
        AddConstant(a, value, destination);
        return destination;
    }

    // A sum or difference of two residues, and what stands alone where only one operand has a polynomial.
    private interface ICombination
    {
        static abstract void Both(ResidueKernels kernels, ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> destination);

        static abstract void SecondAlone(ResidueKernels kernels, ReadOnlySpan<ulong> b, Span<ulong> destination);
    }

    private readonly struct Sum : ICombination
    {
        public static void Both(ResidueKernels kernels, ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> destination) => kernels.Add(a, b, destination);

        public static void SecondAlone(ResidueKernels kernels, ReadOnlySpan<ulong> b, Span<ulong> destination) => b.CopyTo(destination);
    }

    private readonly struct Difference : ICombination
    {
        public static void Both(ResidueKernels kernels, ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> destination) => kernels.Subtract(a, b, destination);

        public static void SecondAlone(ResidueKernels kernels, ReadOnlySpan<ulong> b, Span<ulong> destination) => kernels.Negate(b, destination);
    }

    private void Combine<TCombination>(Ciphertext a, Ciphertext b, Ciphertext destination)
        where TCombination : struct, ICombination
    {
        ReadOnlySpan<ulong> left = a.Residues;
        ReadOnlySpan<ulong> right = b.Residues;
        int primes = a.Level + 1;
        int both = Math.Min(a.Size, b.Size) * primes;
        int firstAlone = a.Size * primes;
        int all = Math.Max(a.Size, b.Size) * primes;
        destination.Reset(Math.Max(a.Size, b.Size), a.Level, a.Scale);
        for (int block = 0; block < all; block++)
        {
            Span<ulong> to = _ring.Slice(destination.Residues, block);
            if (block < both)
            {
                TCombination.Both(Kernels(block, a.Level), _ring.Slice(left, block), _ring.Slice(right, block), to);
            }
            else if (block < firstAlone)
            {
                _ring.Slice(left, block).CopyTo(to);
            }
            else
            {
                TCombination.SecondAlone(Kernels(block, a.Level), _ring.Slice(right, block), to);
            }
        }
    }

    private void CombinePlain<TCombination>(Ciphertext a, Plaintext plaintext, Ciphertext destination)
        where TCombination : struct, ICombination
    {
        Require(a, nameof(a));
        RequirePlaintext(a, plaintext);
        RequireDestination(destination);
        RequireSameScale(a.Scale, plaintext.Scale);
        destination.CopyFrom(a);
        destination.Seed = null;
        for (int i = 0; i <= a.Level; i++)
        {
            TCombination.Both(_ring.Primes[i].Residues, destination.Prime(0, i), plaintext.Prime(i), destination.Prime(0, i));
        }
    }

    private ResidueKernels Kernels(int block, int level) => _ring.Primes[block % (level + 1)].Residues;

    private Ciphertext Like(Ciphertext a)
    {
        Require(a, nameof(a));
        return new Ciphertext(Context, a.Level);
    }

    private void RequireTerms(Ciphertext a, Ciphertext b, Ciphertext destination)
    {
        Require(a, nameof(a));
        Require(b, nameof(b));
        RequireDestination(destination);
        RequireSameLevel(a, b);
        RequireSameScale(a.Scale, b.Scale);
    }

    // round(value · scale), which must be within half of the level's modulus.
    private double ScaledConstant(double value, double scale, int level)
    {
        double scaled = Math.Round(value * scale, MidpointRounding.ToEven);
        if (!double.IsFinite(scaled) || Math.Log2(Math.Abs(scaled) + 1) >= Context.BitsAt(level) - 1)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange,
                $"The constant is {(double.IsFinite(value) ? "too large for" : "not a finite number at")} level {level} at scale 2^{Math.Log2(scale):F1}; use a finite number of a magnitude below 2^{Context.BitsAt(level) - 1 - Math.Log2(scale):F1}.");
        }

        return scaled;
    }
}
