using Hybrid.Seal.Ring;
using Hybrid.Seal.Sampling;
using Hybrid.Security;

namespace Hybrid.Seal;

/// <summary>Makes a secret key and the public keys that belong to it.</summary>
/// <remarks>
/// Secret coefficients are uniform in {-1, 0, 1}, errors centred binomial of standard deviation 3.24. Public, relinearisation and Galois
/// keys may be given to anyone. One thread at a time. The secret key is the caller's to dispose of.
/// </remarks>
public sealed class CkksKeyGenerator : IDisposable
{
    private readonly AesCtrGenerator _random;
    private readonly ZeroEncryption _zero;

    /// <summary>Makes a fresh secret key.</summary>
    /// <param name="context">The parameters.</param>
    /// <param name="random">Where randomness comes from; the operating system unless given.</param>
    public CkksKeyGenerator(CkksContext context, IRandomSource? random = null)
        : this(CreateSecretKey(context, random ?? OsRandom.Instance), random)
    {
    }

    /// <summary>Makes public keys for a secret key.</summary>
    /// <param name="secretKey">The secret key.</param>
    /// <param name="random">Where randomness comes from; the operating system unless given.</param>
    public CkksKeyGenerator(SecretKey secretKey, IRandomSource? random = null)
    {
        ArgumentNullException.ThrowIfNull(secretKey);
        SecretKey = secretKey;
        _random = RandomStreams.Fork(random ?? OsRandom.Instance);
        _zero = new ZeroEncryption(secretKey.Context, _random);
    }

    /// <summary>The parameters.</summary>
    public CkksContext Context => SecretKey.Context;

    /// <summary>The secret key.</summary>
    public SecretKey SecretKey { get; }

    /// <summary>Makes a public key. Bytes: 16 N times the number of primes; half of that when written with its seed.</summary>
    public PublicKey CreatePublicKey()
    {
        var key = new PublicKey(Context);
        key.Seed = SealSeed.Draw(_random);
        _zero.Fill(SecretKey, key.Seed, Context.Parameters.Primes.Length, key.Polynomial(0), key.Polynomial(1));
        return key;
    }

    /// <summary>Makes the key for relinearising products. Bytes: 16 N times data primes times all primes; half when written with its seeds.</summary>
    /// <exception cref="ParameterException">The parameters have no special prime.</exception>
    public RelinearisationKeys CreateRelinearisationKeys()
    {
        using var square = new SecretBuffer<ulong>(SecretKey.Residues.Length);
        for (int i = 0; i < Context.Parameters.Primes.Length; i++)
        {
            Context.Ring.Primes[i].Multiply(SecretKey.Prime(i), SecretKey.Prime(i), Context.Ring.Slice(square.Span, i));
        }

        return new RelinearisationKeys(SwitchFrom(square.Span, () => SealSeed.Draw(_random)));
    }

    /// <summary>Makes Galois keys for just the rotations asked for. Bytes of each: as a relinearisation key.</summary>
    /// <param name="steps">The rotations, to the left or negative to the right; what repeats is made once.</param>
    /// <param name="conjugation">Whether to add the key for conjugation.</param>
    /// <exception cref="ParameterException">The parameters have no special prime.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A step is 0, or beyond the slots.</exception>
    public GaloisKeys CreateGaloisKeys(ReadOnlySpan<int> steps, bool conjugation = false)
    {
        var elements = new SortedSet<uint>();
        foreach (int step in steps)
        {
            elements.Add(GaloisElement.OfRotation(Context.Degree, step));
        }

        if (conjugation)
        {
            elements.Add(GaloisElement.OfConjugation(Context.Degree));
        }

        return CreateGaloisKeys(elements, () => SealSeed.Draw(_random));
    }

    /// <summary>Makes Galois keys for merging a layer's results (<see cref="RingPacked.RingPackedOptions.Merging"/>). Bytes of each: as a relinearisation key.</summary>
    /// <param name="keys">The exponents of the maps.</param>
    /// <exception cref="ParameterException">The parameters have no special prime.</exception>
    /// <exception cref="ArgumentException">The keys are open, or of exponents that maps of this degree do not have.</exception>
    public GaloisKeys CreateMergeKeys(MergeKeys keys)
    {
        if (!keys.AreOf(Context.Degree))
        {
            throw new ArgumentException($"There is no map of X to X^(1 + 2^e) of degree {Context.Degree} for each of the exponents {keys}: they are from 1 to log2 of the degree.", nameof(keys));
        }

        return CreateGaloisKeys(keys.Elements, () => AesSeed.Draw(_random));
    }

    private GaloisKeys CreateGaloisKeys(IEnumerable<uint> elements, Func<UniformSeed> seed)
    {
        var keys = new GaloisKeys(Context);
        using var mapped = new SecretBuffer<ulong>(SecretKey.Residues.Length);
        foreach (uint element in elements)
        {
            var automorphism = new Automorphism(Context.Degree, element);
            for (int i = 0; i < Context.Parameters.Primes.Length; i++)
            {
                automorphism.Apply(SecretKey.Prime(i), Context.Ring.Slice(mapped.Span, i));
            }

            keys.Add(GaloisKey.FromSwitchingKey(automorphism, SwitchFrom(mapped.Span, seed)));
        }

        return keys;
    }

    /// <summary>Wipes working memory; not the secret key.</summary>
    public void Dispose()
    {
        _zero.Dispose();
        _random.Dispose();
    }

    private static SecretKey CreateSecretKey(CkksContext context, IRandomSource random)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var coefficients = new SecretBuffer<long>(context.Degree);
        using AesCtrGenerator generator = RandomStreams.Fork(random);
        TernarySampler.Fill(generator, coefficients.Span);
        var key = new SecretKey(context);
        for (int i = 0; i < context.Parameters.Primes.Length; i++)
        {
            SignedResidues.Reduce(coefficients.Span, context.Parameters.Primes[i], key.Prime(i));
            context.Ring.Primes[i].Forward(key.Prime(i));
        }

        return key;
    }

    // From a secret, transformed modulo every prime, to s: the digit of a data prime has P times the secret modulo that prime.
    private KeySwitchingKey SwitchFrom(ReadOnlySpan<ulong> secret, Func<UniformSeed> draw)
    {
        int special = Context.SpecialPrime;
        var key = new KeySwitchingKey(Context);
        for (int digit = 0; digit < key.Digits; digit++)
        {
            int length = Context.Parameters.Primes.Length * Context.Degree;
            Span<ulong> residues = key.Digit(digit);
            UniformSeed seed = draw();
            key.Seeds[digit] = seed;
            _zero.Fill(SecretKey, seed, Context.Parameters.Primes.Length, residues[..length], residues[length..]);
            ulong factor = Context.Ring.Modulus(digit).Reduce(Context.Ring.Modulus(special).Value);
            Context.Ring.Primes[digit].Residues.MultiplyAddScalar(Context.Ring.Slice(secret, digit), factor, key.Prime(digit, 0, digit));
        }

        return key;
    }
}
