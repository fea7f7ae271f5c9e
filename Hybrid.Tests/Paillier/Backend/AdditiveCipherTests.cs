using System.Numerics;
using Hybrid.Graph;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Tests.Mpc;
using Hybrid.Tests.Seal.Backend;

namespace Hybrid.Tests.Paillier.Backend;

/// <summary>Values from shares, through a stretch in ciphertexts, to shares: both schemes against big integers and against each other.</summary>
[TestClass]
public sealed class AdditiveCipherTests
{
    private static readonly (Scheme Before, Scheme After)[] Ways =
        [(Scheme.Shares, Scheme.Shares), (Scheme.Plain, Scheme.Shares), (Scheme.Shares, Scheme.Plain), (Scheme.Plain, Scheme.Plain)];

    [TestMethod]
    [DataRow(Scheme.Paillier)]
    [DataRow(Scheme.Ckks)]
    public async Task Every_way_in_and_out_is_right_and_costs_what_was_quoted(Scheme scheme)
    {
        const int Seed = 221;
        LinearChain[] chains =
        [
            new(Seed, 1, 1, 3, ChainOp.MatMul(1, 3)),
            new(Seed + 1, 5, 4, 20, ChainOp.MatMul(3, 16), ChainOp.Add(45)),
            new(Seed + 2, 40, 3, 8, ChainOp.Add(28), ChainOp.MatMul(2, 12), ChainOp.Add(40), ChainOp.MatMul(5, 9)),
            new(Seed + 3, 2, 2, 30, ChainOp.MatMul(2, 0)),
        ];
        byte seed = 30;
        foreach (LinearChain chain in chains)
        {
            foreach ((Scheme before, Scheme after) in Ways)
            {
                Stretch stretch = chain.Between(before, after);
                string what = $"{stretch} from {before} to {after}, seed {Seed}";
                await using CipherPair pair = await CipherPair.OpenAsync(scheme, chain.Graph, stretch);
                ulong[] values = [.. chain.Integers.Select(x => (ulong)(long)x)];
                ulong[] masks = before == Scheme.Shares ? new RandomWords(seed++).Next(values.Length) : new ulong[values.Length];
                CipherOutcome outcome = await pair.RunAsync(chain.Graph, stretch, chain.Bindings, [.. values.Zip(masks, (x, r) => x - r)], masks);
                Int128[] results = after == Scheme.Plain ? outcome.Revealed : [.. outcome.Sums.Select(sum => (Int128)(long)sum)];
                RequireEqual(chain.Expected(), results, scheme == Scheme.Ckks && after == Scheme.Shares, what);
                RequireQuoted(outcome, what);
            }
        }
    }

    [TestMethod]
    public async Task Paillier_is_right_modulo_2_to_the_64_whatever_the_words()
    {
        // Words at either end of their range, and values that wrap.
        var chain = new LinearChain(230, 30, 3, 20, ChainOp.MatMul(4, 20), ChainOp.Add(40));
        Stretch stretch = chain.Between(Scheme.Shares, Scheme.Shares);
        ulong[] ends = [0, 1, ulong.MaxValue, 1UL << 63, (1UL << 63) - 1, (1UL << 63) + 1];
        ulong[] here = [.. Enumerable.Range(0, 90).Select(i => ends[i % 6])];
        ulong[] there = [.. Enumerable.Range(0, 90).Select(i => ends[i / 6 % 6])];
        await using CipherPair pair = await CipherPair.OpenAsync(Scheme.Paillier, chain.Graph, stretch);
        CipherOutcome outcome = await pair.RunAsync(chain.Graph, stretch, chain.Bindings, here, there);
        BigInteger[] sums = [.. here.Zip(there, (x, y) => (BigInteger)x + y)];
        CollectionAssert.AreEqual(chain.Apply(sums, withSums: true).Select(Word).ToArray(), outcome.Sums);
    }

    [TestMethod]
    public async Task A_wrapped_sum_of_shares_is_not_seen_in_what_is_revealed()
    {
        // The client's shares are zero or the largest: its sums with the server's wrap or do not, and neither shows.
        var chain = new LinearChain(231, 3, 2, 10, ChainOp.MatMul(2, 10));
        Stretch stretch = chain.Between(Scheme.Shares, Scheme.Plain);
        ulong[] values = [.. chain.Integers.Select(x => (ulong)(long)x)];
        await using CipherPair pair = await CipherPair.OpenAsync(Scheme.Paillier, chain.Graph, stretch);
        foreach (ulong share in new[] { 0UL, ulong.MaxValue, 1UL << 63, (1UL << 63) - 1 })
        {
            ulong[] here = [.. values.Select(_ => share)];
            CipherOutcome outcome = await pair.RunAsync(chain.Graph, stretch, chain.Bindings, here, [.. values.Select(x => x - share)]);
            CollectionAssert.AreEqual(chain.Expected(), outcome.Revealed);
        }
    }

    [TestMethod]
    public async Task Both_schemes_and_the_clear_agree_on_the_same_shares()
    {
        var chain = new LinearChain(232, 6, 5, 16, ChainOp.MatMul(4, 15), ChainOp.Add(32), ChainOp.MatMul(3, 8));
        Stretch stretch = chain.Between(Scheme.Shares, Scheme.Shares);
        ulong[] masks = new RandomWords(61).Next(chain.Integers.Length);
        ulong[] rest = [.. chain.Integers.Zip(masks, (x, r) => (ulong)(long)x - r)];
        var results = new List<ulong[]>();
        foreach (Scheme scheme in new[] { Scheme.Paillier, Scheme.Ckks })
        {
            await using CipherPair pair = await CipherPair.OpenAsync(scheme, chain.Graph, stretch);
            results.Add((await pair.RunAsync(chain.Graph, stretch, chain.Bindings, rest, masks)).Sums);
        }

        ulong[] expected = [.. chain.Expected().Select(y => (ulong)(long)y)];
        CollectionAssert.AreEqual(expected, results[0]);
        RequireEqual([.. expected.Select(y => (Int128)(long)y)], [.. results[1].Select(y => (Int128)(long)y)], mayRound: true, "CKKS");
    }

    [TestMethod]
    [DataRow(Scheme.Paillier)]
    [DataRow(Scheme.Ckks)]
    public async Task What_the_client_decrypts_looks_uniform_and_so_does_the_servers_share(Scheme scheme)
    {
        // All values are zero.
        const int Rows = 5400;
        var chain = new LinearChain(233, Rows, 1, 2, ChainOp.MatMul(1, 2));
        Stretch stretch = chain.Between(Scheme.Shares, Scheme.Shares);
        await using CipherPair pair = await CipherPair.OpenAsync(scheme, chain.Graph, stretch);
        CipherOutcome outcome = await pair.RunAsync(chain.Graph, stretch, chain.Bindings, new ulong[Rows], new ulong[Rows]);
        RequireEqual(new Int128[Rows], [.. outcome.Sums.Select(sum => (Int128)(long)sum)], scheme == Scheme.Ckks, "zeros");
        ChiSquare.AssertUniform(outcome.Client, "the client's");
        ChiSquare.AssertUniform(outcome.Server, "the server's");
    }

    [TestMethod]
    [DataRow(Scheme.Paillier)]
    [DataRow(Scheme.Ckks)]
    public async Task One_set_up_serves_several_stretches_again_and_again(Scheme scheme)
    {
        var small = new LinearChain(234, 4, 3, 10, ChainOp.MatMul(2, 8));
        var large = new LinearChain(235, 3, 5, 12, ChainOp.MatMul(3, 24), ChainOp.Add(40));
        Stretch[] stretches = [small.Between(Scheme.Shares, Scheme.Shares), large.Between(Scheme.Shares, Scheme.Plain)];
        await using CipherPair pair = await CipherPair.OpenAsync(scheme, small.Graph, stretches);
        for (int run = 0; run < 2; run++)
        {
            foreach ((LinearChain chain, Stretch stretch) in new[] { (small, stretches[0]), (large, stretches[1]) })
            {
                ulong[] masks = new RandomWords((byte)(70 + run)).Next(chain.Integers.Length);
                CipherOutcome outcome = await pair.RunAsync(
                    chain.Graph, stretch, chain.Bindings, [.. chain.Integers.Zip(masks, (x, r) => (ulong)(long)x - r)], masks);
                Int128[] results = stretch.After == Scheme.Plain ? outcome.Revealed : [.. outcome.Sums.Select(sum => (Int128)(long)sum)];
                RequireEqual(chain.Expected(), results, scheme == Scheme.Ckks && stretch.After == Scheme.Shares, $"run {run}");
                RequireQuoted(outcome, $"run {run}");
            }
        }
    }

    [TestMethod]
    [DataRow(Scheme.Paillier)]
    [DataRow(Scheme.Ckks)]
    public async Task Shares_of_another_length_are_refused_and_other_ways_are_not_quoted(Scheme scheme)
    {
        var chain = new LinearChain(236, 2, 3, 10, ChainOp.MatMul(2, 8));
        Stretch stretch = chain.Between(Scheme.Shares, Scheme.Shares);
        await using CipherPair pair = await CipherPair.OpenAsync(scheme, chain.Graph, stretch);
        PlanStep[] steps = pair.Steps(chain.Graph, stretch);
        StepContext context = pair.Context(Party.Client, new Hybrid.Communication.StepTag(300));
        await Assert.ThrowsExactlyAsync<ArgumentException>(() => pair.Client.FromSharesAsync(steps[0], new ulong[5], context));
        Assert.IsNull(pair.Client.QuoteFromShares(stretch.Last, stretch));
        Assert.IsNull(pair.Client.QuoteToShares(stretch.Entry, stretch));
        Assert.IsNull(pair.Client.QuoteFromShares(stretch.Entry, chain.Between(Scheme.Plain, Scheme.Shares)));
        Assert.IsNull(pair.Client.QuoteToShares(stretch.Last, chain.Between(Scheme.Shares, Scheme.Plain)));

        // More bits than shares have.
        var wide = new LinearChain(237, 2, 3, 40, ChainOp.MatMul(2, 30));
        Assert.IsNull(pair.Client.QuoteToShares(wide.Stretch.Last, wide.Between(Scheme.Shares, Scheme.Shares)));
        Assert.IsNull(pair.Client.QuoteFromShares(wide.Stretch.Entry, wide.Between(Scheme.Shares, Scheme.Shares)));
    }

    [TestMethod]
    [DataRow(Scheme.Paillier)]
    [DataRow(Scheme.Ckks)]
    public async Task Hostile_bytes_are_refused_either_way(Scheme scheme)
    {
        var chain = new LinearChain(238, 2, 3, 10, ChainOp.MatMul(2, 8));
        Stretch stretch = chain.Between(Scheme.Shares, Scheme.Shares);
        await using CipherPair pair = await CipherPair.OpenAsync(scheme, chain.Graph, stretch);
        PlanStep[] steps = pair.Steps(chain.Graph, stretch);
        int up = (int)steps[0].Quote.BytesUp - 8;
        int down = (int)steps[2].Quote.BytesDown - 8;
        Assert.AreEqual(1, steps[0].Quote.Pieces);
        uint tag = 400;
        foreach (Func<int, byte[]> bytes in new Func<int, byte[]>[] { length => [], length => new byte[length - 1], Ones })
        {
            var at = new Hybrid.Communication.StepTag(tag++, "hostile");
            await pair.Channels.Client.SendAsync(at, bytes(up));
            await RequireRefusedAsync(() => pair.Server.FromSharesAsync(steps[0], new ulong[6], pair.Context(Party.Server, at, chain.Bindings)));

            // The client's end of what is in ciphertexts holds nothing, so any will do.
            at = new Hybrid.Communication.StepTag(tag++, "client");
            HeldTensor held = await pair.Client.FromSharesAsync(steps[0], new ulong[6], pair.Context(Party.Client, at));
            (await pair.Channels.Server.ReceiveAsync(at, up)).Dispose();
            HeldTensor result = (await pair.Client.ExecuteAsync(steps[1], [held], pair.Context(Party.Client, at))).Single();
            at = new Hybrid.Communication.StepTag(tag++, "hostile");
            await pair.Channels.Server.SendAsync(at, bytes(down));
            await RequireRefusedAsync(() => pair.Client.ToSharesAsync(steps[2], result, new ulong[4], pair.Context(Party.Client, at)));
        }

        static byte[] Ones(int length)
        {
            var bytes = new byte[length];
            bytes.AsSpan().Fill(255);
            return bytes;
        }
    }

    private static ulong Word(BigInteger value) => (ulong)(value & ulong.MaxValue);

    private static async Task RequireRefusedAsync(Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (Exception e) when (e is ProtocolException or FormatRefusedException)
        {
            return;
        }

        Assert.Fail("Hostile bytes were taken.");
    }

    private static void RequireEqual(Int128[] expected, Int128[] actual, bool mayRound, string what)
    {
        Assert.HasCount(expected.Length, actual, what);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.IsLessThanOrEqualTo(mayRound ? 1 : 0, Int128.Abs(expected[i] - actual[i]), $"{what}: element {i} is {actual[i]} and should be {expected[i]}");
        }
    }

    private static void RequireQuoted(CipherOutcome outcome, string what)
    {
        foreach ((PlanStep step, long up, long down, long messages) in outcome.Costs)
        {
            Quote quote = step.Quote;
            Assert.AreEqual((quote.BytesUp, quote.BytesDown, (long)quote.Messages), (up, down, messages), $"{what}: {step}");
            Assert.AreEqual(quote.Messages, quote.Flights);
        }
    }
}
