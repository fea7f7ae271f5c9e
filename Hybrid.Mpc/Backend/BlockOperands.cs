using System.Collections.Immutable;
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
    private readonly Circuit _circuit;
    private readonly Dictionary<int, LimbedWires> _values;
    private readonly Dictionary<(int, LimbForm?), LimbedWires> _constants = [];
    private readonly HashSet<WeightMask> _weights = [];
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

    /// <summary>The constants that a party brings as inputs, or both bring their shares of.</summary>
    public List<(Node Node, LimbedWires Value)> Constants { get; } = [];

    /// <summary>The weights that products use: the server's, and either party's part of those that neither knows.</summary>
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
        if (!_followers.TryGetValue(truncation.Id, out Node? follower))
        {
            return null;
        }

        Wire x = this[truncation.Inputs[0]];
        (double low, double high) = follower.Op is ClipOp clip ? (clip.Low, clip.High) : (0, 0);
        if (!(low <= high) || !Comparing.Decide(x, x.FractionBits - truncation.FractionBits, [low, high]))
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

    /// <summary>Whether products use a node as weights, opened masked once for all runs: what the server alone knows, or neither party does.</summary>
    public static bool AreWeights(Node node) =>
        node.Op is ConstantOp { Visibility: var visibility } && (visibility == Visibility.Private(Party.Server) || visibility == Visibility.Secret);

    /// <summary>A constant that all know, as words; null if it is none, or its integers do not fit.</summary>
    public static PublicTensor? Public(Node node) => node.PublicIntegers is { } integers && node.FractionBits <= FixedPointFormat.MaximumBits
        ? new PublicTensor(node.Shape, node.FractionBits, integers.Span)
        : null;

    /// <summary>
    /// A constant as weights of products: the server's, or one for each party where neither knows it. Each party's share is weights that it
    /// alone knows, and the constant is their sum modulo 2^64.
    /// </summary>
    /// <param name="constant">The constant.</param>
    /// <param name="norm">A public bound on the magnitudes that meet in one element of the product.</param>
    public ImmutableArray<WeightSpecification> WeightsOf(Node constant, Int128 norm)
    {
        var weights = ImmutableArray.CreateBuilder<WeightSpecification>();
        foreach (Party owner in constant.IsSecret ? [Party.Client, Party.Server] : new[] { Party.Server })
        {
            var mask = new WeightMask(((ConstantOp)constant.Op).Number, (int)owner, constant.Shape.ElementCount);
            var specification = new WeightSpecification(mask, constant.Shape, constant.FractionBits, norm);
            weights.Add(specification);
            if (_weights.Add(mask))
            {
                Weights.Add((constant, specification));
            }
        }

        return weights.ToImmutable();
    }

    /// <summary>A constant as an input, in a form or, if none is given, as single words.</summary>
    public LimbedWires Constant(Node node, LimbForm? form)
    {
        if (_constants.TryGetValue((node.Id, form), out LimbedWires? known))
        {
            return known;
        }

        LimbedWires value = node.IsSecret ? Shared(node, form) : Brought(node, form);
        _constants.Add((node.Id, form), value);
        Constants.Add((node, value));
        return value;
    }

    private LimbedWires Brought(Node node, LimbForm? form)
    {
        // What all know the client brings.
        int owner = (int)(((ConstantOp)node.Op).Visibility.Owner ?? Party.Client);
        return form is null or { Count: 1 }
            ? LimbedWires.Of(_circuit.Input(owner, node.Shape, node.FractionBits, node.Range, node.Label))
            : new LimbedWires(form, [.. form.Ranges.Select(range => _circuit.Input(owner, node.Shape, 0, range, node.Label))]);
    }

    // A share cannot be cut into limbs by who holds it alone.
    private LimbedWires Shared(Node node, LimbForm? form) => form is null or { Count: 1 }
        ? LimbedWires.Of(_circuit.SharedInput(node.Shape, node.FractionBits, node.Range, node.Label))
        : throw new ParameterException(
            ParameterFault.OutOfRange, $"{node.Label} is a constant that neither party knows, which cannot be added to integers that do not fit a share: use fewer fraction bits or tighter bounds.");
}
