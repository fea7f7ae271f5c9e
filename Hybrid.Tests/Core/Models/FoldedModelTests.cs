using Hybrid.Graph;
using Hybrid.Models;
using Hybrid.Numerics;
using Hybrid.Schemes;

namespace Hybrid.Tests.Core.Models;

[TestClass]
public sealed class FoldedModelTests
{
    // What the reference itself errs by, in double precision.
    private const double Slack = 1e-8;

    public static IEnumerable<object[]> Samples => from name in SampleModels.Names select new object[] { name };

    [TestMethod]
    [DynamicData(nameof(Samples))]
    public void Sample_scores_are_within_the_error_bound(string name)
    {
        LinearModel model = SampleModels.Load(name);
        FoldedModel folded = FoldedModel.Of(model);
        DataTable table = SampleModels.Rows(name);
        double[] flat = [.. table.Select(model.Features)];
        double worst = 0;
        for (int row = 0; row < table.Rows; row++)
        {
            worst = Math.Max(worst, Error(model, folded, flat.AsSpan(row * model.Features.Count, model.Features.Count)));
        }

        var random = new Random(51);
        for (int i = 0; i < 500; i++)
        {
            worst = Math.Max(worst, Error(model, folded, SampleModels.Input(random, model, 16)));
        }

        Assert.IsLessThanOrEqualTo(folded.ErrorBound, worst, name);
        Assert.IsLessThanOrEqualTo(FoldedModel.Tolerance, folded.ErrorBound, name);
    }

    [TestMethod]
    public void The_bound_holds_for_models_of_all_sizes()
    {
        const int Seed = 52;
        var random = new Random(Seed);
        for (int i = 0; i < 500; i++)
        {
            (LinearModel model, FoldedModel folded) = Any(random);
            string what = $"case {i} of seed {Seed}: {folded.Card}";
            Assert.IsLessThanOrEqualTo(FoldedModel.Tolerance, folded.ErrorBound, what);
            for (int n = 0; n < 10; n++)
            {
                Assert.IsLessThanOrEqualTo(folded.ErrorBound + Slack, Error(model, folded, SampleModels.Input(random, model, 16)), what);
            }
        }
    }

    [TestMethod]
    public void The_bound_holds_for_the_inputs_that_round_worst()
    {
        const int Seed = 53;
        var random = new Random(Seed);
        double worst = 0;
        for (int i = 0; i < 200; i++)
        {
            LinearModel model = SampleModels.Random(random, random.Next(1, 40), 1);
            FoldedModel folded = FoldedModel.Of(model);
            double[] row = SampleModels.Input(random, model, 15.9);
            double step = Math.ScaleB(1, -folded.Card.Input.FractionBits);
            for (int k = 0; k < row.Length; k++)
            {
                // Nearly half a step off, to the side that adds up.
                row[k] = (Math.Round(row[k] / step) + (0.499 * Math.Sign(model.Weight(0, k)))) * step;
            }

            double error = Error(model, folded, row);
            Assert.IsLessThanOrEqualTo(folded.ErrorBound + Slack, error, $"case {i} of seed {Seed}");
            worst = Math.Max(worst, error / folded.ErrorBound);
        }

        // The bound is of use only if it is met.
        Assert.IsGreaterThan(0.4, worst);
    }

    [TestMethod]
    public void Published_bounds_hold_and_are_tight_to_a_power_of_two()
    {
        var random = new Random(54);
        for (int i = 0; i < 200; i++)
        {
            (_, FoldedModel folded) = Any(random);
            ModelCard card = folded.Card;
            Node[] constants = [.. card.Program(1).Graph.Nodes.Where(node => node.Op is ConstantOp)];
            Assert.HasCount(folded.Weights.Length, new ConstantBinding(constants[0], folded.Weights).Integers.ToArray());
            Assert.HasCount(folded.Bias.Length, new ConstantBinding(constants[1], folded.Bias).Integers.ToArray());
            Int128 norm = Enumerable.Range(0, card.Outputs).Max(j => Enumerable.Range(0, card.Features.Count).Aggregate(Int128.Zero, (sum, k) => sum + Math.Abs(folded.Weights[(k * card.Outputs) + j])));
            Assert.IsTrue(card.WeightNormBits == 0 || norm >= Int128.One << (card.WeightNormBits - 1));
            Assert.IsTrue(card.BiasBits == 0 || folded.Bias.Max(Math.Abs) >= 1L << (card.BiasBits - 1));
        }
    }

    [TestMethod]
    public void The_card_repeats_the_models_names()
    {
        LinearModel model = SampleModels.Load("digits");
        ModelCard card = FoldedModel.Of(model).Card;
        Assert.AreEqual(model.Name, card.Name);
        CollectionAssert.AreEqual(model.Features.ToArray(), card.Features.ToArray());
        CollectionAssert.AreEqual(model.Labels.ToArray(), card.Labels.ToArray());
        Assert.AreEqual((model.Activation, model.Outputs), (card.Activation, card.Outputs));
    }

    [TestMethod]
    [DataRow(1e30, 1.0, 1.0, 0.0)]
    [DataRow(0.0, 1e30, 1.0, 0.0)]
    [DataRow(0.0, 1e-30, 1.0, 0.0)]
    [DataRow(0.0, 1.0, 1e30, 0.0)]
    [DataRow(0.0, 1.0, -1e300, 0.0)]
    [DataRow(0.0, 1.0, 1.0, 1e30)]
    [DataRow(0.0, 1.0, 1.0, -1e308)]
    [DataRow(1e308, 1e-308, 1e308, 1e308)]
    [DataRow(-1e308, 1e308, 1e308, -1e308)]
    [DataRow(1e15, 1e-3, 1e3, 0.0)]
    public void Models_too_fine_for_fixed_point_are_refused(double mean, double scale, double weight, double bias)
    {
        foreach (int features in new[] { 1, 3 })
        {
            var model = new LinearModel(
                "steep",
                [.. Enumerable.Range(0, features).Select(k => $"f{k}")],
                [],
                Activation.None,
                [.. Enumerable.Repeat(mean, features)],
                [.. Enumerable.Repeat(scale, features)],
                [[.. Enumerable.Repeat(weight, features)]],
                [bias]);
            ParameterException e = Sentences.Refused<ParameterException>(() => FoldedModel.Of(model), "The model steep needs fixed-point numbers", "62 is the limit", "rescale");
            Assert.AreEqual(ParameterFault.OutOfRange, e.Fault);
            Assert.DoesNotContain("2147483647", e.Message);
        }
    }

    private static double Error(LinearModel model, FoldedModel folded, ReadOnlySpan<double> row)
    {
        var expected = new double[model.Outputs];
        model.Score(row, expected);
        Int128[] exact = SampleModels.Exact(folded, row);
        int fraction = folded.Card.Input.FractionBits + folded.Card.WeightFractionBits;
        return exact.Select((integer, j) => Math.Abs(FixedPointFormat.Decode(integer, fraction) - expected[j])).Max();
    }

    // Of many sizes, as long as fixed point can hold it.
    private static (LinearModel Model, FoldedModel Folded) Any(Random random)
    {
        while (true)
        {
            LinearModel model = SampleModels.Random(
                random,
                random.Next(1, 30),
                random.Next(1, 4),
                mean: Math.Pow(10, random.Next(-9, 4)),
                scale: Math.Pow(10, random.Next(-6, 4)),
                weight: random.Next(8) == 0 ? 0 : Math.Pow(10, random.Next(-9, 1)),
                bias: Math.Pow(10, random.Next(-3, 4)));
            try
            {
                return (model, FoldedModel.Of(model));
            }
            catch (ParameterException e)
            {
                StringAssert.Contains(e.Message, "62 is the limit");
            }
        }
    }
}
