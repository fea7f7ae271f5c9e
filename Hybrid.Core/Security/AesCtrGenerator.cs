using System.Security.Cryptography;

namespace Hybrid.Security;

/// <summary>
/// AES-128 in counter mode: expands a 16-byte seed to as many as 2^68 bytes that cannot be told from random ones.
/// Two parties with the same seed and stream number draw the same bytes.
/// </summary>
/// <remarks>
/// Block i of the output is AES(seed, stream (64 bits, big endian) ‖ i (64 bits, big endian)), as in NIST SP 800-38A, 6.5.
/// An instance is used by one thread at a time. Disposing it wipes the key schedule and the unread output.
/// Draws of 4096 bytes and more skip the buffer; with AES instructions they come at several bytes a nanosecond.
/// </remarks>
public sealed class AesCtrGenerator : IRandomSource, IDisposable
{
    /// <summary>Length of a seed in bytes.</summary>
    public const int SeedBytes = CounterCipher.BlockBytes;

    private const int BufferBytes = 256 * CounterCipher.BlockBytes;

    private readonly CounterCipher _cipher;
    private readonly byte[] _output = GC.AllocateUninitializedArray<byte>(BufferBytes, pinned: true);
    private readonly ulong _stream;
    private ulong _nextBlock;
    private int _unread;

    /// <summary>Makes the generator of one stream of a seed.</summary>
    /// <param name="seed">16 bytes; copied.</param>
    /// <param name="stream">Which of the seed's 2^64 independent streams to draw.</param>
    /// <exception cref="ArgumentException">The seed is not 16 bytes long.</exception>
    public AesCtrGenerator(ReadOnlySpan<byte> seed, ulong stream = 0)
    {
        if (seed.Length != SeedBytes)
        {
            throw new ArgumentException($"A seed has {SeedBytes} bytes; this one has {seed.Length}.", nameof(seed));
        }

        _stream = stream;
        _cipher = CounterCipher.Create(seed);
    }

    /// <summary>Makes a generator with a fresh seed from the operating system.</summary>
    public static AesCtrGenerator FromOs()
    {
        Span<byte> seed = stackalloc byte[SeedBytes];
        RandomNumberGenerator.Fill(seed);
        try
        {
            return new AesCtrGenerator(seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The generator has been disposed of.</exception>
    public void Fill(Span<byte> destination)
    {
        TakeUnread(ref destination);
        if (destination.Length >= BufferBytes)
        {
            int direct = destination.Length - destination.Length % CounterCipher.BlockBytes;
            Write(destination[..direct]);
            destination = destination[direct..];
        }

        if (!destination.IsEmpty)
        {
            Write(_output);
            _unread = BufferBytes;
            TakeUnread(ref destination);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_output);
        _unread = 0;
        _cipher.Dispose();
    }

    private void Write(Span<byte> blocks)
    {
        _cipher.Write(_stream, _nextBlock, blocks);
        _nextBlock += (uint)blocks.Length / CounterCipher.BlockBytes;
    }

    private void TakeUnread(ref Span<byte> destination)
    {
        int taken = Math.Min(_unread, destination.Length);
        Span<byte> source = _output.AsSpan(BufferBytes - _unread, taken);
        source.CopyTo(destination);
        // What was handed out must not be found here later.
        source.Clear();
        _unread -= taken;
        destination = destination[taken..];
    }
}
