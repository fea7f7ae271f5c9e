using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Models;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Tests.Core.Communication;
using Hybrid.Tests.Core.Schemes;

namespace Hybrid.Tests.Core.Execution;

/// <summary>What is agreed on before anything is set up, in which order, and with which plan.</summary>
[TestClass]
public sealed class SetUpTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private static readonly LinearModel Model = new("small", ["a", "b"], [], Activation.None, [0, 0], [1, 1], [[0.5, -0.25]], [1]);

    [TestMethod]
    [DataRow(1)]
    [DataRow(5000)]
    public async Task Both_parties_set_up_the_scheme_in_use_with_the_plan_of_a_query(int rows)
    {
        var log = new List<string>();
        await using (LocalSession session = await LocalSession.StartAsync(Model, schemes => Add(schemes, log, Scheme.Shares, 5, Scheme.Ckks, 1), rows))
        {
            Assert.AreEqual("Ckks at the client", session.Client.Keys);
        }

        CollectionAssert.AreEquivalent(new[] { $"the client: Ckks for ({rows}, 2)", $"the server: Ckks for ({rows}, 2)" }, log);
    }

    [TestMethod]
    public async Task Each_scheme_of_the_plan_is_set_up_once_with_the_whole_plan()
    {
        // The product in Ckks, the sum on shares.
        var log = new List<string>();
        (Channel client, Task serving) = await OpenAsync(log);
        using SchemeRegistry registry = Registry(Scheme.Ckks, Scheme.Shares);
        Plan plan = Planner.Derive(Graph(1), registry, new SchemeAssignment([Scheme.Plain, Scheme.Plain, Scheme.Plain, Scheme.Ckks, Scheme.Shares, Scheme.Shares]));
        await client.SendAsync(SessionMessages.Schemes, QueryMessage.ForPlan(1, Revealed.Scores, plan).Write());
        (await client.ReceiveAsync(SessionMessages.Ready, 8)).Dispose();
        CollectionAssert.AreEqual(new[] { "the server: Ckks for (1, 2)", "the server: Shares for (1, 2)" }, log);
        await client.SendAsync(SessionMessages.Query, QueryMessage.Goodbye.Write());
        await client.DisposeAsync();
        await serving.WaitAsync(Soon);
    }

    [TestMethod]
    public async Task Another_plan_is_refused_before_anything_is_set_up()
    {
        QueryMessage good = Query(1, Scheme.Ckks);
        foreach (ReadOnlyMemory<byte> hash in new[] { new byte[32], Query(1, Scheme.Shares).Hash, Query(2, Scheme.Ckks).Hash })
        {
            var log = new List<string>();
            (Channel client, Task serving) = await OpenAsync(log);
            await client.SendAsync(SessionMessages.Schemes, (good with { Hash = hash }).Write());
            ProtocolException e = await Assert.ThrowsExactlyAsync<ProtocolException>(() => serving.WaitAsync(Soon));
            Sentences.Check(e, "has another plan: use the same program or model, and the same release, on both sides (during choice of schemes)");
            ProtocolException told = await Assert.ThrowsExactlyAsync<ProtocolException>(async () => await client.ReceiveAsync(SessionMessages.Ready, 8));
            Sentences.Check(told, "The server stopped: The client has another plan");
            Assert.IsEmpty(log);
            await client.DisposeAsync();
        }
    }

    [TestMethod]
    public async Task A_scheme_that_cannot_compute_the_model_is_refused_before_anything_is_set_up()
    {
        var log = new List<string>();
        var server = new ModelServer(Model, new SessionOptions
        {
            Channel = ChannelPair.Patient,
            Schemes = schemes =>
            {
                Add(schemes, log, Scheme.Ckks, 1);
                schemes.Add(new FakeBackend(Scheme.Shares, (_, _) => null));
            },
        });
        (Channel client, Task serving) = await OpenAsync(server);
        await client.SendAsync(SessionMessages.Schemes, Query(1, Scheme.Shares).Write());
        Sentences.Check(await Assert.ThrowsExactlyAsync<ParameterException>(() => serving.WaitAsync(Soon)), "Shares cannot compute");
        Assert.IsEmpty(log);
        await client.DisposeAsync();
    }

    [TestMethod]
    public async Task A_set_up_that_fails_is_told_to_the_other_side()
    {
        var options = new SessionOptions { Channel = ChannelPair.Patient, Schemes = schemes => Add(schemes, [], Scheme.Ckks, 1) };
        SessionOptions failing = options with
        {
            Schemes = schemes => Add(schemes, null, Scheme.Ckks, 1),
        };
        ProtocolException e = await Assert.ThrowsExactlyAsync<ProtocolException>(() => LocalSession.StartAsync(Model, options, failing).WaitAsync(Soon));
        Sentences.Check(e, "The server stopped: No keys today");
        ParameterException own = await Assert.ThrowsExactlyAsync<ParameterException>(() => LocalSession.StartAsync(Model, failing, options).WaitAsync(Soon));
        Sentences.Check(own, "No keys today");
    }

    // Schemes and what their ops cost, in seconds; without a log, set-up fails.
    private static void Add(SchemeRegistry registry, List<string>? log, params object[] schemesAndSeconds)
    {
        for (int i = 0; i < schemesAndSeconds.Length; i += 2)
        {
            var scheme = (Scheme)schemesAndSeconds[i];
            registry.Add(
                new LoggedBackend(registry.Role, scheme, (int)schemesAndSeconds[i + 1], log),
                new FakeConversion(Scheme.Plain, scheme, (_, _) => Quote.Free),
                new FakeConversion(scheme, Scheme.Plain, (_, _) => Quote.Free),
                new FakeConversion(scheme, scheme == Scheme.Ckks ? Scheme.Shares : Scheme.Ckks, (_, _) => Quote.Free));
        }
    }

    private static OpGraph Graph(int rows) => FoldedModel.Of(Model).Card.Program(rows).Graph;

    private static SchemeRegistry Registry(params Scheme[] schemes)
    {
        var registry = new SchemeRegistry(Party.Client);
        Add(registry, [], [.. schemes.SelectMany(scheme => new object[] { scheme, 1 })]);
        return registry;
    }

    // What a client sends that has all of so many rows computed in one scheme.
    private static QueryMessage Query(int rows, Scheme scheme)
    {
        using SchemeRegistry registry = Registry(scheme);
        return QueryMessage.ForPlan(rows, Revealed.Scores, Planner.Plan(Graph(rows), registry, LinkProfile.Lan));
    }

    private static Task<(Channel Client, Task Serving)> OpenAsync(List<string> log) =>
        OpenAsync(new ModelServer(Model, new SessionOptions { Channel = ChannelPair.Patient, Schemes = schemes => Add(schemes, log, Scheme.Ckks, 1, Scheme.Shares, 1) }));

    private static async Task<(Channel Client, Task Serving)> OpenAsync(ModelServer server)
    {
        (Stream here, Stream there) = InProcessTransport.CreatePair();
        Task serving = Task.Run(() => server.ServeAsync(there));
        Channel client = await Channel.OpenAsync(here, ChannelRole.Initiator, "server", ChannelPair.Patient);
        (await client.ReceiveAsync(SessionMessages.Card, ModelCard.MaximumBytes)).Dispose();
        return (client, serving);
    }

    /// <summary>A backend that writes down what it is set up for.</summary>
    private sealed class LoggedBackend(Party role, Scheme scheme, int seconds, List<string>? log) : IBackend
    {
        public Scheme Scheme => scheme;

        public string Keys { get; private set; } = string.Empty;

        public Quote? Quote(Node node, Stretch stretch) => new Quote(0, seconds, 0, 0, 0);

        public Task SetUpAsync(Plan plan, StepContext context)
        {
            if (log is null)
            {
                throw new ParameterException(ParameterFault.Unsupported, "No keys today: come back tomorrow.");
            }

            Assert.AreEqual((SessionMessages.SetUp(scheme), role), (context.Tag, context.Role));
            Assert.IsNull(context.Ledger);
            Assert.Contains(scheme, plan.Schemes);
            Keys = $"{scheme} at the {role.Name()}";
            lock (log)
            {
                log.Add($"the {role.Name()}: {scheme} for {plan.Steps[0].Node.Shape}");
            }

            return Task.CompletedTask;
        }

        public Task<HeldTensor[]> ExecuteAsync(PlanStep step, IReadOnlyList<HeldTensor> inputs, StepContext context) => throw new InvalidOperationException("It only sets up.");

        public void Dispose()
        {
            // There is nothing.
        }
    }
}
