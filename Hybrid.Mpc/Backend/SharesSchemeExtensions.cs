using Hybrid.Schemes;

namespace Hybrid.Mpc;

/// <summary>Brings additive shares into a session.</summary>
public static class SharesSchemeExtensions
{
    /// <summary>Adds the backend for shares and its conversions from and to the client's plain tensors.</summary>
    /// <param name="registry">The registry of either party's end.</param>
    /// <param name="options">The way to the dealer.</param>
    public static void UseShares(this SchemeRegistry registry, SharesOptions options)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(options);
        var backend = new SharesBackend(registry, options);
        registry.Add(backend, new PlainToShares(backend), new SharesToPlain(backend));
    }
}
