using System.Numerics;
using System.Runtime.Intrinsics;
using Hybrid.Numerics;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal.Encoding;

/// <summary>
/// The canonical embedding: slot i of a polynomial c with N real coefficients is c(zeta^(3^i)), i = 0 … N/2 - 1, with
/// zeta = exp(i pi / N). Slots to coefficients for encoding, coefficients to slots for decoding.
/// </summary>
/// <remarks>
/// The generator 3 and the order are those of Microsoft SEAL, so slots and their rotations mean the same here and there.
/// One complex transform of n = N/2 points each way: where 3^i is 1 modulo 4, slot i is one of its values, and elsewhere the conjugate of
/// one, zeta^(-3^i). Slots and coefficients may be secret: nothing branches or indexes on them, and what a call keeps of them is wiped.
/// Every width gives the same bits. Nothing is allocated but a few workspaces, kept for the next calls.
/// Any number of threads may share one. Costs about 2 N log2 N operations on doubles; keeps 12 N bytes of tables and up to four
/// workspaces of 8 N.
/// </remarks>
internal sealed class SlotTransform
{
    /// <summary>The smallest degree N: a transform has two slots at least.</summary>
    public const int MinimumDegree = 4;

    private readonly SlotFft _fft;
    private readonly int[] _positions; // where slot i stands in the transform
    private readonly int[] _slots;     // which slot stands at position j
    private readonly SecretWorkspaces<double> _workspaces;

    /// <summary>Prepares the transform of one degree.</summary>
    /// <param name="degree">N, a power of two from 4 to 2^17.</param>
    /// <param name="width">Which kernel is to compute; the vector kernels take N from 16 (256 bits) and 32 (512 bits).</param>
    /// <exception cref="ArgumentOutOfRangeException">The degree is not a power of two in its range, or there is no such kernel.</exception>
    /// <exception cref="ParameterException">The kernel asked for by name does not run on this machine, or not with this degree.</exception>
    public SlotTransform(int degree, KernelWidth width = KernelWidth.Auto)
    {
        if (degree is < MinimumDegree or > NttTables.MaximumDegree || !BitOperations.IsPow2(degree))
        {
            throw new ArgumentOutOfRangeException(
                nameof(degree), degree, $"The degree N must be a power of two from {MinimumDegree} to {NttTables.MaximumDegree}.");
        }

        Degree = degree;
        SlotCount = degree / 2;
        Width = EncodingKernelChoice.Make(
            width,
            SlotCount >= 2 * DoubleLanes256.Count,
            SlotCount >= 2 * DoubleLanes512.Count,
            "degrees from 16 for 256 bits and from 32 for 512");
        _fft = Width switch
        {
            KernelWidth.Vector512 => new VectorSlotFft<Vector512<double>, DoubleLanes512>(SlotCount),
            KernelWidth.Vector256 => new VectorSlotFft<Vector256<double>, DoubleLanes256>(SlotCount),
            _ => new VectorSlotFft<double, DoubleLanes64>(SlotCount),
        };
        _workspaces = new SecretWorkspaces<double>(degree);
        _positions = new int[SlotCount];
        _slots = new int[SlotCount];
        int log = BitOperations.Log2((uint)SlotCount);
        int power = 1;
        for (int i = 0; i < SlotCount; i++)
        {
            // Powers of 3 are 1 modulo 8 and 3 modulo 8 in turn, so odd slots are the conjugates, and fill the upper half.
            int exponent = i % 2 == 0 ? power : 2 * degree - power;
            int position = NttTables.ReverseBits((exponent - 1) / 4, log);
            _positions[i] = position;
            _slots[position] = i;
            power = 3 * power & (2 * degree - 1);
        }
    }

    /// <summary>The degree N: how many coefficients.</summary>
    public int Degree { get; }

    /// <summary>N / 2: how many slots.</summary>
    public int SlotCount { get; }

    /// <summary>The kernel that computes: never <see cref="KernelWidth.Auto"/>.</summary>
    public KernelWidth Width { get; }

    /// <summary>The N real coefficients of the polynomial with the given slots, times the scale, not rounded to integers.</summary>
    /// <param name="real">Real parts of the first slots, at most N / 2; the other slots are zero.</param>
    /// <param name="imaginary">As many imaginary parts, or none for real slots.</param>
    /// <param name="scale">Positive and finite.</param>
    /// <param name="coefficients">N numbers, of magnitude up to the scale times the largest slot; must not overlap the slots.</param>
    /// <remarks>
    /// Slots that are not numbers, or too large, give coefficients that are not numbers: <see cref="CoefficientRounding.Largest"/> tells.
    /// </remarks>
    /// <exception cref="ArgumentException">A span has the wrong length, or the coefficients overlap the slots.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The scale is not positive and finite.</exception>
    public unsafe void ToCoefficients(ReadOnlySpan<double> real, ReadOnlySpan<double> imaginary, double scale, Span<double> coefficients)
    {
        CheckSlots(real.Length, imaginary.Length, nameof(imaginary));
        CheckCoefficients(coefficients.Length, nameof(coefficients));
        CheckScale(scale, nameof(scale));
        if (coefficients.Overlaps(real) || coefficients.Overlaps(imaginary))
        {
            throw new ArgumentException("The coefficients overlap the slots; use other memory.", nameof(coefficients));
        }

        double divided = scale / SlotCount;
        fixed (double* destination = coefficients)
        fixed (int* slots = _slots)
        {
            if (real.Length == SlotCount)
            {
                fixed (double* realSlots = real, imaginarySlots = imaginary)
                {
                    _fft.Inverse(realSlots, imaginarySlots, slots, destination, divided);
                }

                return;
            }

            using SecretWorkspaces<double>.Loan workspace = _workspaces.Borrow();
            real.CopyTo(workspace.Span);
            imaginary.CopyTo(workspace.Span[SlotCount..]);
            fixed (double* padded = workspace.Span)
            {
                _fft.Inverse(padded, imaginary.IsEmpty ? null : padded + SlotCount, slots, destination, divided);
            }
        }
    }

    /// <summary>The slots of a polynomial, times a factor.</summary>
    /// <param name="coefficients">N real coefficients.</param>
    /// <param name="inverseScale">Positive and finite: 1 over the scale.</param>
    /// <param name="real">Takes the real parts of the first slots, at most N / 2.</param>
    /// <param name="imaginary">Takes as many imaginary parts, or is empty.</param>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not positive and finite.</exception>
    public unsafe void ToSlots(ReadOnlySpan<double> coefficients, double inverseScale, Span<double> real, Span<double> imaginary)
    {
        CheckSlots(real.Length, imaginary.Length, nameof(imaginary));
        CheckCoefficients(coefficients.Length, nameof(coefficients));
        CheckScale(inverseScale, nameof(inverseScale));
        using SecretWorkspaces<double>.Loan workspace = _workspaces.Borrow();
        fixed (double* source = coefficients, values = workspace.Span, realSlots = real, imaginarySlots = imaginary)
        fixed (int* positions = _positions)
        {
            _fft.Forward(source, values, inverseScale);
            _fft.Collect(values, positions, realSlots, real.Length);
            _fft.Collect(values + SlotCount, positions, imaginarySlots, imaginary.Length);
        }
    }

    private static void CheckScale(double scale, string parameter)
    {
        if (!double.IsFinite(scale) || scale <= 0)
        {
            throw new ArgumentOutOfRangeException(parameter, scale, "A scale is a positive finite number.");
        }
    }

    private void CheckSlots(int real, int imaginary, string parameter)
    {
        if (real > SlotCount)
        {
            throw new ArgumentException($"A polynomial of degree {Degree} has {SlotCount} slots; this span has {real}.", nameof(real));
        }

        if (imaginary != 0 && imaginary != real)
        {
            throw new ArgumentException(
                $"There are {imaginary} imaginary parts for {real} real ones; give as many, or none for real slots.", parameter);
        }
    }

    private void CheckCoefficients(int length, string parameter)
    {
        if (length != Degree)
        {
            throw new ArgumentException($"A polynomial of this ring has {Degree} coefficients; this span has {length}.", parameter);
        }
    }
}
