using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Hybrid.Numerics;
using Hybrid.Seal.Ring;
using Hybrid.Seal.Sampling;

namespace Hybrid.Tests.Seal.Sampling;

[TestClass]
public sealed class SealGeneratorTests
{
    // All known answers were made with Microsoft SEAL 4.4.3: UniformRandomGeneratorInfo(kind, seed).make_prng(), then generate or
    // util::sample_poly_uniform; digests are BLAKE2b of 32 bytes.
    private static readonly byte[] Seed = [.. Enumerable.Range(0, 64).Select(i => (byte)(7 * i + 1))];

    [TestMethod]
    [DataRow(
        1,
        "71393185b3f4153c2420f64dbba822940f4c64ec09c6d919fb7f61444a25e13ae31ec5241d06e161fcbd26d963548081fbda7bb380a890e81398d1df1f19330f",
        "6a6a0f075c9658f07e5521c903937ba6e6d9ea586cec5c910229cccfc37b6a41",
        "7df5f58898234c18d90e0c36efa658f4e0284196da658aec5b375195fe3ed81d")]
    [DataRow(
        2,
        "3bbbf39205f6d492bea80482c7432323c3f157a6d2cd8f10887411ee2e3399ce0cb02e6a590107a6853400475045eb852e528e5694d2d9efd896e0dada4912cc",
        "741e7de21aa92676e458c1bc688339eb80f1c4dd714e0080f6384b967d1776fd",
        "27343cae7cf087e26720d7264632fef0af3d3eccd1c734a572a7641d3bb9018c")]
    public void The_stream_is_seals(int kind, string first, string secondBlock, string digest)
    {
        foreach (KernelWidth width in Widths(kind))
        {
            using var generator = new SealGenerator((SealGeneratorKind)kind, Seed, width);
            byte[] stream = new byte[20_000];
            generator.Fill(stream);
            Assert.AreEqual(first, Convert.ToHexStringLower(stream.AsSpan(0, 64)), $"{width}");
            Assert.AreEqual(secondBlock, Convert.ToHexStringLower(stream.AsSpan(4096, 32)), $"{width}");
            Assert.AreEqual(digest, Convert.ToHexStringLower(Blake2b.Hash256(stream)), $"{width}");
        }
    }

    [TestMethod]
    [DataRow(
        1, 8192, new[] { 1125899906629633, 1099511480321, 1125899906826241 }, 0x9d009913bffaa9dcul,
        "01abe116219e6a5ac09cf0f270ddf057ec2480e8d9472994da1dc232440915b2")]
    [DataRow(
        1, 1024, new[] { 1152921504606791681, 1152921504606830593, 1073707009 }, 0x585f9209cabefe3eul,
        "2cfc818dfe984dfc3e6f7e05c5729fad2403101a4f31fa749a7f532cda6ea4c1")]
    [DataRow(
        1, 1024, new[] { 12289L, 1073741789 }, 0x5b6afc508f1e2eb9ul,
        "1ee263255629af5582d6632b9dc61240d966aee17a7c2a0e5c29021210e19afb")]
    // 2^64 is far from the next multiple of these primes: 139 and 131 words are rejected.
    [DataRow(
        1, 1024, new[] { 1085102592571174913, 1844674407371020289 }, 0x70fa7aa956237731ul,
        "43c32f71fedb06bff791a0c902e13b9db588193256c792bdf85745d470b9b5fd")]
    [DataRow(
        2, 1024, new[] { 1085102592571174913, 1844674407371020289 }, 0xe4d92df3501aa895ul,
        "e5ebf53e5a60d668bf925eb44bcde52fc2c08f98604eb6bafa03541e14a79b02")]
    [DataRow(
        2, 8192, new[] { 1125899906629633, 1099511480321, 1125899906826241 }, 0xf1d587b772b76942ul,
        "d94ce08f84bb4f66df6f6b7ebb10522d9e8d8a5e289027d531e434cd85dc55a5")]
    [DataRow(
        2, 1024, new[] { 1152921504606791681, 1152921504606830593, 1073707009 }, 0x590a8f9f7b5e0699ul,
        "78913a86015161a2c50d99922c986d5db1b7b69e7fe15b4db1196a682293c21e")]
    public void The_uniform_polynomial_is_seals(int kind, int degree, long[] primes, ulong next, string digest)
    {
        Modulus[] moduli = [.. primes.Select(prime => new Modulus((ulong)prime))];
        foreach (KernelWidth width in Widths(kind))
        {
            using var generator = new SealGenerator((SealGeneratorKind)kind, Seed, width);
            ulong[] polynomial = new ulong[degree * moduli.Length];
            generator.FillUniform(moduli, degree, polynomial);
            Assert.AreEqual(digest, Convert.ToHexStringLower(Blake2b.Hash256(MemoryMarshal.AsBytes(polynomial))), $"{width}");

            // As many words were taken as SEAL takes.
            byte[] after = new byte[8];
            generator.Fill(after);
            Assert.AreEqual(next, BitConverter.ToUInt64(after), $"{width}");
        }
    }

    [TestMethod]
    public void The_bytes_do_not_depend_on_how_they_are_drawn()
    {
        const int DrawSeed = 12;
        using var atOnce = new SealGenerator(SealGeneratorKind.Blake2xb, Seed);
        using var inPieces = new SealGenerator(SealGeneratorKind.Blake2xb, Seed);
        byte[] expected = new byte[100_000];
        atOnce.Fill(expected);
        byte[] drawn = new byte[expected.Length];
        var random = new Random(DrawSeed);
        for (int i = 0; i < drawn.Length;)
        {
            int piece = Math.Min(random.Next(0, random.Next(2) == 0 ? 20 : 10_000), drawn.Length - i);
            inPieces.Fill(drawn.AsSpan(i, piece));
            i += piece;
        }

        Assert.IsTrue(expected.AsSpan().SequenceEqual(drawn), $"seed {DrawSeed}");
    }

    [TestMethod]
    public void Rejections_in_every_lane_are_replaced_in_turn()
    {
        // Eight times this prime is a ninth short of 2^64: a ninth of the words is rejected.
        const int Degree = 1000;
        var modulus = new Modulus(2049638230412193793);
        ulong bound = 8 * modulus.Value - 1;
        using var reference = new SealGenerator(SealGeneratorKind.Blake2xb, Seed, KernelWidth.Portable);
        ulong[] expected = new ulong[Degree];
        for (int i = 0; i < Degree; i++)
        {
            expected[i] = Next(reference);
        }

        int rejected = 0;
        for (int i = 0; i < Degree; i++)
        {
            while (expected[i] >= bound)
            {
                rejected++;
                expected[i] = Next(reference);
            }

            expected[i] %= modulus.Value;
        }

        Assert.IsGreaterThan(80, rejected);
        foreach (KernelWidth width in SamplingSamples.Widths)
        {
            using var generator = new SealGenerator(SealGeneratorKind.Blake2xb, Seed, width);
            ulong[] polynomial = new ulong[Degree];
            generator.FillUniform([modulus], Degree, polynomial);
            Assert.IsTrue(expected.AsSpan().SequenceEqual(polynomial), $"{width}");
        }
    }

    [TestMethod]
    public void What_is_not_seals_is_refused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => new SealGenerator(SealGeneratorKind.Blake2xb, new byte[63]));
        foreach (int kind in new[] { 0, 3, 255 })
        {
            ParameterException error = Assert.ThrowsExactly<ParameterException>(() => new SealGenerator((SealGeneratorKind)kind, Seed));
            Assert.AreEqual(ParameterFault.Unsupported, error.Fault);
        }

        using var generator = new SealGenerator(SealGeneratorKind.Blake2xb, Seed);
        Assert.ThrowsExactly<ArgumentException>(() => generator.FillUniform([new Modulus(12289)], 8, new ulong[7]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => generator.FillUniform([new Modulus(12289)], -1, []));
    }

    [TestMethod]
    public void A_disposed_generator_draws_nothing_and_a_seed_is_copied()
    {
        byte[] seed = [.. Seed];
        var generator = new SealGenerator(SealGeneratorKind.Blake2xb, seed);
        seed[0] ^= 1;
        byte[] drawn = new byte[4];
        generator.Fill(drawn);
        Assert.AreEqual("71393185", Convert.ToHexStringLower(drawn));
        generator.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => generator.Fill(drawn));
        Assert.AreEqual("71393185", Convert.ToHexStringLower(drawn));
    }

    private static ulong Next(SealGenerator generator)
    {
        byte[] word = new byte[8];
        generator.Fill(word);
        return BitConverter.ToUInt64(word);
    }

    // SHAKE256 has one width, and not every platform has it: there the refusal is what is tested.
    private static IEnumerable<KernelWidth> Widths(int kind)
    {
        if (kind == (int)SealGeneratorKind.Shake256 && !Shake256.IsSupported)
        {
            ParameterException error = Assert.ThrowsExactly<ParameterException>(() => new SealGenerator(SealGeneratorKind.Shake256, Seed));
            Assert.AreEqual(ParameterFault.Unsupported, error.Fault);
            return [];
        }

        return SamplingSamples.Widths;
    }
}
