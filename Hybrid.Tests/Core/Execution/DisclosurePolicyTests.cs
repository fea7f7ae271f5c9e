using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Numerics;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Tensors;

namespace Hybrid.Tests.Core.Execution;

[TestClass]
public sealed class DisclosurePolicyTests
{
    private static readonly Disclosure Sizes = new(Party.Server, "query size", "rows", 0, "the number of rows");
    private static readonly Disclosure Norm = new(Party.Client, "norm", "(2)", 12, "the bound");

    [TestMethod]
    public void Any_allows_everything()
    {
        DisclosurePolicy.Any.Require(Ledger());
        DisclosurePolicy.Any.Require(Ledger(Sizes, Norm));
    }

    [TestMethod]
    public void What_is_allowed_may_be_shown()
    {
        DisclosurePolicy.Only((Party.Client, "scores")).Require(Ledger());
        DisclosurePolicy.Only((Party.Client, "scores"), (Party.Client, "norm"), (Party.Server, "nothing")).Require(Ledger(Sizes, Norm));
    }

    [TestMethod]
    public void Entries_without_bits_of_values_need_no_leave() => DisclosurePolicy.Only((Party.Client, "scores")).Require(Ledger(Sizes));

    [TestMethod]
    public void What_the_graph_reveals_is_refused_to_other_parties_and_under_other_names()
    {
        string[] parts = ["scores (3, 2)", "to the client", "does not allow"];
        Refused(DisclosurePolicy.Only(), Ledger(), parts);
        Refused(DisclosurePolicy.Only((Party.Server, "scores")), Ledger(), parts);
        Refused(DisclosurePolicy.Only((Party.Client, "Scores")), Ledger(), parts);
        Refused(DisclosurePolicy.Only((Party.Client, "norm")), Ledger(Norm), parts);
    }

    [TestMethod]
    public void What_is_shown_besides_is_refused_too() =>
        Refused(DisclosurePolicy.Only((Party.Client, "scores")), Ledger(Sizes, Norm), "norm (2)", "to the client");

    private static void Refused(DisclosurePolicy policy, DisclosureLedger ledger, params ReadOnlySpan<string> parts)
    {
        ParameterException e = Sentences.Refused<ParameterException>(() => policy.Require(ledger), parts);
        Assert.AreEqual(ParameterFault.Unsupported, e.Fault);
    }

    private static DisclosureLedger Ledger(params ReadOnlySpan<Disclosure> others)
    {
        var graph = new OpGraph();
        Node x = graph.Input("x", Party.Client, new Shape(3, 2), 10, WordRange.Within(1 << 14));
        Node minus = graph.Add(new NegateOp(), x);
        Node scores = graph.Reveal("scores", minus, Party.Client);
        var assignment = new SchemeAssignment([Scheme.Paillier, Scheme.Paillier, Scheme.Paillier]);
        var opening = new PlanStep(0, scores, Scheme.Paillier, Scheme.Plain, new Stretch([x, minus]), Quote.Free);
        return new DisclosureLedger(new Plan(graph, assignment, [opening]), others);
    }
}
