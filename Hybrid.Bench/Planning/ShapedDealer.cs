using Hybrid.Communication;
using Hybrid.Mpc;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Dealing;
using Hybrid.Planning;

namespace Hybrid.Bench.Planning;

/// <summary>A dealer in this process that is as far from either party as a link says.</summary>
internal sealed class ShapedDealer(LinkProfile link) : IDealerAccess
{
    private readonly DealerConnectionOptions _options = new() { Prefetch = true };
    private readonly DealerService _service = new();

    public string Description => $"dealer over {link}";

    public async ValueTask<ICorrelationProvider> JoinAsync(MeetingId meeting, int party, int parties, CancellationToken cancellationToken = default)
    {
        (Stream here, Stream there) = ShapedLink.CreatePair(link);
        _ = Task.Run(() => ServeAsync(there), CancellationToken.None);
        return await DealerConnection.ConnectAsync(here, meeting, party, parties, _options, cancellationToken);
    }

    private async Task ServeAsync(Stream stream)
    {
        try
        {
            await _service.ServeAsync(stream, CancellationToken.None);
        }
        catch (HybridException)
        {
            // The party has left or was refused, which it knows.
        }
    }
}
