using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Models;
using Hybrid.Models.Onnx;
using Hybrid.Models.Onnx.Import;
using Hybrid.Tensors;

namespace Hybrid.Tests.Core.Models.Onnx;

/// <summary>Operators and networks against what ONNX's own test cases and PyTorch say.</summary>
[TestClass]
public sealed class ImportVectorTests
{
    [TestMethod]
    public void Operators_compute_what_the_test_cases_of_ONNX_say()
    {
        var problems = new List<string>();
        foreach (ImportVector vector in ImportVector.Load("nodes.txt"))
        {
            try
            {
                double[] actual = OneRow(vector);
                double error = actual.Length == vector.Expected.Length ? actual.Zip(vector.Expected).Max(pair => Math.Abs(pair.First - pair.Second) / (1 + Math.Abs(pair.Second))) : double.NaN;
                if (!(error < 1e-3))
                {
                    problems.Add($"{vector.Name}: {error:g3}");
                }
            }
            catch (HybridException refusal)
            {
                problems.Add($"{vector.Name}: {refusal.Message}");
            }
        }

        Assert.HasCount(0, problems, string.Join("\n", problems));
    }

    [TestMethod]
    public void Networks_compute_what_PyTorch_does_in_real_numbers_and_in_fixed_point()
    {
        var problems = new List<string>();
        foreach (ImportVector vector in ImportVector.Load("torch.txt"))
        {
            try
            {
                NetworkModel model = OnnxNetwork.Load(vector.Model, vector.Name, ImportRun.Plain with { InputBound = 1 });
                // A client sees probabilities, not their logarithms.
                double[] expected = vector.Name.StartsWith("logsoftmax", StringComparison.Ordinal) ? [.. vector.Expected.Select(Math.Exp)] : vector.Expected;
                foreach ((string how, double[] actual, double within) in new[]
                {
                    ("in real numbers", ImportRun.Real(model, vector.Rows, Revealed.Values), 1e-4),
                    ("in fixed point", ImportRun.Fixed(model, vector.Rows, Revealed.Values), 2e-3),
                })
                {
                    double error = actual.Length == expected.Length ? actual.Zip(expected).Max(pair => Math.Abs(pair.First - pair.Second)) : double.NaN;
                    if (!(error < within))
                    {
                        problems.Add($"{vector.Name} {how}: {error:g3}, {actual.Length} numbers for {expected.Length}");
                    }
                }
            }
            catch (HybridException refusal)
            {
                problems.Add($"{vector.Name}: {refusal.Message}");
            }
        }

        Assert.HasCount(0, problems, string.Join("\n", problems));
    }

    // The cases hold for one row only, as their reshapes say its length.
    private static double[] OneRow(ImportVector vector)
    {
        OnnxModel model = OnnxFile.Read(vector.Model, vector.Name);
        OnnxHead head = OnnxHead.Of(model, null, isPlain: true);
        OnnxPreflight.Check(model, head);
        OnnxValue input = OnnxNetwork.InputOf(model);
        var program = new TensorProgram(ImportRun.Plain.Numbers);
        SecretTensor rows = program.Input("rows", Party.Client, new Shape([1, .. OnnxNetwork.RowOf(model, input, null).Lengths]), Math.Max(16, vector.Rows.Max(Math.Abs)));
        Node result = new OnnxImporter(model, head, input).Apply(rows).Reveal(Party.Client);
        return ReferenceRunner.Run(program.Graph, node => node.Op is InputOp ? vector.Rows : ImportRun.Constant(program.Bindings, node))[result.Id];
    }
}
