using System.Collections.Immutable;
using Hybrid.Numerics;
using Hybrid.Schemes;
using Hybrid.Tensors;

namespace Hybrid.Graph;

/// <summary>
/// A computation as nodes in the order they were added. Public: both parties have the same one, and it holds no values but public ones.
/// Every method that adds a node infers its shape, its fraction bits and a bound on its integers, and refuses what could wrap.
/// </summary>
public sealed class OpGraph
{
    /// <summary>The widest integers the library computes with, in bits: signed 128-bit.</summary>
    public const int MaximumBits = 127;

    /// <summary>The most fraction bits: numbers of a few integer bits more still fit <see cref="MaximumBits"/>.</summary>
    public const int MaximumFractionBits = 110;

    private readonly List<Node> _nodes = [];
    private readonly Dictionary<int, Scheme> _pins = [];
    private int _constants;

    /// <summary>The nodes so far; a node's inputs come before it.</summary>
    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>The tensors that parties bring.</summary>
    public IEnumerable<Node> Inputs => _nodes.Where(node => node.Op is InputOp);

    /// <summary>The values that parties learn.</summary>
    public IEnumerable<Node> Reveals => _nodes.Where(node => node.Op is RevealOp);

    /// <summary>The schemes that ops were pinned to, by node.</summary>
    public IReadOnlyDictionary<int, Scheme> Pins => _pins;

    /// <summary>Adds a tensor that a party brings when the graph runs.</summary>
    public Node Input(string label, Party owner, Shape shape, FixedPointFormat format) =>
        Append(label, new InputOp(owner), [], new ValueFacts(shape, format.FractionBits, WordRange.Within(format.Magnitude)));

    /// <summary>Adds a tensor that a party brings, whose integers are in a range.</summary>
    public Node Input(string label, Party owner, Shape shape, int fractionBits, WordRange range) =>
        Append(label, new InputOp(owner), [], new ValueFacts(shape, fractionBits, range));

    /// <summary>
    /// Adds a constant known to one party, all or nobody; its values are bound to the node where they are known, each party's share where
    /// nobody knows them.
    /// </summary>
    /// <param name="label">Its name.</param>
    /// <param name="visibility">Who knows it.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="fractionBits">Fraction bits of its integers.</param>
    /// <param name="normBound">A public bound: see <see cref="ConstantOp.NormBound"/>.</param>
    /// <param name="elementBound">A public bound on the magnitude of any element; the norm's if null.</param>
    public Node Constant(string label, Visibility visibility, Shape shape, int fractionBits, Int128 normBound, Int128? elementBound = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(normBound);
        WordRange range = WordRange.Within(Int128.Min(elementBound ?? normBound, normBound));
        return Append(label, new ConstantOp(visibility, _constants++, normBound), [], new ValueFacts(shape, fractionBits, range));
    }

    /// <summary>Adds a constant that all know.</summary>
    /// <param name="label">Its name.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="fractionBits">Fraction bits of its integers.</param>
    /// <param name="integers">As many as the shape has elements, row-major.</param>
    public Node Constant(string label, Shape shape, int fractionBits, ReadOnlySpan<long> integers)
    {
        ArgumentNullException.ThrowIfNull(shape);
        long[] copy = integers.ToArray();
        if (copy.Length != shape.ElementCount)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"{label} of shape {shape} has {shape.ElementCount} elements; {copy.Length} were given.");
        }

        WordRange range = copy.Length == 0 ? default : new WordRange(copy.Min(), copy.Max());
        var op = new ConstantOp(Visibility.Public, _constants++, ConstantNorm.Of(shape, copy));
        return Append(label, op, [], new ValueFacts(shape, fractionBits, range), copy);
    }

    /// <summary>Adds an op.</summary>
    /// <param name="op">The op.</param>
    /// <param name="inputs">What it is applied to.</param>
    /// <exception cref="ParameterException">The inputs do not fit the op, or the result could wrap.</exception>
    public Node Add(Op op, params ReadOnlySpan<Node> inputs) => Add(null, op, inputs);

    /// <summary>Adds an op and names its value.</summary>
    /// <param name="label">The name; null: the op's and its position.</param>
    /// <param name="op">The op.</param>
    /// <param name="inputs">What it is applied to.</param>
    /// <exception cref="ParameterException">The inputs do not fit the op, or the result could wrap.</exception>
    public Node Add(string? label, Op op, params ReadOnlySpan<Node> inputs)
    {
        ArgumentNullException.ThrowIfNull(op);
        foreach (Node input in inputs)
        {
            ArgumentNullException.ThrowIfNull(input, nameof(inputs));
            if (input.Id >= _nodes.Count || _nodes[input.Id] != input)
            {
                throw new ArgumentException($"{input} belongs to another graph.", nameof(inputs));
            }
        }

        return Append(label, op, [.. inputs], op.Infer(inputs));
    }

    /// <summary>Adds (m, k) · (k, n).</summary>
    /// <exception cref="ParameterException">The shapes do not fit, or the product could wrap.</exception>
    public Node MatMul(Node left, Node right) => Add(new MatMulOp(), left, right);

    /// <summary>Adds a sum of two values of the same fraction bits.</summary>
    /// <exception cref="ParameterException">The shapes or the fraction bits do not fit, or the sum could wrap.</exception>
    public Node Add(Node left, Node right) => Add(new AddOp(), left, right);

    /// <summary>Adds a value with fewer fraction bits, or the value itself if it has no more.</summary>
    public Node Truncate(Node value, int fractionBits)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentOutOfRangeException.ThrowIfNegative(fractionBits);
        return value.FractionBits <= fractionBits ? value : Add(new TruncateOp(value.FractionBits - fractionBits), value);
    }

    /// <summary>Adds 1 / (1 + e^-x) for each element; its values are from 0 to 1.</summary>
    public Node Sigmoid(Node value) => Add(new UnaryOp(UnaryFunction.Sigmoid), value);

    /// <summary>Adds e^x over the sum of all e^x in the last dimension; its values are from 0 to 1.</summary>
    /// <exception cref="ParameterException">The value has no dimension.</exception>
    public Node Softmax(Node value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Shape.Rank > 0
            ? Add(new SoftmaxOp(value.Shape.Rank - 1), value)
            : throw new ParameterException(ParameterFault.Mismatch, "Softmax takes a tensor of at least one dimension; it was given a single number.");
    }

    /// <summary>Opens a value to a party.</summary>
    public Node Reveal(string label, Node value, Party to) => Add(label, new RevealOp(to), value);

    /// <summary>Has an op computed in one scheme, whatever it costs.</summary>
    /// <exception cref="ParameterException">The node is no op that a scheme computes.</exception>
    public void Pin(Node node, Scheme scheme)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (scheme == Scheme.Plain || node.Op is InputOp or ConstantOp or RevealOp)
        {
            throw new ParameterException(ParameterFault.Unsupported, $"{node.Label} cannot be pinned to {scheme}: ops, not {node.Op.Name}, are pinned, to a scheme that hides them.");
        }

        _pins[node.Id] = scheme;
    }

    /// <summary>What a node is called that nobody gave a name.</summary>
    internal static string DefaultLabel(string op, int position) => $"{op}{position}";

    private Node Append(string? label, Op op, ImmutableArray<Node> inputs, ValueFacts facts, long[]? integers = null)
    {
        ArgumentNullException.ThrowIfNull(facts.Shape, "shape");
        if (Node.BitsFor(facts.Range.Magnitude) > MaximumBits)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange,
                $"{op.Name} could give integers of {Node.BitsFor(facts.Range.Magnitude)} bits or more, and {MaximumBits} is the limit: use fewer fraction bits or tighter bounds.");
        }

        if (facts.FractionBits is < 0 or > MaximumFractionBits)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange, $"{op.Name} would give integers of {facts.FractionBits} fraction bits: choose 0 to {MaximumFractionBits}.");
        }

        var node = new Node(_nodes.Count, label ?? DefaultLabel(op.Name, _nodes.Count), op, inputs, facts) { PublicIntegers = integers is null ? default(ReadOnlyMemory<long>?) : integers };
        _nodes.Add(node);
        return node;
    }
}
