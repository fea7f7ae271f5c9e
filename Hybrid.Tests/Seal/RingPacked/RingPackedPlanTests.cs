using Hybrid.Planning;
using Hybrid.Seal;
using Hybrid.Seal.RingPacked;

namespace Hybrid.Tests.Seal.RingPacked;

[TestClass]
public sealed class RingPackedPlanTests
{
    [TestMethod]
    public void A_plan_counts_what_runs()
    {
        CkksParameters parameters = RingPackedParameters.Degree4096();
        RingPackedPlan plan = new MatMulPacking(new MatMulShape(5, 100, 30), parameters, new RingPackedOptions { LargestWeight = 1 << 12 }, new MatMulTile(2, 64, 32)).Plan;
        Assert.AreEqual((6, 6L, 3, 2), (plan.CiphertextsUp, plan.Products, plan.CiphertextsDown, plan.WeightPolynomials));
        // An error deviates by 2^1.7, and sums of 3200 weights of 2^12 by 2^19.5; half of the room of 2^27 is for bits of inputs, half for bits of results.
        Assert.AreEqual((6, 18), (plan.InputDroppedBits, plan.DroppedBits));
        Assert.AreEqual(6L * (24 + (4096 * (44 + 50) / 8)), plan.BytesUp);
        Assert.AreEqual((3L * (1 + (4096 * (32 + 50) / 8))) + (150 * (32 + 50) / 8), plan.BytesDown, 4);
        Assert.AreEqual(2L * 2 * 4096 * 8, plan.WeightBytes);
        Assert.AreEqual((2L * ((3 * 6) + (2 * 3)), 2L * ((2 * 6) + (5 * 3))), (plan.OwnerTransforms, plan.EvaluatorTransforms));
        Assert.AreEqual(1, plan.ReplyLevel);
    }

    [TestMethod]
    public void Transforms_are_counted_of_primes_that_are_dropped_too()
    {
        // Noise of 40 bits more goes in modulo three primes; one is dropped.
        RingPackedPlan plan = new MatMulPacking(
            new MatMulShape(1, 100, 30), RingPackedParameters.Degree8192(), new RingPackedOptions { RevealBits = 40 }, new MatMulTile(1, 100, 30)).Plan;
        Assert.AreEqual((1, 1, 1), (plan.CiphertextsUp, plan.CiphertextsDown, plan.ReplyLevel));
        Assert.AreEqual((3L * 2) + (2 * 2), plan.OwnerTransforms);
        Assert.AreEqual(3L + (3 * 4) + (2 * 3) + (2 * 2), plan.EvaluatorTransforms);
    }

    [TestMethod]
    public void The_tile_chosen_costs_no_more_than_any_other()
    {
        CkksParameters parameters = CkksParameters.CreateWithoutSpecialPrime(64, [50, 50], SecurityLevel.None);
        var shape = new MatMulShape(5, 23, 9);
        foreach (PackingCost cost in new[] { PackingCost.Over(LinkProfile.Lan), PackingCost.Over(LinkProfile.Mobile), new PackingCost { SecondsPerByteUp = 0, SecondsPerByteDown = 0 } })
        {
            var options = new RingPackedOptions { LargestWeight = 9, Cost = cost };
            double least = double.PositiveInfinity;
            for (int rows = 1; rows <= 5; rows++)
            {
                for (int inner = 1; inner <= 23; inner++)
                {
                    for (int columns = 1; columns <= 9 && rows * inner * columns <= 64; columns++)
                    {
                        least = Math.Min(least, new MatMulPacking(shape, parameters, options, new MatMulTile(rows, inner, columns)).Plan.Seconds);
                    }
                }
            }

            Assert.AreEqual(least, shape.Pack(parameters, options).Plan.Seconds, least * 1e-12);
        }
    }

    [TestMethod]
    public void No_tile_takes_less_than_the_bound_that_spares_a_closer_look()
    {
        var shape = new MatMulShape(128, 784, 128);
        RingPackedOptions[] all =
        [
            new() { LargestWeight = 5000 },
            new() { LargestWeight = 5000, RevealBits = 40 },
            new() { LargestWeight = 5000, LargestNorm = 1e6, Allowance = 7.0 * (1L << 41), Level = 0, Merging = MergeKeys.ToBeMade(2) },
            new() { LargestWeight = 5000, LargestNorm = 1e6, Allowance = 7.0 * (1L << 41), InputsAreShared = false },
        ];
        foreach (PackingCost cost in new[] { PackingCost.Over(LinkProfile.Lan), PackingCost.Over(LinkProfile.Mobile), new PackingCost { SecondsPerByteUp = 0, SecondsPerByteDown = 0 } })
        {
            foreach (RingPackedOptions options in all)
            {
                CkksParameters parameters = options.Allowance > 1 ? RingPackedParameters.Degree4096ShortMerging() : RingPackedParameters.Degree8192LongMerging();
                var prices = new PackingPrices(shape, parameters, options with { Cost = cost }, shape.Inner);
                int closest = 0;
                foreach (int rows in new[] { 1, 2, 7, 32, 128 })
                {
                    foreach (int inner in new[] { 1, 16, 28, 64, 128, 784 })
                    {
                        for (int columns = 1; columns <= 128 && rows * inner * columns <= parameters.Degree; columns *= 2)
                        {
                            for (int levels = 0; 1 << levels <= (options.Merging is null || !int.IsPow2(inner) ? 1 : inner); levels++)
                            {
                                PackingCounts counts = MatMulPacking.CountsOf(shape, new MatMulTile(rows, inner, columns) { MergeLevels = levels });
                                double seconds = prices.Seconds(counts);
                                Assert.IsLessThanOrEqualTo(seconds * (1 + 1e-12), prices.Least(counts), $"{rows} x {inner} x {columns}, merged {levels} times, {options}");
                                closest += prices.Least(counts) > 0.5 * seconds ? 1 : 0;
                            }
                        }
                    }
                }

                // A bound that is far from all of them spares nothing.
                Assert.IsGreaterThan(10, closest, options.ToString());
            }
        }
    }

    [TestMethod]
    public void Tiles_are_compared_by_what_is_sent()
    {
        var bytes = new PackingCost { SecondsPerByteUp = 1, SecondsPerByteDown = 1, SecondsPerButterfly = 0, SecondsPerProduct = 0, SecondsPerSample = 0 };
        foreach (RingPackedShape shape in new RingPackedShape[] { new MatMulShape(30, 200, 40), new Conv2dShape(4, 20, 20, 8, 3, 3) })
        {
            foreach (int revealBits in new[] { 0, 40 })
            {
                var options = new RingPackedOptions { LargestWeight = 1000, RevealBits = revealBits, Cost = bytes };
                RingPacking packing = shape.Pack(RingPackedParameters.Degree8192(), options);
                Assert.AreEqual(packing.Plan.BytesUp + packing.Plan.BytesDown, packing.Plan.Seconds, $"{shape}, {revealBits} bits");
                Assert.IsGreaterThan(0, packing.Plan.DroppedBits);
            }
        }
    }

    [TestMethod]
    public void The_wider_link_sends_no_less_and_computes_no_more()
    {
        CkksParameters parameters = RingPackedParameters.Degree4096();
        var shape = new Conv2dShape(64, 56, 56, 64, 3, 3) { PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 };
        RingPackedPlan wide = shape.Pack(parameters, new RingPackedOptions { Cost = new PackingCost { SecondsPerByteUp = 0, SecondsPerByteDown = 0 } }).Plan;
        RingPackedPlan narrow = shape.Pack(parameters, new RingPackedOptions { Cost = PackingCost.Over(LinkProfile.Mobile) }).Plan;
        Assert.IsGreaterThanOrEqualTo(narrow.BytesUp + narrow.BytesDown, wide.BytesUp + wide.BytesDown);
        Assert.AreEqual((64, 4096L, 64), (narrow.CiphertextsUp, narrow.Products, narrow.CiphertextsDown));
        Assert.IsLessThanOrEqualTo(narrow.LimitBits - 8, narrow.NoiseBits);
    }
}
