namespace Hybrid.Communication;

/// <summary>One end of an in-process connection.</summary>
internal sealed class InProcessStream : DuplexStream
{
    private readonly BoundedPipe _incoming;
    private readonly BoundedPipe _outgoing;

    public InProcessStream(BoundedPipe incoming, BoundedPipe outgoing)
    {
        _incoming = incoming;
        _outgoing = outgoing;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _incoming.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _outgoing.WriteAsync(buffer, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _outgoing.CloseWriter();
            _incoming.CloseReader();
        }

        base.Dispose(disposing);
    }
}
