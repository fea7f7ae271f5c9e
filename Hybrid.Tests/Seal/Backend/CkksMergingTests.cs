using System.Numerics.Tensors;
using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Models;
using Hybrid.Mpc;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Seal;
using Hybrid.Seal.RingPacked;
using Hybrid.Tensors;
using Hybrid.Tests.Core.Models;
using Hybrid.Tests.Mpc.Backend;
using Hybrid.Tests.Paillier.Backend;

namespace Hybrid.Tests.Seal.Backend;

/// <summary>Sessions whose results are merged.</summary>
[TestClass]
public sealed class CkksMergingTests
{
    private const int Seed = 247;

    private static readonly LinkProfile Slow = new("slow", 1e6, 1e6, 0.05);

    [TestMethod]
    [DataRow(1, 200, 64)]
    [DataRow(40, 100, 30)]
    public async Task Networks_send_what_was_quoted_and_learn_what_is_right(int rows, int inputs, int hidden)
    {
        var random = new Random(Seed);
        var bytes = new List<long>();
        foreach (bool mayMerge in new[] { false, true })
        {
            var program = new TensorProgram();
            SecretTensor x = program.Input("x", Party.Client, new Shape(rows, inputs), 1);
            SecretTensor first = x.MatMul(program.Private("w", Party.Server, LocalRun.Numbers(random, -0.2, 0.2, inputs, hidden))).On(Scheme.Ckks).Relu();
            SecretTensor second = first.MatMul(program.Private("v", Party.Server, LocalRun.Numbers(random, -0.2, 0.2, hidden, 20))).On(Scheme.Ckks);
            second.Reveal(Party.Client);
            ProgramRun run = await LocalRun.CheckAsync(
                program, Schemes(mayMerge), new Dictionary<string, Tensor<double>> { ["x"] = LocalRun.Numbers(random, -1, 1, rows, inputs) },
                new Dictionary<string, Tensor<double>>(), _ => 1e-3, $"{rows} rows, seed {Seed}, merging {mayMerge}", Slow);
            bytes.Add(run.BytesSent + run.BytesReceived);
        }

        Assert.IsLessThan(bytes[0], bytes[1], "merging saves bytes");
    }

    [TestMethod]
    public async Task One_key_serves_queries_of_any_size()
    {
        LinearModel model = SampleModels.Load("digits");
        SessionOptions options = CkksSessions.Options() with { Link = Slow };
        await using Connected session = await Connected.StartAsync(new ModelServer(model, CkksSessions.Options()), options, rows: 300);
        StringAssert.Contains(session.Client.Keys, "results merged");
        // The server has been told of another link, and goes by its client's choice.
        foreach (int rows in new[] { 1, 3, 64, 300, 1 })
        {
            Plan plan = session.Client.Plan(rows);
            Prediction prediction = await session.CheckAsync(model, Connected.Rows(new Random(Seed + rows), model, rows), $"{rows} rows, seed {Seed}");
            foreach (StepTrace step in prediction.Steps)
                Assert.AreEqual((step.Step.Quote.BytesUp, step.Step.Quote.BytesDown), (step.BytesSent, step.BytesReceived), $"{rows} rows: {step.Step}");
        }

        long declared = session.Client.Plan(1).SetUp.BytesUp;
        Assert.AreEqual(0, declared, "keys are there");
    }

    [TestMethod]
    public void What_set_up_sends_is_quoted()
    {
        using SchemeRegistry registry = Registry(mayMerge: true);
        OpGraph graph = Graph(1, 784, 128);
        Plan plan = Planner.Plan(graph, registry, PlanRequest.Over(Slow));
        CkksLayout layout = ((CkksBackend)registry.Backend(Scheme.Ckks)!).RequireLayout(plan.Steps.First(step => step.To == Scheme.Ckks).Stretch);
        Assert.AreEqual(RingPackedParameters.Degree4096ShortMerging(), layout.Parameters);
        int publicKey = CkksKeyMessage.SeededBytes(layout.Parameters);
        int mergeKeys = MergeKeyMessage.Bytes(layout.Parameters, layout.Packing.MergeKeys);
        Assert.IsGreaterThan(0, mergeKeys);
        Assert.AreEqual(publicKey + mergeKeys + MergeKeyMessage.ChoiceBytes + 16, plan.SetUp.BytesUp, 1024);
    }

    [TestMethod]
    public void Results_are_merged_where_bytes_count_and_as_sending_keys_allows()
    {
        // Wide enough for keys to be worth their bytes in time, and for fewer of them.
        OpGraph graph = Graph(64, 784, 128);
        Assert.IsNull(Merging(graph, PlanRequest.Over(new LinkProfile("fast", 1e12, 1e12, 1e-5))));
        MergeKeys many = Merging(graph, new PlanRequest(Slow, PlanObjective.Latency with { Queries = 1e6 }))!.Value;
        MergeKeys fewer = Merging(graph, new PlanRequest(Slow, PlanObjective.Latency with { Queries = 1 }))!.Value;
        Assert.IsLessThan(many.Count, fewer.Count);
        // Where set-up is not to count, keys are still for a session of usual length.
        Assert.AreEqual(Merging(graph, new PlanRequest(Slow, PlanObjective.Latency with { Queries = 20 })), Merging(graph, PlanRequest.Over(Slow)));
        Assert.IsNull(Merging(graph, PlanRequest.Over(Slow), mayMerge: false));
        Assert.IsNotNull(Merging(graph, new PlanRequest(new LinkProfile("fast", 1e12, 1e12, 1e-5), PlanObjective.Bytes)));
    }

    private static MergeKeys? Merging(OpGraph graph, PlanRequest request, bool mayMerge = true)
    {
        using SchemeRegistry registry = Registry(mayMerge);
        Plan plan = Planner.Plan(graph, registry, request);
        return ((CkksBackend)registry.Backend(Scheme.Ckks)!).RequireLayout(plan.Steps.First(step => step.To == Scheme.Ckks).Stretch).Packing.Options.Merging;
    }

    private static OpGraph Graph(int rows, int inputs, int outputs)
    {
        var program = new TensorProgram();
        SecretTensor x = program.Input("x", Party.Client, new Shape(rows, inputs), 1);
        x.MatMul(program.Private("w", Party.Server, LocalRun.Numbers(new Random(Seed), -0.1, 0.1, inputs, outputs))).On(Scheme.Ckks).Relu().Reveal(Party.Client);
        return program.Graph;
    }

    private static SchemeRegistry Registry(bool mayMerge)
    {
        var registry = new SchemeRegistry(Party.Client);
        Schemes(mayMerge)(registry);
        return registry;
    }

    private static Action<SchemeRegistry> Schemes(bool mayMerge)
    {
        var dealer = new InProcessDealer();
        return schemes =>
        {
            schemes.UseCkks(new CkksOptions { MayMerge = mayMerge });
            schemes.UseShares(new SharesOptions { Dealer = dealer });
        };
    }
}
