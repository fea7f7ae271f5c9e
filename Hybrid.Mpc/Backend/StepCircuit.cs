using System.Collections.Immutable;
using Hybrid.Graph;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Functions;
using Hybrid.Mpc.Protocols;
using Hybrid.Numerics;

namespace Hybrid.Mpc;

/// <summary>
/// One op as a circuit of its own: shares in, shares out, limb by limb, all limbs in the same rounds. So what it costs and draws is known
/// apart from other ops.
/// </summary>
internal sealed class StepCircuit
{
    private const int Client = (int)Party.Client;
    private const int Server = (int)Party.Server;

    private StepCircuit(Circuit circuit, LimbForm form, ImmutableArray<Wire> inputs)
    {
        Circuit = circuit;
        Form = form;
        Inputs = inputs;
    }

    /// <summary>The circuit.</summary>
    public Circuit Circuit { get; }

    /// <summary>How the result is held.</summary>
    public LimbForm Form { get; }

    /// <summary>The limbs of what comes in.</summary>
    public ImmutableArray<Wire> Inputs { get; }

    /// <summary>The limbs of a constant that the server brings, if there is one.</summary>
    public ImmutableArray<Wire> Constants { get; private init; } = [];

    /// <summary>The limbs of the result; empty where it is opened.</summary>
    public ImmutableArray<Wire> Outputs { get; private init; } = [];

    /// <summary>What is opened, for a reveal.</summary>
    public Opening? Opening { get; private init; }

    /// <summary>The mask of the weights that it multiplies by, if any.</summary>
    public WeightMask? Weights { get; private init; }

    /// <summary>The circuit of an op; null if shares cannot compute it.</summary>
    /// <param name="node">The op.</param>
    /// <param name="form">How what it is applied to is held.</param>
    /// <param name="options">How to compare.</param>
    public static StepCircuit? Of(Node node, LimbForm form, CircuitOptions options)
    {
        try
        {
            return node.Op switch
            {
                MatMulOp when Constant(node) is { } constant && form.Times(constant.NormBound) is { } product => Product(node, form, product, options),
                AddOp when Constant(node) is { } constant && form.Plus(LimbForm.Of(constant.NormBound, form.Count, form.Bits)) is { } sum =>
                    Sum(node, form, sum, constant, options),
                TruncateOp => Truncate(node, form, options),
                SigmoidOp when form.Count == 1 => Activate(node, form, options, x => x.Sigmoid()),
                SoftmaxOp when form.Count == 1 => Activate(node, form, options, x => x.Softmax(node.Shape.Rank - 1)),
                _ => null,
            };
        }
        catch (ParameterException)
        {
            // A circuit refuses what could wrap, and what is too large to deal: to the planner that is an op that shares cannot compute.
            return null;
        }
    }

    /// <summary>The circuit that opens a value to the client; null for a value in several limbs.</summary>
    public static StepCircuit? Opens(Node value, LimbForm form, CircuitOptions options)
    {
        if (form.Count > 1)
        {
            return null;
        }

        var circuit = new Circuit(options);
        Wire input = circuit.SharedInput(value.Shape, 0, form.Ranges[0], value.Label);
        return new StepCircuit(circuit, form, [input]) { Opening = circuit.Open(input, value.Label, Client) };
    }

    /// <summary>The mask of a constant, by which its weights are opened once.</summary>
    public static WeightMask Mask(Node constant) => new(constant.Id, Server, constant.Shape.ElementCount);

    /// <summary>The constant of an op, if it is the server's.</summary>
    public static ConstantOp? Constant(Node node) =>
        node.Inputs[1].Op is ConstantOp constant && constant.Visibility == Visibility.Private(Party.Server) ? constant : null;

    private static StepCircuit Product(Node node, LimbForm form, LimbForm product, CircuitOptions options)
    {
        (Circuit circuit, ImmutableArray<Wire> inputs) = Start(node, form, options);
        Node constant = node.Inputs[1];
        var weights = new WeightSpecification(Mask(constant), constant.Shape, 0, ((ConstantOp)constant.Op).NormBound);
        return new StepCircuit(circuit, product, inputs)
        {
            Weights = weights.Mask,
            Outputs = [.. inputs.Select(limb => circuit.Keep(limb.MatMulProduct(weights)))],
        };
    }

    private static StepCircuit Sum(Node node, LimbForm form, LimbForm sum, ConstantOp constant, CircuitOptions options)
    {
        (Circuit circuit, ImmutableArray<Wire> inputs) = Start(node, form, options);
        LimbForm added = LimbForm.Of(constant.NormBound, form.Count, form.Bits)!;
        ImmutableArray<Wire> constants = [.. added.Ranges.Select(range => circuit.Input(Server, node.Inputs[1].Shape, 0, range, node.Inputs[1].Label))];
        return new StepCircuit(circuit, sum, inputs) { Constants = constants, Outputs = [.. inputs.Zip(constants, (limb, more) => circuit.Keep(limb.Add(more)))] };
    }

    // Limb i counts 2^(i b) times, so it loses that many bits fewer, or gains some; the limbs' sum is the result.
    private static StepCircuit? Truncate(Node node, LimbForm form, CircuitOptions options)
    {
        (Circuit circuit, ImmutableArray<Wire> inputs) = Start(node, form, options);
        int lost = node.Inputs[0].FractionBits - node.FractionBits;
        Wire? sum = null;
        for (int limb = 0; limb < form.Count; limb++)
        {
            // A limb is within 2^62, so of one that loses more than 62 bits at most a unit is left, and that is left out.
            int bits = lost - (limb * form.Bits);
            if (bits <= FixedPointFormat.MaximumBits)
            {
                Wire part = bits > 0 ? inputs[limb].Relabel(bits).Rescale(0) : inputs[limb].Rescale(-bits).Relabel(0);
                sum = sum is null ? part : sum.Add(part);
            }
        }

        if (sum is null)
        {
            return null;
        }

        // The parts' ranges add up to more than what a sum of limbs can be.
        var range = WordRange.Within(node.Magnitude);
        return new StepCircuit(circuit, new LimbForm(form.Bits, [range]), inputs) { Outputs = [circuit.Keep(sum.Narrow(range))] };
    }

    private static StepCircuit Activate(Node node, LimbForm form, CircuitOptions options, Func<Wire, Wire> activation)
    {
        (Circuit circuit, ImmutableArray<Wire> inputs) = Start(node, form, options);
        Wire result = activation(inputs[0].Relabel(node.FractionBits)).Rescale(node.FractionBits).Relabel(0);
        return new StepCircuit(circuit, new LimbForm(form.Bits, [WordRange.Within(node.Magnitude)]), inputs) { Outputs = [circuit.Keep(result)] };
    }

    private static (Circuit Circuit, ImmutableArray<Wire> Inputs) Start(Node node, LimbForm form, CircuitOptions options)
    {
        var circuit = new Circuit(options);
        Node input = node.Inputs[0];
        return (circuit, [.. form.Ranges.Select(range => circuit.SharedInput(input.Shape, 0, range, input.Label))]);
    }
}
