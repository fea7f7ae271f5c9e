using Hybrid.Communication;
using Hybrid.Mpc.Correlations;

namespace Hybrid.Mpc.Dealing;

/// <summary>One party's connection to a <see cref="DealerService"/>.</summary>
/// <remarks>
/// A demand costs one round trip and the bytes of <see cref="CorrelationDemand.DealtBytes"/>. Reveals to the dealer what is drawn,
/// which is sizes. Run it over TLS: whoever reads a party's seed and another's messages learns the other's inputs.
/// </remarks>
public sealed class DealerConnection : ICorrelationProvider
{
    private const string Peer = "dealer";

    private readonly Channel _channel;
    private readonly bool _prefetch;
    private CorrectionStream? _stream;
    private int _preparing;
    private int _disposed;
    private bool _hasFailed;

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
    /// <exception cref="InvalidOperationException">The source before is still in use, another call is under way, or one failed.</exception>
    public async ValueTask<ICorrelationSource> PrepareAsync(CorrelationDemand demand, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(demand);
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        byte[] message = DemandFormat.Write(demand);
        if (Interlocked.Exchange(ref _preparing, 1) != 0)
        {
            throw new InvalidOperationException("Another demand is being prepared on this connection: one at a time.");
        }

        try
        {
            if (_hasFailed)
            {
                throw new InvalidOperationException("An earlier demand failed, so dealer and parties no longer agree: connect afresh.");
            }

            _hasFailed = true;
            await LeaveAsync(cancellationToken).ConfigureAwait(false);
            await _channel.SendAsync(DealerMessages.Demand, message, cancellationToken).ConfigureAwait(false);
            ICorrelationSource source = await ReceiveAsync(demand, cancellationToken).ConfigureAwait(false);
            _hasFailed = false;
            return source;
        }
        finally
        {
            Volatile.Write(ref _preparing, 0);
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
            if (_stream is { IsAtEnd: false } || _hasFailed)
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

    // What a source did not read to its end is received all the same, so that the next answer is the next message.
    private async Task LeaveAsync(CancellationToken cancellationToken)
    {
        if (_stream is { IsAtEnd: false, IsReleased: false })
        {
            _hasFailed = false;
            throw new InvalidOperationException("What was dealt before is still in use: dispose of its source first.");
        }

        if (_stream is not null)
        {
            await _stream.DrainAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ICorrelationSource> ReceiveAsync(CorrelationDemand demand, CancellationToken cancellationToken)
    {
        using ReceivedFrame seed = await _channel.ReceiveAsync(
            DealerMessages.Seed, DealerMessages.SeedBytes, cancellationToken).ConfigureAwait(false);
        if (seed.Payload.Length != DealerMessages.SeedBytes)
        {
            throw new ProtocolException(
                Peer, DealerMessages.Seed.Name!, $"sent a seed of {seed.Payload.Length} bytes instead of {DealerMessages.SeedBytes}");
        }

        _stream = new CorrectionStream(_channel, demand, Party, Parties);
        if (_prefetch)
        {
            try
            {
                await _stream.StoreAsync(cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                _stream.Dispose();
                throw;
            }
        }

        return new SeededCorrelationSource(Party, Parties, seed.Span, demand, _stream);
    }
}
