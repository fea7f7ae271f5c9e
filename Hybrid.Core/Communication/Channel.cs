using System.Diagnostics;
using System.Net.Security;
using System.Security.Cryptography;
using System.Text.Unicode;

namespace Hybrid.Communication;

/// <summary>One party's end of a conversation: messages with a step's tag, over any duplex stream.</summary>
/// <remarks>
/// <para>
/// On the wire: an 8-byte preamble each way (the letters HYBRID and a 16-bit version), then frames of payload length (32 bits),
/// step number (32 bits) and payload, little endian. The channel adds no encryption: run it over TLS wherever others can listen.
/// </para>
/// <para>
/// One send and one receive may be under way at a time. Two parties that both send a message larger than the connection's buffers
/// before either receives would wait for each other; <see cref="ExchangeAsync"/> sends and receives at once.
/// </para>
/// <para>
/// Between calls the channel reads ahead to the next message's header and sends heartbeats from a thread of its own, so a party
/// may compute for hours, while one that froze or vanished is noticed by whoever waits for it. The stream must honour cancellation
/// and allow a read while a write is under way.
/// </para>
/// <para>Reveals to the peer and to whoever watches the connection: the number, sizes and times of the messages.</para>
/// </remarks>
public sealed class Channel : IAsyncDisposable
{
    /// <summary>Length of a transcript hash in bytes.</summary>
    public const int TranscriptHashBytes = SHA256.HashSizeInBytes;

    private const string Opening = "opening the channel";

    // How long a failed send waits for the reason, which may still be on its way in.
    private static readonly TimeSpan VerdictPatience = TimeSpan.FromSeconds(1);

    private readonly Stream _stream;
    private readonly ChannelOptions _options;
    private readonly FrameReader _reader;
    private readonly FrameWriter _writer;
    private readonly SilenceWatch _watch;
    private readonly FrameLog _sent = new();
    private readonly FrameLog _received = new();
    private readonly CancellationTokenSource _gone = new();
    private Heartbeat? _heartbeat;
    private Task<FrameHeader?> _next = Task.FromResult<FrameHeader?>(null);
    private Task? _cutOff;
    private ChannelFault? _fault;
    private ChannelFault? _sendFault;
    private int _sending;
    private int _receiving;
    private int _disposed;
    private bool _saidGoodbye;
    private bool _sentSinceWait;
    private long _rounds;
    private long _waitedTicks;

    private Channel(Stream stream, ChannelRole role, string peer, ChannelOptions options)
    {
        _stream = stream;
        _options = options;
        Role = role;
        Peer = peer;
        _reader = new FrameReader(stream);
        _writer = new FrameWriter(stream);
        _watch = new SilenceWatch(_reader, options.SilenceTimeout, () => Fail(ChannelFault.Peer($"has been silent for {Seconds(options.SilenceTimeout)}")));
    }

    /// <summary>Which end this is.</summary>
    public ChannelRole Role { get; }

    /// <summary>The other party, as it is called in messages: "server", "client", "dealer".</summary>
    public string Peer { get; }

    /// <summary>What was sent, received and waited for so far.</summary>
    public ChannelCounters Counters
    {
        get
        {
            (long bytesSent, long messagesSent) = _sent.Totals;
            (long bytesReceived, long messagesReceived) = _received.Totals;
            return new ChannelCounters
            {
                BytesSent = bytesSent,
                BytesReceived = bytesReceived,
                MessagesSent = messagesSent,
                MessagesReceived = messagesReceived,
                Rounds = Interlocked.Read(ref _rounds),
                Waited = TimeSpan.FromTicks(Interlocked.Read(ref _waitedTicks)),
            };
        }
    }

    /// <summary>Greets the peer and opens the channel. Costs 8 bytes each way and half a round trip.</summary>
    /// <param name="stream">A duplex stream; the channel owns it from here on, also when opening fails.</param>
    /// <param name="role">Which end this is; the peer takes the other.</param>
    /// <param name="peer">The other party's name in messages: "server", "client".</param>
    /// <param name="options">The limits; <see cref="ChannelOptions.Default"/> when null.</param>
    /// <param name="cancellationToken">Gives up opening.</param>
    /// <exception cref="ProtocolException">The peer speaks something else or another version, is silent, or closed the connection.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The limits contradict each other.</exception>
    public static async Task<Channel> OpenAsync(
        Stream stream, ChannelRole role, string peer, ChannelOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrWhiteSpace(peer);
        options ??= ChannelOptions.Default;
        options.Validate();

        var channel = new Channel(stream, role, peer, options);
        try
        {
            await channel.GreetAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await channel.CloseAsync().ConfigureAwait(false);
            throw;
        }

        channel._next = channel.ReadAheadAsync();
        channel._heartbeat = new Heartbeat(channel.Beat, options.HeartbeatInterval);
        return channel;
    }

    /// <summary>Sends one message. Costs 8 bytes more than the payload.</summary>
    /// <param name="tag">The step it belongs to.</param>
    /// <param name="payload">What to send; not to be changed until the task ends.</param>
    /// <param name="cancellationToken">Gives up. A send that is cancelled in the middle of a message leaves the channel fit only to be disposed of.</param>
    /// <exception cref="ProtocolException">The peer stopped, vanished, fell silent, or took nothing for <see cref="ChannelOptions.SendTimeout"/>.</exception>
    /// <exception cref="ArgumentException">The payload is longer than <see cref="ChannelOptions.MaxFrameBytes"/>.</exception>
    /// <exception cref="InvalidOperationException">Another send is under way, or an earlier call was cancelled in the middle of a message.</exception>
    public async ValueTask SendAsync(StepTag tag, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
    {
        if (payload.Length > _options.MaxFrameBytes)
        {
            throw new ArgumentException($"A message has at most {_options.MaxFrameBytes} bytes; this one has {payload.Length}.", nameof(payload));
        }

        cancellationToken.ThrowIfCancellationRequested();
        Enter(ref _sending, "send");
        _watch.Begin();
        try
        {
            Volatile.Write(ref _sentSinceWait, true);
            ThrowIfFailed(tag.ToString());
            ThrowIfFailed(_sendFault, tag.ToString());
            var header = new FrameHeader((uint)payload.Length, tag.Value);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(_gone.Token, cancellationToken);
            try
            {
                await _writer.WriteAsync(header, payload, limit, _options.SendTimeout).ConfigureAwait(false);
            }
            catch (Exception error) when (ChannelFault.IsFromTransport(error))
            {
                throw await ExplainSendAsync(tag.ToString(), error, cancellationToken).ConfigureAwait(false);
            }

            _sent.Add(header, payload.Span);
        }
        finally
        {
            _watch.End();
            Volatile.Write(ref _sending, 0);
        }
    }

    /// <summary>Waits for the next message.</summary>
    /// <param name="expected">The step it must belong to.</param>
    /// <param name="maxBytes">Longest payload this step allows; a longer one is refused before any room is made for it.</param>
    /// <param name="cancellationToken">Gives up. A receive cancelled before its message has begun to arrive may be repeated.</param>
    /// <returns>The message; dispose of it once its payload is read.</returns>
    /// <exception cref="ProtocolException">The peer sent another step or too much, stopped, vanished or fell silent.</exception>
    /// <exception cref="InvalidOperationException">Another receive is under way, or an earlier call was cancelled in the middle of a message.</exception>
    public async ValueTask<ReceivedFrame> ReceiveAsync(StepTag expected, int maxBytes, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        cancellationToken.ThrowIfCancellationRequested();
        Enter(ref _receiving, "receive");
        long started = Stopwatch.GetTimestamp();
        _watch.Begin();
        try
        {
            if (_sentSinceWait)
            {
                Volatile.Write(ref _sentSinceWait, false);
                Interlocked.Increment(ref _rounds);
            }

            FrameHeader header = await _next.WaitAsync(cancellationToken).ConfigureAwait(false)
                ?? throw Failure(expected.ToString());
            ThrowIfFailed(expected.ToString());
            Check(header, expected, maxBytes);
            var frame = new ReceivedFrame(expected, (int)header.Length, _options.Pool);
            try
            {
                await FillAsync(frame, cancellationToken).ConfigureAwait(false);
                _received.Add(header, frame.Span);
            }
            catch
            {
                frame.Dispose();
                throw;
            }

            _next = ReadAheadAsync();
            return frame;
        }
        finally
        {
            Interlocked.Add(ref _waitedTicks, Stopwatch.GetElapsedTime(started).Ticks);
            _watch.End();
            Volatile.Write(ref _receiving, 0);
        }
    }

    /// <summary>Sends one message and receives the peer's of the same step at once: one round, and safe for messages of any size.</summary>
    /// <param name="tag">The step both messages belong to.</param>
    /// <param name="payload">What to send; not to be changed until the task ends.</param>
    /// <param name="maxBytes">Longest payload to accept.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ProtocolException">As for <see cref="SendAsync"/> and <see cref="ReceiveAsync"/>.</exception>
    public async ValueTask<ReceivedFrame> ExchangeAsync(
        StepTag tag, ReadOnlyMemory<byte> payload, int maxBytes, CancellationToken cancellationToken = default)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task send = SendAsync(tag, payload, both.Token).AsTask();
        ReceivedFrame frame;
        if (send.IsCompleted)
        {
            await send.ConfigureAwait(false);
        }

        try
        {
            frame = await ReceiveAsync(tag, maxBytes, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await both.CancelAsync().ConfigureAwait(false);
            // The receive's error is the one to report; the send only has to be over.
            await send.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        try
        {
            await send.ConfigureAwait(false);
            return frame;
        }
        catch
        {
            frame.Dispose();
            throw;
        }
    }

    /// <summary>Tells the peer, in one sentence, why this party stops; whatever the peer is waiting for then fails with that sentence.</summary>
    /// <param name="reason">At most 500 bytes of UTF-8, the rest is cut off; never a secret.</param>
    /// <param name="cancellationToken">Gives up telling.</param>
    /// <returns>Whether the reason was handed to the connection; if not, the peer only sees the connection close.</returns>
    public async ValueTask<bool> AbortAsync(string reason, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reason);
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        byte[] utf8 = new byte[FrameReader.MaxReasonBytes];
        Utf8.FromUtf16(reason, utf8, out _, out int length);
        bool told = await TryWriteControlAsync(StepTag.Abort, utf8.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        Fail(ChannelFault.StoppedHere);
        cancellationToken.ThrowIfCancellationRequested();
        return told;
    }

    /// <summary>
    /// SHA-256 over all messages so far, the same at both ends once both have seen the same ones:
    /// SHA-256(SHA-256(initiator's frames) ‖ SHA-256(responder's frames)), headers included, heartbeats left out.
    /// Call it between steps, while nothing is under way.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The channel has been disposed of.</exception>
    public byte[] TranscriptHash()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        Span<byte> both = stackalloc byte[2 * TranscriptHashBytes];
        (FrameLog initiator, FrameLog responder) = Role == ChannelRole.Initiator ? (_sent, _received) : (_received, _sent);
        initiator.CopyHash(both);
        responder.CopyHash(both[TranscriptHashBytes..]);
        return SHA256.HashData(both);
    }

    /// <summary>
    /// Says goodbye, waits until the peer has taken everything sent (or fell silent, or <see cref="ChannelOptions.SilenceTimeout"/> passed)
    /// and closes the stream. After a fault it closes at once.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        if (_fault is null && _sendFault is null && Volatile.Read(ref _sending) == 0 && Volatile.Read(ref _receiving) == 0)
        {
            await PartAsync().ConfigureAwait(false);
        }

        await CloseAsync().ConfigureAwait(false);
    }

    private static string Seconds(TimeSpan time) => FormattableString.Invariant($"{time.TotalSeconds:0.###} s");

    private static void Enter(ref int busy, string call)
    {
        if (Interlocked.Exchange(ref busy, 1) != 0)
        {
            throw new InvalidOperationException($"Another {call} is under way on this channel: one at a time.");
        }
    }

    private async Task GreetAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_options.SilenceTimeout);
        try
        {
            ChannelFault? fault = await Preamble.ExchangeAsync(_stream, _reader, limit.Token).ConfigureAwait(false);
            ThrowIfFailed(fault, Opening);
        }
        catch (Exception error) when (ChannelFault.IsFromTransport(error))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw error is OperationCanceledException
                ? new ProtocolException(Peer, Opening, $"has been silent for {Seconds(_options.SilenceTimeout)}")
                : new ProtocolException(Peer, Opening, _stream is SslStream
                    ? "closed the connection before a word was said: it may require a certificate of this party, or not trust the one it has"
                    : "closed the connection before a word was said: it may use TLS, or be something other than a party of Hybrid", error);
        }
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
            // The answer lets the peer close without waiting; a heartbeat that met its closed end would reset the connection.
            await TryWriteControlAsync(StepTag.Goodbye, default, CancellationToken.None).ConfigureAwait(false);
        }

        return null;
    }

    private void Check(FrameHeader header, StepTag expected, int maxBytes)
    {
        int limit = Math.Min(maxBytes, _options.MaxFrameBytes);
        string? problem = header.Tag != expected.Value
            ? $"sent step {header.Tag} where step {expected.Value} was expected: the parties' plans differ"
            : header.Length > limit
                ? $"announced a message of {header.Length} bytes where at most {limit} are accepted"
                : null;
        if (problem is not null)
        {
            // A send under way is left alone: this party may still want to say why it stops.
            Interlocked.CompareExchange(ref _fault, ChannelFault.Peer(problem), null);
            throw Failure(expected.ToString());
        }
    }

    private async ValueTask FillAsync(ReceivedFrame frame, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_gone.Token, cancellationToken);
        try
        {
            await _reader.FillAsync(frame.Writable, limit.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (ChannelFault.IsFromTransport(error))
        {
            bool cancelled = error is OperationCanceledException && cancellationToken.IsCancellationRequested;
            Fail(cancelled ? ChannelFault.CancelledHere : ChannelFault.Lost(error));
            cancellationToken.ThrowIfCancellationRequested();
            throw Failure(frame.Tag.ToString());
        }
    }

    private async ValueTask<Exception> ExplainSendAsync(string step, Exception error, CancellationToken cancellationToken)
    {
        bool timed = error is OperationCanceledException && !_gone.IsCancellationRequested;
        if (timed && cancellationToken.IsCancellationRequested)
        {
            if (_writer.IsCutOff)
            {
                _sendFault = ChannelFault.CancelledHere;
            }

            return new OperationCanceledException(cancellationToken);
        }

        if (timed)
        {
            Fail(ChannelFault.Peer($"is there but has taken nothing of what was sent to it for {Seconds(_options.SendTimeout)}"));
            return Failure(step);
        }

        if (Volatile.Read(ref _fault) is null)
        {
            // A peer that stops says why and then closes; the write may fail before the reason is read.
            await Task.WhenAny(_next, Task.Delay(VerdictPatience, CancellationToken.None)).ConfigureAwait(false);
        }

        // Not a fault of the receiving side, where messages that came before the peer closed may still wait to be taken.
        _sendFault = Volatile.Read(ref _fault) ?? ChannelFault.Lost(error);
        return _sendFault.ToException(Peer, step);
    }

    private bool Beat()
    {
        if (Volatile.Read(ref _fault) is not null)
        {
            return false;
        }

        try
        {
            _writer.Beat();
            return true;
        }
        catch (Exception error) when (ChannelFault.IsFromTransport(error))
        {
            _sendFault = ChannelFault.Lost(error);
            return false;
        }
    }

    private async ValueTask<bool> TryWriteControlAsync(uint tag, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await _writer.WriteAsync(new FrameHeader((uint)payload.Length, tag), payload, limit, _options.SilenceTimeout).ConfigureAwait(false);
            return true;
        }
        catch (Exception error) when (ChannelFault.IsFromTransport(error))
        {
            return false;
        }
    }

    // Closing at once could lose what was sent last: a heartbeat that meets a closed end makes the system drop what it has not delivered.
    private async ValueTask PartAsync()
    {
        Volatile.Write(ref _saidGoodbye, true);
        _watch.Begin();
        if (await TryWriteControlAsync(StepTag.Goodbye, default, CancellationToken.None).ConfigureAwait(false))
        {
            await Task.WhenAny(_next, Task.Delay(_options.SilenceTimeout, CancellationToken.None)).ConfigureAwait(false);
        }

        _watch.End();
    }

    private async ValueTask CloseAsync()
    {
        Volatile.Write(ref _disposed, 1);
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
        _sent.Dispose();
        _received.Dispose();
    }

    private void Fail(ChannelFault fault)
    {
        Interlocked.CompareExchange(ref _fault, fault, null);
        // On the pool, so that no caller's continuation runs inside the watch or the reader.
        Interlocked.CompareExchange(ref _cutOff, _gone.CancelAsync(), null);
    }

    private Exception Failure(string step) => Volatile.Read(ref _fault)!.ToException(Peer, step);

    private void ThrowIfFailed(string step) => ThrowIfFailed(Volatile.Read(ref _fault), step);

    private void ThrowIfFailed(ChannelFault? fault, string step)
    {
        if (fault is not null)
        {
            throw fault.ToException(Peer, step);
        }
    }
}
