using System.Collections.Concurrent;
using Hybrid.Numerics;
using Hybrid.Paillier.Arithmetic;

namespace Hybrid.Tests.Paillier.Arithmetic;

[TestClass]
public sealed class LaneBlocksTests
{
    [TestMethod]
    [DataRow(1, 4, 2, 1, 1)]
    [DataRow(3, 4, 2, 1, 2)]
    [DataRow(4, 4, 1, 1, 1)]
    [DataRow(5, 4, 2, 2, 2)]
    [DataRow(10, 4, 2, 3, 4)]
    [DataRow(100, 8, 4, 13, 16)]
    public void Where_every_number_costs_for_itself_threads_get_as_many(int count, int size, int threads, int ofBlocks, int ofNumbers)
    {
        Assert.AreEqual(ofBlocks, LaneBlocks.Parts(count, size, threads, isCostByNumber: false));
        Assert.AreEqual(ofNumbers, LaneBlocks.Parts(count, size, threads, isCostByNumber: true));
    }

    [TestMethod]
    public void Every_number_is_worked_on_once_and_no_part_is_longer_than_a_block()
    {
        foreach (KernelWidth width in new[] { KernelWidth.Portable, KernelWidth.Auto })
        {
            using LaneRing ring = LaneRing.Create([0xFFFF_FFFF_FFFF_FFC5], 1, 64, 128, width);
            foreach (int count in Enumerable.Range(1, 40))
            {
                foreach (int threads in new[] { 1, 2, 3, 7 })
                {
                    var seen = new ConcurrentBag<int>();
                    LaneBlocks.For(ring, count, LaneRing.Lanes, threads, (first, here, _) =>
                    {
                        Assert.IsInRange(1, LaneRing.Lanes, here);
                        for (int i = first; i < first + here; i++)
                            seen.Add(i);
                    });
                    CollectionAssert.AreEqual(Enumerable.Range(0, count).ToArray(), seen.Order().ToArray(), $"{count} numbers, {threads} threads, {width}");
                }
            }
        }
    }
}
