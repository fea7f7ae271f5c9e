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

    /// <summary>The values of constants that are known here, and the shares that are here of those that nobody knows, by their numbers.</summary>
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
        Known(new Constant(name, Visibility.Private(owner), Shape.Of(values.Lengths), Flat(values)));

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
        return Known(new Constant(name, Visibility.Private(owner), shape, null, bound, norm));
    }

    /// <summary>
    /// A constant that neither party knows, of which each holds an additive share: at a party, with its share. Nothing is revealed of it to
    /// anybody; shape, fraction bits and bounds are public.
    /// </summary>
    /// <remarks>
    /// <para>
    /// Its fraction bits are those that it was split with. It is added and multiplied as it is, so that a product has the fraction bits of
    /// both; ops that take the program's fraction bits truncate it or scale it up before, as they do with values.
    /// </para>
    /// <para>
    /// Only shares compute with it. Sums cost nothing. To multiply by it, or as a factor of a matrix product or the kernels of a convolution, it costs
    /// either party 8 bytes for each of its elements once a session, and a round and 8 bytes for each element of the other factor in every run:
    /// twice what weights cost that are private to the server.
    /// </para>
    /// </remarks>
    /// <param name="name">Its name.</param>
    /// <param name="share">This party's share, from <see cref="ConstantShare.Split"/> or from a computation on shares. Read where it is: dispose of it when the program is not run any more.</param>
    public SecretTensor Secret(string name, ConstantShare share)
    {
        ArgumentNullException.ThrowIfNull(share);
        return Shared(name, share.Shape, share.FractionBits, share.Bounds, share, null);
    }

    /// <summary>A constant that neither party knows, where one process has both shares: to try things out, with both parties in it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="share">One party's share.</param>
    /// <param name="other">The other's.</param>
    /// <exception cref="ParameterException">They are not the two parties' shares of one constant.</exception>
    public SecretTensor Secret(string name, ConstantShare share, ConstantShare other)
    {
        ArgumentNullException.ThrowIfNull(share);
        ArgumentNullException.ThrowIfNull(other);
        ConstantShare.RequirePair(share, other);
        return Shared(name, share.Shape, share.FractionBits, share.Bounds, share, other);
    }

    /// <summary>A constant that neither party knows, without any share: to plan with, or to look at costs; a run needs the shares.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Its shape: at least one dimension, and one element.</param>
    /// <param name="fractionBits">What it is split with, in [0, 62].</param>
    /// <param name="bound">No number is larger in magnitude; at most 2^(61 - fraction bits).</param>
    /// <param name="norm">A bound on the sum of magnitudes in a column of a matrix, or in one kernel; what follows from the bound if null.</param>
    /// <exception cref="ParameterException">The shape, the fraction bits or a bound is out of range.</exception>
    public SecretTensor Secret(string name, Shape shape, int fractionBits, double bound, double? norm = null) =>
        Shared(name, shape, fractionBits, ConstantShare.BoundsOf(shape, fractionBits, bound, norm), null, null);

    /// <summary>A constant that everybody knows.</summary>
    public SecretTensor Public(string name, in ReadOnlyTensorSpan<double> values) =>
        Known(new Constant(name, Visibility.Public, Shape.Of(values.Lengths), Flat(values)));

    /// <summary>A number that everybody knows.</summary>
    public SecretTensor Public(double value) => Known(new Constant($"{value:g6}", Visibility.Public, new Shape(1), [value]));

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

    // Shares are integers already: the node is there at once, with their fraction bits, and not with those that an op would like.
    private SecretTensor Shared(string name, Shape shape, int fractionBits, ConstantBounds bounds, ConstantShare? share, ConstantShare? other)
    {
        int number = _constants++;
        Node node = Graph.Constant(name, Visibility.Secret, shape, fractionBits, bounds.Norm, bounds.Element);
        if (share is not null)
        {
            _bindings.Add(number, new ConstantBinding(node, share, other));
        }
        else if (_known?.GetValueOrDefault(number) is { Constant.IsSecret: true } binding && binding.Constant.Shape.Equals(shape) && binding.Constant.FractionBits == fractionBits)
        {
            _bindings.Add(number, binding);
        }

        return new SecretTensor(this, node);
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
        ConstantBounds bounds = ConstantBounds.Of(constant.Name, constant.Shape, fractionBits, constant.Bound, constant.Norm);
        return Graph.Constant(constant.Name, constant.Visibility, constant.Shape, fractionBits, bounds.Norm, bounds.Element);
    }

    private Node Encoded(Constant constant, double[] values, int fractionBits)
    {
        var integers = new long[values.Length];
        FixedPointFormat.Widest(fractionBits).Encode(values, integers);
        if (constant.Visibility.Kind == VisibilityKind.Public)
        {
            return Graph.Constant(constant.Name, constant.Shape, fractionBits, integers);
        }

        ConstantBounds bounds = ConstantBounds.Of(constant.Shape, integers);
        Node node = Graph.Constant(constant.Name, constant.Visibility, constant.Shape, fractionBits, bounds.Norm, bounds.Element);
        _bindings.Add(((ConstantOp)node.Op).Number, new ConstantBinding(node, integers));
        return node;
    }

    private static double[] Flat(in ReadOnlyTensorSpan<double> values)
    {
        var flat = new double[values.FlattenedLength];
        values.FlattenTo(flat);
        return flat;
    }

    /// <summary>A constant before an op has said with how many fraction bits it is needed.</summary>
    internal sealed record Constant(string Name, Visibility Visibility, Shape Shape, double[]? Values, double Bound = 0, double? Norm = null)
    {
        public Dictionary<int, Node> Nodes { get; } = [];
    }
}
