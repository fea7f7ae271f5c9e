namespace Hybrid.Communication;

/// <summary>One direction of an in-process connection: a ring of bytes that makes a writer wait while it is full.</summary>
/// <remarks>
/// It has what System.IO.Pipelines lacks here: a write fails once the reader is gone, and bytes are wiped as they are read.
/// </remarks>
internal sealed class BoundedPipe
{
    private readonly Lock _gate = new();
    private readonly byte[] _ring;
    private int _start;
    private int _count;
    private bool _readerGone;
    private bool _writerGone;
    private TaskCompletionSource? _change;

    public BoundedPipe(int capacity) => _ring = new byte[capacity];

    /// <summary>Reads what there is, at least one byte; 0 at the end of the stream.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (true)
        {
            Task change;
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_readerGone, typeof(Stream));
                if (_count > 0 || destination.IsEmpty || _writerGone)
                {
                    return Take(destination.Span);
                }

                change = NextChange();
            }

            await change.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes all of <paramref name="source"/>, waiting for room.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (true)
        {
            Task change;
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_writerGone, typeof(Stream));
                if (_readerGone)
                {
                    throw new IOException("The other end is closed.");
                }

                source = source[Put(source.Span)..];
                if (source.IsEmpty)
                {
                    return;
                }

                change = NextChange();
            }

            await change.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>No more will be written; what is left can still be read.</summary>
    public void CloseWriter()
    {
        lock (_gate)
        {
            _writerGone = true;
            Announce();
        }
    }

    /// <summary>No more will be read; what is left is wiped.</summary>
    public void CloseReader()
    {
        lock (_gate)
        {
            _readerGone = true;
            _count = 0;
            Array.Clear(_ring);
            Announce();
        }
    }

    private int Take(Span<byte> destination)
    {
        int taken = 0;
        while (taken < destination.Length && _count > 0)
        {
            int run = Math.Min(Math.Min(destination.Length - taken, _count), _ring.Length - _start);
            Span<byte> source = _ring.AsSpan(_start, run);
            source.CopyTo(destination[taken..]);
            source.Clear();
            _start = (_start + run) % _ring.Length;
            _count -= run;
            taken += run;
        }

        Announce();
        return taken;
    }

    private int Put(ReadOnlySpan<byte> source)
    {
        int put = 0;
        while (put < source.Length && _count < _ring.Length)
        {
            int end = (_start + _count) % _ring.Length;
            int run = Math.Min(Math.Min(source.Length - put, _ring.Length - _count), _ring.Length - end);
            source.Slice(put, run).CopyTo(_ring.AsSpan(end));
            _count += run;
            put += run;
        }

        Announce();
        return put;
    }

    private Task NextChange() => (_change ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    private void Announce()
    {
        _change?.SetResult();
        _change = null;
    }
}
