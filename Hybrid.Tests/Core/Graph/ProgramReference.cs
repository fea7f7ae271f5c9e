using System.Numerics.Tensors;
using Hybrid.Execution;
using Hybrid.Graph;

namespace Hybrid.Tests.Core.Graph;

/// <summary>What a program comes to, in the clear: in double and in fixed point, by the names of the reveals.</summary>
internal static class ProgramReference
{
    /// <summary>In real numbers, of inputs and constants as they are held.</summary>
    public static Dictionary<string, double[]> Real(TensorProgram program, IReadOnlyDictionary<string, Tensor<double>> inputs) =>
        Named(program, ReferenceRunner.Run(program.Graph, node => FixedPointReference.ToReal(Source(program, inputs, node), node.FractionBits)));

    /// <summary>In fixed point, as numbers.</summary>
    public static Dictionary<string, double[]> Fixed(TensorProgram program, IReadOnlyDictionary<string, Tensor<double>> inputs) =>
        program.Graph.Reveals.Zip(ReferenceRunner.RunFixed(program.Graph, node => Source(program, inputs, node)).OrderBy(pair => pair.Key))
            .ToDictionary(pair => pair.First.Label, pair => FixedPointReference.ToReal(pair.Second.Value, pair.First.FractionBits));

    private static Dictionary<string, double[]> Named(TensorProgram program, IReadOnlyDictionary<int, double[]> revealed) =>
        program.Graph.Reveals.ToDictionary(reveal => reveal.Label, reveal => revealed[reveal.Id]);

    private static Int128[] Source(TensorProgram program, IReadOnlyDictionary<string, Tensor<double>> inputs, Node node)
    {
        if (node.Op is ConstantOp constant)
        {
            ReadOnlyMemory<long> integers = node.PublicIntegers ?? program.Bindings[constant.Number].Revealed();
            return [.. integers.ToArray().Select(integer => (Int128)integer)];
        }

        return FixedPointReference.FromReal([.. inputs[node.Label]], node.FractionBits);
    }
}
