using Hybrid.Communication;

namespace Hybrid.Tests.Mpc.Circuits;

/// <summary>Passes everything on, and keeps what was written: the messages of one end as they go over the wire.</summary>
internal sealed class RecordingStream(Stream inner) : Stream
{
    private const int PreambleBytes = 8;
    private const int HeaderBytes = 8;

    private readonly MemoryStream _written = new();

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>The payloads of all messages written so far, heartbeats and goodbyes left out.</summary>
    public List<byte[]> Messages() => [.. Frames().Select(frame => frame.Payload)];

    /// <summary>The same, with their tags.</summary>
    public List<(uint Tag, byte[] Payload)> Frames()
    {
        lock (_written)
        {
            ReadOnlySpan<byte> rest = _written.ToArray().AsSpan(Math.Min(PreambleBytes, (int)_written.Length));
            var messages = new List<(uint, byte[])>();
            while (!rest.IsEmpty)
            {
                int length = BitConverter.ToInt32(rest);
                if (BitConverter.ToUInt32(rest[4..]) < StepTag.FirstReserved)
                {
                    messages.Add((BitConverter.ToUInt32(rest[4..]), rest.Slice(HeaderBytes, length).ToArray()));
                }

                rest = rest[(HeaderBytes + length)..];
            }

            return messages;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.ReadAsync(buffer, offset, count, cancellationToken);

    public override void Write(byte[] buffer, int offset, int count)
    {
        Keep(buffer.AsSpan(offset, count));
        inner.Write(buffer, offset, count);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Keep(buffer.Span);
        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        lock (_written)
            _written.Write(bytes);
    }
}
