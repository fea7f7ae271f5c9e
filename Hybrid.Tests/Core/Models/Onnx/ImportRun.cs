using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Models;
using Hybrid.Models.Onnx;
using Hybrid.Numerics;
using Hybrid.Schemes;
using Hybrid.Tensors;

namespace Hybrid.Tests.Core.Models.Onnx;

/// <summary>Imported models run in the clear: in real numbers, and in fixed point.</summary>
internal static class ImportRun
{
    /// <summary>What a model reveals of rows, in real numbers.</summary>
    public static double[] Real(NetworkModel model, double[] rows, Revealed revealed = Revealed.Scores)
    {
        ModelProgram program = model.Program(rows.Length / model.Card.RowShape!.ElementCount, revealed);
        return ReferenceRunner.Run(program.Graph, node => node.Op is InputOp ? rows : Constant(program.Bindings, node)).Values.Single();
    }

    /// <summary>What a model reveals of rows, in fixed point.</summary>
    public static double[] Fixed(NetworkModel model, double[] rows, Revealed revealed = Revealed.Scores)
    {
        ModelProgram program = model.Program(rows.Length / model.Card.RowShape!.ElementCount, revealed);
        Int128[] result = ReferenceRunner.RunFixed(
            program.Graph, node => FixedPointReference.FromReal(node.Op is InputOp ? rows : Constant(program.Bindings, node), node.FractionBits)).Values.Single();
        return FixedPointReference.ToReal(result, program.Result.FractionBits);
    }

    /// <summary>A builder's model.</summary>
    public static NetworkModel Network(OnnxBuilder builder, OnnxLoadOptions? options = null) => OnnxNetwork.Load(builder.ToBytes(), "m", options);

    /// <summary>What a builder's model makes of rows, in real numbers, its output being "y" taken as it is.</summary>
    public static double[] Real(OnnxBuilder builder, params double[] rows) => Real(Network(builder, Plain), rows);

    /// <summary>Options by which more precise constants are held, so that results can be compared to many digits.</summary>
    public static OnnxLoadOptions Plain { get; } = new() { Numbers = new ProgramOptions { FractionBits = 20, WeightFractionBits = 24 } };

    /// <summary>Numbers that look random and are the same each time, from −scale to scale.</summary>
    public static double[] Numbers(int count, int seed = 1, double scale = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Math.Round(((random.NextDouble() * 2) - 1) * scale, 4))];
    }

    /// <summary>Checks numbers against others.</summary>
    public static void Same(double[] expected, double[] actual, double within, string what = "")
    {
        Assert.HasCount(expected.Length, actual, what);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], within, $"{what}, element {i}");
    }

    /// <summary>The numbers of a constant.</summary>
    public static double[] Constant(IReadOnlyDictionary<int, ConstantBinding> bindings, Node node)
    {
        ReadOnlyMemory<long> integers = node.PublicIntegers ?? bindings[((ConstantOp)node.Op).Number].Integers;
        return [.. integers.ToArray().Select(integer => FixedPointFormat.Decode(integer, node.FractionBits))];
    }
}
