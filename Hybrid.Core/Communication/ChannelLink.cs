using System.Net.Security;

namespace Hybrid.Communication;

/// <summary>
/// The connection under a channel: greets the peer, reads ahead, beats, watches for silence, takes leave, and knows why it ended.
/// </summary>
internal sealed class ChannelLink : IAsyncDisposable
{
    private const string Opening = "opening the channel";

    // How long a failed send waits for the reason, which may still be on its way in.
    private static readonly TimeSpan VerdictPatience = TimeSpan.FromSeconds(1);

    private readonly Stream _stream;
    private readonly string _peer;
    private readonly ChannelOptions _options;
    private readonly FrameReader _reader;
    private readonly FrameWriter _writer;
    private readonly SilenceWatch _watch;
    private readonly CancellationTokenSource _gone = new();
    private Heartbeat? _heartbeat;
    private Task<FrameHeader?> _next = Task.FromResult<FrameHeader?>(null);
    private Task? _cutOff;
    private ChannelFault? _fault;
    private ChannelFault? _sendFault;
    private bool _saidGoodbye;

    public ChannelLink(Stream stream, string peer, ChannelOptions options, WaitClock clock)
    {
        _stream = stream;
        _peer = peer;
        _options = options;
        _reader = new FrameReader(stream);
        _writer = new FrameWriter(stream, clock);
        _watch = new SilenceWatch(_reader, options.SilenceTimeout, () => Fail(ChannelFault.Silent(options.SilenceTimeout)));
    }

    /// <summary>Whether nothing has gone wrong so far.</summary>
    public bool IsSound => Volatile.Read(ref _fault) is null && Volatile.Read(ref _sendFault) is null;

    /// <summary>Exchanges preambles with the peer, then begins to read ahead and to beat.</summary>
    public async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_options.SilenceTimeout);
        try
        {
            ThrowIf(await Preamble.ExchangeAsync(_stream, _reader, limit.Token).ConfigureAwait(false), Opening);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw ChannelFault.Silent(_options.SilenceTimeout).ToException(_peer, Opening);
        }
        catch (Exception error) when (ChannelFault.IsFromTransport(error))
        {
            throw new ProtocolException(_peer, Opening, _stream is SslStream
                ? "closed the connection before a word was said: it may require a certificate of this party, or not trust the one it has"
                : "closed the connection before a word was said: it may use TLS, or be something other than a party of Hybrid", error);
        }

        ReadAhead();
        _heartbeat = new Heartbeat(Beat, _options.HeartbeatInterval);
    }

    /// <summary>Sends one frame of a step.</summary>
    public async ValueTask SendAsync(FrameHeader header, ReadOnlyMemory<byte> payload, string step, CancellationToken cancellationToken)
    {
        ThrowIf(Volatile.Read(ref _fault), step);
        ThrowIf(Volatile.Read(ref _sendFault), step);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_gone.Token, cancellationToken);
        _watch.Begin();
        try
        {
            await _writer.WriteAsync(header, payload, limit, _options.SendTimeout).ConfigureAwait(false);
        }
        catch (Exception error) when (ChannelFault.IsFromTransport(error))
        {
            throw await ExplainSendAsync(step, error, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _watch.End();
        }
    }

    /// <summary>Whether the next step's header is there, or the reason why there is none.</summary>
    public bool HasNext => _next.IsCompleted;

    /// <summary>Waits for the next step's header. It stays the next until <see cref="ReadAhead"/>.</summary>
    public async ValueTask<FrameHeader> NextAsync(string step, CancellationToken cancellationToken)
    {
        _watch.Begin();
        try
        {
            FrameHeader? header = await _next.WaitAsync(cancellationToken).ConfigureAwait(false);
            ThrowIf(Volatile.Read(ref _fault), step);
            return header!.Value;
        }
        finally
        {
            _watch.End();
        }
    }

    /// <summary>Waits for the end of the conversation, and throws why it ended.</summary>
    public async Task EndAsync(string step, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_gone.Token, cancellationToken);
        _watch.Begin();
        try
        {
            await Task.Delay(Timeout.Infinite, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            _watch.End();
        }

        ThrowIf(Volatile.Read(ref _fault), step);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Reads the payload after the header.</summary>
    public async ValueTask FillAsync(Memory<byte> payload, string step, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_gone.Token, cancellationToken);
        _watch.Begin();
        try
        {
            await _reader.FillAsync(payload, limit.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (ChannelFault.IsFromTransport(error))
        {
            bool cancelled = error is OperationCanceledException && cancellationToken.IsCancellationRequested;
            Fail(cancelled ? ChannelFault.CancelledHere : ChannelFault.Lost(error));
            cancellationToken.ThrowIfCancellationRequested();
            throw Volatile.Read(ref _fault)!.ToException(_peer, step);
        }
        finally
        {
            _watch.End();
        }
    }

    /// <summary>Begins to read the next header, once the payload of the last is taken.</summary>
    public void ReadAhead() => _next = ReadAheadAsync();

    /// <summary>Refuses what the peer sent. A send under way is left alone: this party may still want to say why it stops.</summary>
    public Exception Refuse(string problem, string step)
    {
        ChannelFault fault = ChannelFault.Peer(problem);
        return (Interlocked.CompareExchange(ref _fault, fault, null) ?? fault).ToException(_peer, step);
    }

    /// <summary>Ends the conversation for a reason, unless it has ended already, and with it all calls under way.</summary>
    public void Fail(ChannelFault fault)
    {
        Interlocked.CompareExchange(ref _fault, fault, null);
        // On the pool, so that no caller's continuation runs inside the watch or the reader.
        Interlocked.CompareExchange(ref _cutOff, _gone.CancelAsync(), null);
    }

    /// <summary>Sends a frame of the channel's own, and says whether the connection took it.</summary>
    public async ValueTask<bool> TellAsync(uint tag, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var header = new FrameHeader((uint)payload.Length, tag);
            await _writer.WriteAsync(header, payload, limit, _options.SilenceTimeout).ConfigureAwait(false);
            return true;
        }
        catch (Exception error) when (ChannelFault.IsFromTransport(error))
        {
            return false;
        }
    }

    /// <summary>
    /// Says goodbye and waits for the answer, for a while. Closing at once could lose what was sent last: a heartbeat that meets a
    /// closed end makes the system drop what it has not delivered.
    /// </summary>
    public async ValueTask PartAsync()
    {
        Volatile.Write(ref _saidGoodbye, true);
        _watch.Begin();
        if (await TellAsync(StepTag.Goodbye, default, CancellationToken.None).ConfigureAwait(false))
        {
            await Task.WhenAny(_next, Task.Delay(_options.SilenceTimeout, CancellationToken.None)).ConfigureAwait(false);
        }

        _watch.End();
    }

    /// <summary>Ends all calls under way, closes the stream and stops everything that runs beside the calls.</summary>
    public async ValueTask DisposeAsync()
    {
        _heartbeat?.Stop();
        Interlocked.Exchange(ref _fault, ChannelFault.Disposed);
        await _gone.CancelAsync().ConfigureAwait(false);
        await (Volatile.Read(ref _cutOff) ?? Task.CompletedTask).ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
        await _watch.DisposeAsync().ConfigureAwait(false);
        await _next.ConfigureAwait(false);
        if (_heartbeat is not null)
        {
            await _heartbeat.DisposeAsync().ConfigureAwait(false);
        }

        _writer.Dispose();
    }

    private async Task<FrameHeader?> ReadAheadAsync()
    {
        (FrameHeader header, ChannelFault? fault) = await _reader.NextAsync(_gone.Token).ConfigureAwait(false);
        if (fault is null)
        {
            return header;
        }

        Fail(fault);
        if (fault == ChannelFault.Goodbye && !Volatile.Read(ref _saidGoodbye))
        {
            // The answer lets the peer close without waiting any longer.
            await TellAsync(StepTag.Goodbye, default, CancellationToken.None).ConfigureAwait(false);
        }

        return null;
    }

    private async ValueTask<Exception> ExplainSendAsync(string step, Exception error, CancellationToken cancellationToken)
    {
        bool ownLimit = error is OperationCanceledException && !_gone.IsCancellationRequested;
        if (ownLimit && cancellationToken.IsCancellationRequested)
        {
            if (_writer.IsCutOff)
            {
                Interlocked.CompareExchange(ref _sendFault, ChannelFault.CancelledHere, null);
            }

            return new OperationCanceledException(cancellationToken);
        }

        if (ownLimit)
        {
            Fail(ChannelFault.NotTaking(_options.SendTimeout));
        }
        else if (Volatile.Read(ref _fault) is null)
        {
            // A peer that stops says why and then closes; the write may fail before the reason is read.
            await Task.WhenAny(_next, Task.Delay(VerdictPatience, CancellationToken.None)).ConfigureAwait(false);
        }

        // Not a fault of the receiving side, where messages that came before the peer closed may still wait to be taken.
        ChannelFault fault = Volatile.Read(ref _fault) ?? ChannelFault.Lost(error);
        Interlocked.CompareExchange(ref _sendFault, fault, null);
        return fault.ToException(_peer, step);
    }

    private bool Beat()
    {
        try
        {
            return IsSound && _writer.Beat();
        }
        catch (Exception error) when (ChannelFault.IsFromTransport(error))
        {
            Interlocked.CompareExchange(ref _sendFault, ChannelFault.Lost(error), null);
            return false;
        }
    }

    private void ThrowIf(ChannelFault? fault, string step)
    {
        if (fault is not null)
        {
            throw fault.ToException(_peer, step);
        }
    }
}
