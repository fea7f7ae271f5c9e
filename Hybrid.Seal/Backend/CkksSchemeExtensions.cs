using Hybrid.Schemes;

namespace Hybrid.Seal;

/// <summary>Brings CKKS into a session.</summary>
public static class CkksSchemeExtensions
{
    /// <summary>Adds the CKKS backend and its conversions from and to the client's plain tensors.</summary>
    /// <param name="registry">The registry of either party's end.</param>
    /// <param name="options">Threads. The client makes a fresh key for each session.</param>
    public static void UseCkks(this SchemeRegistry registry, CkksOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(registry);
        var backend = new CkksBackend(registry, options ?? new CkksOptions());
        registry.Add(backend, new PlainToCkks(backend), new CkksToPlain(backend));
    }
}
