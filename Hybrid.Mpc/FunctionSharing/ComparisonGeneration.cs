using System.Runtime.CompilerServices;
using Hybrid.Numerics;
using Hybrid.Security;

namespace Hybrid.Mpc.FunctionSharing;

/// <summary>The dealer's walk down both parties' trees along the thresholds, 64 at a time: makes the corrections.</summary>
/// <remarks>Time and addresses depend on the layout alone.</remarks>
internal sealed unsafe class ComparisonGeneration : IDisposable
{
    private const int Keys = KeyLayout.GroupKeys;
    private const int Blocks = Keys * KeyLayout.BlockWords;

    private readonly KeyLayout _layout;
    private readonly KernelWidth _width;
    private readonly CorrelationRobustHash _hash;
    private readonly SecretBuffer<ulong> _memory = new(7 * Blocks);
    private readonly ulong* _seeds;
    private readonly ulong* _hashes;
    private readonly ulong* _differences;
    private readonly ulong* _thresholds;
    private readonly ulong* _tail;

    /// <summary>Makes room for a group.</summary>
    /// <param name="layout">For which inputs.</param>
    /// <param name="hash">The hash of the batch's AES key, which stays the caller's.</param>
    /// <param name="width">The vector width.</param>
    /// <exception cref="PlatformNotSupportedException">The machine lacks the width.</exception>
    public ComparisonGeneration(KeyLayout layout, CorrelationRobustHash hash, KernelWidth width)
    {
        _layout = layout;
        _width = TreeSteps.Resolve(width);
        _hash = hash;
        // Native memory, which stays where it is for as long as the buffer lives.
        _seeds = (ulong*)Unsafe.AsPointer(ref _memory.Span[0]);
        _hashes = _seeds + (2 * Blocks);
        _differences = _hashes + (2 * Blocks);
        _thresholds = _differences + Blocks;
        _tail = _thresholds + Blocks;
    }

    /// <summary>Makes the corrections of one group.</summary>
    /// <param name="roots0">Party 0's root seeds.</param>
    /// <param name="roots1">Party 1's.</param>
    /// <param name="thresholds">The thresholds.</param>
    /// <param name="keys">How many keys the group has, 1 to 64.</param>
    /// <param name="corrections">Where the group's corrections go.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Correct(ulong* roots0, ulong* roots1, ulong* thresholds, int keys, ulong* corrections)
    {
        Start(roots0, roots1, thresholds, keys);
        for (int level = 0; level < _layout.Levels; level++)
        {
            ulong* blocks = corrections + KeyLayout.BlocksAt(level, keys);
            ulong* whole = keys == Keys ? blocks : _tail;
            _hash.Hash(_seeds, _hashes, 2 * Keys);
            TreeSteps.Branch(_width, _seeds, _hashes, _differences, _thresholds, whole, level);
            if (whole != blocks)
            {
                new ReadOnlySpan<ulong>(whole, keys * KeyLayout.BlockWords).CopyTo(new Span<ulong>(blocks, keys * KeyLayout.BlockWords));
            }
        }

        _hash.Hash(_seeds, _hashes, 2 * Keys);
        CorrectLeaves(thresholds, keys, corrections + KeyLayout.BlocksAt(_layout.Levels, keys));
    }

    /// <summary>Wipes the working memory.</summary>
    public void Dispose() => _memory.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Start(ulong* roots0, ulong* roots1, ulong* thresholds, int keys)
    {
        _memory.Span.Clear();
        TreeRoots.Plant(roots0, party: 0, keys, _seeds);
        TreeRoots.Plant(roots1, party: 1, keys, _seeds + Blocks);
        for (int word = 0; word < keys * KeyLayout.BlockWords; word++)
            _differences[word] = _seeds[word] ^ _seeds[Blocks + word];
        for (int key = 0; key < keys; key++)
        {
            ulong threshold = thresholds[key] << (64 - _layout.InputBits);
            _thresholds[2 * key] = threshold;
            _thresholds[(2 * key) + 1] = threshold;
        }
    }

    // The leaf's bit j says whether j is below the threshold's last bits.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CorrectLeaves(ulong* thresholds, int keys, ulong* corrections)
    {
        ulong lastBits = (1UL << _layout.LeafBits) - 1;
        for (int key = 0; key < keys; key++)
        {
            ulong place = thresholds[key] & lastBits;
            ulong upper = 0 - (place >> 6);
            ulong below = (1UL << (int)(place & 63)) - 1;
            corrections[2 * key] = _hashes[2 * key] ^ _hashes[Blocks + (2 * key)] ^ (below | upper);
            corrections[(2 * key) + 1] = _hashes[(2 * key) + 1] ^ _hashes[Blocks + (2 * key) + 1] ^ (below & upper);
        }
    }
}
