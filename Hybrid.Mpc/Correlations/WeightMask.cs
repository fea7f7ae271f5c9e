using System.Collections.Immutable;

namespace Hybrid.Mpc.Correlations;

/// <summary>A uniform matrix B (k × n) that one party alone knows: it hides that party's weights, once for all their products.</summary>
/// <remarks>There is one for each matrix of weights: used for two, their difference would show.</remarks>
public sealed record WeightMask : CorrelationKind
{
    /// <summary>The mask of one matrix of weights.</summary>
    /// <param name="weights">Which weights of the plan, 0 or more.</param>
    /// <param name="owner">The party that knows them, 0 or 1.</param>
    /// <param name="k">Their rows.</param>
    /// <param name="n">Their columns.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative, or the owner is not 0 or 1.</exception>
    /// <exception cref="ParameterException">A size is not positive, or there are too many weights.</exception>
    public WeightMask(int weights, int owner, int k, int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(weights);
        ArgumentOutOfRangeException.ThrowIfNegative(owner);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(owner, 1);
        CheckMatrices(1, k, n);
        Weights = weights;
        Owner = owner;
        K = k;
        N = n;
    }

    /// <summary>Which weights of the plan.</summary>
    public int Weights { get; }

    /// <summary>The party that knows them.</summary>
    public int Owner { get; }

    /// <summary>Rows of the weights.</summary>
    public int K { get; }

    /// <summary>Columns of the weights.</summary>
    public int N { get; }

    /// <inheritdoc/>
    public override string Name => $"masks of party {Owner}'s weights {Weights}, {K} × {N}";

    internal override ImmutableArray<DealtVector> Vectors => [new(K * N, Owner == 0 ? Dealing.Party0 : Dealing.Party1)];

    internal override long MaximumCount => 1;

    internal override void Derive(CorrelationVectors values, ReadOnlySpan<ulong> mask)
    {
        // Nothing is derived from a mask alone.
    }
}
