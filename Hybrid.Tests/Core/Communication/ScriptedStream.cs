namespace Hybrid.Tests.Core.Communication;

/// <summary>A peer that says what is written down, in pieces of at most a few bytes, closes, and listens to nothing.</summary>
internal sealed class ScriptedStream : Stream
{
    private readonly byte[] _script;
    private readonly int _pieceBytes;
    private int _said;

    public ScriptedStream(byte[] script, int pieceBytes)
    {
        _script = script;
        _pieceBytes = pieceBytes;
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        int read = Math.Min(Math.Min(count, _pieceBytes), _script.Length - _said);
        _script.AsSpan(_said, read).CopyTo(buffer.AsSpan(offset));
        _said += read;
        return read;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = Math.Min(Math.Min(buffer.Length, _pieceBytes), _script.Length - _said);
        _script.AsSpan(_said, read).CopyTo(buffer.Span);
        _said += read;
        return ValueTask.FromResult(read);
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.CompletedTask;

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
