using Hybrid.Graph;
using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Tests.Core.Planning;

/// <summary>What any plan must be.</summary>
internal static class PlanForm
{
    /// <summary>Each needed op is computed once, of values that are held where it needs them; each reveal ends in the clear.</summary>
    public static void Check(Plan plan, string what)
    {
        var uses = new GraphUses(plan.Graph);
        HashSet<(int, Scheme)> held = [.. plan.Graph.Inputs.Select(input => (input.Id, Scheme.Plain))];
        var computed = new HashSet<int>();
        for (int i = 0; i < plan.Steps.Length; i++)
        {
            PlanStep step = plan.Steps[i];
            Assert.AreEqual(i, step.Index, what);
            if (step.IsConversion)
            {
                Node value = step.Node.Op is RevealOp ? step.Node.Inputs[0] : step.Node;
                Assert.Contains((value.Id, step.From), held, $"{what}: {step}");
                if (CipherChain.IsCipher(step.From))
                {
                    held.Remove((value.Id, step.From));
                }

                Assert.IsTrue(held.Add((step.Node.Id, step.To)), $"{what}: twice {step}");
                continue;
            }

            foreach (Node entry in step.Stretch.Entries)
                Assert.Contains((entry.Id, step.From), held, $"{what}: {entry.Label} for {step}");
            foreach (Node op in step.Stretch.Ops)
            {
                Assert.IsTrue(computed.Add(op.Id), $"{what}: twice {op.Label}");
                Assert.IsTrue(op.Op is RevealOp || plan.Assignment[op] == step.To, $"{what}: {op.Label}");
            }

            // Ciphertexts of a value are packed for the chain that it enters; for another they are made again.
            if (CipherChain.IsCipher(step.To))
            {
                held.Remove((step.Stretch.Entry.Id, step.To));
            }

            foreach (Node exit in step.Stretch.Exits)
                Assert.IsTrue(held.Add((exit.Id, step.To)), $"{what}: twice {exit.Label}");
        }

        int[] needed = [.. plan.Graph.Nodes.Where(node => node.Op is not (InputOp or ConstantOp or RevealOp) && uses.IsNeeded(node)).Select(node => node.Id)];
        CollectionAssert.AreEquivalent(needed, computed.Where(id => plan.Graph.Nodes[id].Op is not RevealOp).ToArray(), what);
        foreach (Node reveal in plan.Graph.Reveals)
            Assert.Contains((reveal.Id, Scheme.Plain), held, $"{what}: {reveal.Label}");
        Assert.AreEqual(plan.Steps.Aggregate(Quote.Free, (sum, step) => sum + step.Quote), plan.Quote, what);
    }
}
