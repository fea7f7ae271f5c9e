using Hybrid.Seal;
using Hybrid.Seal.RingPacked;

namespace Hybrid.Tests.Seal.Backend;

[TestClass]
public sealed class PreparedWeightsTests
{
    private static readonly RingPackedOptions Options = new() { LargestWeight = 1 << 11 };

    private static readonly CkksContext Context = new(RingPackedParameters.Degree4096());

    [TestMethod]
    public void The_map_is_composed_once()
    {
        var chain = new LinearChain(211, 2, 3, 8, ChainOp.MatMul(2, 5), ChainOp.Add(9));
        var prepared = new PreparedWeights();
        ComposedMap map = prepared.Map(chain.Stretch, chain.Constants);
        // A second composing would ask for the constants.
        chain.Bindings.Clear();
        Assert.AreSame(map, prepared.Map(chain.Stretch, chain.Constants));
    }

    [TestMethod]
    public void Weights_are_transformed_once_for_all_numbers_of_rows_with_the_same_tiles()
    {
        var prepared = new PreparedWeights();
        ComposedMap map = Map(6);
        RingPackedWeights one = prepared.For(Packing(5, 6, new MatMulTile(5, 6, 1)), Context, map);
        Assert.AreSame(one, prepared.For(Packing(300, 6, new MatMulTile(300, 6, 1)), Context, map));
        Assert.AreSame(one, prepared.For(Packing(5, 6, new MatMulTile(5, 6, 1)), Context, map));
        Assert.AreNotSame(one, prepared.For(Packing(2000, 6, new MatMulTile(2000, 2, 1)), Context, map));
        Assert.AreSame(one, prepared.For(Packing(5, 6, new MatMulTile(5, 6, 1)), Context, map));

        // Any number of sessions at once get the same.
        RingPackedWeights[] all = new RingPackedWeights[16];
        Parallel.For(0, all.Length, i => all[i] = prepared.For(Packing(9, 6, new MatMulTile(9, 3, 1)), Context, map));
        Assert.IsTrue(all.All(weights => weights == all[0]));
    }

    [TestMethod]
    public void The_tiles_unused_longest_are_dropped()
    {
        var prepared = new PreparedWeights();
        ComposedMap map = Map(12);
        RingPackedWeights For(int inner) => prepared.For(Packing(5, 12, new MatMulTile(5, inner, 1)), Context, map);
        RingPackedWeights one = For(1);
        RingPackedWeights two = For(2);
        _ = (For(3), For(4));
        Assert.AreSame(one, For(1));
        For(6);
        Assert.AreSame(one, For(1));
        Assert.AreNotSame(two, For(2));
    }

    [TestMethod]
    public void Large_weights_are_not_kept_beside_one_another()
    {
        // 64 KiB a polynomial, and the limit is 2048 of them.
        var prepared = new PreparedWeights();
        ComposedMap map = Map(1100);
        RingPackedWeights one = prepared.For(Packing(1, 1100, new MatMulTile(1, 1, 1)), Context, map);
        Assert.AreSame(one, prepared.For(Packing(1, 1100, new MatMulTile(1, 1, 1)), Context, map));
        RingPackedWeights small = prepared.For(Packing(1, 1100, new MatMulTile(1, 1100, 1)), Context, map);
        Assert.AreSame(one, prepared.For(Packing(1, 1100, new MatMulTile(1, 1, 1)), Context, map));
        Assert.AreSame(small, prepared.For(Packing(1, 1100, new MatMulTile(1, 1100, 1)), Context, map));
        RingPackedWeights other = new PreparedWeights().For(Packing(1, 1100, new MatMulTile(1, 1, 1)), Context, map);
        Assert.AreNotSame(one, other);
        prepared.For(Packing(1, 1100, new MatMulTile(2, 1, 2), columns: 2), Context, new ComposedMap(new long[2200], new Int128[2]));
        Assert.AreNotSame(one, prepared.For(Packing(1, 1100, new MatMulTile(1, 1, 1)), Context, map));
    }

    private static ComposedMap Map(int inner) => new([.. Enumerable.Range(0, inner).Select(i => (long)i)], new Int128[1]);

    private static MatMulPacking Packing(int rows, int inner, MatMulTile tile, int columns = 1) => new(new MatMulShape(rows, inner, columns), Context.Parameters, Options, tile);
}
