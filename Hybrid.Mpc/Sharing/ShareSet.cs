namespace Hybrid.Mpc.Sharing;

/// <summary>
/// All shares of one tensor, as only the party that split it holds them: seeds for all parties but one, and words for that one.
/// </summary>
/// <remarks>Together they are the tensor: send each to its party, and dispose of the set.</remarks>
public sealed class ShareSet : IDisposable
{
    private readonly SeededShare[] _seeded;

    internal ShareSet(SeededShare[] seeded, ArithmeticShare explicitShare)
    {
        _seeded = seeded;
        Explicit = explicitShare;
    }

    /// <summary>The shares that fit a seed, in the order of their parties: 16 bytes to send for each.</summary>
    public IReadOnlyList<SeededShare> Seeded => _seeded;

    /// <summary>The one share that does not: 8 bytes for each element, nothing if the splitting party keeps it.</summary>
    public ArithmeticShare Explicit { get; }

    /// <summary>Wipes every share of the set.</summary>
    public void Dispose()
    {
        foreach (SeededShare share in _seeded)
            share.Dispose();
        Explicit.Dispose();
    }
}
