using System.Buffers;
using System.Security.Cryptography;

namespace Hybrid.Communication;

/// <summary>One message that arrived. Its payload lies in a pooled buffer; disposing wipes it and gives the buffer back.</summary>
public sealed class ReceivedFrame : IDisposable
{
    private readonly ArrayPool<byte> _pool;
    private readonly int _length;
    private byte[]? _buffer;

    internal ReceivedFrame(StepTag tag, int length, ArrayPool<byte> pool)
    {
        Tag = tag;
        _length = length;
        _pool = pool;
        _buffer = length == 0 ? [] : pool.Rent(length);
    }

    /// <summary>The step the message belongs to.</summary>
    public StepTag Tag { get; }

    /// <summary>The payload; not to be used after the frame is disposed of.</summary>
    /// <exception cref="ObjectDisposedException">The frame has been disposed of.</exception>
    public ReadOnlyMemory<byte> Payload => Writable;

    /// <summary>The payload as a span; not to be used after the frame is disposed of.</summary>
    /// <exception cref="ObjectDisposedException">The frame has been disposed of.</exception>
    public ReadOnlySpan<byte> Span => Writable.Span;

    internal Memory<byte> Writable
    {
        get
        {
            byte[]? buffer = _buffer;
            ObjectDisposedException.ThrowIf(buffer is null, this);
            return buffer.AsMemory(0, _length);
        }
    }

    /// <summary>Wipes the payload and gives its buffer back to the pool; a second call does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { Length: > 0 } buffer)
        {
            CryptographicOperations.ZeroMemory(buffer.AsSpan(0, _length));
            _pool.Return(buffer);
        }
    }

    /// <summary>Names the step and the length, never the content.</summary>
    public override string ToString() => $"{Tag}: {_length} bytes";
}
