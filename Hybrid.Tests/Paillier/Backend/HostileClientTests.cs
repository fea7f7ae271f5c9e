using System.Diagnostics;
using System.Numerics;
using System.Numerics.Tensors;
using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Paillier;
using Hybrid.Schemes;
using Hybrid.Tests.Core;
using Hybrid.Tests.Core.Communication;
using Hybrid.Tests.Core.Schemes;

namespace Hybrid.Tests.Paillier.Backend;

/// <summary>Whatever one client sends, the server ends its session with a sentence, soon, and serves the next.</summary>
[TestClass]
public sealed class HostileClientTests
{
    // Far above what any case takes, so that a busy machine fails none.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private static readonly ModelServer Server = new(RawPeer.Model, Connected.Options(channel: ChannelPair.Patient) with { MaximumQueryBytes = 1 << 20 });

    [TestMethod]
    public async Task The_messages_of_these_tests_are_a_good_clients()
    {
        (Channel client, Task serving) = await OpenAsync(Server);
        await SetUpAsync(client, RawPeer.Key);
        (await client.ReceiveAsync(SessionMessages.Ready, 8)).Dispose();
        await RawPeer.AskAsync(client, RawPeer.Query(1));
        await client.SendAsync(RawPeer.Upload, RawPeer.Ciphertexts(3, 5));
        using (ReceivedFrame reply = await client.ReceiveAsync(RawPeer.Reply, Connected.Key.PublicKey.CiphertextBytes))
        {
            var ciphertexts = CiphertextFormat.Read(Connected.Key.PublicKey, reply.Span, 1);
            FoldedScores(3, 5, new PaillierDecryptor(Connected.Key).DecryptIntegers(ciphertexts)[0]);
        }

        (await client.ReceiveAsync(SessionMessages.Report, 8)).Dispose();
        await client.SendAsync(SessionMessages.Query, QueryMessage.Goodbye.Write());
        await client.DisposeAsync();
        await serving.WaitAsync(Soon);
    }

    [TestMethod]
    [DataRow("GET / HTTP/1.1\r\n\r\n", "does not speak Hybrid's protocol")]
    [DataRow("\u0016\u0003\u0001 a TLS greeting", "seems to speak TLS")]
    [DataRow("HYBRID\u0009\u0000", "speaks version 9")]
    [DataRow("HYB", "closed the connection before a word was said")]
    public async Task Strangers_are_turned_away(string greeting, string problem)
    {
        (Stream here, Stream there) = InProcessTransport.CreatePair();
        Task serving = Task.Run(() => Server.ServeAsync(there));
        await here.WriteAsync(System.Text.Encoding.Latin1.GetBytes(greeting));
        if (greeting.Length < 8)
        {
            await here.DisposeAsync();
        }

        await RefusedAsync(serving, problem);
        await here.DisposeAsync();
        await ServesOnAsync(Server);
    }

    [TestMethod]
    public async Task Noise_after_the_greeting_is_refused()
    {
        const int Seed = 111;
        var random = new Random(Seed);
        for (int i = 0; i < 20; i++)
        {
            (Stream here, Stream there) = InProcessTransport.CreatePair();
            Task serving = Task.Run(() => Server.ServeAsync(there));
            var noise = new byte[random.Next(8, 2000)];
            random.NextBytes(noise);
            await here.WriteAsync(ChannelPair.Greeting);
            await here.WriteAsync(noise);
            await RefusedAsync(serving);
            await here.DisposeAsync();
        }

        await ServesOnAsync(Server);
    }

    public static IEnumerable<object[]> BadChoicesNames => from bad in BadChoices() select new object[] { bad.What };

    private static IEnumerable<(string What, byte[] Bytes, string Problem)> BadChoices()
    {
        byte[] hash = RawPeer.Hash(1);
        yield return ("three bytes", [1, 2, 3], "sent 3 bytes, which make no query");
        yield return ("a hash", hash, "sent 32 bytes, which make no query");
        yield return ("goodbye", QueryMessage.Goodbye.Write(), "chose no scheme");
        yield return ("a wish for a graph", QueryMessage.ForGraph(1, Hybrid.Models.Revealed.Scores).Write(), "chose no scheme");
        yield return ("scheme 77", RawPeer.Query(1, (Scheme)77, hash), "has another graph");
        yield return ("a scheme too few", RawPeer.Query(1, [0, 0, 0, 1, 1], hash), "has another graph");
        yield return ("a scheme too many", RawPeer.Query(1, [0, 0, 0, 1, 1, 1, 1], hash), "has another graph");
        yield return ("a scheme of an input", RawPeer.Query(1, [1, 0, 0, 1, 1, 1], hash), "features is no op, and so in no scheme");
        yield return ("plain", RawPeer.Query(1, Scheme.Plain, hash), "is to be computed in the clear, which neither party can");
        yield return ("Ckks", RawPeer.Query(1, Scheme.Ckks, hash), "asked for Ckks, which this server does not offer");
        yield return ("shares", RawPeer.Query(1, Scheme.Shares, hash), "asked for Shares, which this server does not offer, for it has no dealer");
        yield return ("nothing that there is to reveal", [.. RawPeer.Query(1)[..4], 9, 0, 0, 0, .. RawPeer.Query(1)[8..]], "asked to be revealed 9");
        yield return ("another plan", RawPeer.Query(1, hash: new byte[32]), "has another plan: use the same program or model, and the same release, on both sides");
    }

    [TestMethod]
    [DynamicData(nameof(BadChoicesNames))]
    public async Task Choices_of_schemes_that_are_none_are_refused_before_any_key_is_read(string what)
    {
        (_, byte[] choice, string problem) = BadChoices().Single(bad => bad.What == what);
        (Channel client, Task serving) = await OpenAsync(Server);
        // No key follows, and the server does not wait for one.
        await client.SendAsync(SessionMessages.Schemes, choice);
        await RefusedAsync(serving, client, what, problem);
        await ServesOnAsync(Server);
    }

    [TestMethod]
    public async Task Measurements_of_the_link_that_are_none_are_refused()
    {
        // An empty choice asks for a measurement, and one is all there is.
        (Channel client, Task serving) = await OpenAsync(Server);
        await client.SendAsync(SessionMessages.Schemes, ReadOnlyMemory<byte>.Empty);
        await client.SendAsync(SessionMessages.Link, new byte[3]);
        await RefusedAsync(serving, client, "three bytes", "sent something that is no part of a measurement");

        (client, serving) = await OpenAsync(Server);
        await client.SendAsync(SessionMessages.Schemes, ReadOnlyMemory<byte>.Empty);
        await client.SendAsync(SessionMessages.Schemes, RawPeer.Query(1));
        await RefusedAsync(serving, client, $"sent step 2 where step {SessionMessages.Link.Value} was expected");

        (client, serving) = await OpenAsync(Server);
        await client.SendAsync(SessionMessages.Schemes, ReadOnlyMemory<byte>.Empty);
        await LinkMeasurement.MeasureAsync(client, Hybrid.Graph.Party.Client, SessionMessages.Link);
        await client.SendAsync(SessionMessages.Schemes, ReadOnlyMemory<byte>.Empty);
        await RefusedAsync(serving, client, "a second one", "sent 0 bytes, which make no query");
        await ServesOnAsync(Server);
    }

    [TestMethod]
    public async Task A_scheme_that_was_not_set_up_is_refused()
    {
        SessionOptions options = Connected.Options(channel: ChannelPair.Patient);
        void Both(SchemeRegistry schemes)
        {
            options.Schemes(schemes);
            schemes.Add(
                new FakeBackend(Scheme.Ckks, (_, _) => Quote.Free),
                new FakeConversion(Scheme.Plain, Scheme.Ckks, (_, _) => Quote.Free),
                new FakeConversion(Scheme.Ckks, Scheme.Plain, (_, _) => Quote.Free));
        }

        var server = new ModelServer(RawPeer.Model, options with { Schemes = Both });
        (Channel client, Task serving) = await OpenAsync(server);
        await SetUpAsync(client, RawPeer.Key);
        (await client.ReceiveAsync(SessionMessages.Ready, 8)).Dispose();
        await client.SendAsync(SessionMessages.Query, RawPeer.Query(1, Scheme.Ckks, RawPeer.Hash(1, Scheme.Ckks, Both)));
        await RefusedAsync(serving, client, "asked for Ckks, which was not set up");
    }

    [TestMethod]
    public async Task Another_plan_is_refused_before_a_query()
    {
        (Channel client, Task serving) = await OpenAsync(Server);
        await SetUpAsync(client, RawPeer.Key);
        (await client.ReceiveAsync(SessionMessages.Ready, 8)).Dispose();
        await client.SendAsync(SessionMessages.Query, RawPeer.Query(1, hash: new byte[32]));
        await RefusedAsync(serving, client, "another plan", "has another plan: use the same program or model, and the same release, on both sides");
        await ServesOnAsync(Server);
    }

    public static IEnumerable<object[]> BadKeysNames => from bad in BadKeys() select new object[] { bad.What };

    private static IEnumerable<(string What, byte[] Bytes, string Problem)> BadKeys()
    {
        byte[] good = RawPeer.Key;
        byte[] altered = [.. good];
        altered[100] ^= 1;
        yield return ("nothing", [], "is not a Hybrid Paillier public key");
        yield return ("noise", new byte[500], "is not a Hybrid Paillier public key");
        yield return ("a private key", PrivateKey(), "is not a Hybrid Paillier public key");
        yield return ("a truncated key", good[..^1], "checksum does not match");
        yield return ("half a key", good[..(good.Length / 2)], "checksum does not match");
        yield return ("an altered key", altered, "checksum does not match");
        yield return ("a key and more", [.. good, 0], "checksum does not match");
        yield return ("a key of 6 bits", PaillierKeyFormat.Write(PaillierPublicKey.FromModulusUnsafe(35)), "6 bits is too small");
        yield return ("a key of 1024 bits", PaillierKeyFormat.Write(PaillierPublicKey.FromModulusUnsafe((BigInteger.One << 1023) + 1155)), "1024 bits is too small");
        yield return ("a key of 2049 bits", PaillierKeyFormat.Write(PaillierPublicKey.FromModulusUnsafe((BigInteger.One << 2048) + 1155)), "2049 bits is not supported");
        yield return ("a key of 16384 bits", PaillierKeyFormat.Write(PaillierPublicKey.FromModulusUnsafe((BigInteger.One << 16383) + 1155)), "16384 bits is not supported");
        yield return ("four kilobytes", new byte[4096], "announced a message of 4096 bytes where at most 3088 are accepted");
    }

    [TestMethod]
    [DynamicData(nameof(BadKeysNames))]
    public async Task Keys_that_are_none_are_refused(string what)
    {
        (_, byte[] key, string problem) = BadKeys().Single(bad => bad.What == what);
        (Channel client, Task serving) = await OpenAsync(Server);
        await SetUpAsync(client, key);
        await RefusedAsync(serving, client, what, problem);
        await ServesOnAsync(Server);
    }

    [TestMethod]
    public async Task A_modulus_of_many_small_factors_does_the_server_no_harm()
    {
        // Divisible by 3, 5, 17, …: nobody can tell without trying, and only the client's own numbers are at stake.
        byte[] key = PaillierKeyFormat.Write(PaillierPublicKey.FromModulus((BigInteger.One << 2048) - 1));
        (Channel client, Task serving) = await OpenAsync(Server);
        await SetUpAsync(client, key);
        (await client.ReceiveAsync(SessionMessages.Ready, 8)).Dispose();
        await RawPeer.AskAsync(client, RawPeer.Query(1));
        await client.SendAsync(RawPeer.Upload, RawPeer.Raw(2, 4));
        (await client.ReceiveAsync(RawPeer.Reply, 512).AsTask().WaitAsync(Soon)).Dispose();
        (await client.ReceiveAsync(SessionMessages.Report, 8)).Dispose();
        await RawPeer.AskAsync(client, RawPeer.Query(1));
        await client.SendAsync(RawPeer.Upload, RawPeer.Raw(2, 15));
        await RefusedAsync(serving, client, "shares a factor");
        await ServesOnAsync(Server);
    }

    public static IEnumerable<object[]> BadQueriesNames => from bad in BadQueries() select new object[] { bad.What };

    private static IEnumerable<(string What, byte[] Bytes, string Problem)> BadQueries()
    {
        byte[] hash = RawPeer.Hash(1);
        yield return ("-1 rows", RawPeer.Query(-1, hash: hash), "asked for -1 rows");
        yield return ("as few rows as there are", RawPeer.Query(int.MinValue, hash: hash), "asked for -2147483648 rows");
        yield return ("as many rows as there are", RawPeer.Query(int.MaxValue, hash: hash), "asked for 2147483647 rows");
        yield return ("a million rows", RawPeer.Query(1_000_000), "asked for 1000000 rows at once");
        yield return ("another plan", RawPeer.Query(1, hash: new byte[32]), "has another plan");
        yield return ("the plan of two rows", RawPeer.Query(1, hash: RawPeer.Hash(2)), "has another plan");
        yield return ("scheme 77", RawPeer.Query(1, (Scheme)77, hash), "has another graph");
        yield return ("scheme -1", RawPeer.Query(1, (Scheme)(-1), hash), "has another graph");
        yield return ("plain", RawPeer.Query(1, Scheme.Plain, hash), "is to be computed in the clear");
        yield return ("a short query", RawPeer.Query(1)[..^1], "has another graph");
        yield return ("half a query", RawPeer.Query(1)[..30], "sent 30 bytes, which make no query");
        yield return ("no query", [], "sent 0 bytes, which make no query");
        yield return ("a wish for a graph", QueryMessage.ForGraph(1, Hybrid.Models.Revealed.Scores).Write(), "asked for no graph where one is due");
        yield return ("a long query", [.. RawPeer.Query(1), 0], "has another graph");
    }

    [TestMethod]
    [DynamicData(nameof(BadQueriesNames))]
    public async Task Queries_that_cannot_be_served_are_refused(string what)
    {
        (_, byte[] query, string problem) = BadQueries().Single(bad => bad.What == what);
        (Channel client, Task serving) = await OpenAsync(Server);
        await SetUpAsync(client, RawPeer.Key);
        (await client.ReceiveAsync(SessionMessages.Ready, 8)).Dispose();
        await client.SendAsync(SessionMessages.Query, query);
        await RefusedAsync(serving, client, what, problem);
        await ServesOnAsync(Server);
    }

    public static IEnumerable<object[]> BadCiphertextsNames => from bad in BadCiphertexts() select new object[] { bad.What };

    private static IEnumerable<(string What, byte[] Bytes, string Problem)> BadCiphertexts()
    {
        byte[] good = RawPeer.Ciphertexts(3, 5);
        BigInteger square = RawPeer.N * RawPeer.N;
        yield return ("zero", RawPeer.Raw(0, 2), "Ciphertext 0 is not between 0 and n²");
        yield return ("n²", RawPeer.Raw(2, square), "Ciphertext 1 is not between 0 and n²");
        yield return ("n² + 1", RawPeer.Raw(square + 1, 2), "Ciphertext 0 is not between 0 and n²");
        yield return ("all ones", Enumerable.Repeat((byte)0xFF, good.Length).ToArray(), "is not between 0 and n²");
        yield return ("p", RawPeer.Raw(RawPeer.P, 2), "shares a factor");
        yield return ("a multiple of p", RawPeer.Raw(2, RawPeer.P * 12345), "shares a factor");
        yield return ("n", RawPeer.Raw(2, RawPeer.N), "shares a factor");
        yield return ("one too few", good[..(good.Length / 2)], "2 ciphertexts of 512 bytes take 1024 bytes, but 512 are there");
        yield return ("none", [], "but 0 are there");
        yield return ("a byte too few", good[..^1], "but 1023 are there");
        yield return ("one too many", [.. good, .. good[..512]], "announced a message of 1536 bytes where at most 1024 are accepted");
    }

    [TestMethod]
    [DynamicData(nameof(BadCiphertextsNames))]
    public async Task Ciphertexts_that_are_none_are_refused(string what)
    {
        (_, byte[] ciphertexts, string problem) = BadCiphertexts().Single(bad => bad.What == what);
        (Channel client, Task serving) = await OpenAsync(Server);
        await SetUpAsync(client, RawPeer.Key);
        (await client.ReceiveAsync(SessionMessages.Ready, 8)).Dispose();
        await RawPeer.AskAsync(client, RawPeer.Query(1));
        await client.SendAsync(RawPeer.Upload, ciphertexts);
        await RefusedAsync(serving, client, what, problem);
        await ServesOnAsync(Server);
    }

    [TestMethod]
    public async Task Steps_out_of_turn_are_refused()
    {
        (Channel client, Task serving) = await OpenAsync(Server);
        await client.SendAsync(SessionMessages.Query, RawPeer.Query(1));
        await RefusedAsync(serving, client, "sent step 4 where step 2 was expected");

        (client, serving) = await OpenAsync(Server);
        await SetUpAsync(client, RawPeer.Key);
        await client.SendAsync(RawPeer.Upload, RawPeer.Ciphertexts(3, 5));
        await RefusedAsync(serving, client, "sent step 256 where step 4 was expected", readyFirst: true);

        (client, serving) = await OpenAsync(Server);
        await SetUpAsync(client, RawPeer.Key);
        (await client.ReceiveAsync(SessionMessages.Ready, 8)).Dispose();
        await RawPeer.AskAsync(client, RawPeer.Query(1));
        await client.SendAsync(SessionMessages.Query, RawPeer.Query(1));
        await RefusedAsync(serving, client, "sent step 4 where step 256 was expected");
        await ServesOnAsync(Server);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(8)]
    public async Task A_client_that_falls_silent_is_given_up(int bytes)
    {
        var impatient = new ModelServer(RawPeer.Model, Connected.Options(channel: ChannelPair.Impatient));
        (Stream here, Stream there) = InProcessTransport.CreatePair();
        Task serving = Task.Run(() => impatient.ServeAsync(there));
        await here.WriteAsync(ChannelPair.Greeting.AsMemory(0, bytes));
        await RefusedAsync(serving, "has been silent for 0.4 s");
        await here.DisposeAsync();
    }

    private static byte[] PrivateKey()
    {
        using var key = PaillierKeyFormat.Write(Connected.Key);
        return key.Span[..Math.Min(key.Length, PaillierKeyFormat.MaximumBytes)].ToArray();
    }

    private static void FoldedScores(BigInteger a, BigInteger b, BigInteger actual)
    {
        var folded = Hybrid.Models.FoldedModel.Of(RawPeer.Model);
        Assert.AreEqual((a * folded.Weights[0]) + (b * folded.Weights[1]) + folded.Bias[0], actual);
    }

    // A client's channel to a server, the card already received.
    private static async Task<(Channel Client, Task Serving)> OpenAsync(ModelServer server)
    {
        (Stream here, Stream there) = InProcessTransport.CreatePair();
        Task serving = Task.Run(() => server.ServeAsync(there));
        Channel client = await Channel.OpenAsync(here, ChannelRole.Initiator, "server", ChannelPair.Patient);
        (await client.ReceiveAsync(SessionMessages.Card, 1 << 20)).Dispose();
        return (client, serving);
    }

    private static async Task SetUpAsync(Channel client, byte[] key)
    {
        await client.SendAsync(SessionMessages.Schemes, RawPeer.Query(1));
        await client.SendAsync(SessionMessages.SetUp(Scheme.Paillier), key);
    }

    private static async Task RefusedAsync(Task serving, params string[] parts)
    {
        long started = Stopwatch.GetTimestamp();
        HybridException e = await Assert.ThrowsAsync<HybridException>(() => serving.WaitAsync(Soon), string.Join(", ", parts));
        Sentences.Check(e, parts);
        Assert.IsLessThan(Soon, Stopwatch.GetElapsedTime(started));
    }

    // The server refuses, and the client is told the same.
    private static async Task RefusedAsync(Task serving, Channel client, string what, string problem = "", bool readyFirst = false)
    {
        string part = problem.Length == 0 ? what : problem;
        await RefusedAsync(serving, part);
        if (readyFirst)
        {
            (await client.ReceiveAsync(SessionMessages.Ready, 8)).Dispose();
        }

        ProtocolException told = await Assert.ThrowsExactlyAsync<ProtocolException>(async () => await client.ReceiveAsync(new StepTag(9999), 0), what);
        Sentences.Check(told, "The server stopped: ", part);
        await client.DisposeAsync();
    }

    private static async Task ServesOnAsync(ModelServer server)
    {
        await using Connected session = await Connected.StartAsync(server, Connected.Options(channel: ChannelPair.Patient));
        await session.CheckAsync(RawPeer.Model, Tensor.Create<double>([1.5, -2], [1, 2]));
    }
}
