namespace Hybrid.Communication;

/// <summary>One end of a shaped link: what is written goes by a <see cref="ShapedDirection"/>, what is read comes from the stream
/// below.</summary>
internal sealed class ShapedStream : DuplexStream
{
    private readonly Stream _below;
    private readonly ShapedDirection _outgoing;
    private readonly CancellationTokenSource _closed = new();

    public ShapedStream(Stream below, double bitsPerSecond, double delaySeconds)
    {
        _below = below;
        _outgoing = new ShapedDirection(below, bitsPerSecond, delaySeconds);
    }

    // The stream below stays open until all that was sent has arrived, so a read has to be told that this end is closed.
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_closed.IsCancellationRequested, this);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_closed.Token, cancellationToken);
        try
        {
            return await _below.ReadAsync(buffer, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new ObjectDisposedException(nameof(Stream));
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _outgoing.WriteAsync(buffer, cancellationToken);

    // The token's source is not disposed of: a read on another thread may be about to use it, and it holds nothing but memory.
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _outgoing.Dispose();
            _closed.Cancel();
        }

        base.Dispose(disposing);
    }
}
