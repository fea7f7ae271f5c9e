using System.Collections.Immutable;
using Hybrid.Mpc.Lookups;

namespace Hybrid.Mpc.Correlations;

/// <summary>A uniform word r and what a function's value at c − r is a public combination of, for any public c: one look-up.</summary>
internal sealed record LookupMask : CorrelationKind
{
    /// <summary>The kind for a function.</summary>
    /// <param name="recipe">How the function is made.</param>
    /// <param name="function">What the recipe makes.</param>
    public LookupMask(LookupRecipe recipe, LookupFunction function)
    {
        Recipe = recipe;
        Function = function;
    }

    /// <summary>How the function is made.</summary>
    public LookupRecipe Recipe { get; }

    /// <summary>The function.</summary>
    public LookupFunction Function { get; }

    /// <inheritdoc/>
    public override string Name => $"masks for {Function.Name}";

    private protected override ImmutableArray<DealtVector> Describe() => [new(1, Dealing.Shared), new(Function.BasisWords, Dealing.Derived)];

    internal override void Derive(DealtValues values) => Function.Deal(values[0], values[1]);
}
