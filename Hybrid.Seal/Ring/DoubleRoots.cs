using System.Numerics;
using System.Runtime.InteropServices;

namespace Hybrid.Seal.Ring;

/// <summary>A transform's roots of unity as doubles in (-p/2, p/2), laid out for one width of vector and aligned to cache lines.</summary>
/// <remarks>
/// The root at index m + i belongs to block i of the level of m blocks. In the levels inside registers the roots of two vectors stand
/// together in bit-reversed order, which is the order of the lanes there (<see cref="IDoubleLanes{TVector}.Spread"/>).
/// </remarks>
internal sealed class DoubleRoots
{
    private const int LineBytes = 64;

    private readonly double[] _memory;
    private readonly int _start;
    private readonly int _degree;

    private DoubleRoots(int degree)
    {
        // Pinned, so that what is aligned stays aligned.
        _memory = GC.AllocateUninitializedArray<double>(degree + LineBytes / sizeof(double), pinned: true);
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(_memory, 0);
        _start = (int)(-address & (LineBytes - 1)) / sizeof(double);
        _degree = degree;
    }

    /// <summary>The N roots.</summary>
    public ReadOnlySpan<double> Values => _memory.AsSpan(_start, _degree);

    /// <summary>The roots of the way forward, for vectors of <paramref name="lanes"/> doubles.</summary>
    public static DoubleRoots Forward(NttTables tables, int lanes)
    {
        var roots = new DoubleRoots(tables.Degree);
        roots.Fill(lanes, tables, index => Balanced(tables.RootPowers[index], tables.Modulus));
        return roots;
    }

    /// <summary>The inverses of the roots, for the way back.</summary>
    public static DoubleRoots Inverse(NttTables tables, int lanes)
    {
        // With psi^N = -1, the inverse of the root at m + i is minus the root at 2m - 1 - i; m is the index's highest bit.
        var roots = new DoubleRoots(tables.Degree);
        roots.Fill(lanes, tables, index =>
            index == 0 ? 1 : -Balanced(tables.RootPowers[(3 << BitOperations.Log2((uint)index)) - 1 - index], tables.Modulus));
        return roots;
    }

    /// <summary>A residue in [0, p) as the double of its class in (-p/2, p/2).</summary>
    public static double Balanced(ulong residue, Modulus modulus) =>
        residue > modulus.Value / 2 ? -(double)(modulus.Value - residue) : residue;

    private void Fill(int lanes, NttTables tables, Func<int, double> rootAt)
    {
        Span<double> values = _memory.AsSpan(_start, _degree);
        for (int index = 0; index < values.Length; index++)
        {
            values[index] = rootAt(index);
        }

        // Levels of N / lanes, 2 N / lanes, … N / 2 blocks: 2, 4, … lanes roots for two vectors.
        Span<double> group = stackalloc double[lanes];
        for (int level = tables.Degree / lanes, size = 2; level < tables.Degree; level *= 2, size *= 2)
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
}
