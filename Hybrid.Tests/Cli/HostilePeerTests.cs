using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using Hybrid.Cli;
using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Models;
using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Tests.Cli;

/// <summary>Whatever a peer sends, or however it leaves: a server serves the next client, a query ends soon and says why.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
[UnsupportedOSPlatform("windows")]
public sealed class HostilePeerTests
{
    private const long MostMemory = 300L << 20;
    private const uint CardStep = 1;
    private const uint SchemesStep = 2;
    private const uint ReadyStep = 3;
    private const uint QueryStep = 4;
    private const uint LinkStep = 8;
    private const uint KeyStep = 17;
    private const uint CkksKeyStep = 18;
    private const uint ReplyStep = 258;

    // The scores of 171 rows, packed, under a key of 2048 bits.
    private const int RepliedBytes = 7 * 512;

    // The same in CKKS: one ciphertext of degree 8192 and two primes of 50 bits, of whose first polynomial 342 limbs travel; 25 bits of the
    // first prime's residues do not.
    private const int CkksRepliedBytes = 1 + (8192 * (25 + 50) / 8) + (((342 * 25) + 7) / 8) + (((342 * 50) + 7) / 8);
    private const int MiddleOfCiphertexts = 6000;

    // Patience, and on a busy machine the start of five processes.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private static ClientKey s_key = null!;

    [ClassInitialize]
    public static void MakeKey(TestContext context) => s_key = new ClientKey();

    [ClassCleanup]
    public static void DeleteKey() => s_key.Dispose();

    [TestMethod]
    public void Bytes_that_are_no_conversation()
    {
        var random = new Random(1);
        var garbage = new byte[4096];
        random.NextBytes(garbage);
        string notes = ServedAfter(server =>
        {
            Say(server, garbage);
            Say(server, [.. FakeServer.Preamble, .. garbage]);
            Say(server, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8);
            Say(server, [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]);
            Say(server, [.. "HYBRID"u8, 2, 0]);
            Say(server);
            Say(server, FakeServer.Preamble);
            Say(server, [.. FakeServer.Preamble, .. FakeServer.Header(33, SchemesStep), 1, 2, 3]);
        });
        Assert.Contains("does not speak Hybrid's protocol", notes);
        Assert.Contains("speaks version 2", notes);
        Assert.Contains("seems to speak TLS", notes);
    }

    [TestMethod]
    public void Frames_that_announce_gigabytes()
    {
        string notes = ServedAfter(server =>
        {
            foreach (uint length in new[] { 1u << 31, uint.MaxValue, 1u << 30, 1u << 20 })
            {
                Say(server, [.. FakeServer.Preamble, .. FakeServer.Header(length, SchemesStep)]);
                Say(server, [.. FakeServer.Preamble, .. FakeServer.Header(length, 0xFFFF_FFFE)]);
            }

            Assert.IsLessThan(MostMemory, server.Process.PeakMemory);
        });
        Assert.Contains("announced a message of 2147483648 bytes", notes);
    }

    [TestMethod]
    public async Task Requests_that_no_plan_has()
    {
        using ServedModel server = ServedModel.Start();
        byte[] one = [1, 0, 0, 0, 0, 0, 0, 0];
        byte[] key = File.ReadAllBytes(Path.Combine(s_key.Directory, "paillier.public.key"));
        byte[] paillier = Choice(Scheme.Paillier);
        byte[] ckks = Choice(Scheme.Ckks);
        await StoppedAsync(server, "chose no scheme", (SchemesStep, new byte[8]));
        await StoppedAsync(server, "chose no scheme", (SchemesStep, one));
        await StoppedAsync(server, "32 bytes, which make no query", (SchemesStep, new byte[32]));
        await StoppedAsync(server, "asked for -1 rows", (SchemesStep, [255, 255, 255, 255, .. paillier[4..]]));
        await StoppedAsync(server, "has another graph", (SchemesStep, [.. paillier[..^1], 99]));
        await StoppedAsync(server, "has another graph", (SchemesStep, [.. paillier, 1]));
        await StoppedAsync(server, "at most", (SchemesStep, new byte[QueryMessage.MaximumBytes + 1]));
        await StoppedAsync(server, "step 4", (QueryStep, one));
        await StoppedAsync(server, "no part of a measurement", (SchemesStep, []), (LinkStep, [1, 2, 3]));
        await StoppedAsync(server, "step 2 where step 8", (SchemesStep, []), (SchemesStep, paillier));
        byte[] otherHash = [.. paillier[..8], .. new byte[32], .. paillier[40..]];
        await StoppedAsync(server, "another plan", (SchemesStep, otherHash), (KeyStep, key));
        await StoppedAsync(server, "key", (SchemesStep, paillier), (KeyStep, [1, 2, 3]));
        await StoppedAsync(server, "key", (SchemesStep, paillier), (KeyStep, [.. key[..^1], (byte)(key[^1] ^ 1)]));
        await StoppedAsync(server, "The public key ends in its header", (SchemesStep, ckks), (CkksKeyStep, [1, 2, 3]));
        await StoppedAsync(server, "accepted", (SchemesStep, ckks), (CkksKeyStep, new byte[1 << 19]));
        await StoppedAsync(server, "step 17 where step 18", (SchemesStep, ckks), (KeyStep, key));
        ExpectAnswer(server);
        server.Stop();
    }

    [TestMethod]
    public void Fifty_connections_that_say_nothing_or_only_hello()
    {
        using ServedModel server = ServedModel.Start();
        TcpClient[] idle = [.. Enumerable.Range(0, 50).Select(_ => server.Connect())];
        foreach (TcpClient client in idle.Take(8))
        {
            client.GetStream().Write(FakeServer.Preamble);
        }

        ExpectAnswer(server);
        ExpectAnswer(server);
        Assert.IsTrue(idle.All(client => client.Connected));
        foreach (TcpClient client in idle)
        {
            client.Dispose();
        }

        ExpectAnswer(server);
        server.Stop();
    }

    [TestMethod]
    public async Task A_client_killed_in_the_middle_of_its_ciphertexts()
    {
        using ServedModel server = ServedModel.Start("--max-clients", "1");
        using var relay = new Relay(server.Address, MiddleOfCiphertexts);
        using CliProcess query = StartQuery(relay.Address);
        await relay.StoppedAsync();
        query.Signal("KILL");
        Assert.AreEqual(128 + 9, query.WaitForExit().ExitCode);
        await relay.CutAsync();
        ExpectAnswer(server);
        Assert.Contains("closed the connection", server.Stop());
    }

    [TestMethod]
    public async Task A_server_killed_while_a_query_runs()
    {
        using ServedModel server = ServedModel.Start();
        using var relay = new Relay(server.Address, MiddleOfCiphertexts);
        using CliProcess query = StartQuery(relay.Address);
        await relay.StoppedAsync();
        server.Process.Signal("KILL");
        ExpectEnd(query, "The server closed the connection");
    }

    // Four processes and a limit on their time: by itself, so that it measures them and not what else is being tested.
    [TestMethod]
    [DoNotParallelize]
    public async Task Servers_that_freeze()
    {
        // All at once, since each takes as long as a query has patience.
        using FakeServer mute = FakeServer.FallingSilentAfter();
        using FakeServer polite = FakeServer.FallingSilentAfter(FakeServer.Preamble);
        using FakeServer halting = FakeServer.FallingSilentAfter([.. FakeServer.Preamble, .. FakeServer.Header(500, CardStep), .. "{\"form"u8]);
        using ServedModel server = ServedModel.Start();
        using var relay = new Relay(server.Address, MiddleOfCiphertexts);
        long start = Stopwatch.GetTimestamp();
        using CliProcess first = StartQuery(mute.Address);
        using CliProcess second = StartQuery(polite.Address);
        using CliProcess third = StartQuery(halting.Address);
        using CliProcess fourth = StartQuery(relay.Address);
        await relay.StoppedAsync();
        server.Process.Signal("STOP");
        ExpectEnd(first, start, "The server has been silent for 7 s");
        ExpectEnd(second, start, "The server has been silent for 7 s");
        ExpectEnd(third, start, "The server has been silent for 7 s");
        ExpectEnd(fourth, start, "The server has been silent for 7 s");
    }

    [TestMethod]
    public void Servers_that_are_none()
    {
        var garbage = new byte[4096];
        new Random(2).NextBytes(garbage);
        Refused("does not speak Hybrid's protocol", garbage);
        Refused("does not speak Hybrid's protocol", "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"u8);
        Refused("speaks version 7", [.. "HYBRID"u8, 7, 0]);
        Refused("closed the connection", []);
        using (FakeServer server = FakeServer.HangingUp())
        using (CliProcess query = StartQuery(server.Address))
        {
            ExpectEnd(query, "The server closed the connection");
        }

        Refused("closed the connection", "HYB"u8);
        Refused("closed the connection", FakeServer.Preamble);
        Refused("closed the connection", [.. FakeServer.Preamble, .. FakeServer.Header(500, CardStep), .. "{\"format\": \"hybrid-card/1\", "u8]);
        Refused("step 9 where step 1", [.. FakeServer.Preamble, .. FakeServer.Header(8, 9)]);
        Refused("2147483648 bytes", [.. FakeServer.Preamble, .. FakeServer.Header(1u << 31, CardStep)]);
        Refused("ffffffff", [.. FakeServer.Preamble, .. FakeServer.Header(uint.MaxValue, uint.MaxValue)]);
        Refused("stopped: no [31msuch luck", [.. FakeServer.Preamble, .. FakeServer.Frame(0xFFFF_FFFE, "no \u001b[31msuch\r\n luck"u8)]);
    }

    [TestMethod]
    public void Model_cards_that_lie()
    {
        RefusedCard("no JSON", "{");
        RefusedCard("hybrid-card/9", Card().Replace("hybrid-card/1", "hybrid-card/9", StringComparison.Ordinal));
        RefusedCard("control characters", Card(name: "\\u001b]0;owned\\u0007"));
        RefusedCard("control characters", Card(features: "\"mean_radius\\nhybrid: all is well\""));
        RefusedCard("no Unicode", Card(name: "\\ud800"));
        RefusedCard("longer than", Card(name: new string('x', 300_000)));
        RefusedCard("outputs", Card(outputs: "2000000000"));
        RefusedCard("(171, 200000000)", Card(outputs: "200000000"));
        RefusedCard("(171, 1000000)", Card(outputs: "1000000"));
        RefusedCard("weightNormBits", Card(normBits: "127"));
        RefusedCard("128 bits", Card(normBits: "126"));
        RefusedCard("takes 1", Card());
    }

    [TestMethod]
    public void Replies_that_are_none()
    {
        byte[] card = FoldedModel.Of(LinearModel.Load(Path.Combine(AppContext.BaseDirectory, "samples", "breast-cancer.json"))).Card.Write();
        byte[] start = [.. FakeServer.Preamble, .. FakeServer.Frame(CardStep, card)];
        Refused("no number of seconds", [.. start, .. FakeServer.Frame(ReadyStep, BitConverter.GetBytes(double.NaN))]);
        Refused("at most 8", [.. start, .. FakeServer.Frame(ReadyStep, new byte[9])]);
        start = [.. start, .. FakeServer.Frame(ReadyStep, new byte[8])];
        Refused("closed the connection", start);
        RefusedWith(["--scheme", "paillier"], "7 ciphertexts", [.. start, .. FakeServer.Frame(ReplyStep, [])]);
        RefusedWith(["--scheme", "paillier"], "Ciphertext 0", [.. start, .. FakeServer.Frame(ReplyStep, new byte[RepliedBytes])]);
        RefusedWith(["--scheme", "paillier"], "Ciphertext 0", [.. start, .. FakeServer.Frame(ReplyStep, Enumerable.Repeat((byte)255, RepliedBytes).ToArray())]);
        RefusedWith(["--scheme", "paillier"], "accepted", [.. start, .. FakeServer.Frame(ReplyStep, new byte[RepliedBytes + 1])]);
        RefusedWith(["--scheme", "ckks"], "sent 0 bytes of ciphertexts", [.. start, .. FakeServer.Frame(ReplyStep, [])]);
        RefusedWith(["--scheme", "ckks"], "is at level 255", [.. start, .. FakeServer.Frame(ReplyStep, Enumerable.Repeat((byte)255, CkksRepliedBytes).ToArray())]);
        RefusedWith(["--scheme", "ckks"], "not below its prime", [.. start, .. FakeServer.Frame(ReplyStep, [1, .. Enumerable.Repeat((byte)255, CkksRepliedBytes - 1)])]);
        RefusedWith(["--scheme", "ckks"], "accepted", [.. start, .. FakeServer.Frame(ReplyStep, new byte[CkksRepliedBytes + 1])]);
    }

    // A server of the test's own is left in peace by the other tests, and can be stopped and asked what it saw.
    private static string ServedAfter(Action<ServedModel> attack)
    {
        using ServedModel server = ServedModel.Start();
        attack(server);
        ExpectAnswer(server);
        return server.Stop();
    }

    private static string[] OwnKey => ["--keys", s_key.Directory];

    private static void ExpectAnswer(ServedModel server)
    {
        CliResult result = server.Query("--data", "breast-cancer", "--rows", "1", "--keys", s_key.Directory, "--json");
        Assert.AreEqual(1, result.Json().GetProperty("accuracy").GetDouble());
    }

    // Says something and leaves as soon as the server has looked at it or hung up.
    private static void Say(ServedModel server, params ReadOnlySpan<byte> bytes)
    {
        using TcpClient client = server.Connect();
        NetworkStream stream = client.GetStream();
        stream.Write(bytes);
        var answer = new byte[8];
        stream.ReadExactly(answer);
        CollectionAssert.AreEqual(FakeServer.Preamble, answer);
        client.Client.Shutdown(SocketShutdown.Send);
    }

    // Greets well, sends messages, and is told why the server stops.
    private static async Task StoppedAsync(ServedModel server, string reason, params (uint Step, byte[] Payload)[] messages)
    {
        await using Channel channel = await Channel.OpenAsync(server.Connect().GetStream(), ChannelRole.Initiator, "server");
        using ReceivedFrame card = await channel.ReceiveAsync(new StepTag(CardStep), 1 << 20);
        foreach ((uint step, byte[] payload) in messages)
        {
            try
            {
                await channel.SendAsync(new StepTag(step), payload);
            }
            catch (ProtocolException e) when (e.Message.Contains("stopped", StringComparison.Ordinal))
            {
                // The server need not wait for the end of what is too long.
            }
        }

        ProtocolException error = await Assert.ThrowsExactlyAsync<ProtocolException>(() => channel.ReceiveAsync(new StepTag(3), 8).AsTask());
        Assert.Contains("stopped", error.Message);
        Assert.Contains(reason, error.Message);
    }

    // The choice of a scheme for one row, as both parties derive it.
    private static byte[] Choice(Scheme scheme)
    {
        using var registry = new SchemeRegistry(Party.Client);
        PredictionOptions.OfferAll(null)(registry);
        ModelCard card = FoldedModel.Of(LinearModel.Load(Path.Combine(AppContext.BaseDirectory, "samples", "breast-cancer.json"))).Card;
        return QueryMessage.ForPlan(1, Revealed.Scores, Planner.Plan(card.Program(1).Graph, registry, LinkProfile.Lan, scheme)).Write();
    }

    private static CliProcess StartQuery(string address, params string[] options) =>
        CliProcess.Start(["query", "--server", address, "--data", "breast-cancer", .. (options.Contains("ckks") ? [] : OwnKey), .. options]);

    private static void Refused(string words, ReadOnlySpan<byte> bytes) => RefusedWith([], words, bytes);

    private static void RefusedWith(string[] options, string words, ReadOnlySpan<byte> bytes)
    {
        using FakeServer server = FakeServer.Saying(bytes.ToArray());
        using CliProcess query = StartQuery(server.Address, options);
        ExpectEnd(query, words);
    }

    private static void RefusedCard(string words, string card)
    {
        Refused(words, [.. FakeServer.Preamble, .. FakeServer.Frame(CardStep, Encoding.UTF8.GetBytes(card)), .. FakeServer.Frame(ReadyStep, new byte[8])]);
    }

    private static string Card(string name = "m", string features = "\"a\"", string outputs = "1", string normBits = "40") =>
        $$"""
        {"format": "hybrid-card/1", "name": "{{name}}", "features": [{{features}}], "labels": [], "activation": "none", "outputs": {{outputs}},
        "inputFractionBits": 16, "inputIntegerBits": 12, "weightFractionBits": 16, "weightNormBits": {{normBits}}, "biasBits": 50}
        """;

    private static void ExpectEnd(CliProcess query, params string[] words) => ExpectEnd(query, Stopwatch.GetTimestamp(), words);

    private static void ExpectEnd(CliProcess query, long start, params string[] words)
    {
        CliResult result = query.WaitForExit();
        Assert.IsLessThan(Limit, Stopwatch.GetElapsedTime(start));
        result.ExpectError(1, words);
        Assert.DoesNotContain("\u001b", result.Error);
    }
}
