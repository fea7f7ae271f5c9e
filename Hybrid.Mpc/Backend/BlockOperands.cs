using Hybrid.Graph;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Functions;
using Hybrid.Mpc.Protocols;
using Hybrid.Numerics;
using Hybrid.Planning;

namespace Hybrid.Mpc;

/// <summary>What the ops of a block are applied to: values of earlier ops, and constants in whichever way an op takes them.</summary>
internal sealed class BlockOperands
{
    private const int Server = (int)Party.Server;

    private readonly Circuit _circuit;
    private readonly Dictionary<int, LimbedWires> _values;
    private readonly Dictionary<(int, LimbForm?), LimbedWires> _constants = [];
    private readonly Dictionary<int, WeightSpecification> _weights = [];
    private readonly Dictionary<int, Node> _followers = [];
    private readonly Dictionary<int, Wire> _ahead = [];

    public BlockOperands(Circuit circuit, Stretch stretch, Dictionary<int, LimbedWires> values, BlockOptions options)
    {
        _circuit = circuit;
        _values = values;
        foreach (Node op in stretch.Ops)
        {
            if (op.Op is UnaryOp { Function: UnaryFunction.Relu } or ClipOp)
            {
                _followers.TryAdd(op.Inputs[0].Id, op);
            }
        }

        Options = options;
    }

    /// <summary>How the block is built.</summary>
    public BlockOptions Options { get; }

    /// <summary>The constants that a party brings as inputs.</summary>
    public List<(Node Node, LimbedWires Value)> Constants { get; } = [];

    /// <summary>The server's weights that products use.</summary>
    public List<(Node Node, WeightSpecification Weights)> Weights { get; } = [];

    /// <summary>A value, limb by limb.</summary>
    public LimbedWires Limbs(Node node) => node.Op is ConstantOp ? Constant(node, null) : _values[node.Id];

    /// <summary>A value of one limb; a constant is brought as an input.</summary>
    public Wire this[Node node] => Limbs(node).Single;

    /// <summary>
    /// A value truncated by the opening of the ReLU or clip that follows it, whose result is then there too; null if none follows, or what
    /// follows has nothing to decide.
    /// </summary>
    public Wire? TruncatedAhead(Node truncation)
    {
        if (!Options.TruncatesAhead || !_followers.TryGetValue(truncation.Id, out Node? follower))
        {
            return null;
        }

        Wire x = this[truncation.Inputs[0]];
        (double low, double high) = follower.Op is ClipOp clip ? (clip.Low, clip.High) : (0, double.PositiveInfinity);
        bool decides = Comparing.Threshold(x, low) > x.Range.Low && low <= high && (follower.Op is ClipOp ? Comparing.Threshold(x, high) <= x.Range.High : x.Range.High >= 0);
        if (!decides)
        {
            return null;
        }

        (Wire truncated, Wire result) = follower.Op is ClipOp
            ? x.TruncateWithClip(truncation.FractionBits, low, high)
            : x.TruncateWithRelu(truncation.FractionBits);
        _ahead.Add(follower.Id, result);
        return truncated;
    }

    /// <summary>The result of an op that came with the truncation before it; null if it did not.</summary>
    public Wire? Ahead(Node op) => _ahead.GetValueOrDefault(op.Id);

    /// <summary>Whether a node is a constant that the server alone knows.</summary>
    public static bool IsServers(Node node) => node.Op is ConstantOp constant && constant.Visibility == Visibility.Private(Party.Server);

    /// <summary>A constant that all know, as words; null if it is none, or its integers do not fit.</summary>
    public static PublicTensor? Public(Node node) => node.PublicIntegers is { } integers && node.FractionBits <= FixedPointFormat.MaximumBits
        ? new PublicTensor(node.Shape, node.FractionBits, integers.Span)
        : null;

    /// <summary>The mask of a constant, by which its weights are opened once.</summary>
    public static WeightMask Mask(Node constant) => new(((ConstantOp)constant.Op).Number, Server, constant.Shape.ElementCount);

    /// <summary>The server's weights, with no fraction bits where they meet limbs.</summary>
    public WeightSpecification ServersWeights(Node constant, bool forLimbs)
    {
        if (!_weights.TryGetValue(constant.Id, out WeightSpecification? weights))
        {
            weights = new WeightSpecification(Mask(constant), constant.Shape, constant.FractionBits, ((ConstantOp)constant.Op).NormBound);
            _weights.Add(constant.Id, weights);
            Weights.Add((constant, weights));
        }

        return forLimbs ? weights with { FractionBits = 0 } : weights;
    }

    /// <summary>A constant as an input, in a form or, if none is given, as single words.</summary>
    public LimbedWires Constant(Node node, LimbForm? form)
    {
        if (_constants.TryGetValue((node.Id, form), out LimbedWires? known))
        {
            return known;
        }

        Visibility visibility = ((ConstantOp)node.Op).Visibility;
        int owner = visibility.Owner is { } party ? (int)party : 0;
        LimbedWires value = form is null or { Count: 1 }
            ? LimbedWires.Of(_circuit.Input(owner, node.Shape, node.FractionBits, node.Range, node.Label))
            : new LimbedWires(form, [.. form.Ranges.Select(range => _circuit.Input(owner, node.Shape, 0, range, node.Label))]);
        _constants.Add((node.Id, form), value);
        Constants.Add((node, value));
        return value;
    }
}
