using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Hybrid.Numerics;
using Hybrid.Security;

namespace Hybrid.Paillier.Arithmetic;

/// <summary>
/// Arithmetic modulo N and modulo N² on eight numbers ("lanes") at once, every lane with its own odd modulus N, all of
/// one size. All of Paillier is done in such rings: N = n for who has the public key, N = p and q for the owner,
/// N = eight candidates in the search for primes.
/// </summary>
/// <remarks>
/// <para>
/// An element of Z/N² is held N-adically, as low + high·N, in Montgomery form with R = 2^(DigitBits · Digits). Reducing
/// low·low' modulo N yields a quotient as well as a remainder: low·low' = R·u - q·N. So
/// (low + high·N)(low' + high'·N) / R = u + N·((low·high' + high·low' - q) / R) modulo N², which takes five products of
/// Digits × Digits digits (a square three and a half) where Montgomery's method modulo N², on twice the digits, takes
/// eight (six).
/// </para>
/// <para>
/// N has at least twelve bits fewer than R, so components need not be brought below N between operations: operands up to
/// 24N, or one up to R and one up to 3N with a high part of 0, give low below 4N and high below 5N; operands up to 3N
/// give low below 2N and high below 3N. Nothing in a ring branches or indexes on the value of a number.
/// </para>
/// <para>
/// A <em>block</em> holds eight elements in the ring's own order; a <em>row</em> holds one, digit after digit. A <em>half
/// block</em> and a <em>half row</em> hold numbers modulo N. Spans may be the same for operands and result.
/// </para>
/// </remarks>
internal abstract class LaneRing : IDisposable
{
    /// <summary>Numbers in a block.</summary>
    public const int Lanes = 8;

    /// <summary>How many bits N must stay below R, so that sums need no reduction.</summary>
    protected const int SlackBits = 12;

    private readonly SecretBuffer<ulong> _moduli;
    private readonly SecretBuffer<ulong> _one;
    private readonly SecretBuffer<ulong> _importFactors;
    private readonly int _importChunks;

    protected LaneRing(ReadOnlySpan<ulong> moduli, int distinct, int modulusBits, int digitBits, int digits, int importBits)
    {
        if (Lanes % distinct != 0 || moduli.Length != distinct * Limbs.CountFor(modulusBits))
        {
            throw new ArgumentException("The moduli fill 1, 2, 4 or 8 lanes with one length.", nameof(moduli));
        }

        Distinct = distinct;
        ModulusBits = modulusBits;
        ModulusLimbs = Limbs.CountFor(modulusBits);
        DigitBits = digitBits;
        Digits = digits;
        _moduli = new SecretBuffer<ulong>(moduli);
        _one = new SecretBuffer<ulong>(BlockWords);
        _importChunks = (importBits + (DigitBits * Digits) - 1) / (DigitBits * Digits);
        _importFactors = new SecretBuffer<ulong>(_importChunks * BlockWords);
    }

    /// <summary>Different moduli; lane i has number i mod Distinct.</summary>
    public int Distinct { get; }

    /// <summary>Bits of the moduli.</summary>
    public int ModulusBits { get; }

    /// <summary>64-bit limbs of a modulus.</summary>
    public int ModulusLimbs { get; }

    /// <summary>Bits of a digit: 52 on the wide kernels, 64 on the portable.</summary>
    public int DigitBits { get; }

    /// <summary>Digits of a number modulo N.</summary>
    public int Digits { get; }

    /// <summary>Words of one element.</summary>
    public int RowWords => 2 * Digits;

    /// <summary>Words of eight elements.</summary>
    public int BlockWords => Lanes * RowWords;

    /// <summary>Words of eight numbers modulo N.</summary>
    public int HalfBlockWords => Lanes * Digits;

    /// <summary>The block of ones, in Montgomery form.</summary>
    public ReadOnlySpan<ulong> One => _one.Span;

    /// <summary>R² modulo N² as a raw block: its product with a raw number gives that number's Montgomery form.</summary>
    public ReadOnlySpan<ulong> IntoMontgomery => _importFactors.Span[..BlockWords];

    /// <summary>Makes a ring.</summary>
    /// <param name="moduli">Odd moduli of exactly <paramref name="modulusBits"/> bits, as 64-bit limbs one after the other; copied.</param>
    /// <param name="distinct">How many moduli there are: 1, 2 or 8. Lane i works modulo number i mod distinct.</param>
    /// <param name="modulusBits">Bits of each modulus.</param>
    /// <param name="importBits">Longest integer that <see cref="Import"/> has to take.</param>
    /// <param name="width">Which kernels; there are none of 256 bits.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no kernels of that width.</exception>
    /// <exception cref="PlatformNotSupportedException">This machine does not run kernels of that width.</exception>
    public static LaneRing Create(ReadOnlySpan<ulong> moduli, int distinct, int modulusBits, int importBits, KernelWidth width)
    {
        bool wide = width switch
        {
            KernelWidth.Auto => IsWideSupported,
            KernelWidth.Portable => false,
            KernelWidth.Vector512 => IsWideSupported ? true : throw new PlatformNotSupportedException("The 512-bit kernels need AVX-512 F and DQ, which this machine does not have; use Auto."),
            _ => throw new ArgumentOutOfRangeException(nameof(width), width, "Paillier has portable and 512-bit kernels; use Auto, Portable or Vector512."),
        };
        LaneRing ring = wide
            ? new WideLaneRing(moduli, distinct, modulusBits, importBits)
            : new PortableLaneRing(moduli, distinct, modulusBits, importBits);
        ring.DeriveConstants();
        return ring;
    }

    /// <summary>Whether this processor runs the wide kernels.</summary>
    public static bool IsWideSupported => Vector512.IsHardwareAccelerated && Avx512F.IsSupported && Avx512DQ.IsSupported;

    /// <summary>Whether numbers are worked on one after the other, so that a block costs by how many it holds.</summary>
    public virtual bool IsCostByNumber => false;

    /// <summary>The limbs of lane i's modulus.</summary>
    public ReadOnlySpan<ulong> Modulus(int lane) => _moduli.Span.Slice(lane % Distinct * ModulusLimbs, ModulusLimbs);

    /// <summary>Scratch memory for one thread.</summary>
    public abstract LaneWorkspace CreateWorkspace();

    /// <summary>product = left · right / R modulo N², in the first <paramref name="lanes"/> lanes at least.</summary>
    public abstract void Multiply(Span<ulong> product, ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, LaneWorkspace workspace, int lanes = Lanes);

    /// <summary>square = value² / R modulo N².</summary>
    public abstract void Square(Span<ulong> square, ReadOnlySpan<ulong> value, LaneWorkspace workspace, int lanes = Lanes);

    /// <summary>product = left · right / R modulo N, on half blocks.</summary>
    public abstract void MultiplyModN(Span<ulong> product, ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, LaneWorkspace workspace, int lanes = Lanes);

    /// <summary>square = value² / R modulo N, on half blocks.</summary>
    public abstract void SquareModN(Span<ulong> square, ReadOnlySpan<ulong> value, LaneWorkspace workspace, int lanes = Lanes);

    /// <summary>sum = left + right, on blocks or half blocks, not reduced: see the remarks for how many may be added.</summary>
    public abstract void Add(Span<ulong> sum, ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right);

    /// <summary>Writes a half row into one lane of a half block.</summary>
    public abstract void SetLane(Span<ulong> halfBlock, int lane, ReadOnlySpan<ulong> halfRow);

    /// <summary>Reads one lane of a half block.</summary>
    public abstract void GetLane(Span<ulong> halfRow, ReadOnlySpan<ulong> halfBlock, int lane);

    /// <summary>
    /// selected = in each lane, the entry that the lane's index names, found by reading every entry. On a block or a half
    /// block; the table was filled by <see cref="StoreEntry"/>.
    /// </summary>
    /// <param name="selected">The block or half block to fill.</param>
    /// <param name="table">2^<paramref name="indexBits"/> entries of <paramref name="period"/> · selected.Length / 8 words.</param>
    /// <param name="indices">An index for each lane.</param>
    /// <param name="indexBits">1 to 8.</param>
    /// <param name="period">Values stored per entry, 1, 2 or 8: lane i selects among number i mod period.</param>
    public abstract void Select(Span<ulong> selected, ReadOnlySpan<ulong> table, ReadOnlySpan<ulong> indices, int indexBits, int period);

    /// <summary>Stores lanes firstLane … firstLane + period - 1 of a block or half block as one entry of a table.</summary>
    public abstract void StoreEntry(Span<ulong> table, int entry, int indexBits, ReadOnlySpan<ulong> block, int firstLane, int period);

    /// <summary>Copies up to eight rows into the lanes of a block.</summary>
    public virtual void Gather(Span<ulong> block, ReadOnlySpan<ulong> rows, ReadOnlySpan<int> rowNumbers)
    {
        for (int lane = 0; lane < rowNumbers.Length; lane++)
        {
            SetRow(block, lane, rows.Slice(rowNumbers[lane] * RowWords, RowWords));
        }
    }

    /// <summary>Copies the first lanes of a block into rows.</summary>
    public virtual void Scatter(Span<ulong> rows, ReadOnlySpan<int> rowNumbers, ReadOnlySpan<ulong> block)
    {
        for (int lane = 0; lane < rowNumbers.Length; lane++)
        {
            GetRow(rows.Slice(rowNumbers[lane] * RowWords, RowWords), block, lane);
        }
    }

    /// <summary>Copies neighbouring rows, up to eight, into the lanes of a block.</summary>
    public void Load(Span<ulong> block, ReadOnlySpan<ulong> rows, int first, int count)
    {
        Span<int> numbers = stackalloc int[Lanes];
        Gather(block, rows, Neighbours(numbers, first, count));
    }

    /// <summary>Copies the first lanes of a block into neighbouring rows.</summary>
    public void Store(Span<ulong> rows, int first, int count, ReadOnlySpan<ulong> block)
    {
        Span<int> numbers = stackalloc int[Lanes];
        Scatter(rows, Neighbours(numbers, first, count), block);
    }

    /// <summary>Writes a row into a lane of a block.</summary>
    public void SetRow(Span<ulong> block, int lane, ReadOnlySpan<ulong> row)
    {
        SetLane(block[..HalfBlockWords], lane, row[..Digits]);
        SetLane(block[HalfBlockWords..], lane, row[Digits..]);
    }

    /// <summary>Reads a lane of a block into a row.</summary>
    public void GetRow(Span<ulong> row, ReadOnlySpan<ulong> block, int lane)
    {
        GetLane(row[..Digits], block[..HalfBlockWords], lane);
        GetLane(row[Digits..], block[HalfBlockWords..], lane);
    }

    /// <summary>Cuts an integer of 64-bit limbs into digits of this ring; what does not fit in the row is left out.</summary>
    public void ToDigits(Span<ulong> halfRow, ReadOnlySpan<ulong> limbs, int startBit = 0)
    {
        for (int i = 0; i < halfRow.Length; i++)
        {
            halfRow[i] = Limbs.ExtractBits(limbs, startBit + (i * DigitBits), DigitBits);
        }
    }

    /// <summary>Puts digits together into 64-bit limbs; the number must fit.</summary>
    public void FromDigits(Span<ulong> limbs, ReadOnlySpan<ulong> halfRow)
    {
        limbs.Clear();
        for (int i = 0; i < halfRow.Length; i++)
        {
            Limbs.DepositBits(limbs, i * DigitBits, DigitBits, halfRow[i]);
        }
    }

    /// <summary>
    /// Montgomery form modulo N² of one integer a lane, each of up to the import bits the ring was made for:
    /// the sum over chunks of chunk · R^(2 + k) / R.
    /// </summary>
    /// <param name="block">The result.</param>
    /// <param name="integers">Up to eight integers of <paramref name="limbsEach"/> limbs, one after the other.</param>
    /// <param name="limbsEach">64-bit limbs of each.</param>
    /// <param name="lanesPerInteger">How many neighbouring lanes each goes to.</param>
    /// <param name="workspace">Scratch.</param>
    public void Import(Span<ulong> block, ReadOnlySpan<ulong> integers, int limbsEach, int lanesPerInteger, LaneWorkspace workspace)
    {
        int count = integers.Length / limbsEach;
        Span<ulong> chunk = workspace.Import[..BlockWords];
        Span<ulong> digits = workspace.Digits[..Digits];
        block.Clear();
        for (int k = 0; k < _importChunks; k++)
        {
            chunk.Clear();
            for (int i = 0; i < count; i++)
            {
                ToDigits(digits, integers.Slice(i * limbsEach, limbsEach), k * Digits * DigitBits);
                for (int copy = 0; copy < lanesPerInteger; copy++)
                {
                    SetLane(chunk[..HalfBlockWords], (i * lanesPerInteger) + copy, digits);
                }
            }

            Multiply(chunk, chunk, _importFactors.Span.Slice(k * BlockWords, BlockWords), workspace, count * lanesPerInteger);
            Add(block, block, chunk);
        }
    }

    /// <summary>
    /// The canonical components of one lane, out of Montgomery form after multiplying by a raw factor:
    /// low and high in [0, N) with low + high·N = value · factor / R modulo N².
    /// </summary>
    public void Normalise(Span<ulong> lowLimbs, Span<ulong> highLimbs, ReadOnlySpan<ulong> rawBlock, int lane, LaneWorkspace workspace)
    {
        Span<ulong> digits = workspace.Digits[..Digits];
        Span<ulong> scratch = workspace.Scratch[..ModulusLimbs];
        Span<ulong> wide = workspace.Carry[..(ModulusLimbs + 1)];
        ReadOnlySpan<ulong> modulus = Modulus(lane);

        GetLane(digits, rawBlock[..HalfBlockWords], lane);
        FromDigits(wide, digits);
        // low < 2N: one subtraction at most, which moves one N into high.
        ulong carried = ReduceOnce(lowLimbs, wide, modulus, scratch);

        GetLane(digits, rawBlock[HalfBlockWords..], lane);
        FromDigits(wide, digits);
        Span<ulong> highest = wide[ModulusLimbs..];
        ulong overflow = carried;
        for (int i = 0; i < ModulusLimbs; i++)
        {
            wide[i] += overflow;
            overflow = wide[i] < overflow ? 1UL : 0UL;
        }

        highest[0] += overflow;
        // high < 4N: three subtractions at most.
        ReduceOnce(wide[..ModulusLimbs], wide, modulus, scratch, writeAbove: true);
        ReduceOnce(wide[..ModulusLimbs], wide, modulus, scratch, writeAbove: true);
        ReduceOnce(highLimbs, wide, modulus, scratch);
    }

    /// <summary>The canonical number modulo N in one lane of a half block.</summary>
    public void NormaliseModN(Span<ulong> limbs, ReadOnlySpan<ulong> halfBlock, int lane, LaneWorkspace workspace)
    {
        Span<ulong> wide = workspace.Carry[..(ModulusLimbs + 1)];
        Span<ulong> scratch = workspace.Scratch[..ModulusLimbs];
        Span<ulong> digits = workspace.Digits[..Digits];
        GetLane(digits, halfBlock, lane);
        FromDigits(wide, digits);
        ReduceOnce(wide[..ModulusLimbs], wide, Modulus(lane), scratch, writeAbove: true);
        ReduceOnce(wide[..ModulusLimbs], wide, Modulus(lane), scratch, writeAbove: true);
        ReduceOnce(limbs, wide, Modulus(lane), scratch);
    }

    /// <summary>Wipes the moduli and what was derived from them.</summary>
    public void Dispose()
    {
        _moduli.Dispose();
        _one.Dispose();
        _importFactors.Dispose();
        DisposeKernels();
    }

    /// <summary>Wipes what the kernels keep.</summary>
    protected abstract void DisposeKernels();

    private static ReadOnlySpan<int> Neighbours(Span<int> numbers, int first, int count)
    {
        for (int i = 0; i < count; i++)
        {
            numbers[i] = first + i;
        }

        return numbers[..count];
    }

    // result = wide, less the modulus if it is not smaller; gives 1 if it was subtracted.
    private static ulong ReduceOnce(Span<ulong> result, Span<ulong> wide, ReadOnlySpan<ulong> modulus, Span<ulong> scratch, bool writeAbove = false)
    {
        int count = modulus.Length;
        ulong borrow = Limbs.Subtract(scratch, wide[..count], modulus);
        ulong above = wide[count];
        ulong subtracted = 1 - (borrow & (above == 0 ? 1UL : 0UL));
        ulong keep = 0 - subtracted;
        for (int i = 0; i < count; i++)
        {
            result[i] = (scratch[i] & keep) | (wide[i] & ~keep);
        }

        if (writeAbove)
        {
            wide[count] = above - (borrow & subtracted);
        }

        return subtracted;
    }

    // One = R mod N², found as 2^ModulusBits - N doubled up to R; then R^2, R^3, … by Montgomery squarings of doubles.
    private void DeriveConstants()
    {
        using LaneWorkspace workspace = CreateWorkspace();
        using var numbers = new SecretBuffer<ulong>(2 * (ModulusLimbs + 1));
        Span<ulong> digits = workspace.Digits[..Digits];
        for (int lane = 0; lane < Lanes; lane++)
        {
            Span<ulong> low = numbers.Span[..(ModulusLimbs + 1)];
            Span<ulong> high = numbers.Span[(ModulusLimbs + 1)..];
            low.Clear();
            high.Clear();
            // 2^ModulusBits = N + low, since N has exactly that many bits.
            low[ModulusBits / Limbs.Bits] = 1UL << (ModulusBits % Limbs.Bits);
            Limbs.Subtract(low[..ModulusLimbs], low[..ModulusLimbs], Modulus(lane));
            low[ModulusLimbs] = 0;
            high[0] = 1;
            for (int bit = ModulusBits; bit < DigitBits * Digits; bit++)
            {
                Limbs.Add(low, low, low);
                Limbs.Add(high, high, high);
                high[0] |= ReduceOnce(low[..ModulusLimbs], low, Modulus(lane), workspace.Scratch[..ModulusLimbs], writeAbove: true);
                ReduceOnce(high[..ModulusLimbs], high, Modulus(lane), workspace.Scratch[..ModulusLimbs], writeAbove: true);
            }

            ToDigits(digits, low);
            SetLane(_one.Span[..HalfBlockWords], lane, digits);
            ToDigits(digits, high);
            SetLane(_one.Span[HalfBlockWords..], lane, digits);
        }

        // rep(2^e): square and double over the bits of e = DigitBits · Digits gives rep(R) = R² raw.
        Span<ulong> power = _importFactors.Span[..BlockWords];
        One.CopyTo(power);
        int exponent = DigitBits * Digits;
        for (int bit = 31 - BitOperations.LeadingZeroCount((uint)exponent); bit >= 0; bit--)
        {
            Square(power, power, workspace);
            if (((exponent >> bit) & 1) != 0)
            {
                Add(power, power, power);
            }
        }

        for (int k = 1; k < _importChunks; k++)
        {
            Multiply(_importFactors.Span.Slice(k * BlockWords, BlockWords), _importFactors.Span.Slice((k - 1) * BlockWords, BlockWords), power, workspace);
        }
    }
}
