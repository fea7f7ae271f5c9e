using Hybrid.Communication;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Dealing;
using Hybrid.Planning;
using Hybrid.Security;

namespace Hybrid.Mpc;

/// <summary>A dealer in the process of both parties, which share this object: for trying things out and for tests. It hides nothing in there.</summary>
/// <remarks>It deals as a dealer elsewhere does, over channels of its own, and stores what it deals before a run draws: so steps take as long as with one that is elsewhere.</remarks>
public sealed class InProcessDealer : IDealerAccess
{
    private readonly DealerConnectionOptions _options = new() { Prefetch = true };
    private readonly DealerService _service;
    private readonly LinkProfile? _link;

    /// <summary>Makes a dealer.</summary>
    /// <param name="random">Where its seeds come from; the operating system unless given.</param>
    /// <param name="link">How far it is from either party, as a link is made real; no distance unless given.</param>
    public InProcessDealer(IRandomSource? random = null, LinkProfile? link = null)
    {
        _service = new DealerService(DealerOptions.Default with { Random = random ?? OsRandom.Instance });
        _link = link;
    }

    /// <inheritdoc/>
    public string Description => "dealer in this process";

    /// <inheritdoc/>
    public LinkProfile Link => _link ?? LinkProfile.Loopback;

    /// <inheritdoc/>
    public async ValueTask<ICorrelationProvider> JoinAsync(MeetingId meeting, int party, int parties, CancellationToken cancellationToken = default)
    {
        (Stream here, Stream there) = _link is null ? InProcessTransport.CreatePair() : ShapedLink.CreatePair(_link);
        _ = Task.Run(() => ServeAsync(there), CancellationToken.None);
        return await DealerConnection.ConnectAsync(here, meeting, party, parties, _options, cancellationToken).ConfigureAwait(false);
    }

    private async Task ServeAsync(Stream stream)
    {
        try
        {
            await _service.ServeAsync(stream, CancellationToken.None).ConfigureAwait(false);
        }
        catch (HybridException)
        {
            // The party has left or was refused, which it knows: there is nobody else to tell.
        }
    }
}
