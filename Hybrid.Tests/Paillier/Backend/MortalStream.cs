namespace Hybrid.Tests.Paillier.Backend;

/// <summary>How a connection ends.</summary>
public enum Death
{
    /// <summary>Both sides see the end of the stream.</summary>
    Closed,

    /// <summary>This side's calls fail, the other sees the end of the stream.</summary>
    Broken,

    /// <summary>Nothing arrives any more, and nobody is told.</summary>
    Silent,
}

/// <summary>One end of a connection that counts what passes and may end after so many bytes, either way.</summary>
internal sealed class MortalStream(Stream inner, long lifeBytes = long.MaxValue, Death death = Death.Closed) : Stream
{
    private readonly Lock _lock = new();
    private long _passed;
    private long _written;
    private bool _dead;

    /// <summary>Bytes written so far.</summary>
    public long Written => Interlocked.Read(ref _written);

    /// <summary>Bytes that passed so far, either way.</summary>
    public long Passed
    {
        get
        {
            lock (_lock)
            {
                return _passed;
            }
        }
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

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int allowed = Allowed(buffer.Length);
        if (allowed == 0)
        {
            return await DieAsync(cancellationToken);
        }

        int read;
        try
        {
            read = await inner.ReadAsync(buffer[..allowed], cancellationToken);
        }
        catch (ObjectDisposedException) when (_dead)
        {
            return await DieAsync(cancellationToken);
        }

        Take(read);
        return read;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int allowed = Allowed(buffer.Length);
        Take(allowed);
        Interlocked.Add(ref _written, allowed);
        await inner.WriteAsync(buffer[..allowed], cancellationToken);
        if (allowed < buffer.Length && !await EndAsync())
        {
            throw new IOException("The connection is gone.");
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
        // Written bytes are the inner stream's at once.
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

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

    private int Allowed(int bytes)
    {
        lock (_lock)
        {
            return (int)Math.Clamp(lifeBytes - _passed, 0, bytes);
        }
    }

    private void Take(int bytes)
    {
        lock (_lock)
        {
            _passed += bytes;
        }
    }

    private async ValueTask<int> DieAsync(CancellationToken cancellationToken)
    {
        if (await EndAsync())
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        return death == Death.Closed ? 0 : throw new IOException("The connection is gone.");
    }

    // Whether the end goes unnoticed.
    private async ValueTask<bool> EndAsync()
    {
        _dead = true;
        if (death == Death.Silent)
        {
            return true;
        }

        await inner.DisposeAsync();
        return false;
    }
}
