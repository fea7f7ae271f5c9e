using System.Numerics.Tensors;
using Hybrid.Seal.Encoding;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal.RingPacked;

/// <summary>Numbers modulo 2^64 as coefficients modulo Q, scaled by Q / 2^64, and back: what makes ring-packed layers exact.</summary>
/// <remarks>
/// A number m becomes x = round(m Q / 2^64), off by at most 1/2; adding 2^64 to m adds Q to x, so integer combinations of coefficients
/// are those of the numbers modulo 2^64. The rounding acts as noise of at most 1/2, which weights multiply like any other: it is counted
/// in full, as if it never averaged out (see <see cref="RingPackedNoise"/>), since messages may be as regular as they like.
/// Back, c becomes z = round(c 2^64 / Q) mod 2^64: c 2^64 = z Q + r with r in (-Q/2, Q/2), so z is -r / Q modulo 2^64, where Q is odd,
/// and r comes from the residues of c 2^64 by <see cref="CoefficientComposition"/>. Both ways are exact for every Q and need no number
/// longer than a word. z is m just if the noise is below Q / 2^65. Any number of threads may share one.
/// Source: the scaling of Fan and Vercauteren, "Somewhat Practical Fully Homomorphic Encryption" (2012), with plaintext modulus 2^64.
/// </remarks>
internal sealed class ExactEncoder
{
    private readonly RnsRing _ring;
    private readonly Numerics.KernelWidth _width;
    private readonly CoefficientComposition _composition;
    private readonly ulong[] _products;         // Q mod 2^64, by level
    private readonly ulong[] _quotients;        // -1 / Q mod 2^64, by level
    private readonly ulong[] _wordResidues;     // 2^64 mod p, by prime
    private readonly ulong[] _wordInverses;     // 1 / 2^64 mod p, by prime

    public ExactEncoder(CkksContext context)
    {
        Context = context;
        _ring = context.Ring;
        ReadOnlySpan<Modulus> primes = context.Parameters.Primes.AsSpan()[..context.Parameters.DataPrimeCount];
        bool isVector = _ring.Primes.All(prime => prime.Tables.Modulus.BitCount <= NttKernelChoice.MaximumVectorBits);
        _width = context.Width;
        _composition = new CoefficientComposition(primes, isVector ? context.Width : Numerics.KernelWidth.Auto);
        _products = new ulong[primes.Length];
        _quotients = new ulong[primes.Length];
        _wordResidues = new ulong[primes.Length];
        _wordInverses = new ulong[primes.Length];
        ulong product = 1;
        for (int i = 0; i < primes.Length; i++)
        {
            product *= primes[i].Value;
            _products[i] = product;
            _quotients[i] = 0 - InverseOf(product);
            _wordResidues[i] = primes[i].PowMod(2, 64);
            _wordInverses[i] = primes[i].InverseMod(_wordResidues[i]);
        }
    }

    public CkksContext Context { get; }

    /// <summary>The scale of a level, Q / 2^64, as ciphertexts note it.</summary>
    public static double ScaleAt(CkksParameters parameters, int level)
    {
        double scale = Math.ScaleB(1, -64);
        for (int i = 0; i <= level; i++)
        {
            scale *= parameters.Primes[i].Value;
        }

        return scale;
    }

    /// <summary>Writes round(m Q / 2^64) of N words modulo the primes of a level, prime by prime, as coefficients.</summary>
    public void Encode(ReadOnlySpan<ulong> words, int level, Span<ulong> residues)
    {
        for (int i = 0; i <= level; i++)
        {
            ScaledWords.ToResidues(words, _products[level], _ring.Modulus(i), _wordInverses[i], _ring.Slice(residues, i), _width);
        }
    }

    /// <summary>Writes round(c 2^64 / Q) mod 2^64 of the N coefficients of a level; the residues are overwritten.</summary>
    public void Decode(Span<ulong> residues, int level, Span<ulong> words)
    {
        MultiplyByWord(residues, level);
        _composition.ToWords(residues[..((level + 1) * Context.Degree)], words);
        TensorPrimitives.Multiply(words, _quotients[level], words);
    }

    /// <summary>Writes the noise of N coefficients of a level, how far c is from z Q / 2^64; the residues are overwritten.</summary>
    public void DecodeNoise(Span<ulong> residues, int level, Span<double> noise)
    {
        MultiplyByWord(residues, level);
        _composition.ToDoubles(residues[..((level + 1) * Context.Degree)], noise);
        TensorPrimitives.Multiply(noise, Math.ScaleB(1, -64), noise);
    }

    private void MultiplyByWord(Span<ulong> residues, int level)
    {
        for (int i = 0; i <= level; i++)
        {
            Span<ulong> slice = _ring.Slice(residues, i);
            _ring.Primes[i].Residues.MultiplyScalar(slice, _wordResidues[i], slice);
        }
    }

    // Newton's iteration doubles the right bits; an odd number is its own inverse modulo 8.
    private static ulong InverseOf(ulong odd)
    {
        ulong inverse = odd;
        for (int i = 0; i < 5; i++)
        {
            inverse *= 2 - (odd * inverse);
        }

        return inverse;
    }
}
