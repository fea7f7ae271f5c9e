using Hybrid.Communication;
using Hybrid.Mpc.Correlations;

namespace Hybrid.Mpc.Dealing;

/// <summary>One party's connection to a <see cref="DealerService"/>.</summary>
/// <remarks>
/// A demand costs one round trip and the bytes of <see cref="CorrelationDemand.DealtBytes"/>, of which 16 MB are received ahead of who draws
/// them. Reveals to the dealer what is drawn, which is sizes. Run it over TLS: whoever reads a party's seed and another's messages learns the other's inputs.
/// </remarks>
public sealed class DealerConnection : ICorrelationProvider
{
    private const string Peer = "dealer";

    private readonly Channel _channel;
    private readonly bool _prefetch;
    private readonly Lock _gate = new();
    private Task _asked = Task.CompletedTask;
    private Task _answered = Task.CompletedTask;
    private CorrectionStream? _stream;
    private int _disposed;
    private volatile bool _hasFailed;

    private DealerConnection(Channel channel, int party, int parties, bool prefetch)
    {
        _channel = channel;
        Party = party;
        Parties = parties;
        _prefetch = prefetch;
    }

    /// <inheritdoc/>
    public int Party { get; }

    /// <inheritdoc/>
    public int Parties { get; }

    /// <summary>What was sent to the dealer and received from it so far.</summary>
    public ChannelCounters Counters => _channel.Counters;

    /// <summary>Greets the dealer, and waits until all parties of the meeting have done so.</summary>
    /// <param name="stream">A connection to the dealer; owned from here on, also when this fails.</param>
    /// <param name="meeting">The meeting, which the parties agreed on.</param>
    /// <param name="party">This party, in [0, parties).</param>
    /// <param name="parties">How many there are, at least 2.</param>
    /// <param name="options"><see cref="DealerConnectionOptions.Default"/> when null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ProtocolException">The dealer vanished or refused the party, or the others did not come in time.</exception>
    public static async Task<DealerConnection> ConnectAsync(
        Stream stream, MeetingId meeting, int party, int parties, DealerConnectionOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        options ??= DealerConnectionOptions.Default;
        Check(party, parties, options);
        Channel channel = await Channel.OpenAsync(
            stream, ChannelRole.Initiator, Peer, options.Channel, cancellationToken).ConfigureAwait(false);
        return await ConnectAsync(channel, meeting, party, parties, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The same, over a channel that is open.</summary>
    /// <param name="channel">The channel to the dealer; owned from here on, also when this fails.</param>
    /// <param name="meeting">The meeting, which the parties agreed on.</param>
    /// <param name="party">This party, in [0, parties).</param>
    /// <param name="parties">How many there are, at least 2.</param>
    /// <param name="options"><see cref="DealerConnectionOptions.Default"/> when null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ProtocolException">The dealer vanished or refused the party, or the others did not come in time.</exception>
    public static async Task<DealerConnection> ConnectAsync(
        Channel channel, MeetingId meeting, int party, int parties, DealerConnectionOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(channel);
        options ??= DealerConnectionOptions.Default;
        Check(party, parties, options);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.MeetingTime);
        try
        {
            byte[] hello = DealerMessages.WriteHello(meeting, party, parties);
            await channel.SendAsync(DealerMessages.Hello, hello, limit.Token).ConfigureAwait(false);
            (await channel.ReceiveAsync(DealerMessages.Met, 0, limit.Token).ConfigureAwait(false)).Dispose();
            return new DealerConnection(channel, party, parties, options.Prefetch);
        }
        catch (Exception e)
        {
            await channel.DisposeAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (e is OperationCanceledException)
            {
                throw new ProtocolException(
                    Peer,
                    DealerMessages.Met.Name!,
                    FormattableString.Invariant($"did not bring the parties together within {options.MeetingTime.TotalSeconds:0.###} s"));
            }

            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The source before is still in use, or an earlier demand failed.</exception>
    public ValueTask<ICorrelationSource> PrepareAsync(CorrelationDemand demand, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(demand);
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        byte[] message = DemandFormat.Write(demand);
        lock (_gate)
        {
            if (_hasFailed)
            {
                throw new InvalidOperationException("An earlier demand failed, so dealer and parties no longer agree: connect afresh.");
            }

            if (_answered.IsCompleted && _stream is { IsAtEnd: false, IsReleased: false })
            {
                throw new InvalidOperationException("What was dealt before is still in use: dispose of its source first.");
            }

            Task asked = _asked = OrFailAsync(AskAsync(_asked, message, cancellationToken));
            Task<ICorrelationSource> answer = OrFailAsync(AnswerAsync(_answered, asked, demand, cancellationToken));
            _answered = answer;
            return new ValueTask<ICorrelationSource>(answer);
        }
    }

    /// <summary>Says goodbye to the dealer and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await using (_channel.ConfigureAwait(false))
        {
            if (_stream is { IsAtEnd: false } || _hasFailed || !_answered.IsCompleted)
            {
                await _channel.AbortAsync("the party has left in the middle of what was dealt").ConfigureAwait(false);
                return;
            }

            try
            {
                await _channel.SendAsync(DealerMessages.Demand, default).ConfigureAwait(false);
            }
            catch (Exception e) when (e is ProtocolException or InvalidOperationException)
            {
                // The dealer is gone: there is nobody to take leave of.
            }
        }
    }

    private static void Check(int party, int parties, DealerConnectionOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parties, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(parties, ushort.MaxValue);
        ArgumentOutOfRangeException.ThrowIfNegative(party);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(party, parties);
        options.Validate();
    }

    private async Task AskAsync(Task before, byte[] message, CancellationToken cancellationToken)
    {
        await before.ConfigureAwait(false);
        await _channel.SendAsync(DealerMessages.Demand, message, cancellationToken).ConfigureAwait(false);
    }

    // What a source did not read to its end is received all the same, so that the next answer is the next message.
    private async Task<ICorrelationSource> AnswerAsync(Task before, Task asked, CorrelationDemand demand, CancellationToken cancellationToken)
    {
        await before.ConfigureAwait(false);
        await (_stream?.EndAsync(cancellationToken) ?? Task.CompletedTask).ConfigureAwait(false);
        await asked.ConfigureAwait(false);
        using ReceivedFrame seed = await _channel.ReceiveAsync(
            DealerMessages.Seed, DealerMessages.SeedBytes, cancellationToken).ConfigureAwait(false);
        if (seed.Payload.Length != DealerMessages.SeedBytes)
        {
            throw new ProtocolException(
                Peer, DealerMessages.Seed.Name!, $"sent a seed of {seed.Payload.Length} bytes instead of {DealerMessages.SeedBytes}");
        }

        _stream = new CorrectionStream(_channel, demand, Party, Parties, _prefetch);
        if (_prefetch)
        {
            try
            {
                await _stream.EndAsync(cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                _stream.Dispose();
                throw;
            }
        }

        return new SeededCorrelationSource(Party, Parties, seed.Span, demand, _stream);
    }

    private async Task OrFailAsync(Task call)
    {
        await call.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _hasFailed |= !call.IsCompletedSuccessfully;
        await call.ConfigureAwait(false);
    }

    private async Task<T> OrFailAsync<T>(Task<T> call)
    {
        await OrFailAsync((Task)call).ConfigureAwait(false);
        return await call.ConfigureAwait(false);
    }
}
