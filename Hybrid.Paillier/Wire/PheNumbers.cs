namespace Hybrid.Paillier;

/// <summary>
/// Encrypted numbers as python-paillier (phe) has them: ciphertexts of mantissas, each with an exponent of 16 in the clear.
/// Immutable; holds no secret.
/// </summary>
/// <remarks>
/// Numbers are added at one exponent; lowering one takes a product by a power of 16, whose plaintext grows by 4 bits a step.
/// As with all that is computed on ciphertexts, <see cref="PaillierRandomiser"/> must go over a result before it leaves the evaluator.
/// </remarks>
public sealed class PheNumbers
{
    // 16^15 is the largest power that a weight holds.
    private const int StepDigits = 15;

    private readonly int[] _exponents;

    /// <summary>Ciphertexts with their exponents.</summary>
    /// <exception cref="ArgumentException">There are not as many exponents as ciphertexts, or one's magnitude is above <see cref="PheEncoding.MaximumExponent"/>.</exception>
    public PheNumbers(CiphertextVector ciphertexts, params ReadOnlySpan<int> exponents)
    {
        ArgumentNullException.ThrowIfNull(ciphertexts);
        if (ciphertexts.Count != exponents.Length)
        {
            throw new ArgumentException($"{ciphertexts.Count} ciphertexts have as many exponents; {exponents.Length} are given.", nameof(exponents));
        }

        foreach (int exponent in exponents)
        {
            PheEncoding.RequireExponent(exponent);
        }

        Ciphertexts = ciphertexts;
        _exponents = exponents.ToArray();
    }

    /// <summary>The mantissas' ciphertexts.</summary>
    public CiphertextVector Ciphertexts { get; }

    /// <summary>The exponents of 16.</summary>
    public ReadOnlySpan<int> Exponents => _exponents;

    /// <summary>How many numbers there are.</summary>
    public int Count => _exponents.Length;

    /// <summary>The key they are encrypted under.</summary>
    public PaillierPublicKey Key => Ciphertexts.Key;

    /// <summary>Encrypts numbers.</summary>
    /// <exception cref="ParameterException">A mantissa is above <see cref="PheEncoding.MaximumMantissa"/>.</exception>
    public static PheNumbers Encrypt(PaillierEncryptor encryptor, params ReadOnlySpan<PheEncoding> encodings)
    {
        ArgumentNullException.ThrowIfNull(encryptor);
        var exponents = new int[encodings.Length];
        for (int i = 0; i < exponents.Length; i++)
        {
            exponents[i] = encodings[i].Exponent;
        }

        using PlaintextVector plaintexts = PheEncoding.ToPlaintexts(encryptor.Key, encodings);
        return new PheNumbers(encryptor.Encrypt(plaintexts), exponents);
    }

    /// <summary>Decrypts.</summary>
    /// <exception cref="ParameterException">The numbers belong to another key, or one overflowed its plaintext.</exception>
    public PheEncoding[] Decrypt(PaillierDecryptor decryptor)
    {
        ArgumentNullException.ThrowIfNull(decryptor);
        using PlaintextVector plaintexts = decryptor.Decrypt(Ciphertexts);
        return PheEncoding.FromPlaintexts(plaintexts, _exponents);
    }

    /// <summary>The same numbers, each at the exponent given for it: about 4 products modulo n² for each step down.</summary>
    /// <exception cref="ParameterException">An exponent would rise, or sink so far that no mantissa but 0 fits its plaintext.</exception>
    public PheNumbers LowerTo(PaillierEvaluator evaluator, params ReadOnlySpan<int> exponents)
    {
        ArgumentNullException.ThrowIfNull(evaluator);
        if (exponents.Length != Count)
        {
            throw new ArgumentException($"{Count} numbers have as many exponents; {exponents.Length} are given.", nameof(exponents));
        }

        var digits = new int[Count];
        int most = 0;
        for (int i = 0; i < Count; i++)
        {
            digits[i] = _exponents[i] - PheEncoding.RequireExponent(exponents[i]);
            most = Math.Max(most, digits[i]);
            if (digits[i] < 0 || 4 * digits[i] > Key.Bits - 2)
            {
                throw new ParameterException(ParameterFault.OutOfRange, $"Number {i} cannot go from exponent {_exponents[i]} to {exponents[i]}: exponents only sink, by {(Key.Bits - 2) / 4} under a key of {Key.Bits} bits at most; encode with exponents closer together.");
            }
        }

        CiphertextVector lowered = Ciphertexts;
        var weights = new long[Count];
        for (int done = 0; done < most; done += StepDigits)
        {
            for (int i = 0; i < Count; i++)
            {
                weights[i] = 1L << (4 * Math.Clamp(digits[i] - done, 0, StepDigits));
            }

            lowered = evaluator.MultiplyPlain(lowered, weights);
        }

        return new PheNumbers(lowered, exponents);
    }

    /// <summary>The same numbers, all at one exponent.</summary>
    /// <param name="evaluator">Multiplies by powers of 16.</param>
    /// <param name="exponent">The exponent; the lowest among the numbers unless given.</param>
    /// <exception cref="ParameterException">An exponent would rise, or sink so far that no mantissa but 0 fits its plaintext.</exception>
    public PheNumbers Align(PaillierEvaluator evaluator, int? exponent = null)
    {
        var exponents = new int[Count];
        exponents.AsSpan().Fill(exponent ?? _exponents.DefaultIfEmpty().Min());
        return LowerTo(evaluator, exponents);
    }

    /// <summary>this[i] + other[i], at the lower of the two exponents.</summary>
    /// <exception cref="ParameterException">The keys or counts differ, or two exponents lie too far apart.</exception>
    public PheNumbers Add(PaillierEvaluator evaluator, PheNumbers other)
    {
        ArgumentNullException.ThrowIfNull(evaluator);
        ArgumentNullException.ThrowIfNull(other);
        if (Count != other.Count)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"{other.Count} numbers cannot be added to {Count}: make the counts agree.");
        }

        var exponents = new int[Count];
        for (int i = 0; i < Count; i++)
        {
            exponents[i] = Math.Min(_exponents[i], other._exponents[i]);
        }

        return new PheNumbers(evaluator.Add(LowerTo(evaluator, exponents).Ciphertexts, other.LowerTo(evaluator, exponents).Ciphertexts), exponents);
    }

    /// <summary>weights · this, for a column of numbers, aligned first: every result is at their lowest exponent plus that of the weights.</summary>
    /// <param name="evaluator">Computes.</param>
    /// <param name="weights">A compiled matrix of as many columns as there are numbers.</param>
    /// <param name="weightExponent">The exponent of 16 that the integer weights were scaled by.</param>
    /// <exception cref="ParameterException">The key or the shapes differ, or two exponents lie too far apart.</exception>
    public PheNumbers Multiply(PaillierEvaluator evaluator, PaillierWeights weights, int weightExponent = 0)
    {
        ArgumentNullException.ThrowIfNull(evaluator);
        ArgumentNullException.ThrowIfNull(weights);
        PheNumbers aligned = Align(evaluator);
        var exponents = new int[weights.Rows];
        exponents.AsSpan().Fill(aligned._exponents.FirstOrDefault() + weightExponent);
        return new PheNumbers(evaluator.Multiply(weights, aligned.Ciphertexts), exponents);
    }
}
