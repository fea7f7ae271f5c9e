using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Models;
using Hybrid.Numerics;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Tests.Core.Schemes;

namespace Hybrid.Tests.Core.Execution;

[TestClass]
public sealed class DisclosureLedgerTests
{
    [TestMethod]
    public void A_linear_query_opens_its_scores_to_the_client_and_nothing_else()
    {
        Plan plan = LinearQuery(rows: 7);
        var other = new Disclosure(Party.Server, "query size", "rows", 0, "the number of rows");
        var ledger = new DisclosureLedger(plan, other);
        Assert.HasCount(2, ledger.Entries);
        Assert.AreSame(other, ledger.Entries[0]);
        Disclosure scores = ledger.Entries[1];
        Assert.AreEqual((Party.Client, "scores", "(7, 2)"), (scores.Learner, scores.Value, scores.Extent));
        Assert.AreEqual(plan.Graph.Nodes[^1].Bits, scores.Bits);
        StringAssert.Contains(scores.Why, "re-randomised");
    }

    [TestMethod]
    public void Only_the_reveal_may_be_opened_and_only_to_its_learner()
    {
        Plan plan = LinearQuery(rows: 7);
        var ledger = new DisclosureLedger(plan);
        ledger.RequireListed(plan.Steps[^1], Party.Client);
        foreach (PlanStep step in plan.Steps)
        {
            Refused(ledger, step, Party.Server);
            if (step != plan.Steps[^1])
            {
                Refused(ledger, step, Party.Client);
            }
        }
    }

    [TestMethod]
    public void A_reveal_of_another_plan_is_not_opened()
    {
        var ledger = new DisclosureLedger(LinearQuery(rows: 7));
        Refused(ledger, LinearQuery(rows: 7).Steps[^1], Party.Client);
        Refused(ledger, LinearQuery(rows: 8).Steps[^1], Party.Client);
    }

    private static void Refused(DisclosureLedger ledger, PlanStep step, Party learner)
    {
        InvalidOperationException e = Assert.ThrowsExactly<InvalidOperationException>(() => ledger.RequireListed(step, learner), step.ToString());
        Assert.AreEqual($"{step.Node.Label} is not on the ledger for the {learner.Name()}, so it is not opened.", e.Message);
    }

    private static Plan LinearQuery(int rows)
    {
        var card = new ModelCard("m", ["a", "b", "c"], [], Activation.None, 2, new FixedPointFormat(10, 4), 12, 20, 30);
        using var registry = new SchemeRegistry(Party.Client);
        registry.Add(
            new FakeBackend(Scheme.Paillier, (_, _) => Quote.Free),
            new FakeConversion(Scheme.Plain, Scheme.Paillier, (_, _) => Quote.Free),
            new FakeConversion(Scheme.Paillier, Scheme.Plain, (_, _) => Quote.Free));
        return Planner.Plan(card.Program(rows).Graph, registry, LinkProfile.Lan);
    }
}
