namespace Hybrid.Graph;

/// <summary>A tensor that one party brings.</summary>
/// <param name="Owner">Who brings it.</param>
public sealed record InputOp(Party Owner) : Op
{
    /// <summary>The name of all inputs.</summary>
    internal const string OpName = "Input";

    /// <inheritdoc/>
    public override string Name => OpName;

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs) => throw new InvalidOperationException("An input's facts are given.");
}

/// <summary>
/// A tensor fixed when the graph is made. Its values are not in the graph unless they are public: who knows them binds them to the node.
/// </summary>
/// <param name="Visibility">Who knows the values.</param>
/// <param name="Number">Which of the graph's constants it is, from 0: the same whatever the number of rows.</param>
/// <param name="NormBound">
/// A public bound on the integers' magnitudes that meet in one element of a product. For a matrix (k, n): on the sum in any column. For
/// kernels (O, C, KH, KW): on the sum in any of the O. For others: on any element.
/// </param>
public sealed record ConstantOp(Visibility Visibility, int Number, Int128 NormBound) : Op
{
    /// <summary>The name of all constants.</summary>
    internal const string OpName = "Constant";

    /// <inheritdoc/>
    public override string Name => OpName;

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs) => throw new InvalidOperationException("A constant's facts are given.");
}

/// <summary>Opens a tensor to one party: it goes on the disclosure ledger.</summary>
/// <param name="To">Who learns it.</param>
public sealed record RevealOp(Party To) : Op
{
    /// <inheritdoc/>
    public override string Name => "Reveal";

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs)
    {
        Node value = One(inputs);
        return new ValueFacts(value.Shape, value.FractionBits, value.Range);
    }
}
