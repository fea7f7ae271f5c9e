using System.Runtime.CompilerServices;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal.Evaluation;

/// <summary>
/// The map of an <see cref="Automorphism"/> seen from where values come from: what a kernel needs that reads its operands in order and
/// adds its results to where the map takes them.
/// </summary>
/// <remarks>
/// Eight aligned values go to eight aligned places, in one of at most eight orders: exponents of eight neighbours differ by multiples of
/// 2N / 8, which the map multiplies by g and shifts. So a block is a place and the number of an order. Bytes: N / 2. Immutable.
/// </remarks>
internal sealed class AutomorphismScatter
{
    /// <summary>Values that stay together.</summary>
    public const int BlockSize = 8;

    private readonly int[] _blocks;
    private readonly ulong[] _orders;
    private readonly int[] _places;

    /// <summary>Prepares the map X to X^g.</summary>
    /// <param name="degree">N, a power of two from 8 up.</param>
    /// <param name="element">g, odd, in [1, 2N).</param>
    public AutomorphismScatter(int degree, uint element)
    {
        Element = element;
        int bits = System.Numerics.BitOperations.Log2((uint)degree);
        _blocks = new int[degree / BlockSize];
        _orders = new ulong[BlockSize * BlockSize];
        _places = new int[BlockSize * BlockSize];
        var known = new Dictionary<int, int>(BlockSize);
        Span<int> order = stackalloc int[BlockSize];
        for (int to = 0; to < degree; to += BlockSize)
        {
            int from = 0;
            int signature = 0;
            for (int lane = 0; lane < BlockSize; lane++)
            {
                from = Source(to + lane, element, bits);
                order[lane] = from % BlockSize;
                signature = (signature * BlockSize) + order[lane];
            }

            if (!known.TryGetValue(signature, out int number))
            {
                number = known.Count;
                known.Add(signature, number);
                for (int lane = 0; lane < BlockSize; lane++)
                {
                    _orders[(number * BlockSize) + lane] = (ulong)order[lane];
                    _places[(number * BlockSize) + lane] = order[lane];
                }
            }

            _blocks[from / BlockSize] = to | number;
        }
    }

    /// <summary>g.</summary>
    public uint Element { get; }

    /// <summary>For each source block of eight: where the block goes, a multiple of eight, plus the number of its order.</summary>
    public ReadOnlySpan<int> Blocks => _blocks;

    /// <summary>Order by order, from which lane of the source each of the eight comes, as 64-bit integers.</summary>
    public ReadOnlySpan<ulong> Orders => _orders;

    /// <summary>The same as 32-bit integers.</summary>
    public ReadOnlySpan<int> Places => _places;

    // Value j of a transformed polynomial is the one at psi^(2 reverse(j) + 1).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Source(int j, uint element, int bits)
    {
        ulong exponent = ((2UL * (ulong)NttTables.ReverseBits(j, bits)) + 1) * element % (2UL << bits);
        return NttTables.ReverseBits((int)(exponent >> 1), bits);
    }
}
