using System.Numerics.Tensors;
using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Models;
using Hybrid.Numerics;
using Hybrid.Paillier;
using Hybrid.Schemes;
using Hybrid.Tests.Core;
using Hybrid.Tests.Core.Models;
using Hybrid.Tests.Paillier.Arithmetic;

namespace Hybrid.Tests.Paillier.Backend;

[TestClass]
public sealed class LinearSessionTests
{
    [TestMethod]
    [DataRow("breast-cancer", 171)]
    [DataRow("diabetes", 133)]
    [DataRow("digits", 30)]
    public async Task Sample_scores_are_the_exact_integers(string name, int rows)
    {
        LinearModel model = SampleModels.Load(name);
        await using Connected session = await Connected.StartAsync(model);
        await session.CheckAsync(model, SampleModels.Rows(name).Take(rows).Select(model.Features), name);
    }

    [TestMethod]
    public async Task Scores_of_models_of_many_shapes_are_the_exact_integers()
    {
        const int Seed = 81;
        var random = new Random(Seed);
        foreach ((int features, int outputs, int rows) in new[] { (1, 1, 1), (1, 1, 40), (1, 12, 3), (17, 1, 2), (9, 9, 9) })
        {
            LinearModel model = SampleModels.Random(random, features, outputs);
            await using Connected session = await Connected.StartAsync(model);
            await session.CheckAsync(model, Connected.Rows(random, model, rows), $"{features} to {outputs}, seed {Seed}");
        }
    }

    [TestMethod]
    public async Task Inputs_at_the_ends_of_their_range_and_weights_of_zero_stay_exact()
    {
        var model = new LinearModel("ends", ["a", "b", "zero"], [], Activation.None, [0, 0, 0], [1, 1, 1], [[1, -1, 0], [0, 0, 0], [-0.3, -0.7, 0]], [0, 2.5, -1]);
        await using Connected session = await Connected.StartAsync(model);
        double end = Math.ScaleB(1, session.Client.Card.Input.IntegerBits);
        Tensor<double> rows = Tensor.Create<double>([end, -end, end, -end, end, -end, -end, -end, 0, 0, -0.0, double.Epsilon], [4, 3]);
        await session.CheckAsync(model, rows);
    }

    [TestMethod]
    public async Task A_connection_serves_many_queries()
    {
        var random = new Random(82);
        LinearModel model = SampleModels.Random(random, 3, 2);
        await using Connected session = await Connected.StartAsync(model);
        foreach (int rows in new[] { 1, 60, 2, 1, 25 })
        {
            Prediction prediction = await session.CheckAsync(model, Connected.Rows(random, model, rows), $"{rows} rows");
            Assert.AreEqual(1, prediction.Cost.Rounds);
        }
    }

    [TestMethod]
    public async Task Long_tables_go_in_several_queries()
    {
        var random = new Random(83);
        LinearModel model = SampleModels.Random(random, 2, 1);
        // Room for four ciphertexts up: two blocks of each feature.
        SessionOptions options = Connected.Options() with { MaximumQueryBytes = (4 * Connected.Key.PublicKey.CiphertextBytes) + 8 };
        await using Connected session = await Connected.StartAsync(model, options, options);
        int slots = Slots(session);
        foreach ((int rows, int queries) in new[] { (2 * slots, 1), (4 * slots, 2), ((2 * slots) + 1, 2) })
        {
            var progress = new Reports();
            Tensor<double> table = Connected.Rows(random, model, rows);
            Prediction prediction = await session.Client.PredictAsync(table, progress);
            Connected.CheckExact(model, table, prediction, $"{rows} rows");
            Assert.AreEqual(queries, prediction.Cost.Rounds, $"{rows} rows");
            Assert.HasCount(queries * 3, prediction.Steps);
            Assert.HasCount(queries, progress.Values);
            Assert.AreEqual(rows, progress.Values[^1]);
            CollectionAssert.AreEqual(progress.Values.Order().ToArray(), progress.Values.ToArray());
            foreach (StepTrace step in prediction.Steps)
            {
                Assert.IsLessThanOrEqualTo(options.MaximumQueryBytes, step.BytesSent + step.BytesReceived);
            }
        }
    }

    [TestMethod]
    public async Task A_server_refuses_queries_over_its_limit_and_says_so()
    {
        var random = new Random(84);
        LinearModel model = SampleModels.Random(random, 2, 1);
        Connected session = await Connected.StartAsync(model, server: Connected.Options() with { MaximumQueryBytes = 2000 });
        ProtocolException e = await Assert.ThrowsExactlyAsync<ProtocolException>(() => session.Client.PredictAsync(Connected.Rows(random, model, Slots(session) + 1)));
        Sentences.Check(e, "The server stopped", "over this server's limit of 2000 bytes a query");
        Sentences.Check(await Assert.ThrowsExactlyAsync<ProtocolException>(() => session.Serving), "The client asked for", "rows at once");
        await session.Client.DisposeAsync();
    }

    [TestMethod]
    public async Task A_row_that_no_query_has_room_for_is_refused_before_anything_is_sent()
    {
        var random = new Random(85);
        LinearModel model = SampleModels.Random(random, 5, 1);
        var server = new ModelServer(model, Connected.Options());
        ParameterException e = await Assert.ThrowsExactlyAsync<ParameterException>(() => Connected.StartAsync(server, Connected.Options() with { MaximumQueryBytes = 2000 }));
        Sentences.Check(e, "One row", "2000");
    }

    [TestMethod]
    public async Task No_rows_take_no_query()
    {
        var random = new Random(86);
        LinearModel model = SampleModels.Random(random, 3, 2);
        await using Connected session = await Connected.StartAsync(model);
        long before = session.Stream.Written;
        Prediction prediction = await session.CheckAsync(model, Tensor.Create<double>([], [0, 3]));
        Assert.AreEqual(default, prediction.Cost);
        Assert.IsEmpty(prediction.Steps);
        Assert.AreEqual(before, session.Stream.Written);
        await session.CheckAsync(model, Connected.Rows(random, model, 1));
    }

    [TestMethod]
    public async Task Rows_that_cannot_be_encoded_are_named_and_the_connection_stays()
    {
        var random = new Random(87);
        LinearModel model = SampleModels.Random(random, 3, 1);
        await using Connected session = await Connected.StartAsync(model);
        long before = session.Stream.Written;
        double beyond = Math.ScaleB(1.001, session.Client.Card.Input.IntegerBits);
        foreach ((double value, string problem) in new[] { (double.NaN, "not finite"), (double.PositiveInfinity, "not finite"), (beyond, "beyond"), (-beyond, "beyond"), (1e300, "beyond") })
        {
            Tensor<double> rows = Connected.Rows(random, model, 3);
            rows[1, 2] = value;
            ParameterException e = await Assert.ThrowsExactlyAsync<ParameterException>(() => session.Client.PredictAsync(rows));
            Assert.AreEqual(ParameterFault.OutOfRange, e.Fault);
            Sentences.Check(e, "Row 2, feature f2", problem);
        }

        foreach (nint[] shape in new nint[][] { [2, 2], [2, 4], [0, 4], [3], [1, 1, 3], [0] })
        {
            Tensor<double> rows = Tensor.Create<double>(new double[(int)shape.Aggregate((a, b) => a * b)], shape);
            ParameterException e = await Assert.ThrowsExactlyAsync<ParameterException>(() => session.Client.PredictAsync(rows));
            Assert.AreEqual(ParameterFault.Mismatch, e.Fault);
            Sentences.Check(e, "rows of 3 features", $"({string.Join(", ", shape)})");
        }

        Assert.AreEqual(before, session.Stream.Written, "Something was sent.");
        await session.CheckAsync(model, Connected.Rows(random, model, 2));
    }

    [TestMethod]
    public async Task Kernels_of_any_width_agree()
    {
        var random = new Random(88);
        LinearModel model = SampleModels.Random(random, 4, 2);
        Tensor<double> rows = Connected.Rows(random, model, 5);
        foreach (KernelWidth width in LaneRingNumbers.Widths)
        {
            // The server reads the key for itself and uses the widest kernels.
            using PaillierPrivateKey key = Connected.Key.On(width);
            await using Connected session = await Connected.StartAsync(model, Connected.Options(key));
            await session.CheckAsync(model, rows, $"{width}");
        }
    }

    [TestMethod]
    public async Task Clients_are_served_side_by_side()
    {
        var random = new Random(89);
        LinearModel model = SampleModels.Random(random, 4, 2);
        var server = new ModelServer(model, Connected.Options());
        await using Connected one = await Connected.StartAsync(server);
        // The second makes a key of its own.
        var fresh = new SessionOptions { Schemes = schemes => schemes.UsePaillier(new PaillierOptions { KeyBits = 2048 }), Channel = Connected.Patient };
        await using Connected two = await Connected.StartAsync(server, fresh);
        Task<Prediction>[] predictions =
        [
            one.CheckAsync(model, Connected.Rows(new Random(1), model, 30), "the first client"),
            two.CheckAsync(model, Connected.Rows(new Random(2), model, 40), "the second client"),
        ];
        await Task.WhenAll(predictions);
        await one.CheckAsync(model, Connected.Rows(random, model, 2));
        await two.CheckAsync(model, Connected.Rows(random, model, 2));
    }

    [TestMethod]
    public async Task The_ledger_lists_what_either_party_learnt()
    {
        var random = new Random(90);
        LinearModel model = SampleModels.Random(random, 4, 2);
        await using Connected session = await Connected.StartAsync(model);
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
        Assert.IsTrue(prediction.Ledger.Entries.All(entry => entry.Why.Length > 10));
    }

    [TestMethod]
    public async Task A_query_given_up_ends_the_session_on_both_sides()
    {
        var random = new Random(91);
        LinearModel model = SampleModels.Random(random, 4, 2);
        Connected session = await Connected.StartAsync(model);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        Tensor<double> rows = Connected.Rows(random, model, 1);
        await Assert.ThrowsAsync<OperationCanceledException>(() => session.Client.PredictAsync(rows, cancellation: cancelled.Token));
        Sentences.Check(await Assert.ThrowsExactlyAsync<ProtocolException>(() => session.Serving), "The client stopped: the client gave up");
        InvalidOperationException e = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => session.Client.PredictAsync(rows));
        Sentences.Check(e, "connect anew");
        await session.Client.DisposeAsync();
    }

    [TestMethod]
    public async Task A_server_that_shuts_down_says_so()
    {
        var random = new Random(92);
        LinearModel model = SampleModels.Random(random, 2, 1);
        using var shutDown = new CancellationTokenSource();
        Connected session = await Connected.StartAsync(model, shutDown: shutDown.Token);
        await shutDown.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => session.Serving);
        ProtocolException e = await Assert.ThrowsExactlyAsync<ProtocolException>(() => session.Client.PredictAsync(Connected.Rows(random, model, 1)));
        Sentences.Check(e, "The server stopped: the server is shutting down");
        await session.Client.DisposeAsync();
    }

    [TestMethod]
    public async Task Schemes_that_are_not_there_are_refused_at_both_ends()
    {
        LinearModel model = SampleModels.Random(new Random(93), 2, 1);
        foreach ((SessionOptions options, string problem) in new[]
        {
            (new SessionOptions { Schemes = _ => { }, Channel = Connected.Patient }, "No scheme is at hand"),
            (Connected.Options() with { Pin = Scheme.Ckks }, "Ckks is not at hand: add it to the session, with UseCkks()"),
        })
        {
            (Stream here, Stream there) = InProcessTransport.CreatePair();
            Task serving = Task.Run(() => new ModelServer(model, Connected.Options()).ServeAsync(there));
            Sentences.Check(await Assert.ThrowsExactlyAsync<ParameterException>(() => ModelClient.ConnectAsync(here, options)), problem);
            Sentences.Check(await Assert.ThrowsExactlyAsync<ProtocolException>(() => serving), $"The client stopped: {problem}");
        }

        var bare = new SessionOptions { Schemes = _ => { }, Channel = Connected.Patient };
        ProtocolException e = await Assert.ThrowsExactlyAsync<ProtocolException>(() => Connected.StartAsync(model, server: bare));
        Sentences.Check(e, "The server stopped: The client");
    }

    [TestMethod]
    public async Task A_local_session_is_a_client_and_a_server()
    {
        var random = new Random(94);
        LinearModel model = SampleModels.Random(random, 2, 1);
        await using LocalSession session = await LocalSession.StartAsync(model, schemes => schemes.UsePaillier(new PaillierOptions { Key = Connected.Key }), rows: 5);
        Tensor<double> rows = Connected.Rows(random, model, 5);
        Connected.CheckExact(model, rows, await session.Client.PredictAsync(rows));
        ParameterException e = await Assert.ThrowsExactlyAsync<ParameterException>(() => LocalSession.StartAsync(model, _ => { }));
        Sentences.Check(e, "No scheme is at hand");
    }

    private static int Slots(Connected session) => (Connected.Key.PublicKey.Bits - 2) / session.Client.Plan(1).Steps[0].RoomBits;

    // Progress<T> reports on another thread, some time later.
    private sealed class Reports : IProgress<int>
    {
        public List<int> Values { get; } = [];

        public void Report(int value) => Values.Add(value);
    }
}
