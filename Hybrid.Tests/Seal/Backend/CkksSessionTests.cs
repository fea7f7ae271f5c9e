using System.Net;
using System.Numerics.Tensors;
using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Models;
using Hybrid.Schemes;
using Hybrid.Seal;
using Hybrid.Tests.Core;
using Hybrid.Tests.Core.Models;
using Hybrid.Tests.Paillier.Backend;

namespace Hybrid.Tests.Seal.Backend;

[TestClass]
public sealed class CkksSessionTests
{
    [TestMethod]
    [DataRow("breast-cancer", 171)]
    [DataRow("diabetes", 133)]
    [DataRow("digits", 540)]
    public async Task Sample_scores_are_the_exact_integers(string name, int rows)
    {
        LinearModel model = SampleModels.Load(name);
        await using Connected session = await CkksSessions.StartAsync(model);
        Prediction prediction = await session.CheckAsync(model, SampleModels.Rows(name).Take(rows).Select(model.Features), name);
        Assert.AreEqual("degree 8192 and 150-bit modulus", session.Client.Keys);
        Assert.IsTrue(prediction.Steps.All(step => step.Step.To is Scheme.Ckks or Scheme.Plain));
    }

    [TestMethod]
    [DataRow("breast-cancer")]
    [DataRow("diabetes")]
    [DataRow("digits")]
    public async Task Scores_are_paillier_s_to_the_last_bit(string name)
    {
        LinearModel model = SampleModels.Load(name);
        Tensor<double> rows = SampleModels.Rows(name).Take(12).Select(model.Features);
        var server = new ModelServer(model, CkksSessions.Both());
        await using Connected ckks = await Connected.StartAsync(server, CkksSessions.Both(Scheme.Ckks));
        await using Connected paillier = await Connected.StartAsync(server, CkksSessions.Both(Scheme.Paillier));
        Prediction one = await ckks.CheckAsync(model, rows, name);
        Prediction other = await paillier.CheckAsync(model, rows, name);
        Assert.AreEqual(Scheme.Ckks, one.Steps[1].Step.To);
        Assert.AreEqual(Scheme.Paillier, other.Steps[1].Step.To);
        CollectionAssert.AreEqual(Flat(other.Scores!), Flat(one.Scores!));
        CollectionAssert.AreEqual(Flat(other.Values), Flat(one.Values));
    }

    [TestMethod]
    public async Task Scores_of_models_of_many_shapes_are_the_exact_integers()
    {
        const int Seed = 191;
        var random = new Random(Seed);
        foreach ((int features, int outputs, int rows) in new[] { (1, 1, 1), (1, 1, 40), (1, 12, 3), (17, 1, 2), (9, 9, 9), (3, 300, 2), (500, 3, 5), (2, 2, 9000) })
        {
            LinearModel model = SampleModels.Random(random, features, outputs);
            await using Connected session = await CkksSessions.StartAsync(model);
            await session.CheckAsync(model, Connected.Rows(random, model, rows), $"{features} to {outputs}, {rows} rows, seed {Seed}");
        }
    }

    [TestMethod]
    public async Task Models_of_wide_and_narrow_ranges_are_exact()
    {
        const int Seed = 192;
        var random = new Random(Seed);
        var limbs = new HashSet<int>();
        foreach ((double mean, double scale, double weight, double bias) in new (double, double, double, double)[] { (0, 1e-3, 1, 0), (1e5, 1e4, 1e-3, 1), (0, 1, 1e4, 1), (1, 1, 1e-4, 1e-4), (1e3, 1e2, 1, 10) })
        {
            LinearModel model = SampleModels.Random(random, 5, 2, mean, scale, weight, bias);
            await using Connected session = await CkksSessions.StartAsync(model);
            await session.CheckAsync(model, Connected.Rows(random, model, 7), $"mean {mean}, scale {scale}, weight {weight}, bias {bias}, seed {Seed}");
            using var registry = new SchemeRegistry(Party.Client);
            registry.UseCkks();
            limbs.Add(((CkksBackend)registry.Backends[0]).RequireLayout(session.Client.Plan(7).Steps[0].Stretch).Limbs);
        }

        Assert.IsTrue(limbs.Contains(1) && limbs.Count > 1, $"limbs: {string.Join(", ", limbs)}");
    }

    [TestMethod]
    public async Task Inputs_at_the_ends_of_their_range_and_weights_of_zero_stay_exact()
    {
        var model = new LinearModel("ends", ["a", "b", "zero"], [], Activation.None, [0, 0, 0], [1, 1, 1], [[1, -1, 0], [0, 0, 0], [-0.3, -0.7, 0]], [0, 2.5, -1]);
        await using Connected session = await CkksSessions.StartAsync(model);
        double end = Math.ScaleB(1, session.Client.Card.Input.IntegerBits);
        Tensor<double> rows = Tensor.Create<double>([end, -end, end, -end, end, -end, -end, -end, 0, 0, -0.0, double.Epsilon], [4, 3]);
        await session.CheckAsync(model, rows);
    }

    [TestMethod]
    public async Task A_connection_serves_queries_of_any_size_with_one_key()
    {
        var random = new Random(193);
        LinearModel model = SampleModels.Random(random, 3, 2);
        await using Connected session = await CkksSessions.StartAsync(model);
        string keys = session.Client.Keys;
        foreach (int rows in new[] { 1, 6000, 2, 1, 25, 1366, 400 })
        {
            Prediction prediction = await session.CheckAsync(model, Connected.Rows(random, model, rows), $"{rows} rows");
            Assert.AreEqual(1, prediction.Cost.Rounds);
            Assert.AreEqual(keys, session.Client.Keys);
        }
    }

    [TestMethod]
    public async Task Long_tables_go_in_several_queries()
    {
        var random = new Random(194);
        LinearModel model = SampleModels.Random(random, 2, 1);
        // Room for one ciphertext each way.
        SessionOptions options = CkksSessions.Options() with { MaximumQueryBytes = 200_000 };
        await using Connected session = await CkksSessions.StartAsync(model, options, options);
        Tensor<double> table = Connected.Rows(random, model, 9000);
        Prediction prediction = await session.CheckAsync(model, table);
        Assert.IsGreaterThan(1, prediction.Cost.Rounds);
        foreach (StepTrace step in prediction.Steps)
        {
            Assert.IsLessThanOrEqualTo(options.MaximumQueryBytes, step.BytesSent + step.BytesReceived);
        }

        SessionOptions narrow = options with { MaximumQueryBytes = 100_000 };
        ParameterException e = await Assert.ThrowsExactlyAsync<ParameterException>(() => CkksSessions.StartAsync(model, narrow));
        Sentences.Check(e, "One row", "100000");
    }

    [TestMethod]
    public async Task Several_clients_at_once_are_served_by_one_server()
    {
        LinearModel model = SampleModels.Random(new Random(195), 4, 3);
        var server = new ModelServer(model, CkksSessions.Options());
        Task[] clients = [.. Enumerable.Range(1, 5).Select(async client =>
        {
            var random = new Random(client);
            await using Connected session = await Connected.StartAsync(server, CkksSessions.Options());
            for (int query = 0; query < 3; query++)
            {
                await session.CheckAsync(model, Connected.Rows(random, model, random.Next(1, 700)), $"client {client}, query {query}");
            }
        })];
        await Task.WhenAll(clients);
    }

    [TestMethod]
    public async Task Any_number_of_threads_gives_the_same_scores()
    {
        var random = new Random(196);
        LinearModel model = SampleModels.Random(random, 20, 40);
        Tensor<double> rows = Connected.Rows(random, model, 300);
        foreach (int threads in new[] { 1, 3 })
        {
            SessionOptions options = CkksSessions.Options(ckks: new CkksOptions { Parallelism = threads });
            await using Connected session = await CkksSessions.StartAsync(model, options, options);
            await session.CheckAsync(model, rows, $"{threads} threads");
        }
    }

    [TestMethod]
    public async Task Over_a_socket_it_is_the_same()
    {
        var random = new Random(197);
        LinearModel model = SampleModels.Random(random, 6, 4);
        var server = new ModelServer(model, CkksSessions.Options());
        using TcpServer listener = TcpServer.Listen(new IPEndPoint(IPAddress.Loopback, 0), null);
        Task serving = Task.Run(async () =>
        {
            using AcceptedConnection connection = await listener.AcceptAsync(CancellationToken.None);
            await server.ServeAsync(await connection.SecureAsync(TimeSpan.FromSeconds(10), CancellationToken.None));
        });
        Stream stream = await TcpTransport.ConnectAsync(HostAndPort.Parse(listener.LocalEndPoint.ToString()), null, TimeSpan.FromSeconds(10), CancellationToken.None);
        await using (ModelClient client = await ModelClient.ConnectAsync(stream, CkksSessions.Options()))
        {
            foreach (int rows in new[] { 1, 800 })
            {
                Tensor<double> table = Connected.Rows(random, model, rows);
                Connected.CheckExact(model, table, await client.PredictAsync(table), $"{rows} rows");
            }
        }

        await serving;
    }

    [TestMethod]
    public async Task The_ledger_lists_what_either_party_learnt()
    {
        var random = new Random(198);
        LinearModel model = SampleModels.Random(random, 4, 2);
        await using Connected session = await CkksSessions.StartAsync(model);
        Prediction prediction = await session.CheckAsync(model, Connected.Rows(random, model, 3));
        CollectionAssert.AreEqual(
            new[]
            {
                (Party.Client, "model card", "4 features, 2 outputs"),
                (Party.Server, "query size", "rows and features"),
                (Party.Server, "public key", "the client's"),
                (Party.Client, "scores", "(3, 2)"),
            },
            prediction.Ledger.Entries.Select(entry => (entry.Learner, entry.Value, entry.Extent)).ToArray());
    }

    [TestMethod]
    public async Task A_value_that_is_not_on_the_ledger_is_not_opened()
    {
        var chain = new LinearChain(199, 2, 3, 10, ChainOp.MatMul(2, 8));
        await using CkksPair pair = await CkksPair.OpenAsync(chain);
        using var registry = new SchemeRegistry(Party.Server);
        registry.UseCkks();
        Hybrid.Planning.Plan plan = Hybrid.Planning.Planner.Plan(chain.Graph, registry, Hybrid.Planning.LinkProfile.Lan);
        var other = new DisclosureLedger(Hybrid.Planning.Planner.Plan(new LinearChain(199, 2, 3, 10, ChainOp.MatMul(2, 8)).Graph, registry, Hybrid.Planning.LinkProfile.Lan));
        IConversion reveal = registry.Conversion(Scheme.Ckks, Scheme.Plain)!;
        StepContext context = chain.Constants with { Ledger = other };
        var tensor = new CkksTensor(chain.Stretch.Last, pair.Server.RequireLayout(chain.Stretch));
        InvalidOperationException e = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => reveal.ExecuteAsync(plan.Steps[^1], tensor, context));
        StringAssert.Contains(e.Message, "is not on the ledger for the client");
    }

    [TestMethod]
    public async Task A_query_given_up_ends_the_session_on_both_sides()
    {
        var random = new Random(200);
        LinearModel model = SampleModels.Random(random, 3, 2);
        Connected session = await CkksSessions.StartAsync(model);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => session.Client.PredictAsync(Connected.Rows(random, model, 1), cancellation: cancelled.Token));
        Sentences.Check(await Assert.ThrowsExactlyAsync<ProtocolException>(() => session.Serving), "The client stopped: the client gave up");
        await session.Client.DisposeAsync();
    }

    private static double[] Flat(Tensor<double> tensor)
    {
        var flat = new double[tensor.FlattenedLength];
        tensor.FlattenTo(flat);
        return flat;
    }
}
