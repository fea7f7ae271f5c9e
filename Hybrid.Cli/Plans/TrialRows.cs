using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Models;
using Hybrid.Schemes;

namespace Hybrid.Cli.Plans;

/// <summary>Rows to try a model with, and what comes out of them in real numbers.</summary>
internal static class TrialRows
{
    // What is computed takes as long for any numbers; the same ones every time make errors comparable.
    private const int Seed = 1;

    /// <summary>The test rows of a linear model that comes with the program, over and over if need be; else numbers from 0 to 1.</summary>
    public static double[] Of(PlanSubject subject)
    {
        var rows = new double[subject.Program.Input.Shape.ElementCount];
        if (Samples.Names.Contains(subject.Name))
        {
            var data = DataTable.Load(Samples.Data(null, subject.Name));
            var known = new double[data.Rows * subject.Model.Card.FeatureCount];
            data.Select(subject.Model.Card.Features).FlattenTo(known);
            for (int i = 0; i < rows.Length; i++)
                rows[i] = known[i % known.Length];
            return rows;
        }

        var random = new Random(Seed);
        for (int i = 0; i < rows.Length; i++)
            rows[i] = random.NextDouble();
        return rows;
    }

    /// <summary>The results in real numbers, of rows and constants as they are encoded.</summary>
    public static double[] Results(ModelProgram program, double[] rows) =>
        ReferenceRunner.Run(program.Graph, node => node.Op is InputOp ? Encoded(rows, node.FractionBits) : Numbers(node, program.Bindings))[program.Result.Id];

    private static double[] Encoded(double[] rows, int fractionBits) =>
        Array.ConvertAll(rows, number => Math.ScaleB(Math.Round(Math.ScaleB(number, fractionBits)), -fractionBits));

    /// <summary>The numbers of a constant, as they are encoded.</summary>
    internal static double[] Numbers(Node constant, IReadOnlyDictionary<int, ConstantBinding> bindings)
    {
        ReadOnlyMemory<long> integers = constant.PublicIntegers ?? bindings[((ConstantOp)constant.Op).Number].Integers;
        return Array.ConvertAll(integers.ToArray(), integer => Math.ScaleB((double)integer, -constant.FractionBits));
    }
}
