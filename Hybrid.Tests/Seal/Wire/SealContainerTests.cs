using System.Buffers.Binary;
using System.IO.Compression;
using Hybrid.Seal;
using Hybrid.Seal.Wire;
using Hybrid.Security;

namespace Hybrid.Tests.Seal.Wire;

/// <summary>Headers, compression and limits, before anything is known of what is inside.</summary>
[TestClass]
public sealed class SealContainerTests
{
    private const long Limit = 1 << 20;

    private static SealVectorFamily Small => SealVectors.Family("n1024");

    [TestMethod]
    public void What_seal_compressed_inflates_to_what_it_saved_uncompressed()
    {
        int compared = 0;
        foreach (SealVectorFamily family in SealVectors.Families)
        {
            foreach (SealVector vector in family.Files.Where(vector => vector.Mode == "zlib"))
            {
                byte[] plain = family.Bytes(Path.ChangeExtension(vector.File, "none"));
                CollectionAssert.AreEqual(plain[SealHeader.Size..], Body(vector.Bytes), vector.File);
                CollectionAssert.AreEqual(plain[SealHeader.Size..], Body(plain), vector.File);
                using SecretBuffer<byte> deflated = Zlib.Deflate(plain);
                CollectionAssert.AreEqual(plain[SealHeader.Size..], Body(deflated.Span.ToArray()), vector.File);
                compared++;
            }
        }

        Assert.IsGreaterThan(8, compared);
    }

    [TestMethod]
    public void Zstandard_is_refused_with_what_to_do_instead() =>
        StringAssert.Contains(Refused(Small.Bytes("secret-key.zstd")), "save it with compr_mode_type zlib or none");

    [TestMethod]
    public void A_header_is_written_as_seal_4_1_writes_it()
    {
        byte[] original = Small.Bytes("parameters.none");
        var written = new byte[SealHeader.Size];
        SealHeader.Write(written, SealCompression.None, original.Length);
        CollectionAssert.AreEqual(original[..SealHeader.Size], written);
    }

    [TestMethod]
    public void Any_minor_version_is_read_and_no_other_change_of_a_header()
    {
        byte[] original = Small.Bytes("parameters.none");
        for (int i = 0; i < SealHeader.Size; i++)
        {
            for (int value = 0; value < 256; value++)
            {
                byte[] changed = [.. original];
                changed[i] = (byte)value;
                if (i == 4 || value == original[i])
                {
                    CollectionAssert.AreEqual(original[SealHeader.Size..], Body(changed));
                }
                else
                {
                    Refused(changed);
                }
            }
        }
    }

    [TestMethod]
    public void Older_and_newer_seals_are_named()
    {
        byte[] changed = [.. Small.Bytes("parameters.none")];
        changed[3] = 3;
        changed[4] = 7;
        StringAssert.Contains(Refused(changed), "SEAL 3.7");
        changed[2] = 0;
        StringAssert.Contains(Refused(changed), "3.4 or older");
        changed[2] = 16;
        changed[3] = 5;
        StringAssert.Contains(Refused(changed), "SEAL 5.7");
    }

    [TestMethod]
    [DataRow("parameters.none")]
    [DataRow("parameters.zlib")]
    [DataRow("ciphertext-seeded.zlib")]
    public void Cut_anywhere_it_is_refused(string file)
    {
        byte[] original = Small.Bytes(file);
        for (int length = 0; length < original.Length; length += length < 200 ? 1 : 37)
        {
            byte[] cut = original[..length];
            Refused(cut);
            if (length > SealHeader.Size && file.EndsWith("zlib", StringComparison.Ordinal))
            {
                // With a header that says so, only the stream itself can tell.
                BinaryPrimitives.WriteInt64LittleEndian(cut.AsSpan(8), length);
                Refused(cut);
            }
        }
    }

    [TestMethod]
    public void Bytes_after_the_end_are_refused()
    {
        foreach (string file in new[] { "parameters.none", "parameters.zlib" })
        {
            byte[] longer = [.. Small.Bytes(file), 0];
            StringAssert.Contains(Refused(longer), "one object at a time");
        }

        byte[] original = Small.Bytes("parameters.zlib");
        byte[] padded = [.. original, 1, 2, 3, 4, 5];
        BinaryPrimitives.WriteInt64LittleEndian(padded.AsSpan(8), padded.Length);
        StringAssert.Contains(Refused(padded), "does not end where its zlib stream does");
        byte[] repeated = [.. original, .. original[SealHeader.Size..]];
        BinaryPrimitives.WriteInt64LittleEndian(repeated.AsSpan(8), repeated.Length);
        Refused(repeated);
    }

    [TestMethod]
    public void A_flipped_bit_of_a_compressed_body_is_noticed()
    {
        byte[] original = Small.Bytes("parameters.zlib");
        int harmless = 0;
        for (int bit = 8 * SealHeader.Size; bit < 8 * original.Length; bit++)
        {
            byte[] changed = [.. original];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                // Between the last block and the checksum a few bits only fill up a byte.
                CollectionAssert.AreEqual(Body(original), Body(changed));
                harmless++;
            }
            catch (FormatRefusedException)
            {
            }
        }

        Assert.IsLessThan(8, harmless);
    }

    [TestMethod]
    public void A_bomb_is_refused_when_its_limit_is_reached()
    {
        using var bomb = new MemoryStream();
        bomb.Write(new byte[SealHeader.Size]);
        using (var zlib = new ZLibStream(bomb, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var zeros = new byte[1 << 20];
            for (int i = 0; i < 64; i++)
            {
                zlib.Write(zeros);
            }
        }

        byte[] bytes = bomb.ToArray();
        SealHeader.Write(bytes, SealCompression.Zlib, bytes.Length);
        Assert.IsLessThan(100_000, bytes.Length);
        foreach (long limit in new long[] { SealHeader.Size, SealHeader.Size + 1, 1000, Limit })
        {
            StringAssert.Contains(Refused(bytes, limit), $"more than {limit - SealHeader.Size} bytes");
        }

        Assert.HasCount(64 << 20, Body(bytes, SealHeader.Size + (64 << 20)));
    }

    [TestMethod]
    public void An_uncompressed_object_longer_than_it_can_be_is_refused()
    {
        byte[] original = Small.Bytes("parameters.none");
        StringAssert.Contains(Refused(original, original.Length - 1), $"{original.Length - 1} are the most");
        Assert.HasCount(original.Length - SealHeader.Size, Body(original, original.Length));
    }

    [TestMethod]
    public void Nested_objects_lie_within_and_are_not_compressed()
    {
        // The parameters: scheme, degree, count, then a modulus with a header of its own.
        byte[] original = Small.Bytes("parameters.none");
        int modulus = SealHeader.Size + 17;
        Assert.AreEqual(Small.Primes[0], FirstModulus(original));
        foreach ((int offset, byte value) in new[] { (modulus, (byte)0), (modulus + 3, (byte)3), (modulus + 5, (byte)1), (modulus + 5, (byte)2), (modulus + 10, (byte)1), (modulus + 8, (byte)15) })
        {
            byte[] changed = [.. original];
            changed[offset] = value;
            FormatRefusedException error = Assert.ThrowsExactly<FormatRefusedException>(() => FirstModulus(changed));
            StringAssert.Contains(error.Message, "The first modulus ");
        }

        byte[] shorter = [.. original];
        shorter[modulus + 8] = 20;
        StringAssert.Contains(Assert.ThrowsExactly<FormatRefusedException>(() => FirstModulus(shorter)).Message, "ends in its value");
        byte[] longer = [.. original];
        longer[modulus + 8] = 25;
        StringAssert.Contains(Assert.ThrowsExactly<FormatRefusedException>(() => FirstModulus(longer)).Message, "1 bytes more");
    }

    private static ulong FirstModulus(byte[] parameters)
    {
        using var container = new SealContainer(parameters, "parameters", Limit);
        SealReader reader = container.Reader;
        Assert.AreEqual(2, reader.Byte("scheme"));
        reader.Expect(1024, "degree");
        reader.Expect(3, "count");
        SealReader modulus = reader.Nested("first modulus");
        ulong value = modulus.UInt64("value");
        modulus.End();
        return value;
    }

    private static byte[] Body(byte[] bytes, long limit = Limit)
    {
        using var container = new SealContainer(bytes, "object", limit);
        SealReader reader = container.Reader;
        byte[] body = reader.Bytes(reader.Remaining, "body").ToArray();
        reader.End();
        return body;
    }

    private static string Refused(byte[] bytes, long limit = Limit)
    {
        string message = Assert.ThrowsExactly<FormatRefusedException>(() => Body(bytes, limit)).Message;
        Assert.IsTrue(message.StartsWith("The object ", StringComparison.Ordinal) && message.EndsWith('.'), message);
        return message;
    }
}
