using System.Runtime.Intrinsics;
using Hybrid.Security;

namespace Hybrid.Paillier.Arithmetic;

/// <summary>
/// A <see cref="LaneRing"/> on AVX-512: 52-bit digits, digit-major, the eight lanes of a digit in one vector.
/// </summary>
internal sealed unsafe class WideLaneRing : LaneRing
{
    private const int Radix = 52;
    private const ulong DigitMask = (1UL << Radix) - 1;

    // Vectors: modulus digits as doubles, then one vector of -N^-1 mod 2^52.
    private readonly SecretBuffer<double> _modulus;

    // What the accumulators start from: minus the exponent fields that the products will add, and N where it belongs.
    private readonly SecretBuffer<ulong> _startLow;
    private readonly SecretBuffer<ulong> _startHigh;
    private readonly SecretBuffer<ulong> _startCross;
    private readonly SecretBuffer<ulong> _startDiagonal;
    private readonly SecretBuffer<ulong> _startHighSquare;

    public WideLaneRing(ReadOnlySpan<ulong> moduli, int distinct, int modulusBits, int importBits)
        : base(moduli, distinct, modulusBits, Radix, DigitsFor(modulusBits), importBits)
    {
        int digits = Digits;
        _modulus = new SecretBuffer<double>((digits + 1) * Lanes);
        using var integers = new SecretBuffer<ulong>((digits + 1) * Lanes);
        Span<ulong> words = integers.Span;
        Span<ulong> row = stackalloc ulong[digits];
        for (int lane = 0; lane < Lanes; lane++)
        {
            ToDigits(row, Modulus(lane));
            SetLane(words[..HalfBlockWords], lane, row);
            words[HalfBlockWords + lane] = Limbs.NegatedInverse(Modulus(lane)[0]) & DigitMask;
        }

        row.Clear();
        for (int i = 0; i < words.Length; i++)
        {
            _modulus.Span[i] = words[i];
        }

        _startLow = Start(products: 2);
        _startHigh = Start(products: 3);
        _startHighSquare = Start(products: 2);
        foreach (SecretBuffer<ulong> high in new[] { _startHigh, _startHighSquare })
        {
            // The high part is computed from s + (R - 1 - q) + 1 - R: the last R, one in the upper half, is taken out here,
            // and N put in so that nothing gets negative.
            Span<ulong> start = high.Span;
            for (int i = 0; i < HalfBlockWords; i++)
            {
                start[i] += i < Lanes ? 1UL : 0UL;
                start[HalfBlockWords + i] += words[i] - (i < Lanes ? 1UL : 0UL);
            }
        }

        (_startCross, _startDiagonal) = StartSquare();
    }

    public override LaneWorkspace CreateWorkspace() => new WideLaneWorkspace(this);

    public override void Multiply(Span<ulong> product, ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, LaneWorkspace workspace, int lanes = Lanes)
    {
        WideLaneWorkspace w = Memory(workspace);
        int half = HalfBlockWords;
        WideKernels.ToDoubles(w.Left, left[..BlockWords]);
        WideKernels.ToDoubles(w.Right, right[..BlockWords]);
        fixed (ulong* result = product[..BlockWords])
        {
            Load(w.Low, _startLow);
            WideKernels.MultiplyAdd(w.Low, w.Left, w.Right, Digits);
            Load(w.High, _startHigh);
            WideKernels.MultiplyAdd(w.High, w.Left, w.Right + half, Digits);
            WideKernels.MultiplyAdd(w.High, w.Left + half, w.Right, Digits);
            Reduce(w, result, result + half);
        }
    }

    public override void Square(Span<ulong> square, ReadOnlySpan<ulong> value, LaneWorkspace workspace, int lanes = Lanes)
    {
        WideLaneWorkspace w = Memory(workspace);
        int half = HalfBlockWords;
        WideKernels.ToDoubles(w.Left, value[..half]);
        WideKernels.ToDoubledDoubles(w.Left + half, value.Slice(half, half));
        fixed (ulong* result = square[..BlockWords])
        {
            SquareLow(w);
            Load(w.High, _startHighSquare);
            WideKernels.MultiplyAdd(w.High, w.Left, w.Left + half, Digits);
            Reduce(w, result, result + half);
        }
    }

    public override void MultiplyModN(Span<ulong> product, ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, LaneWorkspace workspace, int lanes = Lanes)
    {
        WideLaneWorkspace w = Memory(workspace);
        WideKernels.ToDoubles(w.Left, left[..HalfBlockWords]);
        WideKernels.ToDoubles(w.Right, right[..HalfBlockWords]);
        fixed (ulong* result = product[..HalfBlockWords])
        {
            Load(w.Low, _startLow);
            WideKernels.MultiplyAdd(w.Low, w.Left, w.Right, Digits);
            Reduce(w, result, null);
        }
    }

    public override void SquareModN(Span<ulong> square, ReadOnlySpan<ulong> value, LaneWorkspace workspace, int lanes = Lanes)
    {
        WideLaneWorkspace w = Memory(workspace);
        WideKernels.ToDoubles(w.Left, value[..HalfBlockWords]);
        fixed (ulong* result = square[..HalfBlockWords])
        {
            SquareLow(w);
            Reduce(w, result, null);
        }
    }

    public override void Add(Span<ulong> sum, ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right)
    {
        for (int start = 0; start < sum.Length; start += HalfBlockWords)
        {
            Vector512<ulong> mask = Vector512.Create(DigitMask);
            Vector512<ulong> carry = Vector512<ulong>.Zero;
            for (int i = start; i < start + HalfBlockWords; i += Lanes)
            {
                Vector512<ulong> total = Vector512.Create(left.Slice(i, Lanes)) + Vector512.Create(right.Slice(i, Lanes)) + carry;
                (total & mask).CopyTo(sum[i..]);
                carry = total >>> Radix;
            }
        }
    }

    public override void SetLane(Span<ulong> halfBlock, int lane, ReadOnlySpan<ulong> halfRow)
    {
        for (int i = 0; i < halfRow.Length; i++)
        {
            halfBlock[(i * Lanes) + lane] = halfRow[i];
        }
    }

    public override void GetLane(Span<ulong> halfRow, ReadOnlySpan<ulong> halfBlock, int lane)
    {
        for (int i = 0; i < halfRow.Length; i++)
        {
            halfRow[i] = halfBlock[(i * Lanes) + lane];
        }
    }

    public override void Gather(Span<ulong> block, ReadOnlySpan<ulong> rows, ReadOnlySpan<int> rowNumbers)
    {
        if (rowNumbers.Length < Lanes)
        {
            base.Gather(block, rows, rowNumbers);
            return;
        }

        CheckRows(rows.Length, rowNumbers);
        fixed (ulong* to = block[..BlockWords])
        fixed (ulong* from = rows)
        {
            WideTransposition.Gather(to, from, rowNumbers, RowWords);
        }
    }

    public override void Scatter(Span<ulong> rows, ReadOnlySpan<int> rowNumbers, ReadOnlySpan<ulong> block)
    {
        if (rowNumbers.Length < Lanes)
        {
            base.Scatter(rows, rowNumbers, block);
            return;
        }

        CheckRows(rows.Length, rowNumbers);
        fixed (ulong* to = rows)
        fixed (ulong* from = block[..BlockWords])
        {
            WideTransposition.Scatter(to, rowNumbers, from, RowWords);
        }
    }

    // Table order: digit, entry, value: the entries of one digit lie together, to be read through once.
    public override void StoreEntry(Span<ulong> table, int entry, int indexBits, ReadOnlySpan<ulong> block, int firstLane, int period)
    {
        int entries = 1 << indexBits;
        for (int digit = 0; digit < block.Length / Lanes; digit++)
        {
            block.Slice((digit * Lanes) + firstLane, period).CopyTo(table[(((digit * entries) + entry) * period)..]);
        }
    }

    public override void Select(Span<ulong> selected, ReadOnlySpan<ulong> table, ReadOnlySpan<ulong> indices, int indexBits, int period)
    {
        int digits = selected.Length / Lanes;
        if (table.Length < (digits << indexBits) * period)
        {
            throw new ArgumentException("The table is shorter than its entries.", nameof(table));
        }

        fixed (ulong* from = table)
        fixed (ulong* to = selected)
        {
            Vector512<ulong> index = Vector512.Create(indices);
            switch (period)
            {
                case 1: WideSelection.Select<WideSelection.Alike>(to, from, index, digits, 1 << indexBits); break;
                case 2: WideSelection.Select<WideSelection.Pairs>(to, from, index, digits, 1 << indexBits); break;
                case Lanes: WideSelection.Select<WideSelection.Each>(to, from, index, digits, 1 << indexBits); break;
                default: throw new ArgumentOutOfRangeException(nameof(period));
            }
        }
    }

    protected override void DisposeKernels()
    {
        _modulus.Dispose();
        _startLow.Dispose();
        _startHigh.Dispose();
        _startHighSquare.Dispose();
        _startCross.Dispose();
        _startDiagonal.Dispose();
    }

    private void CheckRows(int words, ReadOnlySpan<int> rowNumbers)
    {
        int rows = words / RowWords;
        foreach (int number in rowNumbers)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)number, (uint)rows, nameof(rowNumbers));
        }
    }

    // Even, because the kernels take digits in twos.
    private static int DigitsFor(int modulusBits) => (modulusBits + SlackBits + (2 * Radix) - 1) / (2 * Radix) * 2;

    private static WideLaneWorkspace Memory(LaneWorkspace workspace) => (WideLaneWorkspace)workspace;

    private static void Load(ulong* accumulators, SecretBuffer<ulong> start) => start.Span.CopyTo(new Span<ulong>(accumulators, start.Length));

    private void SquareLow(WideLaneWorkspace w)
    {
        Load(w.Low, _startCross);
        WideKernels.CrossProducts(w.Low, w.Left, Digits);
        fixed (ulong* diagonal = _startDiagonal.Span)
        {
            WideKernels.DoubleAndAddSquares(w.Low, w.Left, diagonal, Digits);
        }
    }

    // Montgomery's reduction of the accumulators in w.Low, its quotient subtracted from w.High, and that one's reduction.
    private void Reduce(WideLaneWorkspace w, ulong* low, ulong* high)
    {
        fixed (double* modulus = _modulus.Span)
        {
            if (high != null)
            {
                WideKernels.ReduceBoth(w.Low, w.High, modulus, Digits);
                WideKernels.CarryInto(high, w.High + HalfBlockWords, Digits);
            }
            else
            {
                WideKernels.Reduce(w.Low, modulus, Digits);
            }

            WideKernels.CarryInto(low, w.Low + HalfBlockWords, Digits);
        }

        // The kernels saw bare pointers: nobody may finalise, and wipe, what they point to before they are done.
        GC.KeepAlive(this);
        GC.KeepAlive(w);
    }

    // Minus the exponent fields of so many full products of Digits by Digits digits, for each column.
    private SecretBuffer<ulong> Start(int products)
    {
        var start = new SecretBuffer<ulong>(2 * HalfBlockWords);
        for (int column = 0; column < 2 * Digits; column++)
        {
            ulong fields = (LowTerms(column) * WideKernels.LowField) + (LowTerms(column - 1) * WideKernels.HighField);
            start.Span.Slice(column * Lanes, Lanes).Fill(0 - ((ulong)products * fields));
        }

        return start;
    }

    // For a square: the same of the products above the diagonal, and of the diagonal with the reduction's product.
    private (SecretBuffer<ulong> Cross, SecretBuffer<ulong> Diagonal) StartSquare()
    {
        var cross = new SecretBuffer<ulong>(2 * HalfBlockWords);
        var diagonal = new SecretBuffer<ulong>(2 * HalfBlockWords);
        for (int column = 0; column < 2 * Digits; column++)
        {
            ulong crossFields = (LowTerms(column) / 2 * WideKernels.LowField) + (LowTerms(column - 1) / 2 * WideKernels.HighField);
            cross.Span.Slice(column * Lanes, Lanes).Fill(0 - crossFields);
            ulong square = column % 2 == 0 ? WideKernels.LowField : WideKernels.HighField;
            ulong reduction = (LowTerms(column) * WideKernels.LowField) + (LowTerms(column - 1) * WideKernels.HighField);
            diagonal.Span.Slice(column * Lanes, Lanes).Fill(0 - square - reduction);
        }

        return (cross, diagonal);
    }

    // Pairs (i, j) of digits with i + j = column.
    private ulong LowTerms(int column) => (ulong)Math.Max(0, Math.Min(column + 1, (2 * Digits) - 1 - column));
}

/// <summary>Operands as doubles and the accumulators of one thread, 64-byte aligned.</summary>
internal sealed unsafe class WideLaneWorkspace : LaneWorkspace
{
    private readonly SecretBuffer<double> _memory;

    public WideLaneWorkspace(LaneRing ring)
        : base(ring)
    {
        int block = ring.BlockWords;
        _memory = new SecretBuffer<double>(4 * block);
        fixed (double* start = _memory.Span)
        {
            // Native memory, which does not move: the pointers stay good until disposal.
            Left = start;
            Right = start + block;
            Low = (ulong*)(start + (2 * block));
            High = (ulong*)(start + (3 * block));
        }
    }

    public double* Left { get; }

    public double* Right { get; }

    public ulong* Low { get; }

    public ulong* High { get; }

    protected override void DisposeKernels() => _memory.Dispose();
}
