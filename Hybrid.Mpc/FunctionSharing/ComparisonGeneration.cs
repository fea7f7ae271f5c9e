using System.Runtime.CompilerServices;
using Hybrid.Numerics;
using Hybrid.Security;

namespace Hybrid.Mpc.FunctionSharing;

/// <summary>The dealer's walk down both parties' trees along the thresholds, 64 at a time: makes the corrections.</summary>
/// <remarks>Time and addresses depend on the layout alone.</remarks>
internal sealed unsafe class ComparisonGeneration : IDisposable
{
    private const int Keys = KeyLayout.ChunkKeys;
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

    public ComparisonGeneration(KeyLayout layout, ReadOnlySpan<byte> hashKey, KernelChoice choice)
    {
        _layout = layout;
        _width = TreeSteps.Resolve(choice.Width);
        _hash = CorrelationRobustHash.Create(hashKey, choice.PortableHash);
        // Native memory, which stays where it is for as long as the buffer lives.
        _seeds = (ulong*)Unsafe.AsPointer(ref _memory.Span[0]);
        _hashes = _seeds + (2 * Blocks);
        _differences = _hashes + (2 * Blocks);
        _thresholds = _differences + Blocks;
        _tail = _thresholds + Blocks;
    }

    /// <summary>Makes the corrections of one chunk.</summary>
    /// <param name="roots0">Party 0's root seeds.</param>
    /// <param name="roots1">Party 1's.</param>
    /// <param name="thresholds">The thresholds.</param>
    /// <param name="payloads">What a comparison that holds is worth, for words; otherwise not read.</param>
    /// <param name="keys">How many keys the chunk has.</param>
    /// <param name="corrections">Where the chunk's corrections go.</param>
    public void Correct(ulong* roots0, ulong* roots1, ulong* thresholds, ulong* payloads, int keys, ulong* corrections)
    {
        Start(roots0, roots1, thresholds, keys);
        for (int level = 0; level < _layout.Levels; level++)
        {
            if (_layout.Output == ComparisonOutput.Word)
            {
                _hash.Hash(_seeds, 1, _hashes, 2 * Keys);
                CorrectValues(payloads, keys, level, corrections + _layout.ValuesAt(level, keys));
                if (level == _layout.Levels - 1)
                {
                    return;
                }
            }

            ulong* blocks = corrections + _layout.BlocksAt(level, keys);
            ulong* whole = keys == Keys ? blocks : _tail;
            _hash.Hash(_seeds, 0, _hashes, 2 * Keys);
            TreeSteps.Branch(_width, _seeds, _hashes, _differences, _thresholds, whole, level);
            if (whole != blocks)
            {
                new ReadOnlySpan<ulong>(whole, keys * KeyLayout.BlockWords).CopyTo(new Span<ulong>(blocks, keys * KeyLayout.BlockWords));
            }
        }

        _hash.Hash(_seeds, 0, _hashes, 2 * Keys);
        CorrectLeaves(thresholds, keys, corrections + _layout.BlocksAt(_layout.Levels, keys));
    }

    /// <summary>Wipes the working memory.</summary>
    public void Dispose()
    {
        _memory.Dispose();
        _hash.Dispose();
    }

    private void Start(ulong* roots0, ulong* roots1, ulong* thresholds, int keys)
    {
        _memory.Span.Clear();
        int words = keys * KeyLayout.BlockWords;
        new ReadOnlySpan<ulong>(roots0, words).CopyTo(new Span<ulong>(_seeds, words));
        new ReadOnlySpan<ulong>(roots1, words).CopyTo(new Span<ulong>(_seeds + Blocks, words));
        for (int word = 0; word < words; word++)
            _differences[word] = roots0[word] ^ roots1[word];
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

    // Party 0's value minus party 1's is the payload where the threshold goes on to the right, and 0 where it does not.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CorrectValues(ulong* payloads, int keys, int level, ulong* corrections)
    {
        for (int key = 0; key < keys; key++)
        {
            ulong payload = payloads[key] & ControlMask(_thresholds[2 * key] << level);
            ulong missing = _hashes[Blocks + (2 * key)] - _hashes[2 * key] + payload;
            ulong negate = ControlMask(_seeds[Blocks + (2 * key) + 1]);
            corrections[key] = (missing ^ negate) - negate;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong ControlMask(ulong word) => (ulong)((long)word >> 63);
}
