namespace Hybrid.Seal;

/// <summary>How a party takes part in CKKS.</summary>
public sealed record CkksOptions
{
    /// <summary>Threads to use.</summary>
    public int Parallelism { get; init; } = Environment.ProcessorCount;
}
