using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Tests.Core.Planning;

[TestClass]
public sealed class LinkProfileTests
{
    [TestMethod]
    public void Latency_adds_computing_sending_and_half_a_round_trip_a_way()
    {
        var link = new LinkProfile("test", 1e6, 4e6, 0.1) { WakeSeconds = 0 };
        Assert.AreEqual(0, link.Latency(Quote.Free));
        Assert.AreEqual(1.5, link.Latency(new Quote(1, 0.5, 0, 0, 0)), 1e-12);
        Assert.AreEqual(8, link.Latency(new Quote(0, 0, 1_000_000, 0, 0)), 1e-12);
        Assert.AreEqual(2, link.Latency(new Quote(0, 0, 0, 1_000_000, 0)), 1e-12);
        // Messages the same way wait for one another's sending only.
        Assert.AreEqual(0.05, link.Latency(new Quote(0, 0, 0, 0, 3)), 1e-12);
        Assert.AreEqual(0.15, link.Latency(new Quote(0, 0, 0, 0, 3) { Ways = Ways.Up.Then(Ways.Down).Then(Ways.Up) }), 1e-12);
        Assert.AreEqual(0.05, link.Latency(new Quote(0, 0, 0, 0, 2) { Ways = Ways.Both }), 1e-12);
        Assert.AreEqual(2 + 0.8 + 0.05, link.Latency(new Quote(1, 2, 100_000, 200_000, 2) { Ways = Ways.Both, IsMutual = true }), 1e-12);
        Assert.AreEqual(1 + 2 + 0.8 + 0.4 + 0.1, link.Latency(new Quote(1, 2, 100_000, 200_000, 2)), 1e-12);
        Assert.AreEqual(0.051, (link with { WakeSeconds = 0.001 }).Latency(new Quote(0, 0, 0, 0, 3)), 1e-12);
    }

    [TestMethod]
    [DataRow(1.0, 2.0, 600_000, 4)]
    [DataRow(1.0, 8.0, 600_000, 4)]
    [DataRow(9.0, 2.0, 600_000, 4)]
    [DataRow(5.0, 5.0, 625_000, 5)]
    [DataRow(1.0, 2.0, 600_000, 1)]
    public void Pieces_are_a_pipeline(double client, double server, int bytes, int pieces)
    {
        var link = new LinkProfile("test", 1e6, 4e6, 0.1) { WakeSeconds = 0 };
        var quote = new Quote(client, server, bytes, 0, pieces) { Pieces = pieces };
        double sending = 8e-6 * bytes;
        // Piece by piece: each stage begins when the one before has done with it, and with the piece before.
        (double encrypted, double sent, double done) = (0, 0, 0);
        for (int piece = 0; piece < pieces; piece++)
        {
            encrypted += client / pieces;
            sent = Math.Max(sent, encrypted) + (sending / pieces);
            done = Math.Max(done, sent) + (server / pieces);
        }

        Assert.AreEqual(done + 0.05, link.Latency(quote), 1e-9);
        PlanTime time = PlanTime.Of(quote, link);
        Assert.AreEqual(time.Total, time.Client + time.Server + time.Both + time.Sending + time.Waiting, 1e-12);
        Assert.AreEqual(1, (quote + quote).Pieces);
        Assert.AreEqual(quote, quote + Quote.Free);
        Assert.AreEqual(quote, Quote.Free + quote);
    }

    [TestMethod]
    public void What_is_computed_ahead_hides_behind_what_is_sent()
    {
        var link = new LinkProfile("test", 1e6, 4e6, 0.1) { WakeSeconds = 0 };
        var quote = new Quote(0, 10, 0, 0, 0) { Pieces = 4 };
        Assert.AreEqual(10, link.Latency(quote with { Pieces = 1, Ahead = new ComputedAhead(8, 10_000_000) }), 1e-9);
        // A quarter of 8 s, and the 2 s that cannot be done before.
        Assert.AreEqual(4, link.Latency(quote with { Ahead = new ComputedAhead(8, 10_000_000) }), 1e-9);
        // There are 4 s to hide behind, less a piece.
        Assert.AreEqual(7, link.Latency(quote with { Ahead = new ComputedAhead(8, 500_000) }), 1e-9);
        Assert.AreEqual(10, link.Latency(quote with { Ahead = new ComputedAhead(8, 0) }), 1e-9);
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

    [TestMethod]
    public void Names_and_figures_are_read_and_written_back()
    {
        foreach (LinkProfile named in new[] { LinkProfile.Lan, LinkProfile.Wan, LinkProfile.Mobile, LinkProfile.Loopback })
        {
            Assert.AreSame(named, LinkProfile.Parse(named.Name));
            Assert.AreEqual(named.Name, named.ToString());
        }

        foreach ((string text, double up, double down, double roundTrip, string? written) in new (string, double, double, double, string?)[]
        {
            ("100mbit/40ms", 1e8, 1e8, 0.04, null), ("20mbit:5mbit/60ms", 2e7, 5e6, 0.06, null), ("1kbit/0ms", 1e3, 1e3, 0, null),
            ("1000gbit/60s", 1e12, 1e12, 60, null), ("0.5gbit:64.25kbit/150us", 5e8, 64250, 150e-6, "500mbit:64.25kbit/150us"),
            ("1000kbit:1mbit/0.1ms", 1e6, 1e6, 1e-4, "1mbit/100us"), ("1gbit/0.001us", 1e9, 1e9, 1e-9, null), ("1gbit/1.5s", 1e9, 1e9, 1.5, null),
        })
        {
            LinkProfile link = LinkProfile.Parse(text);
            Assert.AreEqual(new LinkProfile(written ?? text, up, down, roundTrip), link);
            Assert.AreEqual(written ?? text, link.ToString());
            Assert.AreEqual(link, LinkProfile.Parse(link.ToString()));
        }

        Assert.AreEqual("100mbit/40ms", (LinkProfile.Wan with { Name = "other" }).ToString());
    }

    [TestMethod]
    public void Text_that_is_no_link_is_refused_in_one_sentence()
    {
        foreach (string text in new[]
        {
            "", " ", "LAN", "lan ", "/", "100mbit", "100mbit/", "/40ms", "100mbit/40", "100/40ms", "mbit/40ms", "-1mbit/40ms", "+1mbit/40ms",
            "1e3mbit/40ms", ".5mbit/1ms", "5.mbit/1ms", "1,5mbit/1ms", "1.2.3mbit/1ms", "100mbit /40ms", "100Mbit/40ms", "1mbit:/1ms", ":1mbit/1ms",
            "1mbit:1mbit:1mbit/1ms", "1mbit/1ms/1ms", "999bit/1ms", "0.999kbit/1ms", "1001gbit/1ms", "1mbit:0kbit/1ms", "1mbit/61s",
            "1mbit/60000.1ms", "9999999999999mbit/1ms", "1mbit/NaNms", "1mbit/∞s", "1mbit/１ms", new string('9', 500) + "mbit/1ms", "wan\n",
        })
        {
            Sentences.Refused<ParameterException>(() => LinkProfile.Parse(text), "loopback", "100mbit/40ms", "20mbit:5mbit/60ms");
        }
    }

    [TestMethod]
    public void Mutated_text_is_read_or_refused()
    {
        var random = new Random(32);
        for (int i = 0; i < 3000; i++)
        {
            string text = System.Text.Encoding.UTF8.GetString(Mutations.Mutate(random, "20mbit:5mbit/60ms"u8.ToArray()));
            try
            {
                LinkProfile link = LinkProfile.Parse(text);
                Assert.AreEqual(link, LinkProfile.Parse(link.ToString()), text);
            }
            catch (ParameterException e)
            {
                Sentences.Check(e);
            }
        }
    }
}
