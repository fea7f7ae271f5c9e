using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Models;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Tests.Core;
using Hybrid.Tests.Core.Models;
using Hybrid.Tests.Paillier.Backend;

namespace Hybrid.Tests.Seal.Backend;

/// <summary>Paillier and CKKS at hand together.</summary>
[TestClass]
public sealed class CkksPlanTests
{
    [TestMethod]
    public void The_cheaper_by_quotes_is_taken_over_any_link()
    {
        var chosen = new HashSet<Scheme>();
        foreach (string name in SampleModels.Names)
        {
            ModelCard card = FoldedModel.Of(SampleModels.Load(name)).Card;
            foreach (LinkProfile link in new[] { LinkProfile.Lan, LinkProfile.Wan, LinkProfile.Mobile, new LinkProfile("slow", 1e5, 1e5, 0.1) })
            {
                foreach (int rows in new[] { 1, 10, 200, 3000 })
                {
                    using SchemeRegistry registry = Registry(Party.Client);
                    Plan paillier = Planner.Plan(card.Program(rows).Graph, registry, link, Scheme.Paillier);
                    Plan ckks = Planner.Plan(card.Program(rows).Graph, registry, link, Scheme.Ckks);
                    Plan auto = Planner.Plan(card.Program(rows).Graph, registry, link);
                    Plan cheaper = Latency(ckks, link) < Latency(paillier, link) ? ckks : paillier;
                    CollectionAssert.AreEqual(cheaper.Hash(), auto.Hash(), $"{name}, {link.Name}, {rows} rows");
                    Assert.AreEqual(Math.Min(Latency(ckks, link), Latency(paillier, link)), Latency(auto, link), 1e-9);
                    CollectionAssert.AreEqual(new[] { Scheme.Ckks }, ckks.Schemes.ToArray());
                    CollectionAssert.AreEqual(new[] { Scheme.Paillier }, paillier.Schemes.ToArray());
                    CollectionAssert.AreNotEqual(ckks.Hash(), paillier.Hash());
                    chosen.Add(auto.Schemes.Single());
                }
            }
        }

        Assert.HasCount(2, chosen, "one scheme was never the cheaper");
    }

    [TestMethod]
    public void Both_parties_plan_the_same_whatever_their_threads()
    {
        ModelCard card = FoldedModel.Of(SampleModels.Load("digits")).Card;
        foreach (int rows in new[] { 1, 171, 5000 })
        {
            using var client = new SchemeRegistry(Party.Client);
            using var server = new SchemeRegistry(Party.Server);
            // Which keys there will be is the client's to say, by its own link and machine; without a choice bytes are the same, too.
            Hybrid.Seal.CkksSchemeExtensions.UseCkks(client, new Hybrid.Seal.CkksOptions { Parallelism = 1, MayMerge = false });
            Hybrid.Seal.CkksSchemeExtensions.UseCkks(server, new Hybrid.Seal.CkksOptions { Parallelism = 64, MayMerge = false });
            Plan here = Planner.Plan(card.Program(rows).Graph, client, LinkProfile.Lan);
            Plan there = Planner.Plan(card.Program(rows).Graph, server, LinkProfile.Mobile);
            CollectionAssert.AreEqual(here.Hash(), there.Hash());
            Assert.AreEqual((here.Quote.BytesUp, here.Quote.BytesDown), (there.Quote.BytesUp, there.Quote.BytesDown));
            using var choosing = new SchemeRegistry(Party.Server);
            Hybrid.Seal.CkksSchemeExtensions.UseCkks(choosing);
            CollectionAssert.AreEqual(here.Hash(), Planner.Plan(card.Program(rows).Graph, choosing, LinkProfile.Mobile).Hash());
        }
    }

    [TestMethod]
    public async Task Sessions_take_what_the_plan_says_and_a_pin_holds()
    {
        LinearModel model = SampleModels.Load("breast-cancer");
        var server = new ModelServer(model, CkksSessions.Both());
        foreach ((LinkProfile link, Scheme? pin) in new (LinkProfile, Scheme?)[]
        {
            (LinkProfile.Lan, Scheme.Ckks), (LinkProfile.Lan, Scheme.Paillier), (LinkProfile.Lan, null), (new LinkProfile("slow", 1e4, 1e4, 0.1), null),
        })
        {
            await using Connected session = await Connected.StartAsync(server, CkksSessions.Both(pin) with { Link = link });
            Scheme planned = session.Client.Plan(1).Schemes.Single();
            Assert.AreEqual(pin ?? planned, planned);
            Prediction prediction = await session.CheckAsync(model, SampleModels.Rows("breast-cancer").Take(1).Select(model.Features), $"{link.Name}, {pin}");
            Assert.AreEqual(planned, prediction.Steps[1].Step.To);
            // Only the scheme in use is set up.
            Assert.AreEqual(planned == Scheme.Ckks ? "degree 8192 and 150-bit modulus" : "2048-bit key", session.Client.Keys);
        }

        // On a slow line the few bytes of Paillier win.
        await using Connected slow = await Connected.StartAsync(server, CkksSessions.Both() with { Link = new LinkProfile("slow", 1e4, 1e4, 0.1) });
        Assert.AreEqual(Scheme.Paillier, slow.Client.Plan(1).Schemes.Single());
    }

    [TestMethod]
    public async Task What_ckks_cannot_hold_goes_to_paillier_and_pinned_is_refused()
    {
        // Weights as long as fixed point has them, beyond what noise leaves room for.
        var model = new LinearModel("long", ["a", "b"], [], Activation.None, [0, 0], [1e6, 1e6], [[1e6, -1e6]], [0]);
        ModelCard card = FoldedModel.Of(model).Card with { WeightNormBits = 52 };
        using SchemeRegistry registry = Registry(Party.Client);
        Assert.AreEqual(Scheme.Paillier, Planner.Plan(card.Program(3).Graph, registry, LinkProfile.Lan).Schemes.Single());
        ParameterException e = Assert.ThrowsExactly<ParameterException>(() => Planner.Plan(card.Program(3).Graph, registry, LinkProfile.Lan, Scheme.Ckks));
        Sentences.Check(e, "Ckks cannot compute MatMul", "with values of", "choose another scheme");

        // A server without Paillier cannot serve who wants it, and says so at once.
        LinearModel small = RawPeer.Model;
        ProtocolException told = await Assert.ThrowsExactlyAsync<ProtocolException>(
            () => Connected.StartAsync(new ModelServer(small, CkksSessions.Options()), CkksSessions.Both(Scheme.Paillier)));
        Sentences.Check(told, "The server stopped: The client asked for Paillier, which this server does not offer");
    }

    private static double Latency(Plan plan, LinkProfile link) => plan.Seconds(link);

    private static SchemeRegistry Registry(Party role)
    {
        var registry = new SchemeRegistry(role);
        CkksSessions.Both().Schemes(registry);
        return registry;
    }
}
