using Hybrid.Schemes;

namespace Hybrid.Paillier;

/// <summary>Brings Paillier into a session.</summary>
public static class PaillierSchemeExtensions
{
    /// <summary>Adds the Paillier backend and its conversions from and to the client's plain tensors.</summary>
    /// <param name="registry">The registry of either party's end.</param>
    /// <param name="options">Key and threads; a fresh 3072-bit key at the client unless given.</param>
    public static void UsePaillier(this SchemeRegistry registry, PaillierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(registry);
        var backend = new PaillierBackend(registry, options ?? new PaillierOptions());
        registry.Add(backend, new PlainToPaillier(backend), new PaillierToPlain(backend));
    }
}
