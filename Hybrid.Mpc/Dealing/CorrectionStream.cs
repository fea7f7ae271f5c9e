using Hybrid.Communication;
using Hybrid.Mpc.Correlations;

namespace Hybrid.Mpc.Dealing;

/// <summary>The corrections of one demand, as they come: batches of whole messages, the next one on its way already.</summary>
internal sealed class CorrectionStream : ICorrectionFeed
{
    private readonly Channel _channel;
    private readonly int _maximumFrame;
    private readonly Queue<ReceivedFrame> _stored = [];
    private long _left;
    private Task<ReceivedFrame>? _next;
    private ReceivedFrame? _batch;
    private int _taken;

    /// <summary>Begins to receive.</summary>
    /// <param name="channel">The channel to the dealer, which nobody else receives from meanwhile.</param>
    /// <param name="demand">The demand.</param>
    /// <param name="party">This party.</param>
    /// <param name="parties">How many there are.</param>
    public CorrectionStream(Channel channel, CorrelationDemand demand, int party, int parties)
    {
        _channel = channel;
        _left = demand.DealtBytes(party, parties);
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

        ReadAhead();
    }

    /// <summary>Whether the source that read it is gone.</summary>
    public bool IsReleased { get; private set; }

    /// <summary>Whether everything was received.</summary>
    public bool IsAtEnd => _next is null;

    /// <summary>Receives all that is left into memory.</summary>
    public async Task StoreAsync(CancellationToken cancellationToken)
    {
        while (!IsAtEnd)
            _stored.Enqueue(await ReceiveAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Receives all that is left and drops it.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        while (!IsAtEnd)
            (await ReceiveAsync(cancellationToken).ConfigureAwait(false)).Dispose();
    }

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>> NextAsync(int maximumBytes, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(IsReleased, this);
        if (_batch is null || _taken == _batch.Payload.Length)
        {
            _batch?.Dispose();
            _batch = null;
            _taken = 0;
            if (!_stored.TryDequeue(out _batch))
            {
                _batch = IsAtEnd
                    ? throw new FormatRefusedException(
                        "The dealer has sent all it owes, and more is asked for: use the same plan at the dealer and all parties.")
                    : await ReceiveAsync(cancellationToken).ConfigureAwait(false);
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

    /// <summary>Wipes what was received; what is still to come is left to <see cref="DrainAsync"/>.</summary>
    public void Dispose()
    {
        IsReleased = true;
        _batch?.Dispose();
        _batch = null;
        while (_stored.TryDequeue(out ReceivedFrame? frame))
            frame.Dispose();
    }

    private async Task<ReceivedFrame> ReceiveAsync(CancellationToken cancellationToken)
    {
        ReceivedFrame frame = await _next!.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (frame.Payload.IsEmpty)
        {
            frame.Dispose();
            throw new FormatRefusedException("The dealer sent an empty batch of corrections: use the same release on both sides.");
        }

        _left -= frame.Payload.Length;
        ReadAhead();
        return frame;
    }

    // Not to be cancelled with the reader's call: a message given up in the middle would be the channel's end.
    private void ReadAhead() => _next = _left == 0
        ? null
        : _channel.ReceiveAsync(DealerMessages.Corrections, (int)Math.Min(_left, _maximumFrame), CancellationToken.None).AsTask();
}
