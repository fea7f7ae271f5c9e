using System.Buffers.Binary;
using System.Security.Cryptography;
using Hybrid.Security;

namespace Hybrid.Tests.Core.Security;

[TestClass]
public sealed class CounterCipherTests
{
    private const ulong Stream = 0x0123_4567_89ab_cdef;

    [TestMethod]
    public void Every_kind_writes_aes_of_the_counters()
    {
        byte[] key = Convert.FromHexString("2b7e151628aed2a6abf7158809cf4f3c");
        using var aes = Aes.Create();
        aes.Key = key;
        foreach (CounterCipher cipher in Kinds(key))
        {
            using (cipher)
            {
                // Fewer than eight blocks, eight, some more, and more than a batch; counters that carry, and the last ones of all.
                foreach (int blocks in new[] { 0, 1, 7, 8, 9, 31, 256, 600 })
                {
                    foreach (ulong first in new[] { 0ul, 250ul, 0xffff_fffful, ulong.MaxValue - 3 })
                    {
                        byte[] counters = new byte[16 * blocks];
                        for (int i = 0; i < blocks; i++)
                        {
                            BinaryPrimitives.WriteUInt64BigEndian(counters.AsSpan(16 * i), Stream);
                            BinaryPrimitives.WriteUInt64BigEndian(counters.AsSpan(16 * i + 8), unchecked(first + (ulong)i));
                        }

                        // One byte off, so that nothing may rely on alignment, and one more, which must stay as it is.
                        byte[] written = new byte[16 * blocks + 2];
                        written[0] = written[^1] = 0xa5;
                        cipher.Write(Stream, first, written.AsSpan(1, 16 * blocks));
                        byte[] expected = [0xa5, .. aes.EncryptEcb(counters, PaddingMode.None), 0xa5];
                        Assert.IsTrue(expected.AsSpan().SequenceEqual(written), $"{cipher.GetType().Name}, {blocks} blocks from {first}");
                    }
                }
            }
        }
    }

    [TestMethod]
    public void The_key_schedule_serves_any_key()
    {
        const int Seed = 5;
        var random = new Random(Seed);
        byte[] key = new byte[16];
        for (int i = 0; i < 200; i++)
        {
            random.NextBytes(key);
            string[] written = [.. Kinds(key).Select(Block).Distinct()];
            Assert.HasCount(1, written, $"seed {Seed}, key {i}");
        }
    }

    [TestMethod]
    public void A_disposed_cipher_refuses()
    {
        foreach (CounterCipher cipher in Kinds(new byte[16]))
        {
            cipher.Dispose();
            Assert.ThrowsExactly<ObjectDisposedException>(() => cipher.Write(0, 0, new byte[16]));
        }
    }

    private static IEnumerable<CounterCipher> Kinds(byte[] key)
    {
        yield return new PlatformCounterCipher(key);
        if (AesInstructionsCipher.IsSupported)
        {
            yield return new AesInstructionsCipher(key);
        }
    }

    private static string Block(CounterCipher cipher)
    {
        using (cipher)
        {
            byte[] written = new byte[16];
            cipher.Write(Stream, 1, written);
            return Convert.ToHexStringLower(written);
        }
    }
}
