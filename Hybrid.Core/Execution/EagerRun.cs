using System.Collections.Immutable;
using System.Numerics.Tensors;
using Hybrid.Graph;
using Hybrid.Numerics;
using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Execution;

/// <summary>An op of a program that was run op by op, as someone who debugs it sees it.</summary>
/// <param name="Op">The op.</param>
/// <param name="Scheme">The scheme that held its value.</param>
/// <param name="Bound">No number can be larger in magnitude, by the bounds of the inputs.</param>
/// <param name="Values">Its values as they came out.</param>
/// <param name="Error">How far they are at most from the same op in real numbers, on the same inputs of the program.</param>
/// <param name="ErrorEstimate">How far they may be, by the planner's bound; null where there is none.</param>
public sealed record InspectedOp(Node Op, Scheme Scheme, double Bound, Tensor<double> Values, double Error, double? ErrorEstimate)
{
    /// <summary>The scale of its integers: 2^fraction bits.</summary>
    public double Scale => Math.ScaleB(1, Op.FractionBits);

    /// <summary>A line that says all but the values.</summary>
    public override string ToString() =>
        $"{Op.Op.Name} {Op.Label} {Op.Shape} on {Scheme}: scale 2^{Op.FractionBits}, within {Bound:g4}, off by {Error:g2}{(ErrorEstimate is { } estimate ? $" of {estimate:g2}" : string.Empty)}";
}

/// <summary>
/// Runs a program eagerly, for debugging: both parties in this process, each op by itself, and every value on the way revealed to whom looks
/// on. It protects nothing.
/// </summary>
public static class EagerRun
{
    /// <summary>Runs a program op by op.</summary>
    /// <param name="program">The program, with the values of all constants. Its own reveals play no part.</param>
    /// <param name="schemes">Adds the backends, at either end.</param>
    /// <param name="inputs">The inputs of both parties, by name.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Every op that the program's reveals need, in order.</returns>
    /// <exception cref="ParameterException">An op cannot be computed; it is named.</exception>
    public static async Task<ImmutableArray<InspectedOp>> InspectAsync(
        TensorProgram program, Action<SchemeRegistry> schemes, IReadOnlyDictionary<string, Tensor<double>> inputs, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(inputs);
        OpGraph graph = program.Graph;
        var uses = new GraphUses(graph);
        var reals = new Dictionary<int, double[]>();
        ReferenceRunner.Run(graph, node => Given(program, node, inputs), (node, values) => reals[node.Id] = [.. values]);
        var seen = ImmutableArray.CreateBuilder<InspectedOp>();
        foreach (Node op in graph.Nodes.Where(node => node.Op is not (InputOp or ConstantOp or RevealOp) && uses.IsNeeded(node)))
        {
            (double[] values, Plan plan) = await RunAsync(program, op, schemes, inputs, cancellation).ConfigureAwait(false);
            double error = values.Zip(reals[op.Id], (value, real) => Math.Abs(value - real)).DefaultIfEmpty(0).Max();
            seen.Add(new InspectedOp(
                op,
                plan.Assignment[plan.Graph.Reveals.Single().Inputs[0]],
                Math.ScaleB((double)op.Magnitude, -op.FractionBits),
                Tensor.Create(values, [.. op.Shape.Lengths.Select(length => (nint)length)]),
                error,
                RoundingError.Of(plan.Graph, plan.Assignment)));
        }

        return seen.ToImmutable();
    }

    private static async Task<(double[] Values, Plan Plan)> RunAsync(
        TensorProgram program, Node op, Action<SchemeRegistry> schemes, IReadOnlyDictionary<string, Tensor<double>> inputs, CancellationToken cancellation)
    {
        TensorProgram part = Until(program, op);
        LocalProgram local = await LocalProgram.StartAsync(part, schemes, cancellation).ConfigureAwait(false);
        await using (local.ConfigureAwait(false))
        {
            (ProgramRun client, ProgramRun server) = await local.RunAsync(Of(Party.Client, part, inputs), Of(Party.Server, part, inputs), cancellation).ConfigureAwait(false);
            ProgramRun learner = client.Results.Count > 0 ? client : server;
            return ([.. learner[part.Graph.Reveals.Single().Label]], local.Plan);
        }
    }

    // The program up to an op, whose value is revealed: to the server, if that is where it is in the clear.
    private static TensorProgram Until(TensorProgram program, Node op)
    {
        Party to = PlainParts.Of(program.Graph)[op.Id] == Party.Server ? Party.Server : Party.Client;
        return program.UpTo(op, to);
    }

    private static Dictionary<string, Tensor<double>> Of(Party party, TensorProgram program, IReadOnlyDictionary<string, Tensor<double>> inputs) =>
        program.Graph.Inputs.Where(node => ((InputOp)node.Op).Owner == party && inputs.ContainsKey(node.Label)).ToDictionary(node => node.Label, node => inputs[node.Label]);

    private static double[] Given(TensorProgram program, Node node, IReadOnlyDictionary<string, Tensor<double>> inputs)
    {
        if (node.Op is InputOp)
        {
            return inputs.TryGetValue(node.Label, out Tensor<double>? values)
                ? [.. values]
                : throw new ParameterException(ParameterFault.Mismatch, $"The input {node.Label} of shape {node.Shape} was not given.");
        }

        ReadOnlySpan<long> integers = (node.PublicIntegers ?? Values(program, node)).Span;
        var reals = new double[integers.Length];
        for (int i = 0; i < reals.Length; i++)
            reals[i] = FixedPointFormat.Decode(integers[i], node.FractionBits);
        return reals;
    }

    // Both parties are in this process, and so is what only one of them knows, or only both together do.
    private static long[] Values(TensorProgram program, Node node) => program.Bindings.TryGetValue(((ConstantOp)node.Op).Number, out ConstantBinding? binding)
        ? binding.Revealed()
        : throw new ParameterException(ParameterFault.Mismatch, $"The values of {node.Label} of shape {node.Shape} are not at hand: both parties' are, where a program is run op by op.");
}
