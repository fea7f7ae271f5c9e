using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Hybrid.Security;

/// <summary>The counter blocks by the platform's AES, 256 at a time; runs everywhere.</summary>
internal sealed class PlatformCounterCipher : CounterCipher
{
    private const int BatchBytes = 256 * BlockBytes;

    private readonly Aes _aes;
    private readonly byte[] _counters = new byte[BatchBytes];
    private bool _disposed;

    public PlatformCounterCipher(ReadOnlySpan<byte> key)
    {
        _aes = Aes.Create();
        _aes.SetKey(key);
    }

    /// <inheritdoc/>
    public override void Write(ulong stream, ulong firstBlock, Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        while (!destination.IsEmpty)
        {
            int bytes = Math.Min(destination.Length, BatchBytes);
            Span<byte> counters = _counters.AsSpan(0, bytes);
            for (int offset = 0; offset < bytes; offset += BlockBytes)
            {
                BinaryPrimitives.WriteUInt64BigEndian(counters[offset..], stream);
                BinaryPrimitives.WriteUInt64BigEndian(counters[(offset + 8)..], firstBlock++);
            }

            _aes.EncryptEcb(counters, destination, PaddingMode.None);
            destination = destination[bytes..];
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _disposed = true;
        _aes.Dispose();
    }
}
