using System.Security.Cryptography;

namespace Hybrid.Communication;

/// <summary>Writes frames to a stream one after the other: steps, heartbeats and the frames that end a conversation.</summary>
internal sealed class FrameWriter : IDisposable
{
    // The header travels with the first bytes of its payload, so that a small message is one packet and one TLS record.
    private const int FirstPieceBytes = 16 * 1024;
    private const int PieceBytes = 64 * 1024;

    private readonly Stream _stream;
    private readonly WaitClock _clock;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly byte[] _firstPiece = GC.AllocateUninitializedArray<byte>(FirstPieceBytes);
    private bool _midFrame;
    private volatile bool _wroteSinceBeat;

    /// <summary>Writes to a stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="clock">Notes the waits for a stream that is full.</param>
    public FrameWriter(Stream stream, WaitClock clock) => (_stream, _clock) = (stream, clock);

    /// <summary>Whether a frame was begun and given up, so that no other can follow.</summary>
    public bool IsCutOff => Volatile.Read(ref _midFrame);

    /// <summary>Writes one frame.</summary>
    /// <param name="header">Its header, with the payload's length.</param>
    /// <param name="payload">Its payload.</param>
    /// <param name="limit">Cancels the write; pushed back by <paramref name="patience"/> whenever the stream takes a piece.</param>
    /// <param name="patience">How long to wait for the stream to take a piece.</param>
    public async ValueTask WriteAsync(FrameHeader header, ReadOnlyMemory<byte> payload, CancellationTokenSource limit, TimeSpan patience)
    {
        limit.CancelAfter(patience);
        await _turn.WaitAsync(limit.Token).ConfigureAwait(false);
        int first = Math.Min(payload.Length, FirstPieceBytes - FrameHeader.Bytes);
        try
        {
            if (_midFrame)
            {
                throw new IOException("An earlier message was not finished.");
            }

            limit.Token.ThrowIfCancellationRequested();
            _midFrame = true;
            header.Write(_firstPiece);
            payload.Span[..first].CopyTo(_firstPiece.AsSpan(FrameHeader.Bytes));
            await WriteAsync(_firstPiece.AsMemory(0, FrameHeader.Bytes + first), limit.Token).ConfigureAwait(false);
            for (int done = first; done < payload.Length; done += PieceBytes)
            {
                limit.CancelAfter(patience);
                ReadOnlyMemory<byte> piece = payload.Slice(done, Math.Min(PieceBytes, payload.Length - done));
                await WriteAsync(piece, limit.Token).ConfigureAwait(false);
            }

            await _stream.FlushAsync(limit.Token).ConfigureAwait(false);
            _wroteSinceBeat = true;
            _midFrame = false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(_firstPiece.AsSpan(0, FrameHeader.Bytes + first));
            _turn.Release();
        }
    }

    /// <summary>Writes a heartbeat on the calling thread, unless something was written since the last call or is being written
    /// now.</summary>
    /// <returns>False when nothing can be written any more.</returns>
    public bool Beat()
    {
        if (_wroteSinceBeat)
        {
            _wroteSinceBeat = false;
            return true;
        }

        if (!_turn.Wait(0))
        {
            return true;
        }

        try
        {
            if (_midFrame)
            {
                return false;
            }

            _midFrame = true;
            Span<byte> frame = stackalloc byte[FrameHeader.Bytes];
            new FrameHeader(0, StepTag.Heartbeat).Write(frame);
            _stream.Write(frame);
            _stream.Flush();
            _midFrame = false;
            return true;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellation)
    {
        // What is done at once is this party's work; the rest is the connection's.
        ValueTask write = _stream.WriteAsync(piece, cancellation);
        if (write.IsCompleted)
        {
            await write.ConfigureAwait(false);
            return;
        }

        _clock.Begin();
        try
        {
            await write.ConfigureAwait(false);
        }
        finally
        {
            _clock.End();
        }
    }
}
