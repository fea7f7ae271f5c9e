using Hybrid.Numerics;
using Hybrid.Seal.Sampling;

namespace Hybrid.Tests.Seal.Sampling;

[TestClass]
public sealed class Blake2XbTests
{
    private static readonly byte[] Input = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
    private static readonly byte[] Key = [.. Enumerable.Range(0, 64).Select(i => (byte)i)];

    [TestMethod]
    // The designers' known answers (BLAKE2/BLAKE2, testvectors/blake2-kat.json): the 256 outputs of 1 to 256 bytes, one after the other,
    // hashed with BLAKE2b to 32 bytes.
    [DataRow(0, "6bab89bf92115d0245a9786ace0fce33c49a9c5957960bd00c0caf22e06990a1")]
    [DataRow(64, "5af5983d7cb8f130873e7e77f6089d8fd4bb5484874a819cb2fcf0dcd0203d6f")]
    public void The_designers_outputs_come_out(int keyLength, string expected)
    {
        foreach (KernelWidth width in SamplingSamples.Widths)
        {
            byte[] outputs = [.. Enumerable.Range(1, 256).SelectMany(length => Output(Input, Key[..keyLength], length, width))];
            Assert.AreEqual(expected, Convert.ToHexStringLower(Blake2b.Hash256(outputs)), $"{width}");
        }
    }

    [TestMethod]
    public void One_of_the_designers_outputs_in_full()
    {
        Assert.AreEqual(
            "cb859b35dc70e264efaad2a809fea1e71cd4a3f924be3b5a13f8687a1166b538c40b2ad51d5c3e47b0de482497382673"
            + "140f547068ff0b3b0fb7501209e1bf36082509ae85f60bb98fd02ac50d883a1a8daa704952d83c1f6da60c9624bc7c99912930bf",
            Convert.ToHexStringLower(Output(Input, Key, 100, KernelWidth.Auto)));
    }

    [TestMethod]
    // Made with the designers' reference code (blake2xb.c), keyed and not: the outputs hashed with BLAKE2b to 32 bytes.
    [DataRow(256, 64, 1000, "0303b40b809d5cb12d74902e24c9c9c4c2ef3ab118c1b3db21247a4e086a5112")]
    [DataRow(256, 64, 4096, "8c571b52198a09ecfa0e34b8cc68c71e04d9d5cdbf307278dbf8670dec9515ac")]
    [DataRow(256, 64, 17_777, "c8101200006c90617e95f4f548e3c59e083154f56188d251a62a086f00229018")]
    [DataRow(200, 0, 5000, "b2860fbddc428bcb8153606b49742cdfcaa93205379343cfce31bae54bdd7dcb")]
    [DataRow(200, 0, 4096, "16ea432f488ded2417313e0b44494dde840df1751cbbfcb20eb017df7f6f89c3")]
    [DataRow(0, 0, 4096, "a1dc3a2058711a27dc9784418aba25f3bb0d99326520dbd6d4a9c52f72b874fd")]
    public void Long_outputs_are_the_reference_codes(int inputLength, int keyLength, int length, string expected)
    {
        foreach (KernelWidth width in SamplingSamples.Widths)
        {
            byte[] output = Output(Input[..inputLength], Key[..keyLength], length, width);
            Assert.AreEqual(expected, Convert.ToHexStringLower(Blake2b.Hash256(output)), $"{width}");
        }
    }

    [TestMethod]
    public void Nothing_beyond_the_output_is_written()
    {
        foreach (KernelWidth width in SamplingSamples.Widths)
        {
            foreach (int length in new[] { 1, 63, 64, 65, 511, 512, 513, 4095, 4096, 4097 })
            {
                byte[] memory = new byte[length + 2];
                memory[0] = memory[^1] = 0xa5;
                Blake2Xb.Fill(Input, Key, memory.AsSpan(1, length), width);
                Assert.IsTrue(memory[0] == 0xa5 && memory[^1] == 0xa5, $"{width}, {length} bytes");
            }
        }
    }

    [TestMethod]
    public void No_output_and_long_keys_are_refused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => Blake2Xb.Fill(Input, Key, default));
        Assert.ThrowsExactly<ArgumentException>(() => Blake2Xb.Fill(Input, new byte[65], new byte[64]));
    }

    private static byte[] Output(byte[] input, byte[] key, int length, KernelWidth width)
    {
        byte[] output = new byte[length];
        Blake2Xb.Fill(input, key, output, width);
        return output;
    }
}
