using Hybrid.Security;

namespace Hybrid.Mpc.Correlations;

/// <summary>What a dealer remembers from one deal to the next of the same parties: the masks of their weights.</summary>
internal sealed class DealerMemory : IDisposable
{
    private readonly Dictionary<WeightMask, SecretBuffer<ulong>> _masks = [];

    /// <summary>Remembers a mask.</summary>
    /// <exception cref="ParameterException">It was dealt before: one mask for two matrices would show their difference.</exception>
    public void Add(WeightMask mask, SecretBuffer<ulong> words)
    {
        if (!_masks.TryAdd(mask, words))
        {
            words.Dispose();
            throw new ParameterException(ParameterFault.Mismatch, $"The {mask.Name} were dealt before: open weights once, and number other weights apart.");
        }
    }

    /// <summary>The words of a mask, while the memory is alive.</summary>
    /// <exception cref="ParameterException">No such mask was dealt.</exception>
    public ReadOnlySpan<ulong> Of(WeightMask mask) => _masks.TryGetValue(mask, out SecretBuffer<ulong>? words)
        ? words.Span
        : throw new ParameterException(ParameterFault.Mismatch, $"Products need the {mask.Name}, which were not dealt: open the weights first.");

    public void Dispose()
    {
        foreach (SecretBuffer<ulong> words in _masks.Values)
            words.Dispose();
    }
}
