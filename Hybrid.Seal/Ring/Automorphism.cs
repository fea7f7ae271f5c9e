using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Seal.Ring;

/// <summary>The map X to X^g of Z[X] / (X^N + 1), for an odd g: on transformed polynomials it only moves values about.</summary>
/// <remarks>
/// Value j of a transformed polynomial is the one at psi^e with e = 2 reverse(j) + 1, and the map gives it the value at psi^(e g). Eight
/// neighbours j differ in the top three bits of reverse(j): their exponents differ by multiples of 2N / 8, which g permutes among
/// themselves. So eight aligned values come from eight aligned values, and only four vectors of indices ever occur.
/// Immutable, so any number of threads may share one.
/// </remarks>
internal sealed unsafe class Automorphism
{
    private const int BlockSize = 8;

    private readonly int[] _sources;
    private readonly ulong[] _orders; // of each block of eight, the places within the source block
    private readonly bool _isWide;

    /// <summary>Prepares the map.</summary>
    /// <param name="degree">N, a power of two from 8 up.</param>
    /// <param name="element">g, odd, in [1, 2N).</param>
    public Automorphism(int degree, uint element)
    {
        Element = element;
        _sources = new int[degree];
        int bits = System.Numerics.BitOperations.Log2((uint)degree);
        for (int j = 0; j < degree; j++)
        {
            ulong exponent = (2UL * (ulong)NttTables.ReverseBits(j, bits) + 1) * element % (2UL * (ulong)degree);
            _sources[j] = NttTables.ReverseBits((int)(exponent >> 1), bits);
        }

        _isWide = DoubleLanes512.IsSupported;
        _orders = new ulong[degree];
        for (int j = 0; j < degree; j++)
        {
            _orders[j] = (ulong)(_sources[j] % BlockSize);
        }
    }

    /// <summary>g.</summary>
    public uint Element { get; }

    /// <summary>destination[j] = source[place(j)], for transformed polynomials of any prime; the spans must not overlap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply(ReadOnlySpan<ulong> source, Span<ulong> destination)
    {
        if (!_isWide)
        {
            ApplyPortable(source, destination);
            return;
        }

        fixed (ulong* from = source, to = destination, orders = _orders)
        {
            for (int j = 0; j < destination.Length; j += BlockSize)
            {
                Vector512<ulong> block = Vector512.Load(from + (_sources[j] & -BlockSize));
                Avx512F.PermuteVar8x64(block, Vector512.Load(orders + j)).Store(to + j);
            }
        }
    }

    /// <summary>The same on any machine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void ApplyPortable(ReadOnlySpan<ulong> source, Span<ulong> destination)
    {
        for (int j = 0; j < destination.Length; j++)
        {
            destination[j] = source[_sources[j]];
        }
    }

    /// <summary>The element whose map undoes this one's: 1 / g modulo 2N.</summary>
    public static uint InverseElement(int degree, uint element)
    {
        // Newton's iteration doubles the right bits; an odd number is its own inverse modulo 8.
        uint inverse = element;
        for (int i = 0; i < 4; i++)
        {
            inverse *= 2 - (element * inverse);
        }

        return inverse & (2 * (uint)degree - 1);
    }
}
