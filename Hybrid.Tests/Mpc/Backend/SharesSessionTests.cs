using System.Numerics.Tensors;
using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Models;
using Hybrid.Mpc.Correlations;
using Hybrid.Schemes;
using Hybrid.Tests.Core;
using Hybrid.Tests.Core.Models;

namespace Hybrid.Tests.Mpc.Backend;

[TestClass]
public sealed class SharesSessionTests
{
    [TestMethod]
    [DataRow("breast-cancer", ComparisonMethod.Tree)]
    [DataRow("diabetes", ComparisonMethod.Tree)]
    [DataRow("digits", ComparisonMethod.Tree)]
    [DataRow("breast-cancer", ComparisonMethod.FunctionSharing)]
    [DataRow("digits", ComparisonMethod.FunctionSharing)]
    public async Task Samples_give_the_plaintext_model_s_answers_and_values(string name, ComparisonMethod comparison)
    {
        LinearModel model = SampleModels.Load(name);
        Tensor<double> rows = SampleModels.Rows(name).Select(model.Features);
        await using LocalSession session = await SharesSessions.StartAsync(model, (int)rows.Lengths[0], comparison);
        Prediction prediction = await session.Client.PredictAsync(rows);
        Assert.IsNull(prediction.Scores);
        Assert.AreEqual("dealer in this process", session.Client.Keys);
        Assert.IsTrue(prediction.Steps.All(step => step.Step.To is Scheme.Shares or Scheme.Plain));
        Assert.IsLessThanOrEqualTo(1e-4, Check(model, rows, prediction, name));
    }

    [TestMethod]
    public async Task Every_step_sends_what_it_was_quoted_at_for_any_number_of_rows()
    {
        foreach (string name in SampleModels.Names)
        {
            LinearModel model = SampleModels.Load(name);
            DataTable table = SampleModels.Rows(name);
            await using LocalSession session = await SharesSessions.StartAsync(model);
            foreach (int count in new[] { 1, 2, 7, 64, 100 })
            {
                Tensor<double> rows = table.Take(count).Select(model.Features);
                Prediction prediction = await session.Client.PredictAsync(rows);
                Check(model, rows, prediction, $"{name}, {count} rows");
                Assert.HasCount(session.Client.Plan(count).Steps.Length, prediction.Steps);
                foreach (StepTrace trace in prediction.Steps)
                {
                    Quote quote = trace.Step.Quote;
                    Assert.AreEqual((quote.BytesUp, quote.BytesDown, (long)quote.Messages), (trace.BytesSent, trace.BytesReceived, trace.Messages), $"{name}, {count} rows, {trace.Step}");
                }
            }
        }
    }

    [TestMethod]
    public async Task Models_of_wide_and_narrow_ranges_are_right_to_the_units_that_are_cut_off()
    {
        const int Seed = 402;
        var random = new Random(Seed);
        var limbs = new HashSet<int>();
        foreach ((double mean, double scale, double weight, double bias) in new (double, double, double, double)[] { (0, 1e-3, 1, 0), (1e5, 1e4, 1e-3, 1), (0, 1, 1e4, 1), (1, 1, 1e-4, 1e-4), (1e3, 1e2, 1, 10) })
        {
            LinearModel model = SampleModels.Random(random, 5, 2, mean, scale, weight, bias);
            FoldedModel folded = FoldedModel.Of(model);
            await using LocalSession session = await SharesSessions.StartAsync(model);
            double[][] rows = [.. Enumerable.Range(0, 9).Select(_ => SampleModels.Input(random, model, 10))];
            Prediction prediction = await session.Client.PredictAsync(Tensor.Create(rows.SelectMany(row => row).ToArray(), [rows.Length, 5]));
            int fraction = folded.Card.Input.FractionBits + folded.Card.WeightFractionBits;
            for (int row = 0; row < rows.Length; row++)
            {
                Int128[] exact = SampleModels.Exact(folded, rows[row]);
                for (int j = 0; j < exact.Length; j++)
                {
                    double expected = Math.ScaleB((double)exact[j], -fraction);
                    double units = Math.Abs(prediction.Values[row, j] - expected) * Math.ScaleB(1, Math.Min(20, fraction));
                    Assert.IsLessThanOrEqualTo(TruncateOp.MaximumError, units, $"mean {mean}, scale {scale}, weight {weight}, seed {Seed}");
                }
            }

            using var registry = new SchemeRegistry(Party.Client);
            SharesSessions.Options(new Hybrid.Mpc.InProcessDealer()).Schemes(registry);
            Hybrid.Planning.Stretch stretch = session.Client.Plan(9).Steps[1].Stretch;
            limbs.Add(((Hybrid.Mpc.SharesBackend)registry.Backends[0]).RequireBlock(stretch).FormOf(stretch.Entry).Count);
        }

        Assert.IsTrue(limbs.Contains(1) && limbs.Count > 1, $"limbs: {string.Join(", ", limbs)}");
    }

    [TestMethod]
    public async Task Scores_may_be_revealed_where_shares_hold_them_and_are_then_exact()
    {
        var model = new LinearModel("narrow", ["a", "b"], [], Activation.Sigmoid, [0, 0], [1, 1], [[0.5, -0.25]], [1]);
        FoldedModel folded = FoldedModel.Of(model);
        await using LocalSession session = await SharesSessions.StartAsync(model, reveal: Revealed.Scores);
        Prediction prediction = await session.Client.PredictAsync(Tensor.Create<double>([1, 2, -3, 0.5], [2, 2]));
        int fraction = folded.Card.Input.FractionBits + folded.Card.WeightFractionBits;
        Assert.AreEqual(Math.ScaleB((double)SampleModels.Exact(folded, [1, 2])[0], -fraction), prediction.Scores![0, 0]);
        Assert.AreEqual(Math.ScaleB((double)SampleModels.Exact(folded, [-3, 0.5])[0], -fraction), prediction.Scores[1, 0]);
    }

    [TestMethod]
    public async Task Scores_that_are_too_wide_for_a_share_cannot_be_revealed()
    {
        ParameterException e = await Assert.ThrowsExactlyAsync<ParameterException>(() => SharesSessions.StartAsync(SampleModels.Load("breast-cancer"), reveal: Revealed.Scores));
        Sentences.Check(e, "Shares cannot compute Add (Add4)", "75 bits");
    }

    [TestMethod]
    public async Task Probabilities_far_from_the_middle_are_0_and_1()
    {
        var model = new LinearModel("steep", ["a"], [], Activation.Sigmoid, [0], [1], [[8]], [0]);
        await using LocalSession session = await SharesSessions.StartAsync(model);
        double[] inputs = [-16, -3, -0.5, 0, 0.5, 3, 16];
        Prediction prediction = await session.Client.PredictAsync(Tensor.Create(inputs, [inputs.Length, 1]));
        for (int i = 0; i < inputs.Length; i++)
        {
            Assert.AreEqual(1 / (1 + Math.Exp(-8 * inputs[i])), prediction.Values[i, 0], 1e-4, $"{inputs[i]}");
            Assert.IsTrue(prediction.Values[i, 0] is >= 0 and <= 1);
        }

        CollectionAssert.AreEqual(new[] { 0, 0, 0 }, prediction.Labels.Take(3).ToArray());
        CollectionAssert.AreEqual(new[] { 1, 1, 1 }, prediction.Labels.Skip(4).ToArray());
    }

    [TestMethod]
    public async Task Long_tables_go_in_several_queries_and_one_connection_serves_any_size()
    {
        LinearModel model = SampleModels.Load("diabetes");
        DataTable table = SampleModels.Rows("diabetes");
        SessionOptions options = SharesSessions.Options(new Hybrid.Mpc.InProcessDealer()) with { MaximumQueryBytes = 4000 };
        await using LocalSession session = await LocalSession.StartAsync(model, options, options, 133);
        long? before = session.Client.BytesDealt;
        foreach (int count in new[] { 133, 1, 40 })
        {
            Tensor<double> rows = table.Take(count).Select(model.Features);
            Prediction prediction = await session.Client.PredictAsync(rows);
            Check(model, rows, prediction, $"{count} rows");
            Assert.AreEqual(count > 40, prediction.Steps.Count > session.Client.Plan(1).Steps.Length, $"{count} rows in {prediction.Steps.Count} steps");
        }

        Assert.IsGreaterThan(before!.Value, session.Client.BytesDealt!.Value);
    }

    [TestMethod]
    public async Task Several_clients_at_once_are_served_by_one_server()
    {
        LinearModel model = SampleModels.Load("breast-cancer");
        SessionOptions options = SharesSessions.Options(new Hybrid.Mpc.InProcessDealer());
        await Task.WhenAll(Enumerable.Range(1, 4).Select(async client =>
        {
            await using LocalSession session = await LocalSession.StartAsync(model, options, options);
            Tensor<double> rows = SampleModels.Rows("breast-cancer").Take(5 * client).Select(model.Features);
            Check(model, rows, await session.Client.PredictAsync(rows), $"client {client}");
        }));
    }

    [TestMethod]
    public async Task The_ledger_names_the_dealer_and_the_values_only()
    {
        await using LocalSession session = await SharesSessions.StartAsync(SampleModels.Load("breast-cancer"));
        Prediction prediction = await session.Client.PredictAsync(SampleModels.Rows("breast-cancer").Take(2).Select(session.Client.Card.Features));
        CollectionAssert.AreEqual(
            new[] { (Party.Client, "model card"), (Party.Server, "query size"), (Party.Dealer, "what to deal"), (Party.Client, "values") },
            prediction.Ledger.Entries.Select(entry => (entry.Learner, entry.Value)).ToArray());
        Assert.AreEqual(18, prediction.Ledger.Entries[^1].Bits);
    }

    // The largest difference from the plaintext model's values, labels being the same.
    private static double Check(LinearModel model, Tensor<double> rows, Prediction prediction, string what)
    {
        int features = model.Features.Count;
        var flat = new double[rows.FlattenedLength];
        rows.FlattenTo(flat);
        var scores = new double[model.Outputs];
        double largest = 0;
        for (int row = 0; row < flat.Length / features; row++)
        {
            model.Score(flat.AsSpan(row * features, features), scores);
            double[] values = model.Activation.Apply(scores);
            Assert.AreEqual(model.Activation.Label(scores), prediction.Labels[row], $"{what}, row {row}");
            for (int j = 0; j < values.Length; j++)
            {
                largest = Math.Max(largest, Math.Abs(values[j] - prediction.Values[row, j]));
            }
        }

        Assert.IsLessThan(1e-3, largest, what);
        return largest;
    }
}
