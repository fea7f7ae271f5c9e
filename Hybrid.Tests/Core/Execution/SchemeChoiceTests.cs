using Hybrid.Execution;
using Hybrid.Models;
using Hybrid.Schemes;

namespace Hybrid.Tests.Core.Execution;

[TestClass]
public sealed class SchemeChoiceTests
{
    [TestMethod]
    public void A_number_stands_for_a_choice_and_the_scheme_s_alone_for_scores()
    {
        foreach (int code in new[] { int.MinValue, -1, 256, 1000, int.MaxValue }.Concat(Enumerable.Range(0, 256)))
        {
            Assert.AreEqual(code, SchemeChoice.Of(code).Code);
        }

        Assert.AreEqual(new SchemeChoice(Scheme.Ckks, Revealed.Scores), SchemeChoice.Of((byte)Scheme.Ckks));
        Assert.AreEqual(new SchemeChoice(Scheme.Shares, Revealed.Values), SchemeChoice.Of(128 + (int)Scheme.Shares));
    }

    [TestMethod]
    public void Sessions_reveal_values_where_they_are_pinned_to_shares_and_scores_elsewhere_unless_told()
    {
        var options = new SessionOptions { Schemes = _ => { } };
        Assert.AreEqual(Revealed.Scores, options.Revealed);
        Assert.AreEqual(Revealed.Scores, (options with { Pin = Scheme.Ckks }).Revealed);
        Assert.AreEqual(Revealed.Values, (options with { Pin = Scheme.Shares }).Revealed);
        Assert.AreEqual(Revealed.Scores, (options with { Pin = Scheme.Shares, Reveal = Revealed.Scores }).Revealed);
        Assert.AreEqual(Revealed.Values, (options with { Reveal = Revealed.Values }).Revealed);
    }

    [TestMethod]
    public void A_query_names_what_it_wants_revealed()
    {
        byte[] query = SessionMessages.WriteQuery(3, null);
        query[4] = 128 + (int)Scheme.Shares;
        Assert.AreEqual(new SchemeChoice(Scheme.Shares, Revealed.Values), SessionMessages.ReadQuery(query, "client").Choice);
        query[4] = (int)Scheme.Shares;
        Assert.AreEqual(new SchemeChoice(Scheme.Shares, Revealed.Scores), SessionMessages.ReadQuery(query, "client").Choice);
    }
}
