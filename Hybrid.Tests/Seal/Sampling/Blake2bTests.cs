using Hybrid.Seal.Sampling;

namespace Hybrid.Tests.Seal.Sampling;

[TestClass]
public sealed class Blake2bTests
{
    [TestMethod]
    public void The_digest_of_abc_is_the_published_one()
    {
        // RFC 7693, appendix A.
        byte[] digest = new byte[64];
        Blake2b.Hash("abc"u8, default, digest);
        Assert.AreEqual(
            "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923",
            Convert.ToHexStringLower(digest));
    }

    [TestMethod]
    public void The_self_test_of_the_rfc_passes()
    {
        // RFC 7693, appendix E: the digest of digests of several lengths, with and without keys.
        var digests = new List<byte>();
        foreach (int digestLength in new[] { 20, 32, 48, 64 })
        {
            foreach (int inputLength in new[] { 0, 3, 128, 129, 255, 1024 })
            {
                byte[] input = Sequence(inputLength);
                byte[] digest = new byte[digestLength];
                Blake2b.Hash(input, default, digest);
                digests.AddRange(digest);
                Blake2b.Hash(input, Sequence(digestLength), digest);
                digests.AddRange(digest);
            }
        }

        Assert.AreEqual(
            "c23a7800d98123bd10f506c61e29da5603d763b8bbad2e737f5e765a7bccd475", Convert.ToHexStringLower(Blake2b.Hash256([.. digests])));
    }

    [TestMethod]
    public void Inputs_of_all_lengths_around_the_block_are_right()
    {
        // Made with Python's hashlib.blake2b: the digest of the digests of the 257 prefixes of 00, 01 … ff.
        byte[] input = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        byte[] digests = [.. Enumerable.Range(0, 257).SelectMany(length => Blake2b.Hash256(input.AsSpan(0, length)))];
        Assert.AreEqual("ce7d0a1fed1ad4e0e88cb4fc1762ee0062956205f070b5150d2e29b06f7814b7", Convert.ToHexStringLower(Blake2b.Hash256(digests)));
    }

    [TestMethod]
    public void Lengths_that_it_does_not_know_are_refused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => Blake2b.Hash(default, default, default));
        Assert.ThrowsExactly<ArgumentException>(() => Blake2b.Hash(default, default, new byte[65]));
        Assert.ThrowsExactly<ArgumentException>(() => Blake2b.Hash(default, new byte[65], new byte[64]));
    }

    // The deterministic inputs of appendix E: a Fibonacci generator started from their length.
    private static byte[] Sequence(int length)
    {
        uint a = unchecked(0xDEAD4BAD * (uint)length);
        uint b = 1;
        byte[] sequence = new byte[length];
        for (int i = 0; i < length; i++)
        {
            uint next = unchecked(a + b);
            a = b;
            b = next;
            sequence[i] = (byte)(next >> 24);
        }

        return sequence;
    }
}
