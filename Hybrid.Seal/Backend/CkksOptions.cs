namespace Hybrid.Seal;

/// <summary>How a party takes part in CKKS.</summary>
public sealed record CkksOptions
{
    /// <summary>Threads to use.</summary>
    public int Parallelism { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// Whether a client may choose keys that merge a layer's results, where the bytes they save count for more than what they take: a server
    /// goes by its client's choice.
    /// </summary>
    public bool MayMerge { get; init; } = true;
}
