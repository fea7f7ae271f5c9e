using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hybrid.Numerics;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal.Encoding;

/// <summary>Residues modulo a chain of primes q_0, q_1, … back to the centred integers they stand for, as doubles or exactly.</summary>
/// <remarks>
/// Blocks are prime-major: N residues modulo q_0, then N modulo q_1, and so on, of polynomials in the coefficient domain, canonical.
/// A block may have the first primes of the chain only, so that one object serves every level; Q is the product of those it has.
/// Nothing branches or indexes on a residue, all widths give the same bits, and what the stack held of the coefficients is wiped.
/// Any number of threads may share one. With k primes a coefficient costs k (k - 1) / 2 modular products and k - 1 short sums.
/// </remarks>
internal sealed class CoefficientComposition
{
    /// <summary>Below this length of Q, in bits, integers fit <see cref="Int128"/>.</summary>
    public const int ExactBits = 126;

    /// <summary>The longest chain.</summary>
    public const int MaximumPrimes = 64;

    private readonly Modulus[] _moduli;
    private readonly MixedRadix? _vector;
    private readonly PortableMixedRadix _portable;

    /// <summary>Prepares the composition for a chain of primes.</summary>
    /// <param name="moduli">q_0, q_1, …: one to 64 distinct primes.</param>
    /// <param name="width">Which kernel is to compute; the vector kernels take primes below 2^50.</param>
    /// <exception cref="ArgumentException">There are no primes or too many.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such kernel.</exception>
    /// <exception cref="ParameterException">
    /// A prime occurs twice, or the kernel asked for by name does not run on this machine, or not with these primes.
    /// </exception>
    public CoefficientComposition(ReadOnlySpan<Modulus> moduli, KernelWidth width = KernelWidth.Auto)
    {
        if (moduli.Length is 0 or > MaximumPrimes)
        {
            throw new ArgumentException($"A chain has one to {MaximumPrimes} primes; this one has {moduli.Length}.", nameof(moduli));
        }

        _moduli = moduli.ToArray();
        var inverses = new ulong[moduli.Length * (moduli.Length - 1) / 2];
        bool fits = true;
        for (int i = 0, at = 0; i < moduli.Length; i++)
        {
            fits &= moduli[i].BitCount <= NttKernelChoice.MaximumVectorBits;
            for (int j = 0; j < i; j++, at++)
            {
                if (moduli[i].Equals(moduli[j]))
                {
                    throw new ParameterException(
                        ParameterFault.Mismatch, $"The prime {moduli[i]} occurs twice in the chain; take distinct primes.");
                }

                inverses[at] = moduli[i].InverseMod(moduli[i].Reduce(moduli[j].Value));
            }
        }

        Width = EncodingKernelChoice.Make(width, fits, fits, EncodingKernelChoice.ShortPrimes);
        _portable = new PortableMixedRadix(moduli, inverses);
        _vector = Width switch
        {
            KernelWidth.Vector512 => new VectorMixedRadix<Vector512<double>, DoubleLanes512>(moduli, inverses),
            KernelWidth.Vector256 => new VectorMixedRadix<Vector256<double>, DoubleLanes256>(moduli, inverses),
            _ => null,
        };
    }

    /// <summary>The kernel that computes: never <see cref="KernelWidth.Auto"/>.</summary>
    public KernelWidth Width { get; }

    /// <summary>coefficients[i] = the integer in (-Q/2, Q/2) with the residues of column i, rounded to a double.</summary>
    /// <param name="residues">k blocks of N canonical residues, for the first k primes of the chain.</param>
    /// <param name="coefficients">
    /// Takes N numbers, which also tells k. They are off by at most 0.51 units in the last place: integers to 2^53 are exact. Where the
    /// integer is beyond the doubles' range, 2^1023 and up, what is written is not a number.
    /// </param>
    /// <exception cref="ArgumentException">The residues are not a whole number of blocks, or more than the chain has primes.</exception>
    [SkipLocalsInit]
    public unsafe void ToDoubles(ReadOnlySpan<ulong> residues, Span<double> coefficients)
    {
        int primes = PrimesOf(residues.Length, coefficients.Length);
        long* digits = stackalloc long[primes * MixedRadix.Strip];
        fixed (ulong* source = residues)
        fixed (double* destination = coefficients)
        {
            int count;
            for (int done = 0; done < coefficients.Length; done += count)
            {
                MixedRadix kernel = KernelFor(coefficients.Length - done, out count);
                kernel.ToDoubles(source + done, coefficients.Length, primes, count, digits, destination + done);
            }
        }

        new Span<long>(digits, primes * MixedRadix.Strip).Clear();
    }

    /// <summary>integers[i] = the integer in (-Q/2, Q/2) with the residues of column i, exactly.</summary>
    /// <param name="residues">k blocks of N canonical residues, for the first k primes of the chain.</param>
    /// <param name="integers">Takes N integers, which also tells k.</param>
    /// <exception cref="ArgumentException">The residues are not a whole number of blocks, or more than the chain has primes.</exception>
    /// <exception cref="ParameterException">Q may be too long: the lengths of its primes come to more than 126 bits.</exception>
    [SkipLocalsInit]
    public unsafe void ToInt128(ReadOnlySpan<ulong> residues, Span<Int128> integers)
    {
        int primes = PrimesOf(residues.Length, integers.Length);
        int bits = 0;
        for (int i = 0; i < primes; i++)
        {
            bits += _moduli[i].BitCount;
        }

        if (bits > ExactBits)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange,
                $"The {primes} primes have {bits} bits together and exact integers at most {ExactBits}; drop to fewer primes first.");
        }

        long* digits = stackalloc long[primes * MixedRadix.Strip];
        fixed (ulong* source = residues)
        {
            int count;
            for (int done = 0; done < integers.Length; done += count)
            {
                KernelFor(integers.Length - done, out count).ToDigits(source + done, integers.Length, primes, count, digits);
                for (int s = 0; s < count; s++)
                {
                    Int128 value = 0;
                    for (int i = primes - 1; i >= 0; i--)
                    {
                        value = value * _moduli[i].Value + digits[i * MixedRadix.Strip + s];
                    }

                    integers[done + s] = value;
                }
            }
        }

        new Span<long>(digits, primes * MixedRadix.Strip).Clear();
    }

    /// <summary>words[i] = the integer in (-Q/2, Q/2) with the residues of column i, modulo 2^64: what a share of it keeps.</summary>
    /// <param name="residues">k blocks of N canonical residues, for the first k primes of the chain.</param>
    /// <param name="words">Takes N words, which also tells k.</param>
    /// <exception cref="ArgumentException">The residues are not a whole number of blocks, or more than the chain has primes.</exception>
    [SkipLocalsInit]
    public unsafe void ToWords(ReadOnlySpan<ulong> residues, Span<ulong> words)
    {
        int primes = PrimesOf(residues.Length, words.Length);
        long* digits = stackalloc long[primes * MixedRadix.Strip];
        fixed (ulong* source = residues)
        {
            int count;
            for (int done = 0; done < words.Length; done += count)
            {
                KernelFor(words.Length - done, out count).ToDigits(source + done, words.Length, primes, count, digits);
                Span<ulong> strip = words.Slice(done, count);
                strip.Clear();
                for (int i = primes - 1; i >= 0; i--)
                {
                    ulong prime = _moduli[i].Value;
                    long* digit = digits + i * MixedRadix.Strip;
                    for (int s = 0; s < strip.Length; s++)
                    {
                        strip[s] = strip[s] * prime + (ulong)digit[s];
                    }
                }
            }
        }

        new Span<long>(digits, primes * MixedRadix.Strip).Clear();
    }

    /// <summary>What takes the next coefficients, and how many: vectors as far as they are whole, the portable one what is left.</summary>
    private MixedRadix KernelFor(int left, out int count)
    {
        count = Math.Min(left, MixedRadix.Strip);
        int vectors = count & -DoubleLanes512.Count; // serves the shorter vectors too
        if (_vector is null || vectors == 0)
        {
            return _portable;
        }

        count = vectors;
        return _vector;
    }

    private int PrimesOf(int residues, int coefficients)
    {
        int primes = coefficients == 0 ? 0 : residues / coefficients;
        if (primes == 0 || primes > _moduli.Length || (long)primes * coefficients != residues)
        {
            throw new ArgumentException(
                $"{residues} residues are not blocks of {coefficients} for the first of {_moduli.Length} primes; pass whole blocks.",
                nameof(residues));
        }

        return primes;
    }
}
