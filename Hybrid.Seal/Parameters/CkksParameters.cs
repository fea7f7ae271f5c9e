using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal;

/// <summary>
/// Degree and primes of a CKKS instance: what both parties must agree on. Ciphertexts live modulo the data primes
/// q_0 … q_L, keys also modulo the special prime P, which key switching divides by.
/// </summary>
/// <remarks>
/// As in Microsoft SEAL the last prime is the special one, and a ciphertext of level l has the primes q_0 … q_l. Rescaling at level l
/// divides by q_l, so q_1 … q_L are about as long as the scale, and q_0 longer than scale and value together. Immutable.
/// Source: Cheon et al., "A Full RNS Variant of Approximate Homomorphic Encryption" (2018).
/// </remarks>
public sealed class CkksParameters : IEquatable<CkksParameters>
{
    /// <summary>The smallest degree N.</summary>
    public const int MinimumDegree = 16;

    /// <summary>The largest degree N.</summary>
    public const int MaximumDegree = 1 << 15;

    /// <summary>The most primes, the special one included.</summary>
    public const int MaximumPrimes = 64;

    /// <summary>The longest prime, in bits; SEAL's bound.</summary>
    public const int MaximumPrimeBits = 60;

    /// <summary>Takes degree and primes.</summary>
    /// <param name="degree">N, a power of two from 16 to 2^15; there are N / 2 slots.</param>
    /// <param name="primes">Distinct primes of 2 to 60 bits, each 1 modulo 2N.</param>
    /// <param name="hasSpecialPrime">
    /// Whether the last prime is kept for key switching; without one there are no relinearisation or Galois keys. With one prime
    /// only there is none.
    /// </param>
    /// <param name="security">The bound on the product of all primes that is enforced.</param>
    /// <exception cref="ParameterException">A prime is not 1 modulo 2N or repeats, or the product is too long to be secure at this degree.</exception>
    public CkksParameters(int degree, ReadOnlySpan<Modulus> primes, bool hasSpecialPrime = true, SecurityLevel security = SecurityLevel.Classical128)
    {
        CheckDegree(degree);
        CheckPrimes(degree, primes);
        Degree = degree;
        Primes = [.. primes];
        HasSpecialPrime = hasSpecialPrime && primes.Length > 1;
        Security = security;
        TotalBits = BitsOfProduct(primes);
        int bound = SecurityBound.MaximumBits(degree, security);
        if (TotalBits > bound)
        {
            int enough = SecurityBound.LeastDegree(TotalBits, security);
            throw new ParameterException(
                ParameterFault.Insecure,
                $"Primes of {TotalBits} bits in all are not secure at degree {degree}, which allows {bound} for {(int)security} bits of security; "
                + (enough == 0 ? "take fewer or shorter primes." : $"take fewer or shorter primes, or degree {enough}."));
        }
    }

    /// <summary>Degree and the primes that SEAL's CoeffModulus::Create gives for these lengths.</summary>
    /// <param name="degree">N, a power of two from 16 to 2^15.</param>
    /// <param name="primeBits">Length of each prime in bits, at most 60; the last is the special one.</param>
    /// <param name="security">The bound on the product of all primes that is enforced.</param>
    /// <exception cref="ParameterException">There are not enough such primes, or the product is too long to be secure at this degree.</exception>
    public static CkksParameters Create(int degree, ReadOnlySpan<int> primeBits, SecurityLevel security = SecurityLevel.Classical128)
    {
        CheckDegree(degree);
        return new CkksParameters(degree, NttPrimes.Chain(degree, primeBits), hasSpecialPrime: true, security);
    }

    /// <summary>The same without a special prime: all primes carry data, and no key switching is possible.</summary>
    /// <inheritdoc cref="Create"/>
    public static CkksParameters CreateWithoutSpecialPrime(int degree, ReadOnlySpan<int> primeBits, SecurityLevel security = SecurityLevel.Classical128)
    {
        CheckDegree(degree);
        return new CkksParameters(degree, NttPrimes.Chain(degree, primeBits), hasSpecialPrime: false, security);
    }

    /// <summary>N = 4096, primes of 36, 36 and 37 bits: one product with a plaintext, or rotations. 128 bits of security.</summary>
    public static CkksParameters Degree4096() => Create(4096, [36, 36, 37]);

    /// <summary>N = 8192, primes of 50, 40, 40 and 50 bits: two products one after the other at scale 2^40. 128 bits of security.</summary>
    public static CkksParameters Degree8192() => Create(8192, [50, 40, 40, 50]);

    /// <summary>N = 16384, primes of 50, five times 40 and 50 bits: five products one after the other at scale 2^40. 128 bits of security.</summary>
    public static CkksParameters Degree16384() => Create(16384, [50, 40, 40, 40, 40, 40, 50]);

    /// <summary>N.</summary>
    public int Degree { get; }

    /// <summary>Numbers that a ciphertext holds: N / 2.</summary>
    public int SlotCount => Degree / 2;

    /// <summary>All primes; the last is the special one if there is one.</summary>
    public ImmutableArray<Modulus> Primes { get; }

    /// <summary>Whether the last prime is kept for key switching.</summary>
    public bool HasSpecialPrime { get; }

    /// <summary>Primes that ciphertexts can have.</summary>
    public int DataPrimeCount => HasSpecialPrime ? Primes.Length - 1 : Primes.Length;

    /// <summary>L: fresh ciphertexts have this level and one prime more.</summary>
    public int MaximumLevel => DataPrimeCount - 1;

    /// <summary>The bound that was enforced.</summary>
    public SecurityLevel Security { get; }

    /// <summary>Bits of the product of all primes.</summary>
    public int TotalBits { get; }

    /// <summary>
    /// A scale that fits: 2^bits of the last data prime, so that rescaling keeps it; with one or two data primes as much as leaves a
    /// product ten bits of room.
    /// </summary>
    public double DefaultScale
    {
        get
        {
            int last = Primes[MaximumLevel].BitCount;
            int room = Math.Max(1, (BitsOfProduct(Primes.AsSpan()[..DataPrimeCount]) - 10) / (DataPrimeCount == 1 ? 1 : 2));
            return Math.ScaleB(1, Math.Min(last, room));
        }
    }

    /// <summary>Whether degree, primes and the special prime agree.</summary>
    public bool Equals(CkksParameters? other) =>
        other is not null && Degree == other.Degree && HasSpecialPrime == other.HasSpecialPrime && Primes.AsSpan().SequenceEqual(other.Primes.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CkksParameters);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Degree, HasSpecialPrime, Primes.Length, Primes[0]);

    /// <summary>As in N = 8192, {50, 40, 40, 50}.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"N = {Degree}, {{{string.Join(", ", Primes.Select(prime => prime.BitCount))}}}{(HasSpecialPrime ? string.Empty : " without a special prime")}");

    /// <summary>Bits of a product of primes.</summary>
    internal static int BitsOfProduct(ReadOnlySpan<Modulus> primes)
    {
        BigInteger product = BigInteger.One;
        foreach (Modulus prime in primes)
        {
            product *= prime.Value;
        }

        return (int)product.GetBitLength();
    }

    private static void CheckDegree(int degree)
    {
        if (degree is < MinimumDegree or > MaximumDegree || !BitOperations.IsPow2(degree))
        {
            throw new ParameterException(ParameterFault.OutOfRange, $"The degree {degree} is not a power of two from {MinimumDegree} to {MaximumDegree}; 4096, 8192 and 16384 are usual.");
        }
    }

    private static void CheckPrimes(int degree, ReadOnlySpan<Modulus> primes)
    {
        if (primes.Length is 0 or > MaximumPrimes)
        {
            throw new ParameterException(ParameterFault.OutOfRange, $"A parameter set has 1 to {MaximumPrimes} primes; {primes.Length} were given.");
        }

        for (int i = 0; i < primes.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(primes[i], nameof(primes));
            if (primes[i].BitCount > MaximumPrimeBits)
            {
                throw new ParameterException(ParameterFault.OutOfRange, $"Prime {i} ({primes[i]}) has {primes[i].BitCount} bits; use primes of at most {MaximumPrimeBits}.");
            }

            if (primes[i].Value % (2 * (ulong)degree) != 1)
            {
                throw new ParameterException(ParameterFault.Mismatch, $"Prime {i} ({primes[i]}) is not 1 modulo {2 * degree}, so degree {degree} has no transform over it; take primes from {nameof(NttPrimes)}.");
            }

            if (primes[..i].Contains(primes[i]))
            {
                throw new ParameterException(ParameterFault.Mismatch, $"Prime {i} ({primes[i]}) is there twice; primes must be distinct.");
            }
        }
    }
}
