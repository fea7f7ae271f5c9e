namespace Hybrid.Mpc.Lookups;

/// <summary>The sizes of a looked-up function, all of them public and part of its name.</summary>
internal sealed record LookupShape
{
    /// <summary>What it is called, such as "sigmoid".</summary>
    public required string Label { get; init; }

    /// <summary>Fraction bits of the input X: x = X / 2^f.</summary>
    public required int InputFractionBits { get; init; }

    /// <summary>What is subtracted from X before it is masked: the start of the domain, or 0 for a periodic function.</summary>
    public long Offset { get; init; }

    /// <summary>k: the function has 2^k segments.</summary>
    public int TableBits { get; init; }

    /// <summary>L: a segment is 2^L steps of X wide.</summary>
    public required int LowBits { get; init; }

    /// <summary>How many words the dealer shares for each element: 2^k · M.</summary>
    public required int BasisWords { get; init; }

    /// <summary>h: fraction bits of the dealer's words.</summary>
    public required int BasisFractionBits { get; init; }

    /// <summary>g: fraction bits of the public coefficients.</summary>
    public required int CoefficientFractionBits { get; init; }

    /// <summary>What X is multiplied by and added to the result; 0 for most functions.</summary>
    public double Slope { get; init; }

    /// <summary>The lowest x of the domain.</summary>
    public required double Lowest { get; init; }

    /// <summary>The highest x of the domain.</summary>
    public required double Highest { get; init; }

    /// <summary>The largest |f(x)| on the domain.</summary>
    public required double MaximumMagnitude { get; init; }

    /// <summary>A bound on |result - f(x)| / max(1, |f(x)|) on the domain.</summary>
    public required double MaximumError { get; init; }
}
