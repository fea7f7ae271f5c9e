using System.Numerics.Tensors;
using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Models;
using Hybrid.Mpc;
using Hybrid.Planning;
using Hybrid.Seal;
using Hybrid.Tensors;

namespace Hybrid.Tests.Core.Execution;

/// <summary>A client that wants to know the link measures it before it plans; a server answers whoever asks.</summary>
[TestClass]
public sealed class LinkMeasuringTests
{
    private static readonly LinkProfile Slow = LinkProfile.Parse("50mbit/20ms");

    private static readonly LinearModel Linear = new("small", ["a", "b"], [], Activation.None, [0, 0], [1, 1], [[0.5, -0.25]], [1]);

    [TestMethod]
    public async Task Plans_are_made_for_the_link_that_there_is()
    {
        IServedModel[] models =
        [
            FoldedModel.Of(Linear),
            new NetworkModel("net", new Shape(2), 2, x => x.Relu(), bound: 4),
        ];
        foreach (IServedModel model in models)
        {
            SessionOptions options = Options(new InProcessDealer());
            await using LocalSession session = await LocalSession.StartAsync(model, options with { MeasuresLink = true }, options, ShapedLink.CreatePair(Slow));
            LinkProfile link = session.Client.Link;
            Assert.AreEqual(LinkMeasurement.Name, link.Name);
            Assert.IsTrue(link.RoundTripSeconds is >= 0.019 and < 0.2, $"{link}");
            Assert.IsTrue(link.BitsPerSecondUp is > 1e6 and < 6e7, $"{link}");
            Prediction prediction = await session.Client.PredictAsync(Tensor.Create([2.0, -1.0], [1, 2]));
            double[] expected = model.Card.RowShape is null ? [2.25] : [2, 0];
            for (int i = 0; i < expected.Length; i++)
                Assert.AreEqual(expected[i], prediction.Values[0, i], 1e-3);
        }
    }

    [TestMethod]
    public async Task Who_does_not_ask_plans_for_the_link_it_was_told()
    {
        SessionOptions options = Options(new InProcessDealer()) with { Link = LinkProfile.Mobile };
        await using LocalSession session = await LocalSession.StartAsync(FoldedModel.Of(Linear), options, options, InProcessTransport.CreatePair());
        Assert.AreEqual(LinkProfile.Mobile, session.Client.Link);
    }

    private static SessionOptions Options(InProcessDealer dealer) => new()
    {
        Schemes = schemes =>
        {
            schemes.UseCkks();
            schemes.UseShares(new SharesOptions { Dealer = dealer });
        },
        Reveal = Revealed.Scores,
    };
}
