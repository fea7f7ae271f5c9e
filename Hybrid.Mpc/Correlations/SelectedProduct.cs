using System.Collections.Immutable;
using Hybrid.Mpc.Ring64;

namespace Hybrid.Mpc.Correlations;

/// <summary>
/// For each row of a matrix product with private weights, of whose factors it is still unknown which of two they will be: uniform rows a and t
/// known to the party without the weights, shares of a · B, B being the weights' mask, and shares of t[i] · B[i] for each i, unsummed.
/// </summary>
/// <remarks>Any choice of factors a + d t, d being bits, then has shares of its product: those of a · B and of the rows that d picks.</remarks>
public sealed record SelectedProduct : CorrelationKind
{
    // The vectors' places.
    internal const int Base = 0;
    internal const int Step = 1;
    internal const int BaseProducts = 2;
    internal const int StepProducts = 3;

    /// <summary>The kind for a matrix of weights.</summary>
    /// <param name="inner">Its rows, which are the factors of a product, 1 or more.</param>
    /// <param name="columns">Its columns, which are the results, 1 or more.</param>
    /// <param name="weights">Its mask.</param>
    /// <exception cref="ParameterException">The mask has not the matrix's size, or a row's products are too many for one piece.</exception>
    public SelectedProduct(int inner, int columns, WeightMask weights)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inner, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentNullException.ThrowIfNull(weights);
        if ((long)inner * columns != weights.Words)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"A matrix of {inner} by {columns} has not {weights.Words} weights, for which the mask is.");
        }

        RequireElement($"A row of factors for {inner} by {columns} weights", WordsPerRow(inner, columns));
        Inner = inner;
        Columns = columns;
        Weights = weights;
    }

    /// <summary>Rows of the weights.</summary>
    public int Inner { get; }

    /// <summary>Columns of the weights.</summary>
    public int Columns { get; }

    /// <summary>The mask of the weights.</summary>
    public WeightMask Weights { get; }

    /// <inheritdoc/>
    public override string Name => $"products of selected rows with party {Weights.Owner}'s {Inner} by {Columns} weights {Weights.Weights}";

    /// <summary>Whether a product is small enough to be dealt for, and to be held until the bits are open.</summary>
    /// <param name="count">Factors of all rows.</param>
    /// <param name="inner">Rows of the weights.</param>
    /// <param name="columns">Columns of the weights.</param>
    internal static bool CanDeal(int count, int inner, int columns) =>
        WordsPerRow(inner, columns) <= MaximumElementWords && (Int128)count * (columns + 1) <= MaximumElementWords;

    private static Int128 WordsPerRow(int inner, int columns) => (2 * (Int128)inner) + columns + ((Int128)inner * columns);

    private protected override ImmutableArray<DealtVector> Describe() =>
    [
        new(Inner, Dealing.Owned, Owner: 1 - Weights.Owner), new(Inner, Dealing.Owned, Owner: 1 - Weights.Owner),
        new(Columns, Dealing.Derived), new(Inner * Columns, Dealing.Derived),
    ];

    internal override int MaximumParties => 2;

    internal override WeightMask? Mask => Weights;

    internal override void Derive(DealtValues values)
    {
        ReadOnlySpan<ulong> mask = values.Mask;
        Span<ulong> step = values[Step];
        Span<ulong> products = values[StepProducts];
        MatrixProduct.Multiply(values[Base], mask, values[BaseProducts], values.Count, Inner, Columns);
        for (int i = 0; i < step.Length; i++)
            RingVector.Multiply(mask.Slice(i % Inner * Columns, Columns), step[i], products.Slice(i * Columns, Columns));
    }
}
