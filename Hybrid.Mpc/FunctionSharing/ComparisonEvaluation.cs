using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Hybrid.Numerics;
using Hybrid.Security;

namespace Hybrid.Mpc.FunctionSharing;

/// <summary>One party's walk down the trees of comparison keys, 64 at a time and level by level.</summary>
/// <remarks>
/// At an input bit of 0 the threshold is above the point if its path goes on to the right; whether it does is what the right child's
/// control bits are shares of. The sum over all levels, and the leaf's answer for the last bits, is the share of the comparison.
/// Time and addresses depend on the layout alone.
/// </remarks>
internal sealed unsafe class ComparisonEvaluation : IDisposable
{
    private const int Keys = KeyLayout.GroupKeys;
    private const int Blocks = Keys * KeyLayout.BlockWords;

    // A microsecond's work: far enough ahead for memory to answer in time.
    private const int AheadLevels = 6;

    private readonly KeyLayout _layout;
    private readonly int _party;
    private readonly KernelWidth _width;
    private readonly CorrelationRobustHash _hash;
    private readonly SecretBuffer<ulong> _memory = new(5 * Blocks);
    private readonly ulong* _seeds;
    private readonly ulong* _hashes;
    private readonly ulong* _points;
    private readonly ulong* _sums;
    private readonly ulong* _tail;

    /// <summary>Makes room for a group.</summary>
    /// <param name="layout">For which inputs.</param>
    /// <param name="party">Whose walk: 0 or 1.</param>
    /// <param name="hash">The hash of the batch's AES key, which stays the caller's.</param>
    /// <param name="width">The vector width.</param>
    /// <exception cref="PlatformNotSupportedException">The machine lacks the width.</exception>
    public ComparisonEvaluation(KeyLayout layout, int party, CorrelationRobustHash hash, KernelWidth width)
    {
        _layout = layout;
        _party = party;
        _width = TreeSteps.Resolve(width);
        _hash = hash;
        // Native memory, which stays where it is for as long as the buffer lives.
        _seeds = (ulong*)Unsafe.AsPointer(ref _memory.Span[0]);
        _hashes = _seeds + Blocks;
        _points = _hashes + Blocks;
        _sums = _points + Blocks;
        _tail = _sums + Blocks;
    }

    /// <summary>The shares of the bits of one group, the first key's lowest; bits beyond the last key's are 0.</summary>
    /// <param name="roots">The group's root seeds.</param>
    /// <param name="corrections">The group's corrections.</param>
    /// <param name="points">Its points.</param>
    /// <param name="keys">How many keys it has, 1 to 64.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ulong Bits(ulong* roots, ulong* corrections, ulong* points, int keys)
    {
        Start(roots, points, keys);
        for (int level = 0; level < _layout.Levels; level++)
        {
            Prefetch(corrections + KeyLayout.BlocksAt(level + AheadLevels, keys));
            _hash.Hash(_seeds, _hashes, Keys);
            TreeSteps.Descend(_width, _seeds, _hashes, CorrectionBlocks(corrections, level, keys), _points, _sums, level);
        }

        _hash.Hash(_seeds, _hashes, Keys);
        return Leaves(corrections + KeyLayout.BlocksAt(_layout.Levels, keys), points, keys);
    }

    /// <summary>Wipes the working memory.</summary>
    public void Dispose() => _memory.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Start(ulong* roots, ulong* points, int keys)
    {
        _memory.Span.Clear();
        TreeRoots.Plant(roots, _party, keys, _seeds);
        for (int key = 0; key < keys; key++)
        {
            // The first bit that the tree asks for comes to where control bits are.
            ulong point = points[key] << (64 - _layout.InputBits);
            _points[2 * key] = point;
            _points[(2 * key) + 1] = point;
        }
    }

    // Keys are read once, from start to end, in steps across whole pages, which no processor foresees. Beyond their end nothing happens.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Prefetch(ulong* corrections)
    {
        const int lineWords = 8;
        if (Sse.IsSupported)
        {
            for (int word = 0; word < Blocks; word += lineWords)
                Sse.Prefetch0(corrections + word);
        }
    }

    // A group with fewer keys is walked as a whole one, whose last trees are of zeros and whose answers nobody reads.
    private ulong* CorrectionBlocks(ulong* corrections, int level, int keys)
    {
        ulong* blocks = corrections + KeyLayout.BlocksAt(level, keys);
        if (keys == Keys)
        {
            return blocks;
        }

        new ReadOnlySpan<ulong>(blocks, keys * KeyLayout.BlockWords).CopyTo(new Span<ulong>(_tail, Blocks));
        return _tail;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ulong Leaves(ulong* corrections, ulong* points, int keys)
    {
        ulong bits = 0;
        ulong lastBits = (1UL << _layout.LeafBits) - 1;
        for (int key = 0; key < keys; key++)
        {
            ulong control = (ulong)((long)_seeds[(2 * key) + 1] >> 63);
            ulong low = _hashes[2 * key] ^ (control & corrections[2 * key]);
            ulong high = _hashes[(2 * key) + 1] ^ (control & corrections[(2 * key) + 1]);
            ulong place = points[key] & lastBits;
            ulong upper = 0 - (place >> 6);
            ulong answer = (((low & ~upper) | (high & upper)) >> (int)(place & 63)) & 1;
            bits |= (answer ^ (_sums[(2 * key) + 1] >> 63)) << key;
        }

        return bits;
    }
}
