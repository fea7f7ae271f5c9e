using System.Numerics.Tensors;
using Hybrid.Numerics;
using Hybrid.Schemes;
using Hybrid.Tensors;

namespace Hybrid.Graph;

/// <summary>
/// A computation on tensors that nobody sees as a whole, written down before it runs: inputs that parties bring, constants that some of them
/// know, and what is revealed to whom. Both parties have the same one; each knows the values of its own constants only.
/// </summary>
public sealed class TensorProgram
{
    private readonly Dictionary<int, ConstantBinding> _bindings = [];
    private readonly IReadOnlyDictionary<int, ConstantBinding>? _known;
    private int _constants;

    /// <summary>An empty program.</summary>
    /// <param name="options">How numbers are held.</param>
    /// <param name="known">
    /// The bindings of the same program for another number of rows, to be used again: constants with the same number and shape are the same.
    /// </param>
    public TensorProgram(ProgramOptions? options = null, IReadOnlyDictionary<int, ConstantBinding>? known = null)
    {
        Options = options ?? new ProgramOptions();
        _known = known;
    }

    /// <summary>How numbers are held.</summary>
    public ProgramOptions Options { get; }

    /// <summary>The ops so far.</summary>
    public OpGraph Graph { get; } = new();

    /// <summary>The values of constants that are known here, by their numbers.</summary>
    public IReadOnlyDictionary<int, ConstantBinding> Bindings => _bindings;

    /// <summary>A tensor that a party brings when the program runs.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="owner">Who brings it.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="bound">No number is larger in magnitude; those that are, are refused.</param>
    public SecretTensor Input(string name, Party owner, Shape shape, double bound = 16) =>
        new(this, Graph.Input(name, owner, shape, Options.FractionBits, WordRange.Within(FixedNumber.Of(bound, Options.FractionBits, name))));

    /// <summary>A constant that one party knows, at that party.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="owner">Who knows it.</param>
    /// <param name="values">The values. Bounds on them, rounded up to powers of two, become public; nothing else does.</param>
    public SecretTensor Private(string name, Party owner, in ReadOnlyTensorSpan<double> values) =>
        Known(new Constant(name, Visibility.Private(owner), Shape.Of(values.Lengths), Flat(values), 0, 0));

    /// <summary>A constant that the other party knows, where it is not known.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="owner">Who knows it.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="bound">No number is larger in magnitude.</param>
    /// <param name="norm">
    /// A bound on the sum of magnitudes in a column of a matrix, or in one kernel; the product with the bound if null. Both parties must
    /// say the same.
    /// </param>
    public SecretTensor Private(string name, Party owner, Shape shape, double bound, double? norm = null)
    {
        ArgumentNullException.ThrowIfNull(shape);
        int terms = shape.Rank switch { 2 => shape[0], 4 => shape[1] * shape[2] * shape[3], _ => 1 };
        return Known(new Constant(name, Visibility.Private(owner), shape, null, bound, norm ?? (bound * terms)));
    }

    /// <summary>A constant that everybody knows.</summary>
    public SecretTensor Public(string name, in ReadOnlyTensorSpan<double> values) =>
        Known(new Constant(name, Visibility.Public, Shape.Of(values.Lengths), Flat(values), 0, 0));

    /// <summary>A number that everybody knows.</summary>
    public SecretTensor Public(double value) => Known(new Constant($"{value:g6}", Visibility.Public, new Shape(1), [value], 0, 0));

    /// <summary>The same program up to an op, whose value alone is revealed.</summary>
    internal TensorProgram UpTo(Node op, Party to)
    {
        var part = new TensorProgram(Options);
        var copies = new Dictionary<int, Node>();
        foreach (Node node in Graph.Nodes.Take(op.Id + 1).Where(node => node.Op is not RevealOp))
        {
            Node copy = node.Op switch
            {
                InputOp input => part.Graph.Input(node.Label, input.Owner, node.Shape, node.FractionBits, node.Range),
                ConstantOp when node.PublicIntegers is { } integers => part.Graph.Constant(node.Label, node.Shape, node.FractionBits, integers.Span),
                ConstantOp constant => part.Graph.Constant(node.Label, constant.Visibility, node.Shape, node.FractionBits, constant.NormBound, node.Magnitude),
                _ => part.Graph.Add(node.Label, node.Op, [.. node.Inputs.Select(input => copies[input.Id])]),
            };
            copies.Add(node.Id, copy);
            if (Graph.Pins.TryGetValue(node.Id, out Scheme pin))
            {
                part.Graph.Pin(copy, pin);
            }
        }

        foreach ((int number, ConstantBinding binding) in Bindings)
            part._bindings.Add(number, binding);
        part.Graph.Reveal("value", copies[op.Id], to);
        return part;
    }

    internal SecretTensor Known(Constant constant) => new(this, constant);

    /// <summary>A constant's node with so many fraction bits.</summary>
    internal Node NodeOf(Constant constant, int fractionBits)
    {
        if (constant.Nodes.TryGetValue(fractionBits, out Node? known))
        {
            return known;
        }

        int number = _constants++;
        Node node = _known?.GetValueOrDefault(number) is { } binding && binding.Constant.Shape.Equals(constant.Shape) && binding.Constant.FractionBits == fractionBits
            ? Again(constant, binding)
            : constant.Values is null ? Unknown(constant, fractionBits) : Encoded(constant, constant.Values, fractionBits);
        constant.Nodes.Add(fractionBits, node);
        return node;
    }

    private Node Again(Constant constant, ConstantBinding binding)
    {
        Node known = binding.Constant;
        Node node = Graph.Constant(constant.Name, constant.Visibility, constant.Shape, known.FractionBits, ((ConstantOp)known.Op).NormBound, known.Magnitude);
        _bindings.Add(((ConstantOp)node.Op).Number, binding);
        return node;
    }

    private Node Unknown(Constant constant, int fractionBits)
    {
        Int128 bound = PowerOfTwo(Scaled(constant.Bound, fractionBits));
        return Graph.Constant(constant.Name, constant.Visibility, constant.Shape, fractionBits, Int128.Max(bound, PowerOfTwo(Scaled(constant.Norm, fractionBits))), bound);
    }

    private Node Encoded(Constant constant, double[] values, int fractionBits)
    {
        var integers = new long[values.Length];
        FixedPointFormat.Widest(fractionBits).Encode(values, integers);
        if (constant.Visibility.Kind == VisibilityKind.Public)
        {
            return Graph.Constant(constant.Name, constant.Shape, fractionBits, integers);
        }

        Int128 most = 0;
        foreach (long integer in integers)
            most = Int128.Max(most, Int128.Abs(integer));
        // What is public of private numbers is rounded up to powers of two.
        Int128 norm = PowerOfTwo(ConstantNorm.Of(constant.Shape, integers));
        Node node = Graph.Constant(constant.Name, constant.Visibility, constant.Shape, fractionBits, norm, PowerOfTwo(most));
        _bindings.Add(((ConstantOp)node.Op).Number, new ConstantBinding(node, integers));
        return node;
    }

    private static Int128 Scaled(double bound, int fractionBits) => (Int128)Math.Ceiling(Math.ScaleB(bound, fractionBits));

    private static Int128 PowerOfTwo(Int128 least) => least <= 1 ? 1 : Int128.One << (128 - (int)Int128.LeadingZeroCount(least - 1));

    private static double[] Flat(in ReadOnlyTensorSpan<double> values)
    {
        var flat = new double[values.FlattenedLength];
        values.FlattenTo(flat);
        return flat;
    }

    /// <summary>A constant before an op has said with how many fraction bits it is needed.</summary>
    internal sealed record Constant(string Name, Visibility Visibility, Shape Shape, double[]? Values, double Bound, double Norm)
    {
        public Dictionary<int, Node> Nodes { get; } = [];
    }
}
