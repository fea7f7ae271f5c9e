using System.Numerics;
using Hybrid.Planning;

namespace Hybrid.Seal.RingPacked;

/// <summary>What the steps of a ring-packed layer cost: by it, tiles are chosen. Both parties must use the same one to choose the same.</summary>
/// <remarks>The figures of arithmetic are for one core with AVX-512; it is their ratios that decide.</remarks>
public sealed record PackingCost
{
    /// <summary>Seconds to send a byte from the key's owner to the evaluator; a local network's unless set.</summary>
    public double SecondsPerByteUp { get; init; } = 8 / LinkProfile.Lan.BitsPerSecondUp;

    /// <summary>Seconds to send a byte back; a local network's unless set.</summary>
    public double SecondsPerByteDown { get; init; } = 8 / LinkProfile.Lan.BitsPerSecondDown;

    /// <summary>Seconds of a butterfly of a transform modulo one prime, of which there are N log2(N) / 2.</summary>
    public double SecondsPerButterfly { get; init; } = 0.25e-9;

    /// <summary>Seconds to multiply and add a coefficient modulo one prime.</summary>
    public double SecondsPerProduct { get; init; } = 0.7e-9;

    /// <summary>Seconds to draw a random coefficient modulo one prime.</summary>
    public double SecondsPerSample { get; init; } = 4.5e-9;

    /// <summary>The cost over a link.</summary>
    public static PackingCost Over(LinkProfile link)
    {
        ArgumentNullException.ThrowIfNull(link);
        return new PackingCost { SecondsPerByteUp = 8 / link.BitsPerSecondUp, SecondsPerByteDown = 8 / link.BitsPerSecondDown };
    }

    /// <summary>Seconds the key's owner takes to encrypt so many ciphertexts: two transforms and two samples a prime each.</summary>
    internal double Encryption(int ciphertexts, int degree, int primes) => ciphertexts * primes * ((2 * Transform(degree)) + (2 * SecondsPerSample * degree));

    /// <summary>Seconds the key's owner takes to read and decrypt so many: two transforms and three products a prime each.</summary>
    internal double Decryption(int ciphertexts, int degree, int primes) => ciphertexts * primes * ((2 * Transform(degree)) + (3 * SecondsPerProduct * degree));

    /// <summary>Seconds the evaluator takes to add its share to so many: a transform a prime each.</summary>
    internal double Addition(int ciphertexts, int degree, int primes) => ciphertexts * primes * Transform(degree);

    /// <summary>Seconds of so many products: two polynomials each.</summary>
    internal double Products(long products, int degree, int primes) => products * 2 * primes * SecondsPerProduct * degree;

    /// <summary>Seconds of so many key switches that merge: transforms, and products of digits by both polynomials of the key.</summary>
    internal double KeySwitches(long switches, int degree, int primes) =>
        switches * ((TransformsOfSwitch(primes) * Transform(degree)) + (2 * primes * (primes + 1) * SecondsPerProduct * degree));

    /// <summary>Transforms of a key switch that merges: of digits, and of one polynomial's division by the special prime.</summary>
    internal static long TransformsOfSwitch(int primes) => primes + ((long)primes * primes) + 1 + primes;

    /// <summary>
    /// Seconds to make so many results fit to send and to write them, by the transforms and the primes of each: an encryption of zero and
    /// uniform masks, and flooding noise if they are revealed.
    /// </summary>
    internal double Replies(int ciphertexts, int degree, long transforms, int primes, bool isRevealed) =>
        ciphertexts * ((transforms * Transform(degree)) + (primes * (isRevealed ? 5 : 4) * SecondsPerSample * degree));

    /// <summary>
    /// Transforms of making a result fit to send: an encryption of zero and writing. Noise has to be transformed before primes are dropped, a mask
    /// needs not be. Dropping a prime takes a transform of it and one of each other, a polynomial.
    /// </summary>
    internal static long TransformsOfReply(int primes, int sent, bool isRevealed)
    {
        long count = (isRevealed ? 4L * primes : 3L * sent) + (2L * sent);
        for (int remaining = primes; remaining > sent; remaining--)
        {
            count += 2L * remaining;
        }

        return count;
    }

    private double Transform(int degree) => SecondsPerButterfly * degree / 2 * BitOperations.Log2((uint)degree);
}
