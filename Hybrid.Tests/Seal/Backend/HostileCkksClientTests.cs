using System.Diagnostics;
using System.Numerics.Tensors;
using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Schemes;
using Hybrid.Seal;
using Hybrid.Tests.Core;
using Hybrid.Tests.Core.Communication;
using Hybrid.Tests.Paillier.Backend;

namespace Hybrid.Tests.Seal.Backend;

/// <summary>Whatever one client sends, the server ends its session with a sentence, soon, and serves the next.</summary>
[TestClass]
public sealed class HostileCkksClientTests
{
    // Far above what any case takes, so that a busy machine fails none.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private static readonly ModelServer Server = new(RawPeer.Model, CkksSessions.Options(ChannelPair.Patient) with { MaximumQueryBytes = 1 << 22 });

    private static readonly Int128[] Row = [3, 5];

    private static readonly RawCkks Raw = new(RawPeer.Model);

    [TestMethod]
    public async Task The_messages_of_these_tests_are_a_good_clients()
    {
        (Channel client, Task serving) = await Raw.OpenAsync(Server);
        byte[] reply = await Raw.AskAsync(client, 1, Raw.Upload(1, Row));
        CollectionAssert.AreEqual(Raw.Exact(Row), Raw.Decrypt(1, reply));
        await client.SendAsync(SessionMessages.Query, QueryMessage.Goodbye.Write());
        await client.DisposeAsync();
        await serving.WaitAsync(Soon);
    }

    public static IEnumerable<object[]> BadChoicesNames => from bad in BadChoices() select new object[] { bad.What };

    private static IEnumerable<(string What, byte[] Bytes, string Problem)> BadChoices()
    {
        byte[] hash = Raw.Hash(1);
        yield return ("three bytes", [1, 2, 3], "sent 3 bytes, which make no query");
        yield return ("a hash", hash, "sent 32 bytes, which make no query");
        yield return ("goodbye", QueryMessage.Goodbye.Write(), "chose no scheme");
        yield return ("plain", RawPeer.Query(1, Scheme.Plain, hash), "is to be computed in the clear, which neither party can");
        yield return ("Paillier", RawPeer.Query(1, Scheme.Paillier, hash), "asked for Paillier, which this server does not offer");
        yield return ("scheme 77", RawPeer.Query(1, (Scheme)77, hash), "has another graph");
        yield return ("another plan", RawPeer.Query(1, Scheme.Ckks, new byte[32]), "has another plan: use the same program or model, and the same release, on both sides (during choice of schemes)");
        yield return ("the plan of two rows", RawPeer.Query(1, Scheme.Ckks, Raw.Hash(2)), "has another plan");
        yield return ("a scheme too many", [.. Raw.Query(1), (byte)Scheme.Ckks], "has another graph");
    }

    [TestMethod]
    [DynamicData(nameof(BadChoicesNames))]
    public async Task Choices_of_schemes_that_are_none_are_refused_before_any_key_is_read(string what)
    {
        (_, byte[] choice, string problem) = BadChoices().Single(bad => bad.What == what);
        (Channel client, Task serving) = await Raw.OpenAsync(Server, isSetUp: false);
        // No key follows, and the server does not wait for one.
        await client.SendAsync(SessionMessages.Schemes, choice);
        await RefusedAsync(serving, client, what, problem);
        await ServesOnAsync();
    }

    [TestMethod]
    public async Task Ciphers_that_follow_one_another_without_shares_between_them_are_refused_before_any_key_is_read()
    {
        var server = new ModelServer(RawPeer.Model, CkksSessions.Both() with { Channel = ChannelPair.Patient });
        foreach ((Scheme product, Scheme sum) in new[] { (Scheme.Ckks, Scheme.Paillier), (Scheme.Paillier, Scheme.Ckks) })
        {
            (Channel client, Task serving) = await Raw.OpenAsync(server, isSetUp: false);
            await client.SendAsync(SessionMessages.Schemes, RawPeer.Query(1, RawPeer.Schemes(product, sum), Raw.Hash(1)));
            await RefusedAsync(serving, client, $"{product} and {sum}", "cannot be moved from");
        }
    }

    public static IEnumerable<object[]> BadKeysNames => from bad in BadKeys() select new object[] { bad.What };

    private static IEnumerable<(string What, byte[] Bytes, string Problem)> BadKeys()
    {
        byte[] good = Raw.Key;
        byte[] altered = [.. good];
        altered.AsSpan(50_000, 64).Fill(0xFF);
        byte[] otherMagic = [.. good];
        otherMagic[0] ^= 1;
        yield return ("nothing", [], "");
        yield return ("noise", Noise(5000), "");
        yield return ("zeros", new byte[5000], "");
        yield return ("half a key", good[..(good.Length / 2)], "");
        yield return ("a truncated key", good[..^1], "");
        yield return ("a key and more", [.. good, 0], "");
        yield return ("another header", otherMagic, "");
        yield return ("residues beyond their prime", altered, "");
        yield return ("a key of other parameters", OtherParameters(), "");
        yield return ("a secret key", SecretKey(), "");
        yield return ("a ciphertext", Raw.Upload(1, Row), "");
        yield return ("a choice of parameters that there are none of", [9, 0, 1, 0, 0], "names parameters number 9, and there are 3");
        yield return ("a choice of maps that there are none of", [1, 0, 0, 1, 0], "names exponents that maps of degree 8192 do not have");
        yield return ("a choice of no maps", [1, 0, 0, 0, 0], "names exponents that maps of degree 8192 do not have");
        yield return ("a choice of keys too short for the plan", [0, 0, 1, 0, 0], "chose keys of N = 4096, {50, 50}, which do not carry");
        yield return ("four megabytes", new byte[1 << 22], "announced a message of 4194304 bytes where at most ");
    }

    [TestMethod]
    [DynamicData(nameof(BadKeysNames))]
    public async Task Keys_that_are_none_are_refused(string what)
    {
        (_, byte[] key, string problem) = BadKeys().Single(bad => bad.What == what);
        (Channel client, Task serving) = await Raw.OpenAsync(Server, isSetUp: false);
        await client.SendAsync(SessionMessages.Schemes, Raw.Choice);
        await SendAsync(client, SessionMessages.SetUp(Scheme.Ckks), key);
        await RefusedAsync(serving, client, what, problem);
        await ServesOnAsync();
    }

    [TestMethod]
    [DataRow(0, "have 614472 bytes and 0 came")]
    [DataRow(1000, "have 614472 bytes and 1000 came")]
    [DataRow(614_472, "a residue that is not below its prime")]
    [DataRow(700_000, "announced a message of 700000 bytes where at most ")]
    public async Task Keys_for_merging_that_are_none_are_refused(int bytes, string problem)
    {
        (Channel client, Task serving) = await Raw.OpenAsync(Server, isSetUp: false);
        await client.SendAsync(SessionMessages.Schemes, Raw.Choice);
        var chosen = new CkksKeySet(Hybrid.Seal.RingPacked.RingPackedParameters.Degree8192LongMerging(), new MergeKeys(1 << 8));
        await client.SendAsync(SessionMessages.SetUp(Scheme.Ckks), MergeKeyMessage.WriteChoice(chosen));
        await client.SendAsync(SessionMessages.SetUp(Scheme.Ckks), PublicKey(chosen.Parameters));
        byte[] ones = new byte[bytes];
        ones.AsSpan().Fill(0xFF);
        await SendAsync(client, SessionMessages.SetUp(Scheme.Ckks), ones);
        await RefusedAsync(serving, client, $"{bytes} bytes", problem);
        await ServesOnAsync();
    }

    public static IEnumerable<object[]> BadQueriesNames => from bad in BadQueries select new object[] { bad.What };

    private static readonly (string What, byte[] Bytes, string Problem)[] BadQueries =
    [
        ("-1 rows", RawPeer.Query(-1, Scheme.Ckks, Raw.Hash(1)), "asked for -1 rows"),
        ("as many rows as there are", RawPeer.Query(int.MaxValue, Scheme.Ckks, Raw.Hash(1)), "asked for 2147483647 rows"),
        ("more rows than memory", RawPeer.Query(100_000_000, Scheme.Ckks, Raw.Hash(1)), "asked for 100000000 rows"),
        ("a million rows", Raw.Query(1_000_000), "asked for 1000000 rows at once"),
        ("another plan", RawPeer.Query(1, Scheme.Ckks, new byte[32]), "has another plan"),
        ("Paillier", RawPeer.Query(1, Scheme.Paillier, Raw.Hash(1)), "asked for Paillier, which this server does not offer"),
        ("a short query", Raw.Query(1)[..^1], "has another graph"),
    ];

    [TestMethod]
    [DynamicData(nameof(BadQueriesNames))]
    public async Task Queries_that_cannot_be_served_are_refused(string what)
    {
        (_, byte[] query, string problem) = BadQueries.Single(bad => bad.What == what);
        (Channel client, Task serving) = await Raw.OpenAsync(Server);
        await client.SendAsync(SessionMessages.Query, query);
        await RefusedAsync(serving, client, what, problem);
        await ServesOnAsync();
    }

    public static IEnumerable<object[]> BadCiphertextsNames => from bad in BadCiphertexts() select new object[] { bad.What };

    private static IEnumerable<(string What, byte[] Bytes, string Problem)> BadCiphertexts()
    {
        byte[] good = Raw.Upload(1, Row);
        byte[] beyond = [.. good];
        beyond.AsSpan(1000, 13).Fill(0xFF);
        byte[] last = [.. good];
        last.AsSpan(^7).Fill(0xFF);
        yield return ("nothing", [], $"sent 0 bytes of ciphertexts where {good.Length} were due");
        yield return ("a byte too few", good[..^1], $"sent {good.Length - 1} bytes of ciphertexts where {good.Length} were due");
        yield return ("half", good[..(good.Length / 2)], "bytes of ciphertexts where");
        yield return ("a byte too many", [.. good, 0], $"announced a message of {good.Length + 1} bytes where at most {good.Length} are accepted");
        yield return ("two", [.. good, .. good], $"announced a message of {2 * good.Length} bytes");
        yield return ("a residue beyond its prime", beyond, "has a residue that is not below its prime");
        yield return ("a last residue beyond its prime", last, "has a residue that is not below its prime");
        yield return ("all ones", [.. Enumerable.Repeat((byte)0xFF, good.Length)], "has a residue that is not below its prime");
    }

    [TestMethod]
    [DynamicData(nameof(BadCiphertextsNames))]
    public async Task Ciphertexts_that_are_none_are_refused(string what)
    {
        (_, byte[] upload, string problem) = BadCiphertexts().Single(bad => bad.What == what);
        (Channel client, Task serving) = await Raw.OpenAsync(Server);
        await RawPeer.AskAsync(client, Raw.Query(1));
        await SendAsync(client, RawPeer.Upload, upload);
        await RefusedAsync(serving, client, what, problem);
        await ServesOnAsync();
    }

    [TestMethod]
    public async Task Any_other_bytes_are_some_ciphertext_and_do_the_server_no_harm()
    {
        const int Seed = 231;
        byte[] good = Raw.Upload(1, Row);
        (Channel client, Task serving) = await Raw.OpenAsync(Server);
        foreach (byte[] upload in new[] { (byte[])[good[0], .. new byte[good.Length - 1]], WithFlips(good, Seed) })
        {
            byte[] reply = await Raw.AskAsync(client, 1, upload);
            Assert.HasCount(1, Raw.Decrypt(1, reply));
        }

        await client.SendAsync(SessionMessages.Query, QueryMessage.Goodbye.Write());
        await client.DisposeAsync();
        await serving.WaitAsync(Soon);
    }

    [TestMethod]
    public async Task Steps_out_of_turn_are_refused()
    {
        (Channel client, Task serving) = await Raw.OpenAsync(Server, isSetUp: false);
        await client.SendAsync(SessionMessages.SetUp(Scheme.Ckks), Raw.Key.AsMemory(0, 100));
        await RefusedAsync(serving, client, "sent step 18 where step 2 was expected");

        (client, serving) = await Raw.OpenAsync(Server, isSetUp: false);
        await client.SendAsync(SessionMessages.Schemes, Raw.Choice);
        await client.SendAsync(SessionMessages.Query, Raw.Query(1));
        await RefusedAsync(serving, client, "sent step 4 where step 18 was expected");

        (client, serving) = await Raw.OpenAsync(Server);
        await client.SendAsync(RawPeer.Upload, Raw.Upload(1, Row));
        await RefusedAsync(serving, client, "sent step 256 where step 4 was expected");
        await ServesOnAsync();
    }

    private static byte[] Noise(int length)
    {
        var noise = new byte[length];
        new Random(232).NextBytes(noise);
        return noise;
    }

    // The lowest bits of residues flipped, which leaves all but one in a hundred thousand billion below their primes.
    private static byte[] WithFlips(byte[] good, int seed)
    {
        var random = new Random(seed);
        byte[] bytes = [.. good];
        for (int i = 0; i < 500; i++)
        {
            // Residues of 50 bits begin at a byte every four.
            bytes[66 + (25 * random.Next(1000))] ^= 1;
        }

        return bytes;
    }

    private static byte[] OtherParameters() => PublicKey(Hybrid.Seal.RingPacked.RingPackedParameters.Degree4096());

    private static byte[] PublicKey(CkksParameters parameters)
    {
        var context = new CkksContext(parameters);
        using var generator = new CkksKeyGenerator(context);
        using SecretKey key = generator.SecretKey;
        return SealFormat.WritePublicKey(generator.CreatePublicKey());
    }

    private static byte[] SecretKey()
    {
        using Hybrid.Security.SecretBuffer<byte> key = SealFormat.WriteSecretKey(Raw.SecretKey);
        return key.Span.ToArray();
    }

    // A server that has seen the header of a long message may have stopped before the end.
    private static async Task SendAsync(Channel client, StepTag step, byte[] payload)
    {
        try
        {
            await client.SendAsync(step, payload);
        }
        catch (ProtocolException e)
        {
            StringAssert.StartsWith(e.Message, "The server stopped: ");
        }
    }

    private static async Task RefusedAsync(Task serving, Channel client, string what, string problem = "")
    {
        string part = problem.Length == 0 ? what : problem;
        long started = Stopwatch.GetTimestamp();
        HybridException e = await Assert.ThrowsAsync<HybridException>(() => serving.WaitAsync(Soon), what);
        Sentences.Check(e, problem);
        Assert.IsTrue(e is ProtocolException or FormatRefusedException or ParameterException, e.GetType().Name);
        Assert.IsLessThan(Soon, Stopwatch.GetElapsedTime(started));
        ProtocolException told = await Assert.ThrowsExactlyAsync<ProtocolException>(async () => await client.ReceiveAsync(new StepTag(9999), 0), part);
        Sentences.Check(told, "The server stopped: ", problem);
        await client.DisposeAsync();
    }

    private static async Task ServesOnAsync()
    {
        await using Connected session = await Connected.StartAsync(Server, CkksSessions.Options(ChannelPair.Patient));
        await session.CheckAsync(RawPeer.Model, Tensor.Create<double>([1.5, -2], [1, 2]));
    }
}
