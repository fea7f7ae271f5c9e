using System.Numerics.Tensors;
using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Models;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Tensors;
using Hybrid.Tests.Core.Communication;
using Hybrid.Tests.Mpc.Backend;
using Hybrid.Tests.Mpc.Circuits;

namespace Hybrid.Tests.Core.Execution;

/// <summary>Two parties apart, each with its own share of constants that neither knows: what they need, and what they are told.</summary>
[TestClass]
public sealed class SecretConstantPartiesTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private static readonly Tensor<double> X = Tensor.Create<double>([1, -2, 0.5, 3], [2, 2]);

    private static readonly Tensor<double> Weights = Tensor.Create<double>([-0.5, 0.5, 1, 0.25], [2, 2]);

    private static readonly Tensor<double> Bias = Tensor.Create<double>([0.5, 0], [2]);

    [TestMethod]
    public async Task Each_with_its_own_share_they_compute_what_the_constant_comes_to()
    {
        (TensorProgram here, TensorProgram there) = Programs();
        (Stream a, Stream b) = InProcessTransport.CreatePair();
        using var client = new RecordingStream(a);
        using var server = new RecordingStream(b);
        SessionOptions options = Options();
        Task<ProgramParty> serving = Task.Run(() => ProgramParty.ConnectAsync(server, Party.Server, there, options));
        await using ProgramParty mine = await ProgramParty.ConnectAsync(client, Party.Client, here, options);
        await using ProgramParty theirs = await serving.WaitAsync(Soon);
        for (int run = 0; run < 2; run++)
        {
            Task<ProgramRun> other = theirs.RunAsync(new Dictionary<string, Tensor<double>>());
            ProgramRun result = await mine.RunAsync(new Dictionary<string, Tensor<double>> { ["x"] = X }).WaitAsync(Soon);
            CollectionAssert.AreEqual(new[] { 0.0, 0, 3.25, 1 }, result["result"].ToArray().Select(value => Math.Round(value, 3)).ToArray());
            Assert.IsEmpty((await other.WaitAsync(Soon)).Results);
            CollectionAssert.AreEqual(new[] { (Party.Client, "result") }, result.Ledger.Entries.Select(entry => (entry.Learner, entry.Value)).ToArray());
        }

        // Of its share a party sends nothing as it is, at any place of any message.
        foreach ((RecordingStream stream, TensorProgram program, Party party) in new[] { (client, here, Party.Client), (server, there, Party.Server) })
        {
            byte[] sent = [.. stream.Frames().SelectMany(frame => frame.Payload.ToArray())];
            foreach (ConstantBinding binding in program.Bindings.Values)
            {
                var words = new ulong[binding.Constant.Shape.ElementCount];
                binding.Share(party)!.CopyTo(words);
                foreach (ulong word in words)
                    Assert.AreEqual(-1, sent.AsSpan().IndexOf(BitConverter.GetBytes(word)), $"{party} sent a word of {binding.Constant.Label}");
            }
        }
    }

    [TestMethod]
    [DataRow(Party.Client)]
    [DataRow(Party.Server)]
    public async Task Who_has_no_share_says_so_and_the_other_is_told(Party without)
    {
        (ConstantShare client, ConstantShare server) = ConstantShare.Split(Weights);
        foreach ((Func<TensorProgram, SecretTensor> weights, string problem) in new (Func<TensorProgram, SecretTensor>, string)[]
        {
            (program => program.Secret("weights", new Shape(2, 2), 16, client.Bound, client.Norm), string.Empty),
            (program => program.Secret("weights", without == Party.Client ? server : client), $"; it was given the {without.Other().Name()}'s"),
        })
        {
            TensorProgram good = Program(program => program.Secret("weights", without == Party.Client ? server : client));
            (TensorProgram here, TensorProgram there) = without == Party.Client ? (Program(weights), good) : (good, Program(weights));
            (Exception atClient, Exception atServer, bool isQuiet) = await RefusedAsync(here, there);
            (Exception own, Exception other) = without == Party.Client ? (atClient, atServer) : (atServer, atClient);
            string sentence = $"The {without.Name()} has no share of weights of shape (2, 2), a constant that neither party knows{problem}: give its own where the program is written down";
            Assert.IsInstanceOfType<ParameterException>(own);
            Sentences.Check(own, sentence);
            Assert.IsInstanceOfType<ProtocolException>(other);
            Sentences.Check(other, $"The {without.Name()} stopped: {sentence}");
            Assert.IsTrue(isQuiet, "something was sent");
        }
    }

    [TestMethod]
    public async Task Whose_own_values_are_missing_is_told_likewise()
    {
        TensorProgram program = Program(p => p.Private("weights", Party.Server, new Shape(2, 2), 1, 2));
        (Exception atClient, Exception atServer, bool isQuiet) = await RefusedAsync(program, program);
        Sentences.Check(atServer, "The server has no values of weights of shape (2, 2), a constant that it alone knows");
        Sentences.Check(atClient, "The server stopped: The server has no values of weights");
        Assert.IsTrue(isQuiet, "something was sent");
    }

    public static IEnumerable<object[]> OthersNames => from other in Others select new object[] { other.What };

    private static readonly (string What, Func<TensorProgram, SecretTensor> Weights)[] Others =
    [
        ("another shape", program => program.Secret("weights", Share(new Shape(2, 1)))),
        ("other fraction bits", program => program.Secret("weights", Share(fractionBits: 15))),
        ("another bound", program => program.Secret("weights", Share(bound: 2))),
        ("another norm", program => program.Secret("weights", Share(norm: 1))),
        ("another name", program => program.Secret("other", Share())),
        ("private weights", program => program.Private("weights", Party.Server, Weights)),
    ];

    [TestMethod]
    [DynamicData(nameof(OthersNames))]
    public async Task Another_constant_is_refused_before_anything_secret_moves(string what)
    {
        TensorProgram here = Program(program => program.Secret("weights", Share(holder: Party.Client)));
        TensorProgram there = Program(Others.Single(other => other.What == what).Weights);
        (Exception atClient, Exception atServer, bool isQuiet) = await RefusedAsync(here, there);
        Assert.IsInstanceOfType<ProtocolException>(atServer);
        Sentences.Check(atServer, "The client has another", "use the same program or model, and the same release, on both sides");
        Sentences.Check(atClient, "The server stopped: The client has another");
        Assert.IsTrue(isQuiet, "something was sent");
    }

    [TestMethod]
    public async Task A_constant_that_nothing_needs_needs_no_share()
    {
        var program = new TensorProgram();
        SecretTensor x = program.Input("x", Party.Client, new Shape(2, 2), 4);
        _ = x + program.Secret("unused", new Shape(2), 16, 1);
        x.MatMul(program.Private("weights", Party.Server, Weights)).Reveal(Party.Client);
        await using LocalProgram local = await LocalProgram.StartAsync(program, LocalRun.Shares());
        (ProgramRun run, _) = await local.RunAsync(new Dictionary<string, Tensor<double>> { ["x"] = X });
        Assert.AreEqual(-2.5, run["result"][0, 0], 1e-3);
    }

    [TestMethod]
    public async Task A_share_that_was_disposed_of_is_read_no_more()
    {
        (ConstantShare client, ConstantShare server) = ConstantShare.Split(Weights);
        TensorProgram program = Program(p => p.Secret("weights", client, server));
        client.Dispose();
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => LocalProgram.StartAsync(program, LocalRun.Shares()).WaitAsync(Soon));
    }

    [TestMethod]
    public async Task A_plan_is_rehearsed_with_each_partys_share()
    {
        (ConstantShare client, ConstantShare server) = ConstantShare.Split(Weights);
        TensorProgram program = Program(p => p.Secret("weights", client, server));
        Node reveal = program.Graph.Reveals.Single();
        var model = new ModelProgram(program.Graph, program.Graph.Inputs.Single(), reveal, program.Bindings);
        using var registry = new SchemeRegistry(Party.Client);
        LocalRun.Shares()(registry);
        Plan plan = Planner.Plan(program.Graph, registry, LinkProfile.Lan);
        await using PlanRehearsal rehearsal = await PlanRehearsal.StartAsync(model, plan.Assignment, LocalRun.Shares(), InProcessTransport.CreatePair());
        RehearsalRun run = await rehearsal.RunAsync(new double[] { 1, -2, 0.5, 3 });
        CollectionAssert.AreEqual(new[] { 0.0, 0, 3.25, 1 }, run.Results[reveal.Id].Select(value => Math.Round(value, 3)).ToArray());
    }

    private static (TensorProgram Client, TensorProgram Server) Programs()
    {
        (ConstantShare client, ConstantShare server) = ConstantShare.Split(Weights);
        (ConstantShare first, ConstantShare second) = ConstantShare.Split(Bias, 32);
        return (Program(p => p.Secret("weights", client), p => p.Secret("bias", first)), Program(p => p.Secret("weights", server), p => p.Secret("bias", second)));
    }

    private static TensorProgram Program(Func<TensorProgram, SecretTensor> weights, Func<TensorProgram, SecretTensor>? bias = null)
    {
        var program = new TensorProgram();
        SecretTensor product = program.Input("x", Party.Client, new Shape(2, 2), 4).MatMul(weights(program));
        (product + (bias ?? (p => p.Public("bias", Bias)))(program)).Relu().Reveal(Party.Client);
        return program;
    }

    private static ConstantShare Share(Shape? shape = null, int fractionBits = 16, double bound = 1, double? norm = null, Party holder = Party.Server)
    {
        shape ??= new Shape(2, 2);
        return new ConstantShare(holder, shape, fractionBits, new ulong[shape.ElementCount], bound, norm);
    }

    private static SessionOptions Options() => new() { Schemes = LocalRun.Shares(), Channel = ChannelPair.Patient };

    // What either end says, and whether no more was sent than the client's plan, and what belongs to keys.
    private static async Task<(Exception AtClient, Exception AtServer, bool IsQuiet)> RefusedAsync(TensorProgram here, TensorProgram there)
    {
        (Stream a, Stream b) = InProcessTransport.CreatePair();
        using var client = new RecordingStream(a);
        using var server = new RecordingStream(b);
        Task<ProgramParty> serving = Task.Run(() => ProgramParty.ConnectAsync(server, Party.Server, there, Options()));
        Task<ProgramParty> connecting = Task.Run(() => ProgramParty.ConnectAsync(client, Party.Client, here, Options()));
        Exception atServer = await Assert.ThrowsAsync<HybridException>(() => serving.WaitAsync(Soon));
        Exception atClient = await Assert.ThrowsAsync<HybridException>(() => connecting.WaitAsync(Soon));
        uint[] allowed = [SessionMessages.Schemes.Value, SessionMessages.SetUp(Scheme.Shares).Value];
        return (atClient, atServer, client.Frames().TrueForAll(frame => allowed.Contains(frame.Tag)) && server.Frames().Count == 0);
    }
}
