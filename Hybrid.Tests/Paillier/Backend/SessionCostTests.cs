using Hybrid.Execution;
using Hybrid.Models;
using Hybrid.Paillier;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Tests.Core.Models;

namespace Hybrid.Tests.Paillier.Backend;

/// <summary>What steps say they will send is what they send.</summary>
[TestClass]
public sealed class SessionCostTests
{
    private const int Header = 8;

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(5, 1)]
    [DataRow(3, 12)]
    public async Task Bytes_and_messages_are_those_that_were_quoted(int features, int outputs)
    {
        var random = new Random(101);
        LinearModel model = SampleModels.Random(random, features, outputs);
        await using Connected session = await Connected.StartAsync(model);
        int ciphertext = Connected.Key.PublicKey.CiphertextBytes;
        int slots = (Connected.Key.PublicKey.Bits - 2) / session.Client.Plan(1).Steps[0].RoomBits;
        foreach ((int rows, int blocks) in new[] { (1, 1), (slots - 1, 1), (slots, 1), (slots + 1, 2), ((2 * slots) + 1, 3) })
        {
            string what = $"{rows} rows, {slots} slots";
            Plan plan = session.Client.Plan(rows);
            Prediction prediction = await session.CheckAsync(model, Connected.Rows(random, model, rows), what);
            CollectionAssert.AreEqual(plan.Steps.Select(step => step.ToString()).ToArray(), prediction.Steps.Select(step => step.Step.ToString()).ToArray(), what);
            foreach (StepTrace step in prediction.Steps)
            {
                Quote quote = step.Step.Quote;
                Assert.AreEqual((quote.BytesUp, quote.BytesDown, quote.Messages), (step.BytesSent, step.BytesReceived, step.Messages), $"{what}: {step.Step}");
                Assert.IsGreaterThanOrEqualTo(0, step.Seconds);
            }

            long up = Header + ((long)features * blocks * ciphertext);
            long down = Header + ((long)outputs * blocks * ciphertext);
            Assert.AreEqual((up, down, 2), (plan.Quote.BytesUp, plan.Quote.BytesDown, plan.Quote.Messages), what);

            // Besides the steps: the query and, to a plan that set-up did not have, the answer, which count as preparation, and the report.
            PhaseCost cost = prediction.Cost;
            Assert.AreEqual((up, down + Header + SessionMessages.SecondsBytes, 1), (cost.BytesUp, cost.BytesDown, cost.Rounds), what);
            (long, long, long) asked = rows == 1 ? (Header + RawPeer.QueryBytes, 0, 0) : (Header + RawPeer.QueryBytes, Header, 1);
            Assert.AreEqual(asked, (prediction.Preparation.BytesUp, prediction.Preparation.BytesDown, prediction.Preparation.Rounds), what);
            Assert.IsTrue(cost is { ClientSeconds: > 0, ServerSeconds: > 0, WallSeconds: > 0 }, $"{what}: {cost}");
            Assert.IsLessThanOrEqualTo(cost.WallSeconds, cost.ClientSeconds, what);
        }
    }

    [TestMethod]
    public async Task Set_up_sends_the_card_and_the_key_in_one_round()
    {
        LinearModel model = SampleModels.Load("digits");
        await using Connected session = await Connected.StartAsync(model);
        PhaseCost cost = session.Client.SetUpCost;
        int choice = Header + RawPeer.QueryBytes;
        int key = Header + PaillierKeyFormat.Write(Connected.Key.PublicKey).Length;
        Assert.AreEqual(key, Header + PaillierKeyFormat.PublicBytes(Connected.Key.PublicKey.Bits));
        int card = Header + FoldedModel.Of(model).Card.Write().Length;
        Assert.AreEqual((choice + key, card + Header + SessionMessages.SecondsBytes, 1), (cost.BytesUp, cost.BytesDown, cost.Rounds));
        Assert.IsTrue(cost is { ClientSeconds: >= 0, ServerSeconds: >= 0, WallSeconds: > 0 }, $"{cost}");
    }

    [TestMethod]
    public async Task The_counts_are_those_of_the_connection()
    {
        var random = new Random(102);
        LinearModel model = SampleModels.Random(random, 2, 2);
        await using Connected session = await Connected.StartAsync(model);
        // The greeting is the channel's, and is in no phase.
        const int Greeting = 8;
        Assert.AreEqual(Greeting + session.Client.SetUpCost.BytesUp, session.Stream.Written);
        long before = session.Stream.Passed;
        Prediction prediction = await session.CheckAsync(model, Connected.Rows(random, model, 3));
        // The channel reads ahead to the next message, which has not come.
        Assert.AreEqual(prediction.Preparation.BytesUp + prediction.Preparation.BytesDown + prediction.Cost.BytesUp + prediction.Cost.BytesDown, session.Stream.Passed - before);
    }

    [TestMethod]
    public void Phases_and_traces_add_up()
    {
        var one = new PhaseCost(1, 2, 3, 4, 5, 6);
        var two = new PhaseCost(10, 20, 30, 40, 50, 60);
        Assert.AreEqual(new PhaseCost(11, 22, 33, 44, 55, 66), one + two);
        Assert.AreEqual(one + two, PhaseCost.Add(two, one));
        Assert.AreEqual(one, one + default(PhaseCost));
    }
}
