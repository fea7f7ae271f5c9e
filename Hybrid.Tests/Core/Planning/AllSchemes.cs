using Hybrid.Graph;
using Hybrid.Mpc;
using Hybrid.Paillier;
using Hybrid.Schemes;
using Hybrid.Seal;

namespace Hybrid.Tests.Core.Planning;

/// <summary>A client's registry of all schemes, as nothing has been set up.</summary>
internal static class AllSchemes
{
    public static SchemeRegistry Registry()
    {
        var registry = new SchemeRegistry(Party.Client);
        registry.UsePaillier();
        registry.UseCkks();
        registry.UseShares(new SharesOptions { Dealer = new InProcessDealer() });
        return registry;
    }
}
