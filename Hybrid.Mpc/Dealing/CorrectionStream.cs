using Hybrid.Communication;
using Hybrid.Mpc.Correlations;
using FrameChannel = System.Threading.Channels.Channel<Hybrid.Communication.ReceivedFrame>;
using PeerChannel = Hybrid.Communication.Channel;

namespace Hybrid.Mpc.Dealing;

/// <summary>The corrections of one demand, as they come: batches of whole messages, received ahead of who draws them.</summary>
internal sealed class CorrectionStream : ICorrectionFeed
{
    /// <summary>Bytes that are received ahead at least, whatever is drawn.</summary>
    public const int BytesAhead = 1 << 24;

    // Two batches that follow one another are longer than one may be.
    private const int FramesAhead = 2 * BytesAhead / DealerMessages.BatchBytes;

    private readonly PeerChannel _channel;
    private readonly int _maximumFrame;
    private readonly FrameChannel _stored;
    private readonly Task _received;
    private ReceivedFrame? _batch;
    private int _taken;
    private volatile bool _isReleased;

    /// <summary>Begins to receive.</summary>
    /// <param name="channel">The channel to the dealer, which nobody else receives from meanwhile.</param>
    /// <param name="demand">The demand.</param>
    /// <param name="party">This party.</param>
    /// <param name="parties">How many there are.</param>
    /// <param name="storesAll">Whether everything is received ahead, however long.</param>
    public CorrectionStream(PeerChannel channel, CorrelationDemand demand, int party, int parties, bool storesAll)
    {
        _channel = channel;
        _maximumFrame = DealerMessages.BatchBytes;
        CorrelationDraw? last = null;
        foreach (CorrelationDraw draw in demand.Draws)
        {
            if (!ReferenceEquals(draw, last))
            {
                _maximumFrame = Math.Max(_maximumFrame, CorrectionMessage.Bytes(draw, party, parties, 0));
                last = draw;
            }
        }

        _stored = System.Threading.Channels.Channel.CreateBounded<ReceivedFrame>(storesAll ? int.MaxValue : FramesAhead);
        _received = ReceiveAllAsync(demand.DealtBytes(party, parties));
    }

    /// <summary>Whether the source that read it is gone.</summary>
    public bool IsReleased => _isReleased;

    /// <summary>Whether everything was received.</summary>
    public bool IsAtEnd => _received.IsCompleted;

    /// <summary>Waits until everything is received: where not all is stored, by somebody who draws, or for nobody once it is released.</summary>
    public Task EndAsync(CancellationToken cancellationToken) => _received.WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>> NextAsync(int maximumBytes, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(IsReleased, this);
        if (_batch is null || _taken == _batch.Payload.Length)
        {
            _batch?.Dispose();
            _batch = null;
            _taken = 0;
            if (!await _stored.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false) || !_stored.Reader.TryRead(out _batch))
            {
                throw new FormatRefusedException(
                    "The dealer has sent all it owes, and more is asked for: use the same plan at the dealer and all parties.");
            }
        }

        int here = _batch.Payload.Length - _taken;
        if (here < maximumBytes)
        {
            throw new FormatRefusedException(
                $"The dealer sent {here} bytes where a message of {maximumBytes} is due: "
                + "use the same plan and release at the dealer and all parties.");
        }

        _taken += maximumBytes;
        return _batch.Payload.Slice(_taken - maximumBytes, maximumBytes);
    }

    /// <summary>Wipes what was received; what is still to come is dropped as it comes.</summary>
    public void Dispose()
    {
        _isReleased = true;
        _batch?.Dispose();
        _batch = null;
        Clear();
    }

    private void Clear()
    {
        while (_stored.Reader.TryRead(out ReceivedFrame? frame))
            frame.Dispose();
    }

    // Not to be cancelled with a reader's call: a message given up in the middle would be the channel's end.
    private async Task ReceiveAllAsync(long left)
    {
        try
        {
            while (left > 0)
            {
                ReceivedFrame frame = await _channel.ReceiveAsync(
                    DealerMessages.Corrections, (int)Math.Min(left, _maximumFrame), CancellationToken.None).ConfigureAwait(false);
                left -= frame.Payload.Length;
                if (frame.Payload.IsEmpty)
                {
                    frame.Dispose();
                    throw new FormatRefusedException("The dealer sent an empty batch of corrections: use the same release on both sides.");
                }

                await _stored.Writer.WriteAsync(frame, CancellationToken.None).ConfigureAwait(false);
                if (_isReleased)
                {
                    Clear();
                }
            }

            _stored.Writer.Complete();
        }
        catch (Exception error)
        {
            // Who draws is told when all that came before is used up.
            _stored.Writer.Complete(error);
            throw;
        }
    }
}
