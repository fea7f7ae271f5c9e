using System.Numerics;
using Hybrid.Paillier;
using Hybrid.Security;
using Hybrid.Tests.Mpc;

namespace Hybrid.Tests.Paillier.Backend;

/// <summary>Masks in the slots of plaintexts, wider than integers are.</summary>
[TestClass]
public sealed class SlotMasksTests
{
    private static readonly PaillierPublicKey Key = Connected.Key.PublicKey;

    [TestMethod]
    [DataRow(66, false)]
    [DataRow(66, true)]
    [DataRow(90, false)]
    [DataRow(151, true)]
    [DataRow(3, false)]
    public void Masks_are_uniform_in_their_range_from_the_highest_bit_to_the_lowest(int valueBits, bool keepsWords)
    {
        int maskBits = valueBits + PaillierLayout.HidingBits;
        SlotPacking packing = SlotPacking.OfAnyWidth(Key, maskBits + 1);
        using var plaintexts = new PlaintextVector(Key, (6000 / packing.Slots) + 1);
        packing.FillMasks(plaintexts, maskBits, valueBits - 1, keepsWords, new RandomWords(71).Source);
        var tops = new List<ulong>();
        var words = new ulong[packing.Slots * plaintexts.Count];
        packing.WordsFrom(words, plaintexts, 0);
        for (int i = 0; i < words.Length; i++)
        {
            BigInteger slot = (plaintexts.ToInteger(i / packing.Slots) >> (i % packing.Slots * packing.SlotBits)) & ((BigInteger.One << packing.SlotBits) - 1);
            Assert.AreEqual((ulong)(slot & ulong.MaxValue), words[i]);
            BigInteger mask = slot - (BigInteger.One << (valueBits - 1));
            Assert.IsTrue(mask >= 0 && mask < BigInteger.One << maskBits, $"{mask}");
            tops.Add((ulong)((mask << 64) >> maskBits));
            Assert.IsTrue(!keepsWords || words[i] == 0, "the word stays as it is");
        }

        RequireUniform(tops, maskBits, keepsWords);
    }

    [TestMethod]
    public void Signed_words_and_masks_add_up_without_meeting_their_neighbours()
    {
        const int ValueBits = 75;
        SlotPacking packing = SlotPacking.OfAnyWidth(Key, ValueBits + PaillierLayout.HidingBits + 1);
        Int128 most = Int128.One << (ValueBits - 1);
        Int128[] values = [.. Enumerable.Range(0, 3 * packing.Slots).Select(i => (i % 4) switch { 0 => -most, 1 => most - 1, 2 => -1, _ => i })];
        using PlaintextVector packed = packing.Pack(values);
        using var masks = new PlaintextVector(Key, packed.Count);
        packing.FillMasks(masks, ValueBits + PaillierLayout.HidingBits, ValueBits - 1, keepsWords: false, OsRandom.Instance);
        BigInteger[] sums = [.. Enumerable.Range(0, packed.Count).Select(i => packed.ToInteger(i) + masks.ToInteger(i))];
        using PlaintextVector sum = PlaintextVector.FromIntegers(Key, sums);
        var here = new ulong[values.Length];
        var there = new ulong[values.Length];
        packing.WordsFrom(here, sum, 0);
        packing.WordsFrom(there, masks, 0);
        for (int i = 0; i < values.Length; i++)
        {
            Assert.AreEqual((ulong)values[i], here[i] - there[i], $"slot {i}");
        }
    }

    [TestMethod]
    public void Slots_of_any_width_are_still_narrower_than_plaintexts()
    {
        Assert.AreEqual(1, SlotPacking.OfAnyWidth(Key, Key.Bits - 2).Slots);
        Assert.ThrowsExactly<ParameterException>(() => SlotPacking.OfAnyWidth(Key, Key.Bits - 1));
        Assert.ThrowsExactly<ParameterException>(() => SlotPacking.OfAnyWidth(Key, 1));
        Assert.ThrowsExactly<ParameterException>(() => new SlotPacking(Key, SlotPacking.MaximumSlotBits + 1));
    }

    // The top byte, where a mask that is too short or not uniform would show.
    private static void RequireUniform(List<ulong> tops, int maskBits, bool keepsWords)
    {
        var counts = new int[256];
        foreach (ulong top in tops)
            counts[top >> 56]++;
        double expected = tops.Count / 256.0;
        double statistic = counts.Sum(count => (count - expected) * (count - expected) / expected);
        Assert.IsLessThan(255 + (5 * 22.6), statistic, $"{maskBits} bits, words kept: {keepsWords}");
    }
}
