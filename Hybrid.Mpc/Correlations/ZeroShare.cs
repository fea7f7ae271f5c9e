using System.Collections.Immutable;

namespace Hybrid.Mpc.Correlations;

/// <summary>Shares of zero, uniform but for their sum: added to a tensor's shares, they leave nothing in them but the tensor.</summary>
public sealed record ZeroShare : CorrelationKind
{
    /// <inheritdoc/>
    public override string Name => "shares of zero";

    private protected override ImmutableArray<DealtVector> Describe() => [new(1, Dealing.Derived)];

    internal override void Derive(DealtValues values) => values[0].Clear();
}
