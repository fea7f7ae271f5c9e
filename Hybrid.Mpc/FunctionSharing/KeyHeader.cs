using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Hybrid.Security;

namespace Hybrid.Mpc.FunctionSharing;

/// <summary>The first 48 bytes of a batch of keys: what it is, how much of it, the party's seed and the public AES key.</summary>
/// <remarks>
/// Little endian: "HFSK"; version (2 bytes); kind (1): the output, and 16 more for signs; party (1); input bits (1); zeros (3);
/// count (4); seed (16); AES key (16). The corrections follow, words as they lie in memory, and for party 1's signs the offsets.
/// </remarks>
internal readonly ref struct KeyHeader
{
    public const int Bytes = 48;

    private const uint Magic = 0x4B53_4648;
    private const ushort Version = 1;
    private const byte SignKind = 16;
    private const int SeedAt = 16;
    private const int HashKeyAt = 32;

    public KeyHeader(KeyLayout layout, bool isSign, int party, ReadOnlySpan<byte> seed, ReadOnlySpan<byte> hashKey)
    {
        Layout = layout;
        IsSign = isSign;
        Party = party;
        Seed = seed;
        HashKey = hashKey;
    }

    public KeyLayout Layout { get; }

    public bool IsSign { get; }

    public int Party { get; }

    public ReadOnlySpan<byte> Seed { get; }

    public ReadOnlySpan<byte> HashKey { get; }

    /// <summary>How many words of offsets follow the corrections.</summary>
    public int OffsetWords => IsSign && Party == 1 ? SignKeys.OffsetWords(Layout) : 0;

    /// <summary>How long the whole batch is.</summary>
    public int TotalBytes => Bytes + (sizeof(ulong) * (Layout.CorrectionWords + OffsetWords));

    /// <summary>Reads the header of a batch and holds the batch's length against it.</summary>
    /// <exception cref="FormatRefusedException">The bytes are not such a batch.</exception>
    public static KeyHeader Read(ReadOnlySpan<byte> batch, bool isSign)
    {
        string name = isSign ? "sign keys" : "comparison keys";
        if (batch.Length < Bytes || BinaryPrimitives.ReadUInt32LittleEndian(batch) != Magic)
        {
            throw new FormatRefusedException(
                $"These {batch.Length} bytes are no {name}: they do not start with their 48-byte header; ask the dealer for the batch again.");
        }

        int version = BinaryPrimitives.ReadUInt16LittleEndian(batch[4..]);
        if (version != Version)
        {
            throw new FormatRefusedException(
                $"The {name} have version {version}, and this library reads version {Version}; dealer and parties need the same release.");
        }

        int output = isSign ? batch[6] - SignKind : batch[6];
        int inputBits = batch[8];
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(batch[12..]);
        bool zeros = (batch[9] | batch[10] | batch[11]) == 0;
        bool bitsFit = isSign ? inputBits == SignKeys.InputBits : inputBits is >= 1 and <= 64;
        if (output is not (1 or 2) || batch[7] > 1 || !bitsFit || !zeros || count > KeyLayout.MaximumKeys)
        {
            throw new FormatRefusedException(
                $"The header of the {name} asks for kind {batch[6]}, party {batch[7]}, {inputBits} input bits and {count} keys, "
                + "which is not possible; ask the dealer for the batch again.");
        }

        var layout = new KeyLayout((ComparisonOutput)output, inputBits, (int)count);
        ReadOnlySpan<byte> seed = batch.Slice(SeedAt, AesCtrGenerator.SeedBytes);
        ReadOnlySpan<byte> hashKey = batch.Slice(HashKeyAt, CorrelationRobustHash.KeyBytes);
        var header = new KeyHeader(layout, isSign, batch[7], seed, hashKey);
        if (batch.Length != header.TotalBytes)
        {
            throw new FormatRefusedException(
                $"A batch of {count} {name} like these has {header.TotalBytes} bytes; here are {batch.Length}.");
        }

        return header;
    }

    /// <summary>Writes the header, and returns where the words begin.</summary>
    /// <exception cref="ArgumentException">The destination is not as long as the whole batch.</exception>
    public Span<byte> Write(Span<byte> destination)
    {
        if (destination.Length != TotalBytes)
        {
            throw new ArgumentException(
                $"The keys take {TotalBytes} bytes; the destination has {destination.Length}.", nameof(destination));
        }

        destination[..Bytes].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(destination, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[4..], Version);
        destination[6] = (byte)((int)Layout.Output + (IsSign ? SignKind : 0));
        destination[7] = (byte)Party;
        destination[8] = (byte)Layout.InputBits;
        BinaryPrimitives.WriteUInt32LittleEndian(destination[12..], (uint)Layout.Count);
        Seed.CopyTo(destination[SeedAt..]);
        HashKey.CopyTo(destination[HashKeyAt..]);
        return destination[Bytes..];
    }

    /// <summary>Writes words, and returns what is left of the destination.</summary>
    public static Span<byte> WriteWords(ReadOnlySpan<ulong> words, Span<byte> destination)
    {
        Span<ulong> target = MemoryMarshal.Cast<byte, ulong>(destination[..(words.Length * sizeof(ulong))]);
        words.CopyTo(target);
        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(target, target);
        }

        return destination[(words.Length * sizeof(ulong))..];
    }

    /// <summary>Reads words, and returns what is left of the source.</summary>
    public static ReadOnlySpan<byte> ReadWords(ReadOnlySpan<byte> source, Span<ulong> words)
    {
        source[..(words.Length * sizeof(ulong))].CopyTo(MemoryMarshal.AsBytes(words));
        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(words, words);
        }

        return source[(words.Length * sizeof(ulong))..];
    }
}
