using System.Security.Cryptography;
using Hybrid.Security;

namespace Hybrid.Tests.Core.Security;

[TestClass]
public sealed class AesCtrGeneratorTests
{
    private const string ZeroKey = "00000000000000000000000000000000";

    // Key of the AES-128 examples of NIST SP 800-38A, appendix F.
    private const string Sp80038AKey = "2b7e151628aed2a6abf7158809cf4f3c";

    [TestMethod]
    // AES-128 of the blocks 0, 1 and 2 under the zero key: H, and the keystream of test cases 1 and 2 of the GCM specification
    // (McGrew and Viega, 2005), whose counter starts from a zero nonce.
    [DataRow(0ul, "66e94bd4ef8a2c3b884cfa59ca342b2e58e2fccefa7e3061367f1d57a4e7455a0388dace60b6a392f328c2b971b2fe78")]
    // NIST AESAVS, VarTxt, 128 bits, count 0: the block 80…0.
    [DataRow(0x8000_0000_0000_0000ul, "3ad78e726c1ec02b7ebfe92b23d9ec34")]
    public void The_keystream_under_the_zero_key_is_the_published_one(ulong stream, string expected)
    {
        using var generator = new AesCtrGenerator(Convert.FromHexString(ZeroKey), stream);
        byte[] drawn = new byte[expected.Length / 2];
        generator.Fill(drawn);
        Assert.AreEqual(expected, Convert.ToHexStringLower(drawn));
    }

    [TestMethod]
    [DataRow(0ul)]
    [DataRow(1ul)]
    [DataRow(0xf0f1_f2f3_f4f5_f6f7ul)]
    public void The_keystream_is_aes_of_the_stream_and_block_numbers(ulong stream)
    {
        // Longer than the generator's buffer, so that a refill is among the blocks.
        const int Blocks = 700;
        using var aes = Aes.Create();
        aes.Key = Convert.FromHexString(Sp80038AKey);
        // The reference is anchored in SP 800-38A, F.1.1, block 1.
        Assert.AreEqual(
            "3ad77bb40d7a3660a89ecaf32466ef97",
            Convert.ToHexStringLower(aes.EncryptEcb(Convert.FromHexString("6bc1bee22e409f96e93d7e117393172a"), PaddingMode.None)));

        using var generator = new AesCtrGenerator(aes.Key, stream);
        byte[] drawn = new byte[Blocks * 16];
        generator.Fill(drawn);
        for (int i = 0; i < Blocks; i++)
        {
            byte[] counter = Convert.FromHexString($"{stream:x16}{i:x16}");
            byte[] expected = aes.EncryptEcb(counter, PaddingMode.None);
            Assert.IsTrue(expected.AsSpan().SequenceEqual(drawn.AsSpan(i * 16, 16)), $"Block {i}");
        }
    }

    [TestMethod]
    public void The_bytes_do_not_depend_on_how_they_are_drawn()
    {
        byte[] seed = Convert.FromHexString(Sp80038AKey);
        using var atOnce = new AesCtrGenerator(seed, 5);
        using var inPieces = new AesCtrGenerator(seed, 5);
        byte[] expected = new byte[200_000];
        atOnce.Fill(expected);
        byte[] drawn = new byte[expected.Length];
        var random = new Random(11);
        for (int i = 0; i < drawn.Length;)
        {
            // Small pieces come from the buffer, large ones in part from it and in part directly.
            int piece = Math.Min(random.Next(0, random.Next(2) == 0 ? 100 : 15_000), drawn.Length - i);
            inPieces.Fill(drawn.AsSpan(i, piece));
            i += piece;
        }

        CollectionAssert.AreEqual(expected, drawn);
    }

    [TestMethod]
    public void Streams_and_seeds_differ_from_each_other()
    {
        byte[] seed = new byte[16];
        byte[] other = [1, .. new byte[15]];
        string[] draws = [Draw(seed, 0), Draw(seed, 1), Draw(other, 0), Draw(other, 1)];
        Assert.AreEqual(4, draws.Distinct().Count());
        using AesCtrGenerator a = AesCtrGenerator.FromOs();
        using AesCtrGenerator b = AesCtrGenerator.FromOs();
        Assert.AreNotEqual(Draw(a), Draw(b));
    }

    [TestMethod]
    public void The_seed_is_copied_and_has_sixteen_bytes()
    {
        byte[] seed = new byte[16];
        using var generator = new AesCtrGenerator(seed);
        seed[0] = 1;
        Assert.AreEqual(Draw(new byte[16], 0), Draw(generator));
        Assert.ThrowsExactly<ArgumentException>(() => new AesCtrGenerator(new byte[15]));
        Assert.ThrowsExactly<ArgumentException>(() => new AesCtrGenerator(new byte[32]));
    }

    [TestMethod]
    public void A_disposed_generator_draws_nothing()
    {
        var generator = new AesCtrGenerator(new byte[16]);
        byte[] drawn = new byte[32];
        generator.Fill(drawn.AsSpan(0, 16));
        generator.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => generator.Fill(drawn.AsSpan(16)));
        Assert.IsFalse(drawn.AsSpan(16).ContainsAnyExcept((byte)0));
    }

    private static string Draw(byte[] seed, ulong stream)
    {
        using var generator = new AesCtrGenerator(seed, stream);
        return Draw(generator);
    }

    private static string Draw(AesCtrGenerator generator)
    {
        byte[] drawn = new byte[32];
        generator.Fill(drawn);
        return Convert.ToHexStringLower(drawn);
    }
}
