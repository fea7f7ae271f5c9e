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

    private readonly ChannelOptions _options;
    private readonly ChannelLink _link;
    private readonly FrameLog _sent;
    private readonly FrameLog _received;
    private readonly WaitClock _clock = new();
    private int _sending;
    private int _receiving;
    private int _disposed;
    private bool _sentSinceWait;
    private long _rounds;

    private Channel(Stream stream, ChannelRole role, string peer, ChannelOptions options)
    {
        _options = options;
        _link = new ChannelLink(stream, peer, options, _clock);
        _sent = new FrameLog(options.KeepsTranscript);
        _received = new FrameLog(options.KeepsTranscript);
        Role = role;
        Peer = peer;
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
                Waited = _clock.Waited,
            };
        }
    }

    /// <summary>Greets the peer and opens the channel. Costs 8 bytes each way and half a round trip.</summary>
    /// <param name="stream">A duplex stream; the channel owns it from here on, also when opening fails.</param>
    /// <param name="role">Which end this is; the peer takes the other.</param>
    /// <param name="peer">The other party's name in messages: "server", "client".</param>
    /// <param name="options">The limits; <see cref="ChannelOptions.Default"/> when null.</param>
    /// <param name="cancellationToken">Gives up opening.</param>
    /// <exception cref="ProtocolException">The peer speaks something else or another version, is silent, or closed the
    /// connection.</exception>
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
            await channel._link.OpenAsync(cancellationToken).ConfigureAwait(false);
            return channel;
        }
        catch
        {
            await channel.CloseAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Sends one message. Costs 8 bytes more than the payload.</summary>
    /// <param name="tag">The step it belongs to.</param>
    /// <param name="payload">What to send; not to be changed until the task ends.</param>
    /// <param name="cancellationToken">Gives up. A send that is cancelled in the middle of a message leaves the channel fit only to be
    /// disposed of.</param>
    /// <exception cref="ProtocolException">The peer stopped, vanished, fell silent, or took nothing for <see
    /// cref="ChannelOptions.SendTimeout"/>.</exception>
    /// <exception cref="ArgumentException">The payload is longer than <see cref="ChannelOptions.MaximumFrameBytes"/>.</exception>
    /// <exception cref="InvalidOperationException">Another send is under way, or an earlier call was cancelled in the middle of a
    /// message.</exception>
    public async ValueTask SendAsync(StepTag tag, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
    {
        if (payload.Length > _options.MaximumFrameBytes)
        {
            throw new ArgumentException(
                $"A message has at most {_options.MaximumFrameBytes} bytes; this one has {payload.Length}.", nameof(payload));
        }

        cancellationToken.ThrowIfCancellationRequested();
        Enter(ref _sending, "send");
        try
        {
            Volatile.Write(ref _sentSinceWait, true);
            var header = new FrameHeader((uint)payload.Length, tag.Value);
            await _link.SendAsync(header, payload, tag.ToString(), cancellationToken).ConfigureAwait(false);
            _sent.Add(header, payload.Span);
        }
        finally
        {
            Volatile.Write(ref _sending, 0);
        }
    }

    /// <summary>Whether the next message has begun to arrive: who has something else to do first need not.</summary>
    public bool HasNext => _link.HasNext;

    /// <summary>Waits for the next message.</summary>
    /// <param name="expected">The step it must belong to.</param>
    /// <param name="maximumBytes">Longest payload this step allows; a longer one is refused before any room is made for it.</param>
    /// <param name="cancellationToken">Gives up. A receive cancelled before its message has begun to arrive may be repeated.</param>
    /// <returns>The message; dispose of it once its payload is read.</returns>
    /// <exception cref="ProtocolException">The peer sent another step or too much, stopped, vanished or fell silent.</exception>
    /// <exception cref="InvalidOperationException">Another receive is under way, or an earlier call was cancelled in the middle of a
    /// message.</exception>
    public async ValueTask<ReceivedFrame> ReceiveAsync(StepTag expected, int maximumBytes, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maximumBytes);
        cancellationToken.ThrowIfCancellationRequested();
        Enter(ref _receiving, "receive");
        _clock.Begin();
        try
        {
            if (Interlocked.Exchange(ref _sentSinceWait, false))
            {
                Interlocked.Increment(ref _rounds);
            }

            string step = expected.ToString();
            FrameHeader header = await _link.NextAsync(step, cancellationToken).ConfigureAwait(false);
            Check(header, expected, maximumBytes);
            var frame = new ReceivedFrame(expected, (int)header.Length, _options.Pool);
            try
            {
                await _link.FillAsync(frame.Writable, step, cancellationToken).ConfigureAwait(false);
                _received.Add(header, frame.Span);
            }
            catch
            {
                frame.Dispose();
                throw;
            }

            _link.ReadAhead();
            return frame;
        }
        finally
        {
            _clock.End();
            Volatile.Write(ref _receiving, 0);
        }
    }

    /// <summary>Waits for the peer to stop, vanish or fall silent, beside whatever else is awaited; a message from it is left where it is.</summary>
    /// <param name="during">The step that it would end.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="ProtocolException">The peer has stopped, vanished or fallen silent.</exception>
    public Task EndAsync(StepTag during, CancellationToken cancellationToken) => _link.EndAsync(during.ToString(), cancellationToken);

    /// <summary>Sends one message and receives the peer's of the same step at once: one round, and safe for messages of any size.</summary>
    /// <param name="tag">The step both messages belong to.</param>
    /// <param name="payload">What to send; not to be changed until the task ends.</param>
    /// <param name="maximumBytes">Longest payload to accept.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ProtocolException">As for <see cref="SendAsync"/> and <see cref="ReceiveAsync"/>.</exception>
    public async ValueTask<ReceivedFrame> ExchangeAsync(
        StepTag tag, ReadOnlyMemory<byte> payload, int maximumBytes, CancellationToken cancellationToken = default)
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
            frame = await ReceiveAsync(tag, maximumBytes, cancellationToken).ConfigureAwait(false);
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

    /// <summary>Tells the peer, in one sentence, why this party stops; whatever the peer is waiting for then fails with that
    /// sentence.</summary>
    /// <param name="reason">At most 500 bytes of UTF-8, the rest is cut off; never a secret.</param>
    /// <param name="cancellationToken">Gives up telling.</param>
    /// <returns>Whether the reason was handed to the connection; if not, the peer only sees the connection close.</returns>
    public async ValueTask<bool> AbortAsync(string reason, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reason);
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        byte[] utf8 = new byte[FrameReader.MaximumReasonBytes];
        Utf8.FromUtf16(reason, utf8, out _, out int length);
        bool told = await _link.TellAsync(StepTag.Abort, utf8.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        _link.Fail(ChannelFault.StoppedHere);
        cancellationToken.ThrowIfCancellationRequested();
        return told;
    }

    /// <summary>
    /// SHA-256 over all messages so far, the same at both ends once both have seen the same ones:
    /// SHA-256(SHA-256(initiator's frames) ‖ SHA-256(responder's frames)), headers included, heartbeats left out.
    /// Call it between steps, while nothing is under way.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The channel has been disposed of.</exception>
    /// <exception cref="InvalidOperationException">The channel keeps no transcript (<see cref="ChannelOptions.KeepsTranscript"/>).</exception>
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

        if (_link.IsSound && Volatile.Read(ref _sending) == 0 && Volatile.Read(ref _receiving) == 0)
        {
            await _link.PartAsync().ConfigureAwait(false);
        }

        await CloseAsync().ConfigureAwait(false);
    }

    private static void Enter(ref int busy, string call)
    {
        if (Interlocked.Exchange(ref busy, 1) != 0)
        {
            throw new InvalidOperationException($"Another {call} is under way on this channel: one at a time.");
        }
    }

    private void Check(FrameHeader header, StepTag expected, int maximumBytes)
    {
        if (header.Tag != expected.Value)
        {
            throw _link.Refuse(
                $"sent step {header.Tag} where step {expected.Value} was expected: the parties' plans differ", expected.ToString());
        }

        int limit = Math.Min(maximumBytes, _options.MaximumFrameBytes);
        if (header.Length > limit)
        {
            throw _link.Refuse($"announced a message of {header.Length} bytes where at most {limit} are accepted", expected.ToString());
        }
    }

    private async ValueTask CloseAsync()
    {
        await _link.DisposeAsync().ConfigureAwait(false);
        _sent.Dispose();
        _received.Dispose();
    }
}
