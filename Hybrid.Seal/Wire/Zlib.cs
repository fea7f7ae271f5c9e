using System.Buffers.Binary;
using System.IO.Compression;
using Hybrid.Security;

namespace Hybrid.Seal.Wire;

/// <summary>zlib (RFC 1950) from memory to memory, with a limit on what comes out. What it leaves in memory is wiped.</summary>
internal static class Zlib
{
    private const int ChecksumBytes = 4;
    private const int Smallest = 4096;

    // The most additions of bytes after which the sums of Adler-32 still fit 32 bits (RFC 1950, section 9).
    private const int AdlerRun = 5552;
    private const uint AdlerBase = 65521;

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
            uint checksum = compressed.Length < ChecksumBytes ? 0 : BinaryPrimitives.ReadUInt32BigEndian(compressed[^ChecksumBytes..]);

            // .NET's stream takes a cut one for a whole one and leaves what trails; the checksum in its place tells both.
            if (checksum != Adler32(buffer.Span[..length]))
            {
                throw new FormatRefusedException($"The {name} does not end with its checksum: it was cut short or altered.");
            }

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

        // What zlib itself gives as the most that can come out.
        long bound = body.Length + (body.Length >> 12) + (body.Length >> 14) + (body.Length >> 25) + 64L;
        using var room = new SecretBuffer<byte>(checked((int)(SealHeader.Size + bound)));
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
            using var stream = new UnmanagedMemoryStream(start, compressed.Length);
            using var zlib = new ZLibStream(stream, CompressionMode.Decompress);
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
                        return length;
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

    private static uint Adler32(ReadOnlySpan<byte> bytes)
    {
        uint sum = 1;
        uint sums = 0;
        while (!bytes.IsEmpty)
        {
            int run = Math.Min(bytes.Length, AdlerRun);
            foreach (byte value in bytes[..run])
            {
                sum += value;
                sums += sum;
            }

            sum %= AdlerBase;
            sums %= AdlerBase;
            bytes = bytes[run..];
        }

        return sums << 16 | sum;
    }
}
