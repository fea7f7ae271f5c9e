using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Tests.Core.Planning;

[TestClass]
public sealed class LinkProfileTests
{
    [TestMethod]
    public void Latency_adds_computing_sending_and_half_a_round_trip_a_message()
    {
        var link = new LinkProfile("test", 1e6, 4e6, 0.1);
        Assert.AreEqual(0, link.Latency(Quote.Free));
        Assert.AreEqual(1.5, link.Latency(new Quote(1, 0.5, 0, 0, 0)), 1e-12);
        Assert.AreEqual(8, link.Latency(new Quote(0, 0, 1_000_000, 0, 0)), 1e-12);
        Assert.AreEqual(2, link.Latency(new Quote(0, 0, 0, 1_000_000, 0)), 1e-12);
        Assert.AreEqual(0.15, link.Latency(new Quote(0, 0, 0, 0, 3)), 1e-12);
        Assert.AreEqual(1 + 2 + 0.8 + 0.4 + 0.1, link.Latency(new Quote(1, 2, 100_000, 200_000, 2)), 1e-12);
    }

    [TestMethod]
    public void A_sum_of_quotes_takes_as_long_as_its_parts()
    {
        var random = new Random(31);
        foreach (LinkProfile link in new[] { LinkProfile.Lan, LinkProfile.Wan, LinkProfile.Mobile })
        {
            Quote[] quotes = [.. Enumerable.Range(0, 10).Select(_ => new Quote(random.NextDouble(), random.NextDouble(), random.Next(), random.Next(), random.Next(5)))];
            Quote sum = quotes.Aggregate(Quote.Free, Quote.Add);
            Assert.AreEqual(quotes.Sum(link.Latency), link.Latency(sum), 1e-6, link.Name);
            Assert.AreEqual(quotes.Sum(quote => quote.BytesUp), sum.BytesUp);
            Assert.AreEqual(quotes.Sum(quote => quote.Messages), sum.Messages);
        }
    }

    [TestMethod]
    public void Links_are_what_their_names_say()
    {
        Assert.AreEqual((1e9, 1e9, 0.001), (LinkProfile.Lan.BitsPerSecondUp, LinkProfile.Lan.BitsPerSecondDown, LinkProfile.Lan.RoundTripSeconds));
        Assert.AreEqual((1e8, 1e8, 0.04), (LinkProfile.Wan.BitsPerSecondUp, LinkProfile.Wan.BitsPerSecondDown, LinkProfile.Wan.RoundTripSeconds));
        Assert.AreEqual((2e7, 2e7, 0.06), (LinkProfile.Mobile.BitsPerSecondUp, LinkProfile.Mobile.BitsPerSecondDown, LinkProfile.Mobile.RoundTripSeconds));
    }
}
