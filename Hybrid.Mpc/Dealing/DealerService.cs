using Hybrid.Communication;

namespace Hybrid.Mpc.Dealing;

/// <summary>
/// A dealer for parties elsewhere: brings the parties of each meeting together, and deals them what their circuits draw, as often as
/// they like.
/// </summary>
/// <remarks>
/// It sees the demands, which are sizes; no input, result or share of one. It holds all masks: the parties' secrets are safe from each
/// other as long as it colludes with none of them, and from it as long as it sees none of their messages. A connection costs a task;
/// a deal's memory does not grow with its number of elements, and a slow party slows the others of its meeting.
/// </remarks>
public sealed class DealerService
{
    private const string Peer = "party";

    // How long a party's connection is kept for telling it why its meeting ended.
    private static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(2);

    private readonly DealerOptions _options;
    private readonly Dictionary<MeetingId, Meeting> _meetings = [];
    private readonly Lock _gate = new();

    /// <summary>A dealer with some limits.</summary>
    /// <param name="options"><see cref="DealerOptions.Default"/> when null.</param>
    /// <exception cref="ArgumentException">The limits contradict each other.</exception>
    public DealerService(DealerOptions? options = null)
    {
        _options = options ?? DealerOptions.Default;
        _options.Validate();
    }

    /// <summary>Meetings that have begun to gather and are not over.</summary>
    public int Meetings
    {
        get
        {
            lock (_gate)
            {
                return _meetings.Count;
            }
        }
    }

    /// <summary>
    /// Serves one party until it says goodbye. On an error the party is told the reason, in a sentence, and the error is thrown here.
    /// </summary>
    /// <param name="stream">A connection; closed at the end.</param>
    /// <param name="cancellation">Ends the party's meeting early.</param>
    /// <exception cref="HybridException">The party or another of its meeting vanished, or asked for what cannot be dealt.</exception>
    public async Task ServeAsync(Stream stream, CancellationToken cancellation = default) =>
        await ServeAsync(await GreetAsync(stream, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);

    /// <summary>Greets a party: the first half of serving it. Who does not greet back is gone after the channel's patience.</summary>
    /// <param name="stream">A connection; closed with the channel.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ProtocolException">The party vanished, is silent, or speaks something else.</exception>
    public Task<Channel> GreetAsync(Stream stream, CancellationToken cancellation = default) =>
        Channel.OpenAsync(stream, ChannelRole.Responder, Peer, _options.Channel, cancellation);

    /// <summary>Serves a party that has been greeted: the other half of serving it.</summary>
    /// <param name="channel">The channel to it; disposed of at the end.</param>
    /// <param name="cancellation">Ends the party's meeting early.</param>
    /// <exception cref="HybridException">The party or another of its meeting vanished, or asked for what cannot be dealt.</exception>
    public async Task ServeAsync(Channel channel, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(channel);
        await using (channel.ConfigureAwait(false))
        {
            Seat? seat = null;
            try
            {
                (MeetingId id, int party, int parties) = await ReceiveHelloAsync(channel, cancellation).ConfigureAwait(false);
                (Meeting meeting, seat) = Join(id, party, parties, channel);
                Seat taken = seat;
                using (cancellation.Register(() => meeting.Fail(taken, new OperationCanceledException(cancellation))))
                {
                    await seat.Over.ConfigureAwait(false);
                }
            }
            catch (Exception e)
            {
                await TellAsync(channel, seat, e, cancellation.IsCancellationRequested).ConfigureAwait(false);
                cancellation.ThrowIfCancellationRequested();
                throw;
            }
        }
    }

    private async Task<(MeetingId Meeting, int Party, int Parties)> ReceiveHelloAsync(Channel channel, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_options.MeetingTime);
        try
        {
            using ReceivedFrame frame = await channel.ReceiveAsync(
                DealerMessages.Hello, DealerMessages.MaximumHelloBytes, limit.Token).ConfigureAwait(false);
            return DealerMessages.ReadHello(frame.Span, Peer);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new ProtocolException(
                Peer,
                DealerMessages.Hello.Name!,
                FormattableString.Invariant($"did not say hello within {_options.MeetingTime.TotalSeconds:0.###} s"));
        }
    }

    private (Meeting Meeting, Seat Seat) Join(MeetingId id, int party, int parties, Channel channel)
    {
        string? problem = parties < 2 || parties > _options.MaximumParties
            ? $"wants a meeting of {parties} parties, where 2 to {_options.MaximumParties} are possible"
            : party >= parties ? $"has number {party} of {parties}, where numbers start with 0"
            : null;
        if (problem is not null)
        {
            throw new ProtocolException(Peer, DealerMessages.Hello.Name!, problem);
        }

        lock (_gate)
        {
            if (!_meetings.TryGetValue(id, out Meeting? meeting))
            {
                if (_meetings.Count >= _options.MaximumMeetings)
                {
                    throw new ProtocolException(
                        Peer,
                        DealerMessages.Hello.Name!,
                        $"came when all {_options.MaximumMeetings} meetings of this dealer were taken: try later, or raise its limit");
                }

                meeting = new Meeting(parties, _options, () => Remove(id));
                _meetings.Add(id, meeting);
            }

            return (meeting, meeting.Join(party, parties, channel));
        }
    }

    private void Remove(MeetingId id)
    {
        lock (_gate)
        {
            _meetings.Remove(id);
        }
    }

    // A message under way is finished first, if the party takes it: cut off, it would leave no way to say anything.
    private static async Task TellAsync(Channel channel, Seat? seat, Exception error, bool stops)
    {
        using var limit = new CancellationTokenSource(FarewellTime);
        Task sent = seat?.Sent ?? Task.CompletedTask;
        await sent.WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!sent.IsCompleted)
        {
            return;
        }

        string reason = stops ? "the dealer is shutting down" : error is HybridException ? error.Message : "the dealer failed";
        try
        {
            await channel.AbortAsync(reason, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It does not listen; closing the connection has to do.
        }
    }
}
