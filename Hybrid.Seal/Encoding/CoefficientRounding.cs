using System.Runtime.Intrinsics;
using Hybrid.Numerics;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal.Encoding;

/// <summary>Rounds coefficients to integers and reduces those modulo primes: from numbers to residues to encrypt.</summary>
/// <remarks>
/// <para>
/// A double x of any magnitude is taken apart into integers of 50 bits, x = round(x) = sum a_k 2^(50 k), which Horner's rule puts together
/// again modulo p. The largest magnitude of all the coefficients says how many parts there are, and whatever is below 2^51 is one;
/// it is the only thing about them that shows in the time taken. Nothing branches or indexes on a single coefficient.
/// </para>
/// <para>
/// Halves go to the even neighbour, as in <see cref="Math.Round(double)"/>. Microsoft SEAL takes them away from zero: the two encodings of
/// such a coefficient differ by one, half a unit either way of the number meant.
/// </para>
/// </remarks>
internal static class CoefficientRounding
{
    /// <summary>Magnitudes to 2^51 are a single part: a rounded double and its neighbours are integers that fit.</summary>
    private const double SinglePart = 2251799813685248.0;

    /// <summary>The largest |c|: infinity or NaN if there is one among the coefficients, 0 if there are none.</summary>
    public static unsafe double Largest(ReadOnlySpan<double> coefficients, KernelWidth width = KernelWidth.Auto)
    {
        fixed (double* source = coefficients)
        {
            return EncodingKernelChoice.Make(width, true, true, "any coefficients") switch
            {
                KernelWidth.Vector512 => RoundingKernel<Vector512<double>, DoubleLanes512>.Largest(source, coefficients.Length),
                KernelWidth.Vector256 => RoundingKernel<Vector256<double>, DoubleLanes256>.Largest(source, coefficients.Length),
                _ => RoundingKernel<double, DoubleLanes64>.Largest(source, coefficients.Length),
            };
        }
    }

    /// <summary>residues[i] = round(coefficients[i]) mod p in [0, p).</summary>
    /// <inheritdoc cref="ToResidues(ReadOnlySpan{double}, double, Modulus, Span{ulong}, KernelWidth)"/>
    public static void ToResidues(
        ReadOnlySpan<double> coefficients, Modulus modulus, Span<ulong> residues, KernelWidth width = KernelWidth.Auto) =>
        ToResidues(coefficients, Largest(coefficients), modulus, residues, width);

    /// <summary>residues[i] = round(coefficients[i]) mod p in [0, p), where the largest magnitude is known.</summary>
    /// <param name="coefficients">Numbers of any magnitude.</param>
    /// <param name="largest">
    /// A bound on their magnitudes, such as <see cref="Largest"/>; coefficients above it give wrong residues, never an error.
    /// </param>
    /// <param name="modulus">The prime p.</param>
    /// <param name="residues">Takes as many residues.</param>
    /// <param name="width">Which kernel is to compute; the vector kernels take primes below 2^50.</param>
    /// <exception cref="ArgumentException">The spans differ in length, or a coefficient is not a finite number.</exception>
    /// <exception cref="ParameterException">The kernel asked for by name does not run on this machine, or not with this prime.</exception>
    public static unsafe void ToResidues(
        ReadOnlySpan<double> coefficients, double largest, Modulus modulus, Span<ulong> residues, KernelWidth width = KernelWidth.Auto)
    {
        ArgumentNullException.ThrowIfNull(modulus);
        if (residues.Length != coefficients.Length)
        {
            throw new ArgumentException(
                $"There are {coefficients.Length} coefficients and room for {residues.Length} residues; give as much room.",
                nameof(residues));
        }

        int parts = PartsOf(largest, nameof(coefficients));
        bool fits = modulus.BitCount <= NttKernelChoice.MaximumVectorBits;
        KernelWidth chosen = EncodingKernelChoice.Make(width, fits, fits, EncodingKernelChoice.ShortPrimes);
        fixed (double* source = coefficients)
        fixed (ulong* destination = residues)
        {
            int done = chosen switch
            {
                KernelWidth.Vector512 => RoundingKernel<Vector512<double>, DoubleLanes512>.ToResidues(
                    source, destination, coefficients.Length, modulus, parts),
                KernelWidth.Vector256 => RoundingKernel<Vector256<double>, DoubleLanes256>.ToResidues(
                    source, destination, coefficients.Length, modulus, parts),
                _ => 0,
            };
            PortableRounding.ToResidues(source + done, destination + done, coefficients.Length - done, modulus, parts);
        }
    }

    /// <summary>round(x) mod p in [0, p), as for a constant in all slots. The time tells the magnitude's class, as for many.</summary>
    /// <exception cref="ArgumentException">x is not a finite number.</exception>
    public static ulong ToResidue(double x, Modulus modulus)
    {
        ulong residue = 0;
        ToResidues(new ReadOnlySpan<double>(in x), Math.Abs(x), modulus, new Span<ulong>(ref residue), KernelWidth.Portable);
        return residue;
    }

    /// <summary>2^(50 k), the worth of part k.</summary>
    internal static double Worth(int k) => Math.ScaleB(1, 50 * k);

    private static int PartsOf(double largest, string parameter)
    {
        if (!double.IsFinite(largest))
        {
            throw new ArgumentException("A coefficient is not a finite number; reduce the values or the scale.", parameter);
        }

        // The part at the top has up to 51 bits, each further one 49 and a sign.
        int parts = 1;
        while (largest > SinglePart)
        {
            largest /= Worth(1);
            parts++;
        }

        return parts;
    }
}
