using System.Buffers.Binary;

namespace Hybrid.Communication;

/// <summary>The first 8 bytes each party sends: the letters HYBRID and the protocol's version, 16 bits, little endian.</summary>
internal static class Preamble
{
    public const ushort Version = 1;
    public const int Bytes = 8;

    private const byte TlsHandshake = 0x16;

    public static ReadOnlySpan<byte> Magic => "HYBRID"u8;

    /// <summary>Sends this party's preamble and reads the peer's.</summary>
    /// <returns>What is wrong with the peer's, or null.</returns>
    public static async ValueTask<ChannelFault?> ExchangeAsync(Stream stream, FrameReader reader, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[Bytes];
        Write(buffer, Version);
        await stream.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);

        // Byte by byte, so that a peer that says something short, and then waits, is told apart from a silent one.
        for (int i = 0; i < Bytes; i++)
        {
            await reader.FillAsync(buffer.AsMemory(i, 1), cancellationToken).ConfigureAwait(false);
            if (i < Magic.Length && buffer[i] != Magic[i])
            {
                return ChannelFault.Peer(i == 0 && buffer[0] == TlsHandshake
                    ? "seems to speak TLS where this side expects none: use TLS on both sides or on neither"
                    : "does not speak Hybrid's protocol");
            }
        }

        ushort version = BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(Magic.Length));
        return version == Version
            ? null
            : ChannelFault.Peer($"speaks version {version}; this program speaks {Version}: use the same release on both sides");
    }

    public static void Write(Span<byte> destination, ushort version)
    {
        Magic.CopyTo(destination);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[Magic.Length..], version);
    }
}
