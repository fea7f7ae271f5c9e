using System.Numerics.Tensors;
using Hybrid.Graph;
using Hybrid.Models;
using Hybrid.Paillier;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Seal;
using Hybrid.Tensors;

namespace Hybrid.Tests.Core.Planning;

/// <summary>Ops with constants that neither party knows are planned on shares, and refused everywhere else.</summary>
[TestClass]
public sealed class SecretConstantPlanTests
{
    private const string Remedy = "hold it on shares, with On(Scheme.Shares), or leave the choice to the planner";

    private static readonly (string What, Func<TensorProgram, SecretTensor, SecretTensor, SecretTensor> Of)[] Ops =
    [
        ("MatMul", (_, x, secret) => x.MatMul(secret)),
        ("MatMul", (p, _, secret) => secret.MatMul(p.Private("w", Party.Server, Filled(2, 2)))),
        ("Add", (p, x, secret) => x.MatMul(p.Private("w", Party.Server, Filled(2, 2))) + secret),
        ("Mul", (_, x, secret) => x * secret),
        ("Sub", (_, x, secret) => x - secret),
        ("Conv", (_, x, secret) => x.Reshape(1, 1, 2, 2).Conv2d(secret.Reshape(1, 1, 2, 2))),
        ("Relu", (_, _, secret) => secret.Relu()),
    ];

    [TestMethod]
    public void The_planner_picks_shares_by_itself()
    {
        using SchemeRegistry registry = AllSchemes.Registry();
        foreach ((string what, Func<TensorProgram, SecretTensor, SecretTensor, SecretTensor> of) in Ops)
        {
            foreach (Scheme? pin in new Scheme?[] { null, Scheme.Ckks, Scheme.Paillier })
            {
                (OpGraph graph, Node op) = Build(of);
                Plan plan = Planner.Plan(graph, registry, LinkProfile.Lan, pin);
                Assert.AreEqual(Scheme.Shares, plan.Assignment[op], $"{what}, pinned to {pin}");
                PlanForm.Check(plan, what);
            }
        }
    }

    [TestMethod]
    [DataRow(Scheme.Ckks)]
    [DataRow(Scheme.Paillier)]
    public void Ciphertexts_refuse_an_op_that_is_pinned_to_them(Scheme scheme)
    {
        using SchemeRegistry registry = AllSchemes.Registry();
        foreach ((string what, Func<TensorProgram, SecretTensor, SecretTensor, SecretTensor> of) in Ops.Where(op => op.What != "Conv"))
        {
            (OpGraph graph, Node op) = Build(of);
            graph.Pin(op, scheme);
            ParameterException e = Sentences.Refused<ParameterException>(
                () => Planner.Plan(graph, registry, LinkProfile.Lan), $"{scheme} cannot compute {what} (", "with model, a constant that neither party knows", Remedy);
            Assert.AreEqual(ParameterFault.Unsupported, e.Fault);
        }
    }

    [TestMethod]
    [DataRow(Scheme.Ckks)]
    [DataRow(Scheme.Paillier)]
    [DataRow(Scheme.Plain)]
    public void Another_partys_choice_of_a_scheme_that_cannot_is_refused(Scheme scheme)
    {
        using SchemeRegistry registry = AllSchemes.Registry();
        foreach ((string what, Func<TensorProgram, SecretTensor, SecretTensor, SecretTensor> of) in Ops.Where(op => op.What != "Conv"))
        {
            (OpGraph graph, Node op) = Build(of);
            Scheme[] schemes = [.. Planner.Plan(graph, registry, LinkProfile.Lan).Assignment.Schemes];
            schemes[op.Id] = scheme;
            foreach (Node reveal in graph.Reveals)
                schemes[reveal.Id] = scheme;
            string[] parts = scheme == Scheme.Plain ? ["is to be computed in the clear, which neither party can"] : [$"{scheme} cannot compute {what} (", "with model, a constant that neither party knows"];
            Sentences.Refused<ParameterException>(() => Planner.Derive(graph, registry, new SchemeAssignment([.. schemes])), parts);
        }
    }

    [TestMethod]
    public void Without_shares_the_op_the_constant_and_the_remedy_are_named()
    {
        using var registry = new SchemeRegistry(Party.Client);
        registry.UsePaillier();
        registry.UseCkks();
        foreach ((string what, Func<TensorProgram, SecretTensor, SecretTensor, SecretTensor> of) in Ops.Where(op => op.What != "Conv"))
        {
            ParameterException e = Sentences.Refused<ParameterException>(
                () => Planner.Plan(Build(of).Graph, registry, LinkProfile.Lan), $"{what} (", "takes model, a constant that neither party knows, and only shares compute with it", "add them to the session, with UseShares()");
            Assert.IsTrue(e.LacksShares);
        }

        // They are at hand, and not wanted.
        using SchemeRegistry all = AllSchemes.Registry();
        var request = PlanRequest.Over(LinkProfile.Lan) with { Among = new HashSet<Scheme> { Scheme.Ckks } };
        Sentences.Refused<ParameterException>(() => Planner.Plan(Build(Ops[0].Of).Graph, all, request), "takes model", "allow them for the plan");
    }

    [TestMethod]
    public void A_layer_before_it_stays_in_ciphertexts_where_it_is_pinned()
    {
        using SchemeRegistry registry = AllSchemes.Registry();
        (OpGraph graph, Node op) = Build((p, x, secret) => x.MatMul(p.Private("w", Party.Server, Filled(2, 2))).On(Scheme.Ckks).Relu().MatMul(secret));
        Plan plan = Planner.Plan(graph, registry, LinkProfile.Lan);
        PlanForm.Check(plan, "after CKKS");
        Assert.AreEqual(Scheme.Shares, plan.Assignment[op]);
        CollectionAssert.AreEquivalent(new[] { Scheme.Ckks, Scheme.Shares }, plan.Schemes.ToArray());

        // A sum in shares right after a product in ciphertexts does not join their chain.
        (OpGraph sum, Node add) = Build((p, x, _) => x.MatMul(p.Private("w", Party.Server, Filled(2, 2))).On(Scheme.Ckks) + p.Secret("bias", new Shape(2), 32, 1));
        Plan summed = Planner.Plan(sum, registry, LinkProfile.Lan);
        Assert.AreEqual((Scheme.Ckks, Scheme.Shares), (summed.Assignment[add.Inputs[0]], summed.Assignment[add]));
    }

    [TestMethod]
    public void A_plan_says_why()
    {
        using SchemeRegistry registry = AllSchemes.Registry();
        PlanExplanation explanation = PlanExplanation.Of(Build(Ops[0].Of).Graph, registry, PlanRequest.Over(LinkProfile.Lan));
        Assert.AreEqual("the only scheme that computes MatMul with a constant that neither party knows", explanation.Ops.Single().Why);
        Assert.HasCount(1, explanation.Ops.Single().Alternatives.Where(alternative => alternative.IsAble).ToArray());
    }

    [TestMethod]
    public void Set_up_sends_both_parties_shares_of_factors_once_and_terms_never()
    {
        using SchemeRegistry registry = AllSchemes.Registry();
        Plan of(Func<TensorProgram, SecretTensor> secret, bool isFactor)
        {
            var program = new TensorProgram();
            SecretTensor x = program.Input("x", Party.Client, new Shape(3, 20), 1);
            (isFactor ? x.MatMul(secret(program)) : x + secret(program)).Reveal(Party.Client);
            return Planner.Plan(program.Graph, registry, new PlanRequest(LinkProfile.Lan, PlanObjective.Latency, Scheme.Shares));
        }

        Plan own = of(p => p.Private("w", Party.Server, Filled(20, 30)), isFactor: true);
        Plan shared = of(p => p.Secret("w", new Shape(20, 30), 16, 1), isFactor: true);
        Plan term = of(p => p.Secret("w", new Shape(3, 20), 16, 1), isFactor: false);
        Assert.AreEqual(8 * 20 * 30, own.SetUp.BytesDown);
        Assert.AreEqual((8 * 20 * 30, 8 * 20 * 30), (shared.SetUp.BytesDown, shared.SetUp.BytesUp - own.SetUp.BytesUp));
        Assert.AreEqual((0, own.SetUp.BytesUp), (term.SetUp.BytesDown, term.SetUp.BytesUp));
        // A query sends a word of x each way; the weights' bytes are not among them.
        Assert.IsLessThan(8 * 3 * (20 + 30) + 200, shared.Quote.BytesDown);
        Assert.IsGreaterThanOrEqualTo(8 * 3 * 20, shared.Quote.BytesUp);
    }

    [TestMethod]
    public void Parties_whose_constants_differ_have_other_plans()
    {
        using SchemeRegistry registry = AllSchemes.Registry();
        byte[] Hash(Func<TensorProgram, SecretTensor> constant)
        {
            var program = new TensorProgram();
            (program.Input("x", Party.Client, new Shape(2, 4), 1) * constant(program)).Reveal(Party.Client);
            return Planner.Plan(program.Graph, registry, LinkProfile.Lan).Hash();
        }

        byte[][] hashes =
        [
            Hash(p => p.Secret("w", new Shape(2, 4), 16, 1)),
            Hash(p => p.Secret("w", new Shape(1, 4), 16, 1)),
            Hash(p => p.Secret("w", new Shape(2, 4), 15, 1)),
            Hash(p => p.Secret("w", new Shape(2, 4), 16, 2)),
            Hash(p => p.Secret("w", new Shape(2, 4), 16, 1, norm: 1)),
            Hash(p => p.Secret("v", new Shape(2, 4), 16, 1)),
            Hash(p => p.Private("w", Party.Server, new Shape(2, 4), 1)),
        ];
        Assert.HasCount(hashes.Length, hashes.Select(Convert.ToHexString).Distinct().ToArray());
    }

    [TestMethod]
    public void A_models_client_has_no_share_and_is_told_so()
    {
        var network = new NetworkModel("net", new Shape(2), 2, x => x.MatMul(x.Program.Secret("model", new Shape(2, 2), 16, 1)), bound: 4);
        Sentences.Refused<FormatRefusedException>(() => network.Program(1, Revealed.Scores), "has model, a constant that neither party knows", "TensorProgram", "ProgramParty");
    }

    private static (OpGraph Graph, Node Op) Build(Func<TensorProgram, SecretTensor, SecretTensor, SecretTensor> of)
    {
        var program = new TensorProgram();
        SecretTensor x = program.Input("x", Party.Client, new Shape(2, 2), 4);
        SecretTensor result = of(program, x, program.Secret("model", new Shape(2, 2), 16, 2));
        result.Reveal(Party.Client);
        return (program.Graph, result.Node);
    }

    private static Tensor<double> Filled(int rows, int columns) =>
        Tensor.Create(Enumerable.Range(0, rows * columns).Select(i => ((i * 37 % 100) - 50) / 100.0).ToArray(), [rows, columns]);
}
