using Hybrid.Seal.Evaluation;

namespace Hybrid.Tests.Seal.Evaluation;

[TestClass]
public sealed class LinearTransformPlanTests
{
    private const int Seed = 53;

    [TestMethod]
    public void Every_diagonal_has_one_place_and_every_place_stays_within_the_slots()
    {
        var random = new Random(Seed);
        int found = 0;
        for (int round = 0; round < 300; round++)
        {
            int room = 1 << random.Next(3, 11);
            int period = random.Next(1, room + 1);
            int rows = random.Next(1, room + 1);
            bool isCyclic = room % period == 0;
            int[] diagonals = [.. Enumerable.Range(0, period).Where(_ => round % 3 == 0 || random.Next(4) == 0)];
            var cost = new LinearTransformCost(4096, 1 + (round % 3), round % 2 == 0);
            LinearTransformPlan? plan = LinearTransformPlan.Choose(cost, diagonals, period, rows, room, isCyclic);
            string what = $"seed {Seed}, round {round}: period {period}, {rows} rows, {room} slots: {plan}";
            if (plan is null)
            {
                Assert.IsTrue(!isCyclic && rows + period - 1 > room, what);
                continue;
            }

            found++;
            Assert.AreEqual(plan.Blocks, plan.Radices.Aggregate(1, (product, radix) => product * radix), what);
            Assert.IsTrue(plan.Blocks == 1 || plan.BlockStride >= rows, what);
            int last = ((plan.Blocks - 1) * plan.BlockStride) + rows;
            Assert.IsTrue(last <= room, what);
            var places = new HashSet<(int, int, int)>();
            for (int d = 0; d < period; d++)
            {
                (int block, int giant, int baby) = plan.Place(d);
                int offset = (giant * plan.Babies) + baby;
                Assert.IsTrue(places.Add((block, giant, baby)), what);
                Assert.AreEqual(d, (int)((((long)block * plan.BlockStride) + offset) % period), what);
                Assert.IsTrue(offset < plan.Gap && baby < plan.Babies, what);
                Assert.IsTrue(isCyclic || last + offset <= room, what);
            }
        }

        Assert.IsTrue(found > 100, $"{found} plans");
    }

    [TestMethod]
    public void A_small_matrix_goes_through_in_few_rotations()
    {
        var cost = new LinearTransformCost(8192, 1, rescale: true);
        LinearTransformPlan plan = LinearTransformPlan.Choose(cost, [.. Enumerable.Range(0, 256)], 256, 256, 4096, isCyclic: true)!;
        int hoisted = plan.Babies - 1 + ((plan.Gap + plan.Babies - 1) / plan.Babies) - 1;
        int folded = plan.Radices.Sum(radix => radix - 1);
        Assert.IsTrue(hoisted + folded <= 24, plan.ToString());
    }
}
