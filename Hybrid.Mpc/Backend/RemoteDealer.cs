using Hybrid.Communication;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Dealing;

namespace Hybrid.Mpc;

/// <summary>A dealer that another process runs.</summary>
public sealed class RemoteDealer : IDealerAccess
{
    private readonly HostAndPort _address;
    private readonly ClientTls? _tls;

    public RemoteDealer(HostAndPort address, ClientTls? tls)
    {
        ArgumentNullException.ThrowIfNull(address);
        _address = address;
        _tls = tls;
    }

    /// <inheritdoc/>
    public string Description => $"dealer at {_address}";

    /// <inheritdoc/>
    public ValueTask<ICorrelationProvider> JoinAsync(MeetingId meeting, int party, int parties, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException($"{_tls}");
}
