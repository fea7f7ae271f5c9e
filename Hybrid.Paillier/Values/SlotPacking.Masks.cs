using System.Runtime.InteropServices;
using Hybrid.Security;

namespace Hybrid.Paillier;

// Slots wider than the integers that are put into them: room for masks, and results that are read modulo 2^64.
public sealed partial class SlotPacking
{
    /// <summary>Slots of any width that a plaintext has; wider ones than <see cref="MaximumSlotBits"/> are read as words only.</summary>
    /// <exception cref="ParameterException">The slot is too narrow, or wider than a plaintext.</exception>
    internal static SlotPacking OfAnyWidth(PaillierPublicKey key, int slotBits) => new(key, slotBits, key.Bits - 2);

    /// <summary>
    /// Fills every slot of plaintexts that are zero with 2^offset + r, r uniform below 2^bits; with words kept, r is a multiple of 2^64, and
    /// so must the offset be.
    /// </summary>
    /// <param name="plaintexts">Plaintexts that are zero.</param>
    /// <param name="bits">Bits of a mask, fewer than of a slot.</param>
    /// <param name="offset">Which bit is added to each, below <paramref name="bits"/>.</param>
    /// <param name="keepsWords">Whether a value's lowest 64 bits stay as they are under the mask.</param>
    /// <param name="random">Where masks come from.</param>
    internal void FillMasks(PlaintextVector plaintexts, int bits, int offset, bool keepsWords, IRandomSource random)
    {
        int count = Arithmetic.Limbs.CountFor(SlotBits);
        int drawn = Arithmetic.Limbs.CountFor(bits);
        using var masks = new SecretBuffer<ulong>(Slots * count);
        for (int i = 0; i < plaintexts.Count; i++)
        {
            masks.Span.Clear();
            for (int slot = 0; slot < Slots; slot++)
            {
                Span<ulong> mask = masks.Span.Slice(slot * count, count);
                random.Fill(MemoryMarshal.AsBytes(mask[..drawn]));
                mask[drawn - 1] &= ulong.MaxValue >> ((drawn * Arithmetic.Limbs.Bits) - bits);
                mask[0] = keepsWords ? 0 : mask[0];
                AddBit(mask, offset);
                Place(plaintexts[i], slot * SlotBits, mask);
            }
        }
    }

    /// <summary>Reads slots that are not negative modulo 2^64, from the plaintexts from one index on.</summary>
    internal void WordsFrom(Span<ulong> words, PlaintextVector plaintexts, int first)
    {
        ulong mask = ulong.MaxValue >> (64 - Math.Min(64, SlotBits));
        for (int i = 0; i < words.Length; i++)
        {
            ReadOnlySpan<ulong> limbs = plaintexts[first + (i / Slots)];
            int bit = i % Slots * SlotBits;
            int limb = bit / 64;
            int offset = bit % 64;
            ulong next = limb + 1 < limbs.Length ? limbs[limb + 1] : 0;
            words[i] = ((limbs[limb] >> offset) | (offset == 0 ? 0 : next << (64 - offset))) & mask;
        }
    }

    private static void AddBit(Span<ulong> limbs, int bit)
    {
        ulong carry = 1UL << (bit % 64);
        for (int i = bit / 64; i < limbs.Length; i++)
        {
            UInt128 sum = (UInt128)limbs[i] + carry;
            limbs[i] = (ulong)sum;
            carry = (ulong)(sum >> 64);
        }
    }

    // Into bits that are zero.
    private static void Place(Span<ulong> limbs, int bit, ReadOnlySpan<ulong> value)
    {
        int limb = bit / 64;
        int offset = bit % 64;
        for (int i = 0; i < value.Length; i++)
        {
            if (limb + i < limbs.Length)
            {
                limbs[limb + i] |= value[i] << offset;
            }

            if (offset > 0 && limb + i + 1 < limbs.Length)
            {
                limbs[limb + i + 1] |= value[i] >> (64 - offset);
            }
        }
    }
}
