using System.Buffers.Binary;

namespace Hybrid.Seal.Wire;

/// <summary>
/// The 16 bytes before every object that Microsoft SEAL saves, nested ones included: magic 5E A1, the header's own size 10,
/// major and minor version, compression, two zero bytes, and the size of the whole object with its header, 64 bits.
/// Everything is little endian.
/// </summary>
/// <remarks>
/// Written with version 4.1: SEAL up to 4.3 reads its own minor version only, from 4.4 on any older, so that both 4.1, which node-seal
/// has, and the newest read it. Objects have had the same form since 4.0. Source: Microsoft SEAL 4.0 to 4.4, serialization.h.
/// </remarks>
internal readonly struct SealHeader
{
    public const int Size = 16;

    private const ushort Magic = 0xA15E;
    private const byte Major = 4;
    private const byte MinorWritten = 1;
    private const byte Zstandard = 2;

    private SealHeader(SealCompression compression, ulong objectSize)
    {
        Compression = compression;
        ObjectSize = objectSize;
    }

    /// <summary>How what follows the header is compressed.</summary>
    public SealCompression Compression { get; }

    /// <summary>Size of the whole object in bytes, header included, as it is stored: from 16 up, otherwise unchecked.</summary>
    public ulong ObjectSize { get; }

    /// <summary>Reads a header.</summary>
    /// <param name="bytes">The object, from its header on.</param>
    /// <param name="name">What it should be, for messages.</param>
    /// <exception cref="FormatRefusedException">No SEAL 4 object begins like this, or it is compressed with Zstandard.</exception>
    public static SealHeader Read(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.Length < Size)
        {
            throw new FormatRefusedException($"The {name} ends in its header, after {bytes.Length} of {Size} bytes: it was cut short.");
        }

        if (BinaryPrimitives.ReadUInt16LittleEndian(bytes) != Magic)
        {
            throw new FormatRefusedException($"The {name} does not begin like something saved by Microsoft SEAL (5E A1): it is another kind of data, or was altered.");
        }

        // SEAL 3.4 and older has another header, with a zero here.
        if (bytes[2] != Size || bytes[3] != Major)
        {
            string version = bytes[2] == Size ? $"{bytes[3]}.{bytes[4]}" : "3.4 or older";
            throw new FormatRefusedException($"The {name} says that Microsoft SEAL {version} saved it, but only {Major}.x is read: save it again with SEAL {Major}.");
        }

        byte compression = bytes[5];
        if (compression == Zstandard)
        {
            throw new FormatRefusedException($"The {name} is compressed with Zstandard, which .NET lacks: save it with compr_mode_type zlib or none.");
        }

        if (compression > (byte)SealCompression.Zlib || bytes[6] != 0 || bytes[7] != 0)
        {
            throw new FormatRefusedException($"The {name} has a header that no Microsoft SEAL {Major} writes (compression {compression}): it was altered.");
        }

        ulong size = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        if (size < Size)
        {
            throw new FormatRefusedException($"The {name} says that it is {size} bytes long, less than its own header: it was altered.");
        }

        return new SealHeader((SealCompression)compression, size);
    }

    /// <summary>Writes a header.</summary>
    /// <param name="destination">At least 16 bytes.</param>
    /// <param name="compression">How what follows is compressed.</param>
    /// <param name="objectSize">Size of the whole object, header included.</param>
    public static void Write(Span<byte> destination, SealCompression compression, int objectSize)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(destination, Magic);
        destination[2] = Size;
        destination[3] = Major;
        destination[4] = MinorWritten;
        destination[5] = (byte)compression;
        destination[6] = 0;
        destination[7] = 0;
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], (ulong)objectSize);
    }
}
