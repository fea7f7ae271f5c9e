using System.Numerics.Tensors;
using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Tensors;
using Hybrid.Tests.Core.Communication;
using Hybrid.Tests.Mpc.Backend;
using Hybrid.Tests.Mpc.Circuits;

namespace Hybrid.Tests.Core.Execution;

/// <summary>What two parties of a program agree on before anything secret moves, and how runs fail.</summary>
[TestClass]
public sealed class ProgramPartyTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private static readonly Tensor<double> X = Tensor.Create<double>([1, -2, 0.5, 3], [2, 2]);

    [TestMethod]
    public async Task A_party_that_does_not_know_the_weights_computes_with_who_does()
    {
        (ProgramParty client, ProgramParty server) = await ConnectAsync(Program(isKnown: false), Program());
        await using (client)
        {
            await using (server)
            {
                for (int run = 0; run < 2; run++)
                {
                    Task<ProgramRun> serving = server.RunAsync(new Dictionary<string, Tensor<double>>());
                    ProgramRun mine = await client.RunAsync(Given(X)).WaitAsync(Soon);
                    ProgramRun theirs = await serving.WaitAsync(Soon);
                    CollectionAssert.AreEqual(new[] { 0.0, 0, 3.25, 1 }, mine["result"].ToArray().Select(value => Math.Round(value, 3)).ToArray());
                    Assert.IsEmpty(theirs.Results);
                    Sentences.Refused<ParameterException>(() => _ = theirs["result"], "Nothing called result");
                    CollectionAssert.AreEqual(new[] { (Party.Client, "result") }, mine.Ledger.Entries.Select(entry => (entry.Learner, entry.Value)).ToArray());
                    Assert.AreEqual((mine.BytesSent, mine.BytesReceived), (theirs.BytesReceived, theirs.BytesSent));
                }
            }
        }
    }

    public static IEnumerable<object[]> OthersNames => from other in Others select new object[] { other.What };

    private static readonly (string What, Func<TensorProgram> Program)[] Others =
    [
        ("a longer input", () => Program(rows: 3)),
        ("another bound", () => Program(bound: 8)),
        ("another name", () => Program(name: "features")),
        ("another op", () => Program(last: value => value.Sigmoid())),
        ("one op more", () => Program(last: value => value.Relu().Relu())),
        ("another number that all know", () => Program(known: 0.75)),
        ("other fraction bits", () => Program(options: new ProgramOptions { FractionBits = 15 })),
        ("another learner", () => Program(to: Party.Server)),
    ];

    [TestMethod]
    [DynamicData(nameof(OthersNames))]
    public async Task Another_program_is_refused_before_anything_secret_moves(string what)
    {
        TensorProgram other = Others.Single(one => one.What == what).Program();
        foreach ((TensorProgram here, TensorProgram there) in new[] { (Program(), other), (other, Program()) })
        {
            (Stream a, Stream b) = InProcessTransport.CreatePair();
            using var client = new RecordingStream(a);
            using var server = new RecordingStream(b);
            Task<ProgramParty> serving = Task.Run(() => ProgramParty.ConnectAsync(server, Party.Server, there, Options()));
            Task<ProgramParty> connecting = Task.Run(() => ProgramParty.ConnectAsync(client, Party.Client, here, Options()));
            ProtocolException atServer = await Assert.ThrowsExactlyAsync<ProtocolException>(() => serving.WaitAsync(Soon), what);
            Sentences.Check(atServer, "The client has another", "use the same program or model, and the same release, on both sides");
            ProtocolException atClient = await Assert.ThrowsExactlyAsync<ProtocolException>(() => connecting.WaitAsync(Soon), what);
            Sentences.Check(atClient, "The server stopped: The client has another");

            // The client has sent its plan, and what belongs to keys at most: a meeting's number.
            Assert.AreEqual(SessionMessages.Schemes.Value, client.Frames()[0].Tag, what);
            Assert.IsTrue(client.Frames().Skip(1).All(frame => frame.Tag == SessionMessages.SetUp(Hybrid.Schemes.Scheme.Shares).Value), what);
            Assert.IsEmpty(server.Frames(), what);
        }
    }

    [TestMethod]
    public async Task Another_version_is_refused_before_anything_is_said()
    {
        (Stream here, Stream there) = InProcessTransport.CreatePair();
        using var server = new RecordingStream(there);
        Task<ProgramParty> serving = ProgramParty.ConnectAsync(server, Party.Server, Program(), Options());
        await here.WriteAsync("HYBRID\u0009\u0000"u8.ToArray());
        Sentences.Check(await Assert.ThrowsExactlyAsync<ProtocolException>(() => serving.WaitAsync(Soon)), "speaks version 9");
        Assert.IsEmpty(server.Frames());
        await here.DisposeAsync();
    }

    [TestMethod]
    public async Task Inputs_that_are_none_are_refused_before_anything_is_sent_and_the_session_stays()
    {
        (Stream a, Stream b) = InProcessTransport.CreatePair();
        var stream = new RecordingStream(a);
        (ProgramParty client, ProgramParty server) = await ConnectAsync(Program(), Program(), stream, b);
        await using (client)
        {
            await using (server)
            {
                int before = stream.Frames().Count;
                foreach ((Dictionary<string, Tensor<double>> inputs, ParameterFault fault, string problem) in new (Dictionary<string, Tensor<double>>, ParameterFault, string)[]
                {
                    ([], ParameterFault.Mismatch, "The input x of shape (2, 2) was not given"),
                    (new() { ["z"] = X }, ParameterFault.Mismatch, "The program has no input z of the client; it has x of the client"),
                    (Given(Tensor.Create<double>([1, 2], [1, 2])), ParameterFault.Mismatch, "has shape (2, 2); it was given (1, 2)"),
                    (Given(Tensor.Create<double>([1, 2, double.NaN, 0], [2, 2])), ParameterFault.OutOfRange, "Element 2 (counted row by row) of the input x"),
                    (Given(Tensor.Create<double>([1, double.NegativeInfinity, 0, 0], [2, 2])), ParameterFault.OutOfRange, "Element 1"),
                    (Given(Tensor.Create<double>([4.5, 0, 0, 0], [2, 2])), ParameterFault.OutOfRange, "beyond ±4"),
                })
                {
                    ParameterException e = await Assert.ThrowsExactlyAsync<ParameterException>(() => client.RunAsync(inputs), problem);
                    Assert.AreEqual(fault, e.Fault, problem);
                    Sentences.Check(e, problem);
                }

                Sentences.Check(await Assert.ThrowsExactlyAsync<ParameterException>(() => server.RunAsync(Given(X))), "The program has no input x of the server");
                Assert.HasCount(before, stream.Frames());
                Task<ProgramRun> serving = server.RunAsync(new Dictionary<string, Tensor<double>>());
                Assert.HasCount(1, (await client.RunAsync(Given(X)).WaitAsync(Soon)).Results);
                await serving.WaitAsync(Soon);
            }
        }
    }

    [TestMethod]
    [DataRow(Party.Client)]
    [DataRow(Party.Server)]
    public async Task What_a_policy_does_not_allow_is_refused_before_anything_is_set_up(Party strict)
    {
        SessionOptions refusing = Options() with { Policy = DisclosurePolicy.Only((Party.Client, "scores")) };
        (Stream a, Stream b) = InProcessTransport.CreatePair();
        using var client = new RecordingStream(a);
        using var server = new RecordingStream(b);
        Task serving = Task.Run(() => ProgramParty.ConnectAsync(server, Party.Server, Program(), strict == Party.Server ? refusing : Options()));
        Task connecting = Task.Run(() => ProgramParty.ConnectAsync(client, Party.Client, Program(), strict == Party.Client ? refusing : Options()));
        (Task own, Task other) = strict == Party.Client ? (connecting, serving) : (serving, connecting);
        Sentences.Check(await Assert.ThrowsExactlyAsync<ParameterException>(() => own.WaitAsync(Soon)), "The plan would show result (2, 2) to the client, which the policy does not allow");
        Sentences.Check(await Assert.ThrowsExactlyAsync<ProtocolException>(() => other.WaitAsync(Soon)), $"The {strict.Name()} stopped: The plan would show result");
        Assert.IsTrue(client.Frames().TrueForAll(frame => frame.Tag is 2 or 19) && server.Frames().Count == 0, "something else was sent");

        // What is allowed is done.
        (ProgramParty here, ProgramParty there) = await ConnectAsync(Program(), Program(), Options() with { Policy = DisclosurePolicy.Only((Party.Client, "result")) });
        await here.DisposeAsync();
        await there.DisposeAsync();
    }

    [TestMethod]
    [DataRow(Party.Client)]
    [DataRow(Party.Server)]
    public async Task A_run_given_up_ends_the_session_on_both_sides(Party impatient)
    {
        (ProgramParty client, ProgramParty server) = await ConnectAsync(Program(), Program());
        using var giveUp = new CancellationTokenSource();
        (ProgramParty own, ProgramParty other) = impatient == Party.Client ? (client, server) : (server, client);

        // The other party has not begun, so this one waits until it gives up.
        Task<ProgramRun> waiting = own.RunAsync(impatient == Party.Client ? Given(X) : [], giveUp.Token);
        await giveUp.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => waiting.WaitAsync(Soon));
        ProtocolException told = await Assert.ThrowsExactlyAsync<ProtocolException>(() => other.RunAsync(impatient == Party.Client ? [] : Given(X)).WaitAsync(Soon));
        // It hears of that from the party or at the dealer, wherever it waits.
        Sentences.Check(told);
        Assert.IsTrue(
            told.Message.Contains($"The {impatient.Name()} stopped: the {impatient.Name()} gave up", StringComparison.Ordinal) || told.Message.StartsWith("The dealer stopped: The meeting", StringComparison.Ordinal), told.Message);
        foreach ((ProgramParty party, Dictionary<string, Tensor<double>> inputs) in new[] { (client, Given(X)), (server, []) })
            Sentences.Check(await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => party.RunAsync(inputs)), "connect anew");
        await client.DisposeAsync();
        await server.DisposeAsync();
    }

    [TestMethod]
    public async Task Connecting_can_be_given_up()
    {
        (Stream here, Stream _) = InProcessTransport.CreatePair();
        using var giveUp = new CancellationTokenSource();
        Task<ProgramParty> connecting = ProgramParty.ConnectAsync(here, Party.Client, Program(), Options(), giveUp.Token);
        await giveUp.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => connecting.WaitAsync(Soon));
    }

    private static Dictionary<string, Tensor<double>> Given(Tensor<double> x) => new() { ["x"] = x };

    private static TensorProgram Program(
        int rows = 2,
        double bound = 4,
        string name = "x",
        bool isKnown = true,
        Func<SecretTensor, SecretTensor>? last = null,
        double known = 0.5,
        ProgramOptions? options = null,
        Party to = Party.Client)
    {
        var program = new TensorProgram(options);
        SecretTensor x = program.Input(name, Party.Client, new Shape(rows, 2), bound);
        SecretTensor weights = isKnown
            ? program.Private("weights", Party.Server, Tensor.Create<double>([-0.5, 0.5, 1, 0.25], [2, 2]))
            : program.Private("weights", Party.Server, new Shape(2, 2), 1, 2);
        SecretTensor value = x.MatMul(weights) + program.Public("k", Tensor.Create([known, 0.5 - known], [2]));
        (last ?? (before => before.Relu()))(value).Reveal(to);
        return program;
    }

    private static SessionOptions Options() => new() { Schemes = LocalRun.Shares(), Channel = ChannelPair.Patient };

    private static Task<(ProgramParty Client, ProgramParty Server)> ConnectAsync(TensorProgram here, TensorProgram there, SessionOptions? options = null)
    {
        (Stream a, Stream b) = InProcessTransport.CreatePair();
        return ConnectAsync(here, there, a, b, options);
    }

    private static async Task<(ProgramParty Client, ProgramParty Server)> ConnectAsync(TensorProgram here, TensorProgram there, Stream client, Stream server, SessionOptions? options = null)
    {
        SessionOptions both = options ?? Options();
        Task<ProgramParty> serving = Task.Run(() => ProgramParty.ConnectAsync(server, Party.Server, there, both));
        ProgramParty connected = await ProgramParty.ConnectAsync(client, Party.Client, here, both);
        return (connected, await serving);
    }
}
