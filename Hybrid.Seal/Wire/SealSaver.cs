using System.Buffers;
using Hybrid.Security;

namespace Hybrid.Seal.Wire;

/// <summary>Saves an object with its header, compressed if asked for, to where the caller wants it.</summary>
internal static class SealSaver
{
    /// <summary>To an array of its own.</summary>
    public static byte[] Save<T>(in T saved, SealCompression compression)
        where T : ISealObject, allows ref struct
    {
        if (compression != SealCompression.None)
        {
            using SecretBuffer<byte> compressed = SaveSecret(saved, compression);
            return compressed.Span.ToArray();
        }

        var bytes = GC.AllocateUninitializedArray<byte>(SizeOf(saved));
        Write(saved, bytes);
        return bytes;
    }

    /// <summary>To the end of what <paramref name="destination"/> holds.</summary>
    public static void Save<T>(IBufferWriter<byte> destination, in T saved, SealCompression compression)
        where T : ISealObject, allows ref struct
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (compression != SealCompression.None)
        {
            using SecretBuffer<byte> compressed = SaveSecret(saved, compression);
            destination.Write(compressed.Span);
            return;
        }

        int size = SizeOf(saved);
        Write(saved, destination.GetSpan(size)[..size]);
        destination.Advance(size);
    }

    /// <summary>Uncompressed, to memory of just its size.</summary>
    public static void Save<T>(in T saved, Span<byte> destination)
        where T : ISealObject, allows ref struct
    {
        if (destination.Length != SizeOf(saved))
        {
            throw new ArgumentException($"The object takes {SizeOf(saved)} bytes and {destination.Length} were given.", nameof(destination));
        }

        Write(saved, destination);
    }

    /// <summary>To memory that is wiped.</summary>
    public static SecretBuffer<byte> SaveSecret<T>(in T saved, SealCompression compression)
        where T : ISealObject, allows ref struct
    {
        if (compression is not (SealCompression.None or SealCompression.Zlib))
        {
            throw new ArgumentOutOfRangeException(nameof(compression), compression, "Objects are saved uncompressed or with zlib.");
        }

        var plain = new SecretBuffer<byte>(SizeOf(saved));
        Write(saved, plain.Span);
        if (compression == SealCompression.None)
        {
            return plain;
        }

        using (plain)
        {
            return Zlib.Deflate(plain.Span);
        }
    }

    private static int SizeOf<T>(in T saved)
        where T : ISealObject, allows ref struct
    {
        long size = SealHeader.Size + saved.BodySize;
        return size <= Array.MaxLength
            ? (int)size
            : throw new ParameterException(ParameterFault.OutOfRange, $"The object takes {size} bytes, but at most {Array.MaxLength} fit one file: save keys for fewer rotations, or seeded ones.");
    }

    private static void Write<T>(in T saved, Span<byte> destination)
        where T : ISealObject, allows ref struct
    {
        var writer = new SealWriter(destination);
        writer.Object(saved);
        writer.End();
    }
}
