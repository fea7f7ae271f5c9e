using Hybrid.Security;

namespace Hybrid.Paillier.Arithmetic;

/// <summary>A <see cref="LaneRing"/> on 64-bit multiplications: 64-bit digits, one lane after the other.</summary>
internal sealed class PortableLaneRing : LaneRing
{
    private readonly SecretBuffer<ulong> _modulusDigits;
    private readonly SecretBuffer<ulong> _negatedInverses;

    public PortableLaneRing(ReadOnlySpan<ulong> moduli, int distinct, int modulusBits, int importBits)
        : base(moduli, distinct, modulusBits, Limbs.Bits, Limbs.CountFor(modulusBits + SlackBits), importBits)
    {
        _modulusDigits = new SecretBuffer<ulong>(distinct * Digits);
        _negatedInverses = new SecretBuffer<ulong>(distinct);
        for (int i = 0; i < distinct; i++)
        {
            Modulus(i).CopyTo(_modulusDigits.Span[(i * Digits)..]);
            _negatedInverses.Span[i] = Limbs.NegatedInverse(Modulus(i)[0]);
        }
    }

    public override bool IsCostByNumber => true;

    public override LaneWorkspace CreateWorkspace() => new PortableLaneWorkspace(this);

    public override void Multiply(Span<ulong> product, ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, LaneWorkspace workspace, int lanes = Lanes)
    {
        var w = (PortableLaneWorkspace)workspace;
        for (int lane = 0; lane < lanes; lane++)
        {
            ReadOnlySpan<ulong> low = Half(left, lane, 0), high = Half(left, lane, 1);
            ReadOnlySpan<ulong> otherLow = Half(right, lane, 0), otherHigh = Half(right, lane, 1);
            w.Low.Clear();
            w.High.Clear();
            MultiplyAdd(w.Low, low, otherLow);
            MultiplyAdd(w.High, low, otherHigh);
            MultiplyAdd(w.High, high, otherLow);
            Reduce(w, product, lane);
        }
    }

    public override void Square(Span<ulong> square, ReadOnlySpan<ulong> value, LaneWorkspace workspace, int lanes = Lanes)
    {
        var w = (PortableLaneWorkspace)workspace;
        for (int lane = 0; lane < lanes; lane++)
        {
            w.Low.Clear();
            w.High.Clear();
            SquareAdd(w.Low, Half(value, lane, 0));
            MultiplyAdd(w.High, Half(value, lane, 0), Half(value, lane, 1));
            Limbs.Add(w.High, w.High, w.High);
            Reduce(w, square, lane);
        }
    }

    public override void MultiplyModN(Span<ulong> product, ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, LaneWorkspace workspace, int lanes = Lanes)
    {
        var w = (PortableLaneWorkspace)workspace;
        for (int lane = 0; lane < lanes; lane++)
        {
            w.Low.Clear();
            MultiplyAdd(w.Low, Half(left, lane, 0), Half(right, lane, 0));
            ReduceModN(w.Low, lane, default);
            w.Low.Slice(Digits, Digits).CopyTo(product[(lane * Digits)..]);
        }
    }

    public override void SquareModN(Span<ulong> square, ReadOnlySpan<ulong> value, LaneWorkspace workspace, int lanes = Lanes)
    {
        var w = (PortableLaneWorkspace)workspace;
        for (int lane = 0; lane < lanes; lane++)
        {
            w.Low.Clear();
            SquareAdd(w.Low, Half(value, lane, 0));
            ReduceModN(w.Low, lane, default);
            w.Low.Slice(Digits, Digits).CopyTo(square[(lane * Digits)..]);
        }
    }

    public override void Add(Span<ulong> sum, ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right)
    {
        for (int i = 0; i < sum.Length; i += Digits)
        {
            Limbs.Add(sum.Slice(i, Digits), left.Slice(i, Digits), right.Slice(i, Digits));
        }
    }

    public override void SetLane(Span<ulong> halfBlock, int lane, ReadOnlySpan<ulong> halfRow) => halfRow.CopyTo(halfBlock[(lane * Digits)..]);

    public override void GetLane(Span<ulong> halfRow, ReadOnlySpan<ulong> halfBlock, int lane) => halfBlock.Slice(lane * Digits, halfRow.Length).CopyTo(halfRow);

    // Table order: entry, half, value.
    public override void StoreEntry(Span<ulong> table, int entry, int indexBits, ReadOnlySpan<ulong> block, int firstLane, int period)
    {
        int halves = block.Length / HalfBlockWords;
        for (int half = 0; half < halves; half++)
        {
            block.Slice((half * HalfBlockWords) + (firstLane * Digits), period * Digits).CopyTo(table[(((entry * halves) + half) * period * Digits)..]);
        }
    }

    public override void Select(Span<ulong> selected, ReadOnlySpan<ulong> table, ReadOnlySpan<ulong> indices, int indexBits, int period)
    {
        int halves = selected.Length / HalfBlockWords;
        selected.Clear();
        for (int entry = 0; entry < 1 << indexBits; entry++)
        {
            for (int lane = 0; lane < Lanes; lane++)
            {
                ulong difference = indices[lane] ^ (ulong)entry;
                ulong mask = ((difference | (0 - difference)) >> 63) - 1;
                for (int half = 0; half < halves; half++)
                {
                    ReadOnlySpan<ulong> stored = table.Slice(((((entry * halves) + half) * period) + (lane % period)) * Digits, Digits);
                    Span<ulong> kept = selected.Slice((half * HalfBlockWords) + (lane * Digits), Digits);
                    for (int i = 0; i < kept.Length; i++)
                    {
                        kept[i] |= stored[i] & mask;
                    }
                }
            }
        }
    }

    protected override void DisposeKernels()
    {
        _modulusDigits.Dispose();
        _negatedInverses.Dispose();
    }

    private static void MultiplyAdd(Span<ulong> accumulator, ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right)
    {
        for (int i = 0; i < left.Length; i++)
        {
            AddAt(accumulator, i + right.Length, Limbs.MultiplyAdd(accumulator.Slice(i, right.Length), left[i], right));
        }
    }

    // The products above the diagonal, doubled, and the diagonal: into an accumulator that is zero.
    private static void SquareAdd(Span<ulong> accumulator, ReadOnlySpan<ulong> value)
    {
        for (int i = 0; i + 1 < value.Length; i++)
        {
            accumulator[i + value.Length] = Limbs.MultiplyAdd(accumulator[((2 * i) + 1)..], value[i], value[(i + 1)..]);
        }

        ulong carry = 0;
        ulong shifted = 0;
        for (int i = 0; i < value.Length; i++)
        {
            ulong high = Math.BigMul(value[i], value[i], out ulong low);
            UInt128 total = (UInt128)((accumulator[2 * i] << 1) | shifted) + low + carry;
            shifted = accumulator[2 * i] >> 63;
            accumulator[2 * i] = (ulong)total;
            total = (UInt128)((accumulator[(2 * i) + 1] << 1) | shifted) + high + (ulong)(total >> 64);
            shifted = accumulator[(2 * i) + 1] >> 63;
            accumulator[(2 * i) + 1] = (ulong)total;
            carry = (ulong)(total >> 64);
        }
    }

    // Adds a limb and lets the carry run to the end, whatever it is.
    private static void AddAt(Span<ulong> accumulator, int index, ulong limb)
    {
        for (int i = index; i < accumulator.Length; i++)
        {
            accumulator[i] += limb;
            limb = accumulator[i] < limb ? 1UL : 0UL;
        }
    }

    private ReadOnlySpan<ulong> Half(ReadOnlySpan<ulong> block, int lane, int half) => block.Slice((half * HalfBlockWords) + (lane * Digits), Digits);

    private void Reduce(PortableLaneWorkspace w, Span<ulong> block, int lane)
    {
        ReduceModN(w.Low, lane, w.Quotient);
        w.Low.Slice(Digits, Digits).CopyTo(block[(lane * Digits)..]);

        // high = (s + (R - 1 - q) + 1 + q'N) / R - 1 + N
        for (int i = 0; i < Digits; i++)
        {
            w.Quotient[i] = ~w.Quotient[i];
        }

        AddAt(w.High, Digits, Limbs.Add(w.High[..Digits], w.High[..Digits], w.Quotient));
        AddAt(w.High, 0, 1);
        ReduceModN(w.High, lane, default);
        Span<ulong> high = w.High.Slice(Digits, Digits);
        Limbs.Add(high, high, ModulusDigits(lane));
        w.Quotient.Clear();
        w.Quotient[0] = 1;
        Limbs.Subtract(high, high, w.Quotient);
        high.CopyTo(block[(HalfBlockWords + (lane * Digits))..]);
    }

    private ReadOnlySpan<ulong> ModulusDigits(int lane) => _modulusDigits.Span.Slice(lane % Distinct * Digits, Digits);

    private void ReduceModN(Span<ulong> accumulator, int lane, Span<ulong> quotient)
    {
        ReadOnlySpan<ulong> modulus = ModulusDigits(lane);
        ulong inverse = _negatedInverses.Span[lane % Distinct];
        ulong carry = 0;
        for (int i = 0; i < modulus.Length; i++)
        {
            ulong q = accumulator[i] * inverse;
            if (!quotient.IsEmpty)
            {
                quotient[i] = q;
            }

            // The carry out of row i belongs one column above where row i + 1 ends: keep it for that row.
            UInt128 total = (UInt128)accumulator[i + modulus.Length] + Limbs.MultiplyAdd(accumulator.Slice(i, modulus.Length), q, modulus) + carry;
            accumulator[i + modulus.Length] = (ulong)total;
            carry = (ulong)(total >> 64);
        }

        AddAt(accumulator, 2 * modulus.Length, carry);
    }
}

/// <summary>Accumulators of one thread.</summary>
internal sealed class PortableLaneWorkspace : LaneWorkspace
{
    private readonly SecretBuffer<ulong> _memory;
    private readonly int _digits;

    public PortableLaneWorkspace(LaneRing ring)
        : base(ring)
    {
        _digits = ring.Digits;
        _memory = new SecretBuffer<ulong>(5 * (_digits + 1));
    }

    public Span<ulong> Low => _memory.Span[..((2 * _digits) + 1)];

    public Span<ulong> High => _memory.Span.Slice((2 * _digits) + 1, (2 * _digits) + 1);

    public Span<ulong> Quotient => _memory.Span.Slice((4 * _digits) + 2, _digits);

    protected override void DisposeKernels() => _memory.Dispose();
}
