using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Hybrid.Numerics;
using Hybrid.Security;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal.Sampling;

/// <summary>
/// Noise that drowns what an evaluated ciphertext tells about the evaluator's input: integers exactly uniform in (-2^bits, 2^bits).
/// </summary>
/// <remarks>
/// Added to an error of at most B, it leaves sums for two inputs that differ statistically by at most B / 2^bits a coefficient. Nothing
/// branches or indexes on a number kept; drafts are wiped. Source: Gentry, "A fully homomorphic encryption scheme" (2009), 21.2.
/// </remarks>
internal static class FloodingSampler
{
    /// <summary>The widest noise of <see cref="Fill"/>.</summary>
    public const int MaximumBits = 62;

    /// <summary>The widest noise of <see cref="FillResidues"/>: two parts of 50 and 51 bits.</summary>
    public const int MaximumResidueBits = FloodingResidues.LowBits + FloodingResidues.HighBits - 1;

    private const int BatchNumbers = 512;

    /// <summary>Draws a number in (-2^bits, 2^bits) into every element.</summary>
    /// <param name="random">Where the bits come from: 8 bytes an attempt.</param>
    /// <param name="bits">1 to 62.</param>
    /// <param name="destination">Any number of them.</param>
    /// <param name="width">Which kernel is to compute; the same numbers come out of each.</param>
    /// <exception cref="ParameterException">The bits are out of range, or this machine does not run the width.</exception>
    public static void Fill(IRandomSource random, int bits, Span<long> destination, KernelWidth width = KernelWidth.Auto)
    {
        CheckBits(bits, MaximumBits);
        long largest = (1L << bits) - 1;
        // 2^(bits + 1) - 1 numbers: of words of bits + 1 bits, one is rejected.
        BoundedWords.Fill(random, 2 * (ulong)largest + 1, MemoryMarshal.Cast<long, ulong>(destination), width);
        TensorPrimitives.Subtract(destination, largest, destination);
    }

    /// <summary>Draws numbers in (-2^bits, 2^bits) and writes their residues modulo several primes.</summary>
    /// <param name="random">Where the bits come from: 16 bytes an attempt.</param>
    /// <param name="bits">1 to 100. It may pass the primes' length; below their product is what makes sense.</param>
    /// <param name="moduli">The primes.</param>
    /// <param name="degree">How many numbers.</param>
    /// <param name="destination">The residues in [0, p) modulo the first prime, then those of the next: moduli × degree in all.</param>
    /// <param name="width">Which kernel is to compute; the same residues come out of each.</param>
    /// <remarks>The vector kernels serve primes below 2^50; longer ones take the portable one.</remarks>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    /// <exception cref="ParameterException">The bits are out of range, or this machine does not run the width.</exception>
    public static void FillResidues(
        IRandomSource random, int bits, ReadOnlySpan<Modulus> moduli, int degree, Span<ulong> destination, KernelWidth width = KernelWidth.Auto)
    {
        CheckBits(bits, MaximumResidueBits);
        ArgumentOutOfRangeException.ThrowIfNegative(degree);
        if (destination.Length != (long)moduli.Length * degree)
        {
            throw new ArgumentException(
                $"{moduli.Length} primes of {degree} residues each do not fill {destination.Length}.", nameof(destination));
        }

        width = SamplingWidths.Choose(width);
        Span<ulong> draft = stackalloc ulong[2 * BatchNumbers];
        for (int done = 0; done < degree; done += BatchNumbers)
        {
            int count = Math.Min(BatchNumbers, degree - done);
            random.Fill(MemoryMarshal.AsBytes(draft[..(2 * count)]));
            Span<ulong> low = draft[..count];
            Span<ulong> high = draft.Slice(count, count);
            Cut(random, bits, low, high);
            for (int j = 0; j < moduli.Length; j++)
            {
                FloodingResidues.Reduce(low, high, bits, moduli[j], destination.Slice(j * degree + done, count), width);
            }
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(draft));
    }

    /// <summary>Makes low + 2^50 high uniform in [0, 2^(bits + 1) - 1), from uniform words.</summary>
    private static void Cut(IRandomSource random, int bits, Span<ulong> low, Span<ulong> high)
    {
        int lowBits = Math.Min(bits + 1, FloodingResidues.LowBits);
        ulong lowMask = (1ul << lowBits) - 1;
        ulong highMask = (1ul << (bits + 1 - lowBits)) - 1;
        Span<ulong> fresh = stackalloc ulong[2];
        for (int i = 0; i < low.Length; i++)
        {
            low[i] &= lowMask;
            high[i] &= highMask;
            // The one number too many, which is rejected: no number that is kept takes this branch.
            while (low[i] == lowMask && high[i] == highMask)
            {
                random.Fill(MemoryMarshal.AsBytes(fresh));
                low[i] = fresh[0] & lowMask;
                high[i] = fresh[1] & highMask;
            }
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(fresh));
    }

    private static void CheckBits(int bits, int maximum)
    {
        if (bits < 1 || bits > maximum)
        {
            throw new ParameterException(ParameterFault.OutOfRange, $"Flooding noise of {bits} bits was asked for; use 1 to {maximum}.");
        }
    }
}
