using Hybrid.Execution;
using Hybrid.Models;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Seal;
using Hybrid.Tests.Core.Models;
using Hybrid.Tests.Paillier.Backend;

namespace Hybrid.Tests.Seal.Backend;

/// <summary>What steps say they will send is what they send.</summary>
[TestClass]
public sealed class CkksSessionCostTests
{
    private const int Header = 8;

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(5, 1)]
    [DataRow(3, 12)]
    [DataRow(64, 10)]
    public async Task Bytes_and_messages_are_those_that_were_quoted(int features, int outputs)
    {
        const int Seed = 201;
        var random = new Random(Seed);
        LinearModel model = SampleModels.Random(random, features, outputs);
        await using Connected session = await CkksSessions.StartAsync(model);
        var messages = new List<int>();
        foreach (int rows in new[] { 1, 2, 137, 1000, 1639 })
        {
            string what = $"{rows} rows, seed {Seed}";
            Plan plan = session.Client.Plan(rows);
            Prediction prediction = await session.CheckAsync(model, Connected.Rows(random, model, rows), what);
            CollectionAssert.AreEqual(plan.Steps.Select(step => step.ToString()).ToArray(), prediction.Steps.Select(step => step.Step.ToString()).ToArray(), what);
            foreach (StepTrace step in prediction.Steps)
            {
                Quote quote = step.Step.Quote;
                Assert.AreEqual((quote.BytesUp, quote.BytesDown, quote.Messages), (step.BytesSent, step.BytesReceived, step.Messages), $"{what}: {step.Step}");
            }

            // One message back, and some there.
            Assert.AreEqual(plan.Steps[0].Quote.Pieces + 1, plan.Quote.Messages, what);
            messages.Add(plan.Quote.Messages);
            Assert.IsTrue(plan.Quote is { ClientSeconds: > 0, ServerSeconds: > 0 }, what);

            // Besides the steps: the query and, to a plan that set-up did not have, the answer, which count as preparation, and the report.
            PhaseCost cost = prediction.Cost;
            Assert.AreEqual(
                (plan.Quote.BytesUp, plan.Quote.BytesDown + Header + SessionMessages.SecondsBytes, 1),
                (cost.BytesUp, cost.BytesDown, cost.Rounds),
                what);
            (long, long, long) asked = rows == 1 ? (Header + RawPeer.QueryBytes, 0, 0) : (Header + RawPeer.QueryBytes, Header, 1);
            Assert.AreEqual(asked, (prediction.Preparation.BytesUp, prediction.Preparation.BytesDown, prediction.Preparation.Rounds), what);
        }

        Assert.AreEqual(2, messages[0]);
        Assert.AreEqual(features > 1, messages[^1] > 2);
    }

    [TestMethod]
    public async Task Set_up_sends_the_card_and_the_key_in_one_round()
    {
        LinearModel model = SampleModels.Load("digits");
        await using Connected session = await CkksSessions.StartAsync(model);
        PhaseCost cost = session.Client.SetUpCost;
        int card = Header + FoldedModel.Of(model).Card.Write().Length;
        Assert.AreEqual((card + Header + SessionMessages.SecondsBytes, 1), (cost.BytesDown, cost.Rounds));
        // Half a key of three primes, since the other half goes as a seed.
        const int HalfKey = 3 * 8192 * 8;
        int choice = Header + RawPeer.QueryBytes;
        Assert.IsInRange(HalfKey, HalfKey + 1024, cost.BytesUp - choice - Header);
        Assert.AreEqual(8 + cost.BytesUp, session.Stream.Written);
    }

    [TestMethod]
    public void Quotes_grow_with_the_work_and_take_less_time_on_more_threads()
    {
        ModelCard card = FoldedModel.Of(SampleModels.Load("digits")).Card;
        Quote few = Quoted(card, 10, 1);
        Quote many = Quoted(card, 2000, 1);
        Assert.IsGreaterThan(few.ClientSeconds, many.ClientSeconds);
        Assert.IsGreaterThan(few.ServerSeconds, many.ServerSeconds);
        Assert.IsGreaterThan(few.BytesUp, many.BytesUp);
        Assert.IsGreaterThan(few.BytesDown, many.BytesDown);
        Quote onFour = Quoted(card, 2000, 4);
        Assert.IsLessThan(many.ServerSeconds, onFour.ServerSeconds);
        Assert.IsLessThan(many.ClientSeconds, onFour.ClientSeconds);
        Assert.AreEqual((many.BytesUp, many.BytesDown), (onFour.BytesUp, onFour.BytesDown));
    }

    private static Quote Quoted(ModelCard card, int rows, int threads)
    {
        using var registry = new SchemeRegistry(Hybrid.Graph.Party.Client);
        registry.UseCkks(new CkksOptions { Parallelism = threads });
        return Planner.Plan(card.Program(rows).Graph, registry, LinkProfile.Lan).Quote;
    }
}
