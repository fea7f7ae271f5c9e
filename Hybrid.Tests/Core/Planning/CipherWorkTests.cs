using System.Collections.Immutable;
using System.Numerics.Tensors;
using Hybrid.Graph;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Tensors;

namespace Hybrid.Tests.Core.Planning;

/// <summary>Quotes of schemes of ciphertexts are counted work times a machine's times.</summary>
[TestClass]
public sealed class CipherWorkTests
{
    [TestMethod]
    [DataRow(Scheme.Paillier)]
    [DataRow(Scheme.Ckks)]
    public void What_a_step_is_quoted_is_its_work_on_both_machines(Scheme scheme)
    {
        using SchemeRegistry registry = AllSchemes.Registry();
        var cipher = (IAdditiveCipher)registry.Backend(scheme)!;
        registry.ServerMachine = new MachineProfile("twice as slow", string.Empty, cipher.Units.Primitives.ToImmutableSortedDictionary(one => one.Name, one => 2 * one.Usual));
        Plan plan = Planner.Plan(TwoLayers(3), registry, LinkProfile.Lan, scheme);
        cipher.Consider([.. plan.Steps.Where(step => step.From == scheme && step.To == scheme).Select(step => step.Stretch)]);
        PlanStep[] steps = [.. plan.Steps.Where(step => step.From == scheme || step.To == scheme)];
        Assert.HasCount(6, steps);
        foreach (PlanStep step in steps)
        {
            PartiesWork work = cipher.Work(step);
            Assert.AreEqual(work.Client?.Seconds(MachineProfile.Default) ?? 0, step.Quote.ClientSeconds, 1e-15, $"{step}");
            Assert.AreEqual(2 * (work.Server?.Seconds(MachineProfile.Default) ?? 0), step.Quote.ServerSeconds, 1e-12, $"{step}");
            Assert.IsGreaterThan(0, step.Quote.ServerSeconds, $"{step}");
        }
    }

    [TestMethod]
    [DataRow(Scheme.Paillier)]
    [DataRow(Scheme.Ckks)]
    public void More_rows_are_more_work(Scheme scheme)
    {
        using SchemeRegistry registry = AllSchemes.Registry();
        double few = Planner.Plan(TwoLayers(1), registry, LinkProfile.Loopback, scheme).Seconds(LinkProfile.Loopback);
        double many = Planner.Plan(TwoLayers(2000), registry, LinkProfile.Loopback, scheme).Seconds(LinkProfile.Loopback);
        Assert.IsGreaterThan(few, many);
    }

    private static OpGraph TwoLayers(int rows)
    {
        var program = new TensorProgram();
        SecretTensor x = program.Input("x", Party.Client, new Shape(rows, 20), 1);
        x.MatMul(Weights(program, 20, 30)).Relu().MatMul(Weights(program, 30, 5)).Reveal(Party.Client);
        return program.Graph;
    }

    private static SecretTensor Weights(TensorProgram program, int inputs, int outputs) => program.Private(
        "weights", Party.Server, Tensor.Create(Enumerable.Range(0, inputs * outputs).Select(i => ((i % 19) - 9) / 100.0).ToArray(), [inputs, outputs]));
}
