using Hybrid.Security;

namespace Hybrid.Paillier.Arithmetic;

/// <summary>
/// Powers of one base (per modulus) that are taken again and again: with b_i = base^(2^(w·i)) and all b_i^d for w-bit
/// digits d stored, a power is one look-up and one product per digit, and no squarings (Brickell et al. 1992).
/// Look-ups read every entry.
/// </summary>
internal sealed class FixedBaseTable : IDisposable
{
    private readonly LaneRing _ring;
    private readonly SecretBuffer<ulong> _table;
    private readonly int _windowBits;
    private readonly int _windows;
    private readonly int _windowWords;

    /// <summary>Fills the table.</summary>
    /// <param name="ring">A ring with one modulus or two.</param>
    /// <param name="value">The base in Montgomery form: a block, lane i for modulus i mod 2.</param>
    /// <param name="exponentBits">Longest exponent.</param>
    /// <param name="windowBits">Digit size w, from <see cref="BestWindow"/>.</param>
    /// <param name="parallelism">Threads to use.</param>
    public FixedBaseTable(LaneRing ring, ReadOnlySpan<ulong> value, int exponentBits, int windowBits, int parallelism)
    {
        _ring = ring;
        _windowBits = windowBits;
        _windows = (exponentBits + windowBits - 1) / windowBits;
        _windowWords = (ring.RowWords << windowBits) * ring.Distinct;
        _table = new SecretBuffer<ulong>(checked(_windows * _windowWords));
        ExponentBits = exponentBits;

        int perBlock = LaneRing.Lanes / ring.Distinct;
        int blocks = (_windows + perBlock - 1) / perBlock;
        using SecretBuffer<ulong> bases = Bases(value, blocks, perBlock);
        Parallel.For(0, blocks, new ParallelOptions { MaxDegreeOfParallelism = parallelism }, block => Fill(bases.Span.Slice(block * ring.BlockWords, ring.BlockWords), block * perBlock, perBlock));
    }

    /// <summary>Longest exponent.</summary>
    public int ExponentBits { get; }

    /// <summary>Memory taken.</summary>
    public long Bytes => _table.Length * 8L;

    /// <summary>The digit size that makes building a table and taking so many powers cheapest, in products.</summary>
    /// <param name="exponentBits">Longest exponent.</param>
    /// <param name="powers">Powers, for all moduli together, that will be taken.</param>
    /// <param name="distinct">Moduli of the ring.</param>
    public static int BestWindow(int exponentBits, long powers, int distinct)
    {
        int best = 2;
        double bestCost = double.PositiveInfinity;
        for (int w = 2; w <= 7; w++)
        {
            double windows = Math.Ceiling(exponentBits / (double)w);
            // A look-up reads 2^w entries, each about 1/300 of a product.
            double cost = (windows * (1 << w) * distinct) + (powers * windows * (1 + ((1 << w) / 300.0)));
            if (cost < bestCost)
            {
                (best, bestCost) = (w, cost);
            }
        }

        return best;
    }

    /// <summary>
    /// Blocks of base^exponent. Each digit's part of the table is read once for all blocks together: several blocks at a
    /// time keep it in cache, where one at a time would wait for memory.
    /// </summary>
    /// <param name="powers">Blocks for the results, in Montgomery form: enough for the exponents, more is left alone.</param>
    /// <param name="exponents">One exponent per group of <see cref="LaneRing.Distinct"/> lanes, all of one length in limbs.</param>
    /// <param name="limbsEach">64-bit limbs of an exponent.</param>
    /// <param name="workspace">Scratch.</param>
    public void Power(Span<ulong> powers, ReadOnlySpan<ulong> exponents, int limbsEach, LaneWorkspace workspace)
    {
        int count = exponents.Length / limbsEach;
        int perBlock = LaneRing.Lanes / _ring.Distinct;
        using var memory = new SecretBuffer<ulong>(_ring.BlockWords + LaneRing.Lanes);
        Span<ulong> chosen = memory.Span[.._ring.BlockWords];
        Span<ulong> indices = memory.Span[_ring.BlockWords..];
        for (int window = 0; window < _windows; window++)
        {
            ReadOnlySpan<ulong> entries = _table.Span.Slice(window * _windowWords, _windowWords);
            int bits = Math.Min(_windowBits, ExponentBits - (window * _windowBits));
            for (int first = 0; first < count; first += perBlock)
            {
                int lanes = Math.Min(perBlock, count - first) * _ring.Distinct;
                for (int lane = 0; lane < lanes; lane++)
                {
                    ReadOnlySpan<ulong> exponent = exponents.Slice((first + (lane / _ring.Distinct)) * limbsEach, limbsEach);
                    indices[lane] = Limbs.ExtractBits(exponent, window * _windowBits, bits);
                }

                Span<ulong> power = powers.Slice(first / perBlock * _ring.BlockWords, _ring.BlockWords);
                _ring.Select(window == 0 ? power : chosen, entries, indices, _windowBits, _ring.Distinct);
                if (window != 0)
                {
                    _ring.Multiply(power, power, chosen, workspace, lanes);
                }
            }
        }

        GC.KeepAlive(_table);
    }

    /// <summary>Wipes the table.</summary>
    public void Dispose() => _table.Dispose();

    // base^(2^(w·i)), several windows side by side in a block.
    private SecretBuffer<ulong> Bases(ReadOnlySpan<ulong> value, int blocks, int perBlock)
    {
        var bases = new SecretBuffer<ulong>(blocks * _ring.BlockWords);
        using LaneWorkspace workspace = _ring.CreateWorkspace();
        using var memory = new SecretBuffer<ulong>(_ring.BlockWords + _ring.RowWords);
        Span<ulong> running = memory.Span[.._ring.BlockWords];
        Span<ulong> row = memory.Span[_ring.BlockWords..];
        value.CopyTo(running);
        for (int window = 0; window < blocks * perBlock; window++)
        {
            Span<ulong> block = bases.Span.Slice(window / perBlock * _ring.BlockWords, _ring.BlockWords);
            for (int i = 0; i < _ring.Distinct; i++)
            {
                _ring.GetRow(row, running, i);
                _ring.SetRow(block, (window % perBlock * _ring.Distinct) + i, row);
            }

            for (int bit = 0; bit < _windowBits && window < _windows - 1; bit++)
            {
                _ring.Square(running, running, workspace, _ring.Distinct);
            }
        }

        return bases;
    }

    private void Fill(ReadOnlySpan<ulong> bases, int firstWindow, int perBlock)
    {
        using LaneWorkspace workspace = _ring.CreateWorkspace();
        using var power = new SecretBuffer<ulong>(_ring.One);
        for (int entry = 0; entry < 1 << _windowBits; entry++)
        {
            for (int i = 0; i < perBlock && firstWindow + i < _windows; i++)
            {
                Span<ulong> window = _table.Span.Slice((firstWindow + i) * _windowWords, _windowWords);
                _ring.StoreEntry(window, entry, _windowBits, power.Span, i * _ring.Distinct, _ring.Distinct);
            }

            _ring.Multiply(power.Span, power.Span, bases, workspace);
        }
    }
}
