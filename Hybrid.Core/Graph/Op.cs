namespace Hybrid.Graph;

/// <summary>What a node of the graph does. Names are ONNX's where ONNX has one.</summary>
public abstract record Op
{
    private protected Op()
    {
    }

    /// <summary>The op's name.</summary>
    public abstract string Name { get; }
}

/// <summary>A tensor that one party brings.</summary>
/// <param name="Owner">Who brings it.</param>
public sealed record InputOp(Party Owner) : Op
{
    /// <inheritdoc/>
    public override string Name => "Input";
}

/// <summary>
/// A tensor fixed when the graph is made. Its values are not in the graph, for the graph is public: who knows them binds
/// them to the node.
/// </summary>
/// <param name="Visibility">Who knows the values.</param>
/// <param name="NormBound">
/// For a matrix (k, n): a public bound on the sum of absolute integers in any of its columns. For others: on any element.
/// </param>
public sealed record ConstantOp(Visibility Visibility, Int128 NormBound) : Op
{
    /// <inheritdoc/>
    public override string Name => "Constant";
}

/// <summary>(m, k) by (k, n): a matrix product. The second input is a constant.</summary>
public sealed record MatMulOp : Op
{
    /// <inheritdoc/>
    public override string Name => "MatMul";
}

/// <summary>(m, n) plus (n): the second input, a constant, is added to every row.</summary>
public sealed record AddOp : Op
{
    /// <inheritdoc/>
    public override string Name => "Add";
}

/// <summary>A tensor with fewer fraction bits: what falls off is rounded up or down, by at most <see cref="MaximumError"/> units together.</summary>
public sealed record TruncateOp : Op
{
    /// <summary>No integer of the result is further from the exact quotient than this: one unit, and one for every part that a scheme cuts it into.</summary>
    public const int MaximumError = 8;

    /// <inheritdoc/>
    public override string Name => "Truncate";
}

/// <summary>1 / (1 + e^-x), element by element, with x's fraction bits.</summary>
public sealed record SigmoidOp : Op
{
    /// <inheritdoc/>
    public override string Name => "Sigmoid";
}

/// <summary>e^x over the sum of all e^x in the last dimension, with x's fraction bits.</summary>
public sealed record SoftmaxOp : Op
{
    /// <inheritdoc/>
    public override string Name => "Softmax";
}

/// <summary>Opens a tensor to one party: it goes on the disclosure ledger.</summary>
/// <param name="To">Who learns it.</param>
public sealed record RevealOp(Party To) : Op
{
    /// <inheritdoc/>
    public override string Name => "Reveal";
}
