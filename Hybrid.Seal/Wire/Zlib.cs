using System.IO.Compression;
using Hybrid.Security;

namespace Hybrid.Seal.Wire;

/// <summary>zlib (RFC 1950) from memory to memory, with a limit on what comes out. What it leaves in memory is wiped.</summary>
internal static class Zlib
{
    private const int Smallest = 4096;

    /// <summary>Inflates a stream that takes all of <paramref name="compressed"/>.</summary>
    /// <param name="compressed">The stream.</param>
    /// <param name="name">What it is the body of, for messages.</param>
    /// <param name="limit">Refused as soon as more bytes than this come out.</param>
    /// <param name="length">How many bytes of the result are in use.</param>
    public static SecretBuffer<byte> Inflate(ReadOnlySpan<byte> compressed, string name, int limit, out int length)
    {
        // Grows as bytes really arrive: no stored length is believed.
        var buffer = new SecretBuffer<byte>(Math.Min(limit, Math.Max(Smallest, 2 * Math.Min(compressed.Length, limit / 2))));
        try
        {
            length = Inflate(compressed, name, limit, ref buffer);
            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    /// <summary>Compresses an object whose header is in its first bytes: the result has a header of its own.</summary>
    public static SecretBuffer<byte> Deflate(ReadOnlySpan<byte> saved)
    {
        ReadOnlySpan<byte> body = saved[SealHeader.Size..];

        // More than zlib, or the zlib-ng that .NET has, ever makes of it.
        long bound = SealHeader.Size + body.Length + (body.Length >> 3) + 64L;
        using var room = new SecretBuffer<byte>((int)Math.Min(bound, Array.MaxLength));
        int length;
        unsafe
        {
            fixed (byte* start = room.Span)
            {
                using var stream = new UnmanagedMemoryStream(start, room.Length, room.Length, FileAccess.Write);
                stream.Position = SealHeader.Size;
                using (var zlib = new ZLibStream(stream, CompressionLevel.Optimal, leaveOpen: true))
                {
                    zlib.Write(body);
                }

                length = (int)stream.Position;
            }
        }

        SealHeader.Write(room.Span, SealCompression.Zlib, length);
        return new SecretBuffer<byte>(room.Span[..length]);
    }

    private static unsafe int Inflate(ReadOnlySpan<byte> compressed, string name, int limit, ref SecretBuffer<byte> buffer)
    {
        fixed (byte* start = compressed)
        {
            using var source = new ZlibSource(start, compressed.Length);
            using var zlib = new ZLibStream(source, CompressionMode.Decompress);
            Span<byte> beyond = stackalloc byte[1];
            int length = 0;
            try
            {
                while (true)
                {
                    bool full = length == limit;
                    int read = zlib.Read(full ? beyond : buffer.Span[length..]);
                    if (read == 0)
                    {
                        return !source.IsCut && !source.IsLeft
                            ? length
                            : throw new FormatRefusedException($"The {name} does not end where its zlib stream does: it was cut short or altered.");
                    }

                    if (full)
                    {
                        throw new FormatRefusedException($"The {name} inflates to more than {limit} bytes, the most that it can have under these parameters: it was altered, or made to exhaust memory.");
                    }

                    length += read;
                    if (length == buffer.Length && length < limit)
                    {
                        var larger = new SecretBuffer<byte>((int)Math.Min(limit, 2L * length));
                        buffer.Span.CopyTo(larger.Span);
                        buffer.Dispose();
                        buffer = larger;
                    }
                }
            }
            catch (InvalidDataException error)
            {
                throw new FormatRefusedException($"The {name} does not inflate as zlib: it was cut short or altered.", error);
            }
        }
    }
}
