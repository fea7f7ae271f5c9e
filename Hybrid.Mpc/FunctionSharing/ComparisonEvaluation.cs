using System.Runtime.CompilerServices;
using Hybrid.Numerics;
using Hybrid.Security;

namespace Hybrid.Mpc.FunctionSharing;

/// <summary>One party's walk down the trees of a batch, 64 at a time and level by level.</summary>
/// <remarks>
/// At an input bit of 0 the threshold is above the point if its path goes on to the right. For bits, whether it does is what the
/// right child's control bits are shares of; the sum over all levels, and the leaf's answer for the last bits, is the share of the
/// comparison. For words, a level's value is H(seed ⊕ 1) + t·correction, and counts where the bit is 0.
/// Time and addresses depend on the layout alone.
/// </remarks>
internal sealed unsafe class ComparisonEvaluation : IDisposable
{
    private const int Keys = KeyLayout.ChunkKeys;
    private const int Blocks = Keys * KeyLayout.BlockWords;

    private readonly KeyLayout _layout;
    private readonly KernelWidth _width;
    private readonly CorrelationRobustHash _hash;
    private readonly SecretBuffer<ulong> _memory = new((5 * Blocks) + Keys);
    private readonly ulong* _seeds;
    private readonly ulong* _hashes;
    private readonly ulong* _points;
    private readonly ulong* _sums;
    private readonly ulong* _tail;
    private readonly ulong* _totals;

    public ComparisonEvaluation(KeyLayout layout, ReadOnlySpan<byte> hashKey, KernelChoice choice)
    {
        _layout = layout;
        _width = TreeSteps.Resolve(choice.Width);
        _hash = CorrelationRobustHash.Create(hashKey, choice.PortableHash);
        // Native memory, which stays where it is for as long as the buffer lives.
        _seeds = (ulong*)Unsafe.AsPointer(ref _memory.Span[0]);
        _hashes = _seeds + Blocks;
        _points = _hashes + Blocks;
        _sums = _points + Blocks;
        _tail = _sums + Blocks;
        _totals = _tail + Blocks;
    }

    /// <summary>The shares of the bits of one chunk, the first key's lowest.</summary>
    /// <param name="roots">The chunk's root seeds.</param>
    /// <param name="corrections">The chunk's corrections.</param>
    /// <param name="points">Its points.</param>
    /// <param name="keys">How many keys it has.</param>
    /// <param name="offset">What is taken off every point first, modulo 2^n.</param>
    public ulong Bits(ulong* roots, ulong* corrections, ulong* points, int keys, ulong offset)
    {
        Start(roots, points, keys, offset);
        for (int level = 0; level < _layout.Levels; level++)
        {
            _hash.Hash(_seeds, 0, _hashes, Keys);
            TreeSteps.Descend(_width, _seeds, _hashes, CorrectionBlocks(corrections, level, keys), _points, _sums, level);
        }

        _hash.Hash(_seeds, 0, _hashes, Keys);
        return Leaves(CorrectionBlocks(corrections, _layout.Levels, keys), points, keys, offset);
    }

    /// <summary>Party 0's shares of the words of one chunk; party 1's, negated.</summary>
    /// <param name="roots">The chunk's root seeds.</param>
    /// <param name="corrections">The chunk's corrections.</param>
    /// <param name="points">Its points.</param>
    /// <param name="keys">How many keys it has.</param>
    /// <param name="offset">What is taken off every point first, modulo 2^n.</param>
    /// <param name="words">Where the shares go.</param>
    public void Words(ulong* roots, ulong* corrections, ulong* points, int keys, ulong offset, ulong* words)
    {
        Start(roots, points, keys, offset);
        for (int level = 0; level < _layout.Levels; level++)
        {
            _hash.Hash(_seeds, 1, _hashes, Keys);
            AddValues(corrections + _layout.ValuesAt(level, keys), keys, level);
            if (level < _layout.Levels - 1)
            {
                _hash.Hash(_seeds, 0, _hashes, Keys);
                TreeSteps.Descend(_width, _seeds, _hashes, CorrectionBlocks(corrections, level, keys), _points, _sums, level);
            }
        }

        new ReadOnlySpan<ulong>(_totals, keys).CopyTo(new Span<ulong>(words, keys));
    }

    /// <summary>Wipes the working memory.</summary>
    public void Dispose()
    {
        _memory.Dispose();
        _hash.Dispose();
    }

    private void Start(ulong* roots, ulong* points, int keys, ulong offset)
    {
        _memory.Span.Clear();
        new ReadOnlySpan<ulong>(roots, keys * KeyLayout.BlockWords).CopyTo(new Span<ulong>(_seeds, Blocks));
        for (int key = 0; key < keys; key++)
        {
            // The first bit that the tree asks for comes to where control bits are.
            ulong point = (points[key] - offset) << (64 - _layout.InputBits);
            _points[2 * key] = point;
            _points[(2 * key) + 1] = point;
        }
    }

    // A chunk with fewer keys is walked as a whole one, whose last trees are of zeros and whose answers nobody reads.
    private ulong* CorrectionBlocks(ulong* corrections, int level, int keys)
    {
        ulong* blocks = corrections + _layout.BlocksAt(level, keys);
        if (keys == Keys)
        {
            return blocks;
        }

        new ReadOnlySpan<ulong>(blocks, keys * KeyLayout.BlockWords).CopyTo(new Span<ulong>(_tail, Blocks));
        return _tail;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ulong Leaves(ulong* corrections, ulong* points, int keys, ulong offset)
    {
        ulong bits = 0;
        ulong lastBits = (1UL << _layout.LeafBits) - 1;
        for (int key = 0; key < keys; key++)
        {
            ulong control = ControlMask(_seeds[(2 * key) + 1]);
            ulong low = _hashes[2 * key] ^ (control & corrections[2 * key]);
            ulong high = _hashes[(2 * key) + 1] ^ (control & corrections[(2 * key) + 1]);
            ulong place = (points[key] - offset) & lastBits;
            ulong upper = 0 - (place >> 6);
            ulong answer = (((low & ~upper) | (high & upper)) >> (int)(place & 63)) & 1;
            bits |= (answer ^ (_sums[(2 * key) + 1] >> 63)) << key;
        }

        return bits;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddValues(ulong* corrections, int keys, int level)
    {
        for (int key = 0; key < keys; key++)
        {
            ulong value = _hashes[2 * key] + (ControlMask(_seeds[(2 * key) + 1]) & corrections[key]);
            _totals[key] += value & ~ControlMask(_points[2 * key] << level);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong ControlMask(ulong word) => (ulong)((long)word >> 63);
}
