using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Hybrid.Security;

/// <summary>
/// AES-128 in counter mode: expands a 16-byte seed to as many as 2^68 bytes that cannot be told from random ones.
/// Two parties with the same seed and stream number draw the same bytes.
/// </summary>
/// <remarks>
/// Block i of the output is AES(seed, stream (64 bits, big endian) ‖ i (64 bits, big endian)), as in NIST SP 800-38A, 6.5.
/// An instance is used by one thread at a time. Disposing it wipes the key schedule and the unread output.
/// </remarks>
public sealed class AesCtrGenerator : IRandomSource, IDisposable
{
    /// <summary>Length of a seed in bytes.</summary>
    public const int SeedBytes = 16;

    private const int BlockBytes = 16;
    private const int BufferBytes = 256 * BlockBytes;

    private readonly Aes _aes;
    private readonly ICryptoTransform _encryptor;
    private readonly byte[] _counters = GC.AllocateArray<byte>(BufferBytes, pinned: true);
    private readonly byte[] _output = GC.AllocateArray<byte>(BufferBytes, pinned: true);
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
        _aes = Aes.Create();
        _aes.Mode = CipherMode.ECB;
        _aes.Padding = PaddingMode.None;
        _aes.SetKey(seed);
        _encryptor = _aes.CreateEncryptor();
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
    public void Fill(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            if (_unread == 0)
            {
                Refill();
            }

            int taken = Math.Min(_unread, destination.Length);
            Span<byte> source = _output.AsSpan(BufferBytes - _unread, taken);
            source.CopyTo(destination);
            // What was handed out must not be found here later.
            source.Clear();
            destination = destination[taken..];
            _unread -= taken;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_output);
        _unread = 0;
        _encryptor.Dispose();
        _aes.Dispose();
    }

    private void Refill()
    {
        for (int offset = 0; offset < BufferBytes; offset += BlockBytes)
        {
            BinaryPrimitives.WriteUInt64BigEndian(_counters.AsSpan(offset), _stream);
            BinaryPrimitives.WriteUInt64BigEndian(_counters.AsSpan(offset + 8), _nextBlock++);
        }

        _encryptor.TransformBlock(_counters, 0, BufferBytes, _output, 0);
        _unread = BufferBytes;
    }
}
