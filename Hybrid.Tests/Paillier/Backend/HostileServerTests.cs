using System.Numerics;
using System.Numerics.Tensors;
using System.Text;
using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Models;
using Hybrid.Numerics;
using Hybrid.Schemes;
using Hybrid.Tests.Core;
using Hybrid.Tests.Core.Communication;

namespace Hybrid.Tests.Paillier.Backend;

/// <summary>Whatever a server sends, the client ends with a sentence, soon, and without reserving what it was told to.</summary>
[TestClass]
public sealed class HostileServerTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private static readonly Tensor<double> Row = Tensor.Create<double>([1.5, -2], [1, 2]);

    [TestMethod]
    public async Task The_messages_of_these_tests_are_a_good_servers()
    {
        // The answer is not the model's: 5 where it would have been something else. Nothing in Paillier shows that.
        var script = new Script();
        (Task serving, Stream stream) = script.Run();
        await using ModelClient client = await ModelClient.ConnectAsync(stream, Connected.Options(channel: ChannelPair.Patient));
        Prediction prediction = await client.PredictAsync(Row);
        Assert.AreEqual(FixedPointFormat.Decode(5, RawPeer.Card.Input.FractionBits + RawPeer.Card.WeightFractionBits), prediction.Scores![0, 0]);
        Assert.AreEqual(0.25, prediction.Cost.ServerSeconds);
        await client.DisposeAsync();
        await serving.WaitAsync(Soon);
    }

    public static IEnumerable<object[]> BadCardsNames => from bad in BadCards() select new object[] { bad.What };

    private static IEnumerable<(string What, byte[] Bytes, string Problem)> BadCards()
    {
        byte[] good = RawPeer.Card.Write();
        string text = Encoding.UTF8.GetString(good);
        yield return ("nothing", [], "The server's model card is no JSON");
        yield return ("noise", new byte[1000], "The server's model card is no JSON");
        yield return ("half a card", good[..(good.Length / 2)], "The server's model card is no JSON");
        yield return ("a list", "[1, 2]"u8.ToArray(), "is no JSON object");
        yield return ("another format", Encoding.UTF8.GetBytes(text.Replace("hybrid-card/1", "hybrid-card/9", StringComparison.Ordinal)), "use the same release on both sides");
        yield return ("no text", Encoding.UTF8.GetBytes(text.Replace("\"small\"", "\"\\ud800\"", StringComparison.Ordinal)), "no Unicode");
        yield return ("a name that clears the screen", Encoding.UTF8.GetBytes(text.Replace("\"small\"", "\"\\u001b[2J\"", StringComparison.Ordinal)), "control characters");
        yield return ("outputs without end", Encoding.UTF8.GetBytes(text.Replace("\"outputs\":1", "\"outputs\":134217728", StringComparison.Ordinal)), "Paillier cannot compute MatMul (MatMul3) of shape (1, 134217728)");
        yield return ("bounds that wrap", (RawPeer.Card with { WeightNormBits = 126 }).Write(), "128 bits or more, and 127 is the limit");
        yield return ("values too wide to pack", (RawPeer.Card with { Input = new FixedPointFormat(0, 62), WeightNormBits = 126 }).Write(), "127 is the limit");
        yield return ("a megabyte and one", new byte[ModelCard.MaximumBytes + 1], "announced a message of 1048577 bytes");
    }

    [TestMethod]
    [DynamicData(nameof(BadCardsNames))]
    public async Task Cards_that_are_none_are_refused(string what)
    {
        (_, byte[] card, string problem) = BadCards().Single(bad => bad.What == what);
        var pool = new RecordingPool();
        await RefusedAsync(new Script { Card = card }, what, problem, pool);
        Assert.IsLessThanOrEqualTo(2 * ModelCard.MaximumBytes, pool.Largest, what);
    }

    public static IEnumerable<object[]> BadSecondsNames => from bad in BadSeconds() select new object[] { bad.What };

    private static IEnumerable<(string What, byte[] Bytes, string Problem)> BadSeconds()
    {
        yield return ("no number", RawPeer.Seconds(double.NaN), "no number of seconds");
        yield return ("for ever", RawPeer.Seconds(double.PositiveInfinity), "no number of seconds");
        yield return ("less than no time", RawPeer.Seconds(-1), "no number of seconds");
        yield return ("half a number", new byte[4], "no number of seconds");
        yield return ("nothing", [], "no number of seconds");
        yield return ("too much", new byte[9], "announced a message of 9 bytes");
    }

    [TestMethod]
    [DynamicData(nameof(BadSecondsNames))]
    public async Task Times_that_are_none_are_refused(string what)
    {
        (_, byte[] seconds, string problem) = BadSeconds().Single(bad => bad.What == what);
        await RefusedAsync(new Script { Ready = seconds }, what, problem);
        await RefusedAsync(new Script { Report = seconds }, what, problem);
    }

    public static IEnumerable<object[]> BadRepliesNames => from bad in BadReplies() select new object[] { bad.What };

    private static IEnumerable<(string What, byte[] Bytes, string Problem)> BadReplies()
    {
        byte[] good = RawPeer.Ciphertexts(5);
        BigInteger square = RawPeer.N * RawPeer.N;
        yield return ("nothing", [], "but 0 are there");
        yield return ("half a ciphertext", good[..256], "but 256 are there");
        yield return ("two", [.. good, .. good], "announced a message of 1024 bytes where at most 512 are accepted");
        yield return ("zero", RawPeer.Raw(0), "Ciphertext 0 is not between 0 and n²");
        yield return ("n²", RawPeer.Raw(square), "Ciphertext 0 is not between 0 and n²");
        yield return ("a multiple of p", RawPeer.Raw(RawPeer.P * 99), "shares a factor");
        yield return ("a megabyte", new byte[1 << 20], "announced a message of 1048576 bytes");
    }

    [TestMethod]
    [DynamicData(nameof(BadRepliesNames))]
    public Task Replies_that_are_none_are_refused(string what)
    {
        (_, byte[] reply, string problem) = BadReplies().Single(bad => bad.What == what);
        return RefusedAsync(new Script { Reply = reply }, what, problem);
    }

    [TestMethod]
    public async Task Any_other_ciphertext_is_some_number_and_no_crash()
    {
        const int Seed = 121;
        var random = new Random(Seed);
        for (int i = 0; i < 10; i++)
        {
            var bytes = new byte[511];
            random.NextBytes(bytes);
            var script = new Script { Reply = RawPeer.Raw(new BigInteger(bytes, isUnsigned: true) % (RawPeer.N * RawPeer.N)) };
            (Task serving, Stream stream) = script.Run();
            await using (ModelClient client = await ModelClient.ConnectAsync(stream, Connected.Options(channel: ChannelPair.Patient)))
            {
                Assert.IsTrue(double.IsFinite((await client.PredictAsync(Row)).Scores![0, 0]), $"case {i} of seed {Seed}");
            }

            await serving.WaitAsync(Soon);
        }
    }

    [TestMethod]
    public async Task Steps_out_of_turn_are_refused()
    {
        await RefusedAsync(new Script { CardTag = SessionMessages.Ready }, "card", "sent step 3 where step 1 was expected");
        await RefusedAsync(new Script { ReadyTag = SessionMessages.Report }, "ready", "sent step 5 where step 3 was expected");
        await RefusedAsync(new Script { ReplyTag = RawPeer.Upload }, "reply", "sent step 256 where step 258 was expected");
    }

    [TestMethod]
    public async Task A_server_that_stops_is_quoted_without_what_steers_a_terminal()
    {
        (Stream here, Stream there) = InProcessTransport.CreatePair();
        Task<ModelClient> connecting = ModelClient.ConnectAsync(here, Connected.Options(channel: ChannelPair.Patient));
        Channel server = await Channel.OpenAsync(there, ChannelRole.Responder, "client", ChannelPair.Patient);
        await server.AbortAsync("too busy\u001b[31m\r\ntry again tomorrow.");
        ProtocolException e = await Assert.ThrowsExactlyAsync<ProtocolException>(() => connecting.WaitAsync(Soon));
        Sentences.Check(e, "The server stopped: too busy[31mtry again tomorrow (during");
        await server.DisposeAsync();
    }

    [TestMethod]
    public async Task A_stranger_at_the_other_end_is_named()
    {
        foreach ((string greeting, string problem) in new[] { ("HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak Hybrid's protocol"), (string.Empty, "closed the connection before a word was said") })
        {
            (Stream here, Stream there) = InProcessTransport.CreatePair();
            await there.WriteAsync(Encoding.ASCII.GetBytes(greeting));
            if (greeting.Length == 0)
            {
                await there.DisposeAsync();
            }

            ProtocolException e = await Assert.ThrowsExactlyAsync<ProtocolException>(() => ModelClient.ConnectAsync(here, Connected.Options(channel: ChannelPair.Patient)).WaitAsync(Soon));
            Sentences.Check(e, problem);
        }

        (Stream silent, _) = InProcessTransport.CreatePair();
        ProtocolException waited = await Assert.ThrowsExactlyAsync<ProtocolException>(() => ModelClient.ConnectAsync(silent, Connected.Options(channel: ChannelPair.Impatient)).WaitAsync(Soon));
        Sentences.Check(waited, "has been silent for 0.4 s");
    }

    // Connects and predicts, and expects to be stopped on the way, in a sentence; the server is told unless it knows.
    private static async Task RefusedAsync(Script script, string what, string problem, RecordingPool? pool = null)
    {
        (Task serving, Stream stream) = script.Run();
        HybridException e = await Assert.ThrowsAsync<HybridException>(() => PredictAsync(stream, pool ?? new RecordingPool()).WaitAsync(Soon), what);
        Sentences.Check(e, problem);
        // The raw server notices too: the client has gone.
        await Assert.ThrowsExactlyAsync<ProtocolException>(() => serving.WaitAsync(Soon), what);
    }

    private static async Task PredictAsync(Stream stream, RecordingPool pool)
    {
        await using ModelClient client = await ModelClient.ConnectAsync(stream, Connected.Options(channel: ChannelPair.Patient with { Pool = pool }));
        try
        {
            await client.PredictAsync(Row);
        }
        catch (HybridException)
        {
            InvalidOperationException again = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => client.PredictAsync(Row));
            Sentences.Check(again, "connect anew");
            throw;
        }
    }

    /// <summary>What a server says, one answer at a time; good unless a test says otherwise.</summary>
    private sealed class Script
    {
        public byte[] Card { get; init; } = RawPeer.Card.Write();

        public StepTag CardTag { get; init; } = SessionMessages.Card;

        public byte[] Ready { get; init; } = RawPeer.Seconds(0.5);

        public StepTag ReadyTag { get; init; } = SessionMessages.Ready;

        public byte[] Reply { get; init; } = RawPeer.Ciphertexts(5);

        public StepTag ReplyTag { get; init; } = RawPeer.Reply;

        public byte[] Report { get; init; } = RawPeer.Seconds(0.25);

        public (Task Serving, Stream Client) Run()
        {
            (Stream here, Stream there) = InProcessTransport.CreatePair();
            return (Task.Run(() => ServeAsync(there)), here);
        }

        private async Task ServeAsync(Stream stream)
        {
            Channel channel = await Channel.OpenAsync(stream, ChannelRole.Responder, "client", ChannelPair.Patient);
            await using (channel)
            {
                await channel.SendAsync(CardTag, Card);
                (await channel.ReceiveAsync(SessionMessages.Schemes, 100)).Dispose();
                (await channel.ReceiveAsync(SessionMessages.SetUp(Scheme.Paillier), 10_000)).Dispose();
                await channel.SendAsync(ReadyTag, Ready);
                (await channel.ReceiveAsync(SessionMessages.Query, 100)).Dispose();
                (await channel.ReceiveAsync(RawPeer.Upload, 10_000)).Dispose();
                await channel.SendAsync(ReplyTag, Reply);
                await channel.SendAsync(SessionMessages.Report, Report);
                (await channel.ReceiveAsync(SessionMessages.Query, 100)).Dispose();
            }
        }
    }
}
