using Hybrid.Security;

namespace Hybrid.Paillier;

/// <summary>
/// Several signed numbers in one plaintext: value i stands at bit i · <see cref="SlotBits"/>, so that sums and products by
/// public integers act on all of them at once.
/// </summary>
/// <remarks>
/// The packed number is sum_i v_i 2^(w i) with signed v_i, modulo n. A result is read back right as long as every slot's
/// true value stays in [-2^(w-1), 2^(w-1)), which the caller's bounds must ensure.
/// </remarks>
public sealed partial class SlotPacking
{
    /// <summary>The widest slot: values are 128-bit integers.</summary>
    public const int MaximumSlotBits = 128;

    private readonly PaillierPublicKey _key;

    /// <summary>Lays slots into the plaintexts of a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="slotBits">Bits of a slot, its sign included: 2 to 128.</param>
    /// <exception cref="ParameterException">The slot is too narrow, too wide, or wider than a plaintext.</exception>
    public SlotPacking(PaillierPublicKey key, int slotBits)
        : this(key, slotBits, MaximumSlotBits)
    {
    }

    private SlotPacking(PaillierPublicKey key, int slotBits, int maximumBits)
    {
        ArgumentNullException.ThrowIfNull(key);
        // Two bits are left free, so that the packed number stays within (-n/2, n/2).
        int slots = slotBits >= 2 ? (key.Bits - 2) / slotBits : 0;
        if (slotBits < 2 || slotBits > maximumBits || slots == 0)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange,
                $"A slot of {slotBits} bits cannot be packed into plaintexts of {key.Bits} bits: slots have 2 to {Math.Min(maximumBits, key.Bits - 2)} bits; use fewer fraction bits, or a longer key.");
        }

        _key = key;
        SlotBits = slotBits;
        Slots = slots;
    }

    /// <summary>Bits of a slot.</summary>
    public int SlotBits { get; }

    /// <summary>Slots in a plaintext.</summary>
    public int Slots { get; }

    /// <summary>Plaintexts needed for so many values.</summary>
    public int PlaintextsFor(int values) => (values + Slots - 1) / Slots;

    /// <summary>Packs values; slots left over in the last plaintext are zero.</summary>
    /// <exception cref="ParameterException">A value does not fit its slot.</exception>
    public PlaintextVector Pack(ReadOnlySpan<Int128> values)
    {
        var plaintexts = new PlaintextVector(_key, PlaintextsFor(values.Length));
        PackInto(plaintexts, 0, values);
        return plaintexts;
    }

    /// <summary>Reads back the first so many slots.</summary>
    /// <exception cref="ArgumentException">There are fewer slots than that.</exception>
    public void Unpack(Span<Int128> values, PlaintextVector plaintexts) => UnpackFrom(values, plaintexts, 0);

    /// <summary>Packs values into the plaintexts from one index on.</summary>
    /// <exception cref="ParameterException">A value does not fit its slot.</exception>
    internal void PackInto(PlaintextVector plaintexts, int first, ReadOnlySpan<Int128> values)
    {
        Int128 limit = Int128.One << (SlotBits - 1);
        for (int start = 0; start < values.Length; start += Slots)
        {
            Span<ulong> limbs = plaintexts[first + (start / Slots)];
            // Two's complement over all limbs: each slot is added with its sign running to the top.
            for (int slot = 0; slot < Slots && start + slot < values.Length; slot++)
            {
                Int128 value = values[start + slot];
                if (SlotBits < 128 && (value >= limit || value < -limit))
                {
                    throw new ParameterException(ParameterFault.OutOfRange, $"Value {start + slot} does not fit a slot of {SlotBits} bits: widen the slots or bound the values.");
                }

                AddSigned(limbs, slot * SlotBits, value);
            }

            AddMasked(limbs, _key.Modulus, 0 - (limbs[^1] >> 63));
        }
    }

    /// <summary>Reads slots from the plaintexts from one index on.</summary>
    internal void UnpackFrom(Span<Int128> values, PlaintextVector plaintexts, int first)
    {
        if (plaintexts.Count - first < PlaintextsFor(values.Length))
        {
            throw new ArgumentException($"{values.Length} values of {SlotBits} bits take {PlaintextsFor(values.Length)} plaintexts.", nameof(plaintexts));
        }

        int count = _key.ModulusLimbs;
        using var memory = new SecretBuffer<ulong>(2 * count);
        Span<ulong> limbs = memory.Span[..count];
        Span<ulong> doubled = memory.Span[count..];
        for (int start = 0; start < values.Length; start += Slots)
        {
            plaintexts[first + (start / Slots)].CopyTo(limbs);
            // Above n/2: subtract n, for the number's two's complement.
            ulong above = Arithmetic.Limbs.Add(doubled, limbs, limbs);
            ulong below = Arithmetic.Limbs.Subtract(doubled, doubled, _key.Modulus);
            ulong negative = 0 - (above | (1 - below));
            SubtractMasked(limbs, _key.Modulus, negative);
            ulong carry = 0;
            for (int slot = 0; slot < Slots && start + slot < values.Length; slot++)
            {
                UInt128 bits = Read(limbs, slot * SlotBits, negative);
                UInt128 mask = UInt128.MaxValue >> (128 - SlotBits);
                // A slot's negative value borrowed one from the slot above: give it back, which may carry on.
                ulong wraps = bits == mask ? carry : 0;
                UInt128 kept = (bits + carry) & mask;
                carry = ((ulong)(kept >> (SlotBits - 1)) & 1) | wraps;
                values[start + slot] = (Int128)((kept ^ (UInt128.One << (SlotBits - 1))) - (UInt128.One << (SlotBits - 1)));
            }
        }
    }

    private static void AddSigned(Span<ulong> limbs, int bit, Int128 value)
    {
        ulong sign = (ulong)(value >> 127);
        int limb = bit / 64;
        int offset = bit % 64;
        ulong low = (ulong)value;
        ulong high = (ulong)((UInt128)value >> 64);
        ulong carry = 0;
        for (int i = limb; i < limbs.Length; i++)
        {
            ulong word = (i - limb) switch
            {
                0 => low << offset,
                1 => offset == 0 ? high : (low >> (64 - offset)) | (high << offset),
                2 => offset == 0 ? sign : (high >> (64 - offset)) | (sign << offset),
                _ => sign,
            };
            UInt128 sum = (UInt128)limbs[i] + word + carry;
            limbs[i] = (ulong)sum;
            carry = (ulong)(sum >> 64);
        }
    }

    private static void AddMasked(Span<ulong> limbs, ReadOnlySpan<ulong> addend, ulong mask)
    {
        ulong carry = 0;
        for (int i = 0; i < limbs.Length; i++)
        {
            UInt128 sum = (UInt128)limbs[i] + (addend[i] & mask) + carry;
            limbs[i] = (ulong)sum;
            carry = (ulong)(sum >> 64);
        }
    }

    private static void SubtractMasked(Span<ulong> limbs, ReadOnlySpan<ulong> subtrahend, ulong mask)
    {
        ulong borrow = 0;
        for (int i = 0; i < limbs.Length; i++)
        {
            UInt128 difference = (UInt128)limbs[i] - (subtrahend[i] & mask) - borrow;
            limbs[i] = (ulong)difference;
            borrow = (ulong)(difference >> 64) & 1;
        }
    }

    // SlotBits bits from one bit on; above the top, the sign.
    private UInt128 Read(ReadOnlySpan<ulong> limbs, int bit, ulong sign)
    {
        int limb = bit / 64;
        int offset = bit % 64;
        ulong a = limb < limbs.Length ? limbs[limb] : sign;
        ulong b = limb + 1 < limbs.Length ? limbs[limb + 1] : sign;
        ulong c = limb + 2 < limbs.Length ? limbs[limb + 2] : sign;
        UInt128 value = (((UInt128)b << 64) | a) >> offset;
        value |= offset == 0 ? UInt128.Zero : (UInt128)c << (128 - offset);
        return value & (UInt128.MaxValue >> (128 - SlotBits));
    }
}
