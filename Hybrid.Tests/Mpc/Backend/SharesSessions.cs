using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Models;
using Hybrid.Mpc;
using Hybrid.Mpc.Correlations;
using Hybrid.Schemes;

namespace Hybrid.Tests.Mpc.Backend;

/// <summary>A client and a server that compute on shares, with a dealer in the process.</summary>
internal static class SharesSessions
{
    /// <summary>Waits long enough for a busy machine, and sends no heartbeat while a test counts bytes.</summary>
    public static ChannelOptions Patient { get; } = new() { HeartbeatInterval = TimeSpan.FromSeconds(10), SilenceTimeout = TimeSpan.FromSeconds(40) };

    public static SessionOptions Options(IDealerAccess dealer, ComparisonMethod comparison = ComparisonMethod.Tree, Revealed? reveal = null)
    {
        var shares = new SharesOptions { Dealer = dealer, Comparison = comparison };
        return new SessionOptions { Schemes = schemes => schemes.UseShares(shares), Pin = Scheme.Shares, Reveal = reveal, Channel = Patient };
    }

    public static Task<LocalSession> StartAsync(LinearModel model, int rows = 1, ComparisonMethod comparison = ComparisonMethod.Tree, Revealed? reveal = null)
    {
        SessionOptions options = Options(new InProcessDealer(), comparison, reveal);
        return LocalSession.StartAsync(model, options, options, rows);
    }
}
