using System.Collections.Immutable;
using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Graph;

/// <summary>
/// A computation as nodes in the order they were added. Public: both parties have the same one, and it holds no values.
/// Every method that adds a node infers its shape, its fraction bits and a bound on its integers, and refuses what could wrap.
/// </summary>
public sealed class OpGraph
{
    /// <summary>The widest integers the library computes with, in bits: signed 128-bit.</summary>
    public const int MaximumBits = 127;

    private readonly List<Node> _nodes = [];

    /// <summary>The nodes so far; a node's inputs come before it.</summary>
    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>Adds a tensor that a party brings when the graph runs.</summary>
    public Node Input(string label, Party owner, Shape shape, FixedPointFormat format) =>
        Append(label, new InputOp(owner), [], shape, format.FractionBits, format.Magnitude);

    /// <summary>Adds a constant known to one party or all; its values are bound to the node where they are known.</summary>
    /// <param name="label">Its name.</param>
    /// <param name="visibility">Who knows it.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="fractionBits">Fraction bits of its integers.</param>
    /// <param name="normBound">A public bound: see <see cref="ConstantOp.NormBound"/>.</param>
    public Node Constant(string label, Visibility visibility, Shape shape, int fractionBits, Int128 normBound)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(normBound);
        return Append(label, new ConstantOp(visibility, normBound), [], shape, fractionBits, normBound);
    }

    /// <summary>Adds (m, k) · (k, n) with a constant second factor.</summary>
    /// <exception cref="ParameterException">The shapes do not fit, or the product could wrap.</exception>
    public Node MatMul(Node left, Node weights)
    {
        ArgumentNullException.ThrowIfNull(left);
        ConstantOp constant = RequireConstant(weights, "MatMul");
        return Append(null, new MatMulOp(), [left, weights], Shape.MatMul(left.Shape, weights.Shape), left.FractionBits + weights.FractionBits, Product(left, constant.NormBound));
    }

    /// <summary>Adds (m, n) + (n) with a constant second term of the same fraction bits.</summary>
    /// <exception cref="ParameterException">The shapes or the fraction bits do not fit, or the sum could wrap.</exception>
    public Node Add(Node left, Node bias)
    {
        ArgumentNullException.ThrowIfNull(left);
        ConstantOp constant = RequireConstant(bias, "Add");
        if (left.Shape.Rank != 2 || bias.Shape.Rank != 1 || left.Shape[1] != bias.Shape[0])
        {
            throw new ParameterException(ParameterFault.Mismatch, $"Add takes (m, n) and (n); it was given {left.Shape} and {bias.Shape}.");
        }

        if (left.FractionBits != bias.FractionBits)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"Add takes terms of the same fraction bits; it was given {left.FractionBits} and {bias.FractionBits}.");
        }

        return Append(null, new AddOp(), [left, bias], left.Shape, left.FractionBits, left.Magnitude + constant.NormBound);
    }

    /// <summary>Adds a value with fewer fraction bits, or the value itself if it has no more.</summary>
    public Node Truncate(Node value, int fractionBits)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentOutOfRangeException.ThrowIfNegative(fractionBits);
        int bits = value.FractionBits - fractionBits;
        return bits <= 0 ? value : Append(null, new TruncateOp(), [value], value.Shape, fractionBits, (value.Magnitude >> Math.Min(bits, MaximumBits)) + TruncateOp.MaximumError);
    }

    /// <summary>Adds 1 / (1 + e^-x) for each element; its values are from 0 to 1.</summary>
    public Node Sigmoid(Node value) => Fraction(new SigmoidOp(), value);

    /// <summary>Adds e^x over the sum of all e^x in the last dimension; its values are from 0 to 1.</summary>
    /// <exception cref="ParameterException">The value has no dimension.</exception>
    public Node Softmax(Node value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Shape.Rank > 0
            ? Fraction(new SoftmaxOp(), value)
            : throw new ParameterException(ParameterFault.Mismatch, "Softmax takes a tensor of at least one dimension; it was given a single number.");
    }

    /// <summary>Opens a value to a party.</summary>
    public Node Reveal(string label, Node value, Party to)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Append(label, new RevealOp(to), [value], value.Shape, value.FractionBits, value.Magnitude);
    }

    // Up to 1, and below 2: a scheme that approximates may end a little above.
    private Node Fraction(Op op, Node value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Append(null, op, [value], value.Shape, value.FractionBits, (Int128.One << Math.Min(value.FractionBits + 1, MaximumBits)) - 1);
    }

    private static ConstantOp RequireConstant(Node node, string op)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.Op as ConstantOp
            ?? throw new ParameterException(ParameterFault.Unsupported, $"{op} takes a constant on its right; it was given {node.Op.Name}.");
    }

    private static Int128 Product(Node left, Int128 norm)
    {
        // Both are below 2^127; the product is checked before it is taken.
        if (Node.BitsFor(left.Magnitude) + Node.BitsFor(norm) > MaximumBits)
        {
            throw Wraps("MatMul", Node.BitsFor(left.Magnitude) + Node.BitsFor(norm));
        }

        return left.Magnitude * norm;
    }

    private static ParameterException Wraps(string op, int bits) =>
        new(ParameterFault.OutOfRange, $"{op} could give integers of {bits} bits, and {MaximumBits} is the limit: use fewer fraction bits or tighter bounds.");

    private Node Append(string? label, Op op, ImmutableArray<Node> inputs, Shape shape, int fractionBits, Int128 magnitude)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (Node.BitsFor(magnitude) > MaximumBits)
        {
            throw Wraps(op.Name, Node.BitsFor(magnitude));
        }

        foreach (Node input in inputs)
        {
            if (input.Id >= _nodes.Count || _nodes[input.Id] != input)
            {
                throw new ArgumentException($"{input} belongs to another graph.", nameof(inputs));
            }
        }

        var node = new Node(_nodes.Count, label ?? $"{op.Name}{_nodes.Count}", op, inputs, shape, fractionBits, magnitude);
        _nodes.Add(node);
        return node;
    }
}
