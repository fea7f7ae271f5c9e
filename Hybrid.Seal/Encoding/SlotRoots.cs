using System.Numerics;
using System.Runtime.InteropServices;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal.Encoding;

/// <summary>The roots of unity of the transform between slots and coefficients, each rounded once, laid out for a width of vector.</summary>
/// <remarks>
/// The transform halves X^n - i into X^(n/2) - w and X^(n/2) + w, and so on, as the number-theoretic one does. The root at index m + b
/// belongs to block b of the level of m blocks: w = exp(i pi (1 / 4m + reverse(b) / m)), with the log2 m bits of b in reverse, so that
/// the root at an odd index is i times the one before. In the levels inside registers the roots of two vectors stand together in
/// bit-reversed order, which is the order of the lanes there (<see cref="IDoubleLanes{TVector}.Spread"/>).
/// </remarks>
internal sealed class SlotRoots
{
    private const int LineBytes = 64;

    private readonly double[] _memory;
    private readonly int _start;
    private readonly int _slots;

    /// <summary>Makes the table.</summary>
    /// <param name="slots">n, a power of two from 2.</param>
    /// <param name="lanes">Doubles in a vector: 1, 4 or 8.</param>
    public SlotRoots(int slots, int lanes)
    {
        // Pinned, so that what is aligned stays aligned.
        _memory = GC.AllocateUninitializedArray<double>(2 * slots + LineBytes / sizeof(double), pinned: true);
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(_memory, 0);
        _start = (int)(-address & (LineBytes - 1)) / sizeof(double);
        _slots = slots;
        Fill();
        ArrangeForLanes(_memory.AsSpan(_start, slots), lanes);
        ArrangeForLanes(_memory.AsSpan(_start + slots, slots), lanes);
    }

    /// <summary>The n real parts, then the n imaginary ones; index 0 is unused.</summary>
    public ReadOnlySpan<double> Values => _memory.AsSpan(_start, 2 * _slots);

    private void Fill()
    {
        Span<double> real = _memory.AsSpan(_start, _slots);
        Span<double> imaginary = _memory.AsSpan(_start + _slots, _slots);
        real[0] = 1;
        imaginary[0] = 0;

        // unit[k] = exp(i pi / 2^k), by half angles from k = 1. Losing half the bits of 1 - cos still leaves more than a double's.
        int levels = BitOperations.Log2((uint)_slots);
        Span<ComplexDoubleDouble> unit = stackalloc ComplexDoubleDouble[levels + 2];
        unit[0] = new(-1, 0);
        unit[1] = new(0, 1);
        for (int k = 2; k < unit.Length; k++)
        {
            DoubleDouble cosine = unit[k - 1].Real;
            unit[k] = new(DoubleDouble.Sqrt((cosine + 1) * 0.5), DoubleDouble.Sqrt((1 - cosine) * 0.5));
        }

        // turn[b] = exp(i pi reverse(b) / m) for b < m does not depend on m; a higher bit of b adds half the angle of the bit below.
        var turn = new ComplexDoubleDouble[_slots / 2];
        turn[0] = new(1, 0);
        for (int bit = 0; 1 << bit < turn.Length; bit++)
        {
            for (int b = 1 << bit; b < 2 << bit; b++)
            {
                turn[b] = turn[b - (1 << bit)] * unit[bit + 1];
            }
        }

        for (int level = 0; level < levels; level++)
        {
            int blocks = 1 << level;
            for (int b = 0; b < blocks; b += 2)
            {
                ComplexDoubleDouble root = unit[level + 2] * turn[b];
                real[blocks + b] = root.Real.High;
                imaginary[blocks + b] = root.Imaginary.High;
                if (b + 1 < blocks)
                {
                    real[blocks + b + 1] = -root.Imaginary.High;
                    imaginary[blocks + b + 1] = root.Real.High;
                }
            }
        }
    }

    private void ArrangeForLanes(Span<double> values, int lanes)
    {
        // Levels of n / lanes, 2 n / lanes, … n / 2 blocks: 2, 4, … lanes roots for two vectors.
        Span<double> group = stackalloc double[lanes];
        for (int level = _slots / lanes, size = 2; level < _slots; level *= 2, size *= 2)
        {
            int bits = BitOperations.Log2((uint)size);
            for (int start = level; start < 2 * level; start += size)
            {
                values.Slice(start, size).CopyTo(group);
                for (int lane = 0; lane < size; lane++)
                {
                    values[start + lane] = group[NttTables.ReverseBits(lane, bits)];
                }
            }
        }
    }

    private readonly record struct ComplexDoubleDouble(DoubleDouble Real, DoubleDouble Imaginary)
    {
        public static ComplexDoubleDouble operator *(ComplexDoubleDouble x, ComplexDoubleDouble y) =>
            new(x.Real * y.Real - x.Imaginary * y.Imaginary, x.Real * y.Imaginary + x.Imaginary * y.Real);
    }
}
