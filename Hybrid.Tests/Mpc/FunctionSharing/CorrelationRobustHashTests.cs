using System.Runtime.InteropServices;
using Hybrid.Mpc.FunctionSharing;

namespace Hybrid.Tests.Mpc.FunctionSharing;

[TestClass]
public sealed class CorrelationRobustHashTests
{
    private static readonly byte[] Key = Convert.FromHexString("000102030405060708090a0b0c0d0e0f");

    [TestMethod]
    public void It_is_AES_of_the_mixed_halves()
    {
        // σ(L ‖ R) is the block of FIPS 197, appendix C.1, whose bytes 0 to 7 are L.
        ulong[] block = Words("00112233445566778899aabbccddeeff");
        ulong[] encrypted = Words("69c4e0d86a7b0430d8cdb78070b4c55a");
        ulong[] value = [block[0] ^ block[1], block[0]];
        ulong[] hash = Hash([.. value, .. new ulong[14]], portable: false);
        CollectionAssert.AreEqual(new[] { encrypted[0] ^ block[0], encrypted[1] ^ block[1] }, hash[..2]);
    }

    [TestMethod]
    public void Both_kinds_yield_the_naive_values()
    {
        // More than one batch of the portable kind, and the last one not full.
        ulong[] values = new RandomWords(seed: 61).Next(2 * 200);
        ulong[] portable = Hash(values, portable: true);
        CollectionAssert.AreEqual(portable, Hash(values, portable: false));
        using var naive = new NaiveComparisonKey(MemoryMarshal.Cast<byte, ulong>(Key).ToArray(), 8);
        for (int index = 0; index < values.Length; index += 2)
        {
            UInt128 expected = naive.Hash(new UInt128(values[index + 1], values[index]));
            Assert.AreEqual(expected, new UInt128(portable[index + 1], portable[index]), $"value {index / 2}");
        }
    }

    private static ulong[] Words(string hex) => MemoryMarshal.Cast<byte, ulong>(Convert.FromHexString(hex)).ToArray();

    private static unsafe ulong[] Hash(ulong[] values, bool portable)
    {
        var hashes = new ulong[values.Length];
        using var hash = CorrelationRobustHash.Create(Key, portable);
        fixed (ulong* source = values, destination = hashes)
        {
            hash.Hash(source, destination, values.Length / 2);
        }

        return hashes;
    }
}
