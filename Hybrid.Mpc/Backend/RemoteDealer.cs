using Hybrid.Communication;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Dealing;
using Hybrid.Planning;

namespace Hybrid.Mpc;

/// <summary>A dealer that another process runs, reached over TCP.</summary>
/// <remarks>Each meeting is a connection of its own. Without TLS, whoever reads what both parties are sent can work out their secrets.</remarks>
public sealed class RemoteDealer : IDealerAccess
{
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(8);

    private readonly HostAndPort _address;
    private readonly ClientTls? _tls;
    private readonly DealerConnectionOptions _options;

    /// <summary>Where the dealer is. Nothing is sent yet.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="tls">How to know it; null for an open connection, which anyone on the way can read.</param>
    /// <param name="options">How long to wait, and the channel's limits; <see cref="DealerConnectionOptions.Default"/> when null.</param>
    /// <param name="link">What the connection to it is like; about what the parties' own is like unless given.</param>
    public RemoteDealer(HostAndPort address, ClientTls? tls, DealerConnectionOptions? options = null, LinkProfile? link = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        _address = address;
        _tls = tls;
        _options = options ?? DealerConnectionOptions.Default;
        Link = link;
    }

    /// <inheritdoc/>
    public string Description => $"dealer at {_address}";

    /// <inheritdoc/>
    public LinkProfile? Link { get; }

    /// <inheritdoc/>
    public async ValueTask<ICorrelationProvider> JoinAsync(MeetingId meeting, int party, int parties, CancellationToken cancellationToken = default)
    {
        Stream stream = await TcpTransport.ConnectAsync(_address, _tls, ConnectTime, "dealer", cancellationToken).ConfigureAwait(false);
        return await DealerConnection.ConnectAsync(stream, meeting, party, parties, _options, cancellationToken).ConfigureAwait(false);
    }
}
