using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Seal;
using Hybrid.Seal.RingPacked;
using Hybrid.Tests.Paillier.Backend;

namespace Hybrid.Tests.Seal.Backend;

/// <summary>Chains of several ops, over both parties' backends, against big integers.</summary>
[TestClass]
public sealed class CkksChainTests
{
    [TestMethod]
    public async Task Chains_are_exact()
    {
        const int Seed = 181;
        (int Rows, int Inputs, int Bits, ChainOp[] Ops)[] chains =
        [
            (1, 1, 3, [ChainOp.MatMul(1, 3)]),
            (9, 7, 20, [ChainOp.MatMul(5, 8), ChainOp.Add(35), ChainOp.MatMul(3, 6), ChainOp.Add(50)]),
            (40, 3, 30, [ChainOp.MatMul(2, 12), ChainOp.Add(40), ChainOp.MatMul(17, 12), ChainOp.Add(62)]),
            (3, 30, 62, [ChainOp.MatMul(4, 30), ChainOp.Add(62)]),
            (2, 5, 10, [ChainOp.MatMul(300, 15)]),
            (6, 4, 8, [ChainOp.MatMul(3, 0), ChainOp.Add(10), ChainOp.MatMul(2, 20)]),
            (5, 2, 50, [ChainOp.MatMul(2, 0)]),
        ];
        for (int i = 0; i < chains.Length; i++)
        {
            var chain = new LinearChain(Seed + i, chains[i].Rows, chains[i].Inputs, chains[i].Bits, chains[i].Ops);
            CollectionAssert.AreEqual(chain.Expected(), await CkksPair.ComputeAsync(chain), $"chain {i}, seed {Seed}");
        }
    }

    [TestMethod]
    public async Task However_long_a_chain_is_ciphertexts_are_multiplied_once()
    {
        var chain = new LinearChain(182, 9, 7, 20, ChainOp.MatMul(5, 8), ChainOp.Add(35), ChainOp.MatMul(3, 6), ChainOp.Add(50));
        await using CkksPair pair = await CkksPair.OpenAsync(chain);
        CkksLayout layout = pair.Server.RequireLayout(chain.Stretch);
        Assert.AreEqual(new MatMulShape(9 * layout.Limbs, 7, 3), layout.Packing.Shape);
        for (int run = 0; run < 2; run++)
        {
            (Int128[] results, List<StepTrace> trace) = await pair.RunAsync(chain);
            CollectionAssert.AreEqual(chain.Expected(), results, $"run {run}");
            Assert.HasCount(3, trace);
            Assert.IsTrue(trace[1..^1].All(step => step is { BytesSent: 0, BytesReceived: 0, Messages: 0 }));
        }

        // Only the first product costs anything, and only conversions send.
        Quote[] quotes = [.. chain.Stretch.Ops.ToArray().Select(op => pair.Server.Quote(op, chain.Stretch)!.Value)];
        Assert.IsGreaterThan(0, quotes[0].ServerSeconds);
        Assert.IsTrue(quotes[1..].All(quote => quote == Quote.Free));
    }

    [TestMethod]
    public async Task Two_stretches_that_begin_with_the_same_product_are_two_maps()
    {
        // The same constants, bound once, in a short stretch and in a longer one.
        var chain = new LinearChain(183, 4, 3, 10, ChainOp.MatMul(2, 8), ChainOp.Add(15), ChainOp.MatMul(2, 6));
        var shorter = new LinearChain(183, 4, 3, 10, ChainOp.MatMul(2, 8), ChainOp.Add(15));
        foreach (int constant in shorter.Bindings.Keys.ToArray())
        {
            CollectionAssert.AreEqual(chain.Bindings[constant].Integers.ToArray(), shorter.Bindings[constant].Integers.ToArray());
            shorter.Bindings[constant] = chain.Bindings[constant];
        }

        await using CkksPair pair = await CkksPair.OpenAsync(chain);
        Assert.AreEqual(pair.Server.RequireLayout(chain.Stretch).Parameters, pair.Server.RequireLayout(shorter.Stretch).Parameters);
        foreach (LinearChain each in new[] { chain, shorter, chain })
        {
            CollectionAssert.AreEqual(each.Expected(), (await pair.RunAsync(each)).Results, $"{each.Stretch.Ops.Length} ops");
        }
    }

    [TestMethod]
    public void A_chain_that_ends_at_the_server_or_begins_there_is_not_for_this_scheme()
    {
        var chain = new LinearChain(184, 2, 3, 10, ChainOp.MatMul(2, 8));
        using var registry = new SchemeRegistry(Party.Client);
        registry.UseCkks();
        Stretch stretch = chain.Stretch;
        IConversion enter = registry.Conversion(Scheme.Plain, Scheme.Ckks)!;
        IConversion leave = registry.Conversion(Scheme.Ckks, Scheme.Plain)!;
        Assert.IsNotNull(enter.Quote(chain.Input, stretch));
        Assert.IsNotNull(leave.Quote(chain.Graph.Nodes[^1], stretch));
        Assert.IsNull(enter.Quote(chain.Graph.Input("s", Party.Server, chain.Input.Shape, new Hybrid.Numerics.FixedPointFormat(0, 3)), stretch));
        Assert.IsNull(enter.Quote(stretch.Last, stretch));
        Assert.IsNull(leave.Quote(chain.Graph.Reveal("z", stretch.Last, Party.Server), stretch));
        Assert.IsNull(leave.Quote(stretch.Last, stretch));
    }

    [TestMethod]
    public void Before_set_up_there_are_no_keys()
    {
        using var backend = new CkksBackend(new SchemeRegistry(Party.Client), new CkksOptions());
        Assert.AreEqual(string.Empty, backend.Keys);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => backend.Context).Message, "has not been set up");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => backend.Decryptor).Message, "has not been set up");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new CkksBackend(new SchemeRegistry(Party.Client), new CkksOptions { Parallelism = 0 }));
    }

    [TestMethod]
    public async Task One_parameter_set_carries_all_stretches_of_a_plan_and_what_it_cannot_carry_is_not_done()
    {
        var small = new LinearChain(185, 4, 3, 10, ChainOp.MatMul(2, 8));
        var large = new LinearChain(186, 3, 5, 12, ChainOp.MatMul(3, 24));
        var larger = new LinearChain(187, 3, 5, 12, ChainOp.MatMul(3, 42));
        Stretch toShares = small.Between(Scheme.Shares, Scheme.Shares);
        Stretch revealed = large.Between(Scheme.Shares, Scheme.Plain);
        using var alone = new CkksBackend(new SchemeRegistry(Party.Client), new CkksOptions());
        Quote before = alone.QuoteFromShares(small.Input, toShares)!.Value;
        Assert.AreEqual(RingPackedParameters.Degree4096(), alone.RequireLayout(toShares).Parameters);
        Assert.AreEqual(RingPackedParameters.Degree8192(), alone.RequireLayout(revealed).Parameters);
        Assert.AreEqual(RingPackedParameters.Degree8192Long(), alone.RequireLayout(larger.Stretch).Parameters);

        foreach (Stretch[] order in new Stretch[][] { [toShares, revealed], [revealed, toShares] })
        {
            await using CipherPair pair = await CipherPair.OpenAsync(Scheme.Ckks, small.Graph, order);
            foreach (CkksBackend backend in new[] { (CkksBackend)pair.Client, (CkksBackend)pair.Server })
            {
                Assert.AreEqual(RingPackedParameters.Degree8192(), backend.RequireLayout(toShares).Parameters);
                Assert.AreEqual(RingPackedParameters.Degree8192(), backend.RequireLayout(revealed).Parameters);
                Assert.IsNull(backend.Layout(larger.Stretch));
                Assert.IsNull(backend.Quote(larger.Stretch.Last, larger.Stretch));

                // The same step takes more bytes with the session's parameters than with the smallest.
                Assert.IsGreaterThan(before.BytesUp, backend.QuoteFromShares(small.Input, toShares)!.Value.BytesUp);
            }
        }
    }
}
