using System.Numerics.Tensors;
using Hybrid.Mpc.Sharing;
using Hybrid.Tensors;
using Hybrid.Tests.Mpc.Ring64;

namespace Hybrid.Tests.Mpc.Sharing;

[TestClass]
public sealed class LocalOperationsTests
{
    private const int Count = 77;

    [TestMethod]
    [DataRow(2)]
    [DataRow(3)]
    public void Sums_differences_and_negatives_are_those_of_the_tensors(int parties)
    {
        var random = new RandomWords(seed: 31);
        ulong[] x = random.Next(Count);
        ulong[] y = random.Next(Count);
        ArithmeticShare[] xs = ShareTestTools.Split(x, new Shape(7, 11), 16, parties, random);
        ArithmeticShare[] ys = ShareTestTools.Split(y, new Shape(7, 11), 16, parties, random);
        AssertShared(x.Zip(y, (a, b) => unchecked(a + b)), [.. xs.Zip(ys, LocalOperations.Add)]);
        AssertShared(x.Zip(y, (a, b) => unchecked(a - b)), [.. xs.Zip(ys, LocalOperations.Subtract)]);
        AssertShared(x.Select(a => unchecked(0 - a)), [.. xs.Select(LocalOperations.Negate)]);
    }

    [TestMethod]
    public void Results_may_replace_an_operand()
    {
        var random = new RandomWords(seed: 32);
        ulong[] x = random.Next(Count);
        ulong[] y = random.Next(Count);
        ArithmeticShare[] xs = ShareTestTools.Split(x, new Shape(Count), 16, 2, random);
        ArithmeticShare[] ys = ShareTestTools.Split(y, new Shape(Count), 16, 2, random);
        foreach ((ArithmeticShare xShare, ArithmeticShare yShare) in xs.Zip(ys))
        {
            LocalOperations.Add(xShare, yShare, xShare);
            LocalOperations.Subtract(xShare, yShare, yShare);
            LocalOperations.Negate(yShare, yShare);
        }

        AssertShared(x.Zip(y, (a, b) => unchecked(a + b)), xs);
        AssertShared(x.Select(a => unchecked(0 - a)), ys);
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(4)]
    public void Only_party_0_adds_what_is_public(int parties)
    {
        var random = new RandomWords(seed: 33);
        ulong[] x = random.Next(3);
        ArithmeticShare[] xs = ShareTestTools.Split(x, new Shape(3), 16, parties, random);
        Tensor<double> reals = Tensor.Create(new[] { 1, -0.5, 3.25 }, [3]);
        Tensor<long> integers = Tensor.Create(new long[] { 65536, -32768, 212992 }, [3]);
        ulong[] expected = unchecked([x[0] + 65536, x[1] - 32768, x[2] + 212992]);
        ArithmeticShare[] fromReals = [.. xs.Select(share => LocalOperations.AddPublic(share, reals))];
        AssertShared(expected, fromReals);
        AssertShared(expected, [.. xs.Select(share => LocalOperations.AddPublic(share, integers))]);
        for (int party = 1; party < parties; party++)
            CollectionAssert.AreEqual(ShareTestTools.Words(xs[party]), ShareTestTools.Words(fromReals[party]));
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(3)]
    public void Products_with_public_integers_are_those_of_the_tensor(int parties)
    {
        var random = new RandomWords(seed: 34);
        ulong[] x = random.Next(Count);
        ulong[] y = random.Next(Count);
        Tensor<long> integers = Tensor.Create(y.Select(word => unchecked((long)word)).ToArray(), [7, 11]);
        ArithmeticShare[] xs = ShareTestTools.Split(x, new Shape(7, 11), 16, parties, random);
        ArithmeticShare[] products = [.. xs.Select(share => LocalOperations.Multiply(share, integers, fractionBits: 12))];
        AssertShared(x.Zip(y, (a, b) => unchecked(a * b)), products);
        Assert.AreEqual(28, products[0].FractionBits);
        Assert.AreEqual(16, LocalOperations.Multiply(xs[0], integers).FractionBits);
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(3)]
    public void Matrix_products_with_public_integers_are_those_of_the_tensor(int parties)
    {
        const int m = 9;
        const int k = 17;
        const int n = 5;
        var random = new RandomWords(seed: 35);
        ulong[] x = random.Next(m * k);
        ulong[] y = random.Next(k * n);
        var expected = new ulong[m * n];
        NaiveProduct.AddTo(x, y, expected, m, k, n);
        Tensor<long> left = Tensor.Create(x.Select(word => unchecked((long)word)).ToArray(), [m, k]);
        Tensor<long> right = Tensor.Create(y.Select(word => unchecked((long)word)).ToArray(), [k, n]);
        ArithmeticShare[] onRight = [.. ShareTestTools.Split(x, new Shape(m, k), 16, parties, random).Select(s => LocalOperations.MatMul(s, right, 3))];
        ArithmeticShare[] onLeft = [.. ShareTestTools.Split(y, new Shape(k, n), 16, parties, random).Select(s => LocalOperations.MatMul(left, s, 3))];
        foreach (ArithmeticShare[] products in new[] { onRight, onLeft })
        {
            AssertShared(expected, products);
            Assert.AreEqual(new Shape(m, n), products[0].Shape);
            Assert.AreEqual(19, products[0].FractionBits);
        }
    }

    [TestMethod]
    public void Real_numbers_come_out_of_a_linear_layer()
    {
        var random = new RandomWords(seed: 36);
        Tensor<double> x = Tensor.Create(new[] { 1.5, -2, 0.25, 4 }, [2, 2]);
        Tensor<long> weights = Tensor.Create(new long[] { 3 << 8, -1 << 8, 128, 2 << 8 }, [2, 2]);
        Tensor<double> bias = Tensor.Create(new[] { 10, -10.5, 10, -10.5 }, [2, 2]);
        using ShareSet set = AdditiveSharing.Split(x, 16, 2, 0, random.Source);
        ArithmeticShare[] results =
            [.. ShareTestTools.Expand(set).Select(share => LocalOperations.AddPublic(LocalOperations.MatMul(share, weights, 8), bias))];
        var values = new double[4];
        AdditiveSharing.Reconstruct(results).FlattenTo(values);
        CollectionAssert.AreEqual(new[] { 13.5, -16, 12.75, -2.75 }, values);
    }

    [TestMethod]
    public void Empty_tensors_are_tensors()
    {
        var random = new RandomWords(seed: 37);
        ArithmeticShare[] xs = ShareTestTools.Split([], new Shape(3, 0), 16, 2, random);
        ArithmeticShare[] products = [.. xs.Select(share => LocalOperations.MatMul(share, Tensor.CreateFromShape<long>([0, 2])))];
        AssertShared(new ulong[6], products);
        AssertShared([], [.. xs.Zip(xs, LocalOperations.Add)]);
    }

    [TestMethod]
    public void Shares_of_different_parties_shapes_or_fraction_bits_are_refused()
    {
        using var share = new ArithmeticShare(0, 2, new Shape(2, 3), 16, new ulong[6]);
        using var party = new ArithmeticShare(1, 2, new Shape(2, 3), 16, new ulong[6]);
        using var crowd = new ArithmeticShare(0, 3, new Shape(2, 3), 16, new ulong[6]);
        using var shaped = new ArithmeticShare(0, 2, new Shape(3, 2), 16, new ulong[6]);
        using var scaled = new ArithmeticShare(0, 2, new Shape(2, 3), 17, new ulong[6]);
        foreach (ArithmeticShare other in new[] { party, crowd, shaped, scaled })
        {
            Assert.ThrowsExactly<ParameterException>(() => LocalOperations.Add(share, other));
            Assert.ThrowsExactly<ParameterException>(() => LocalOperations.Subtract(share, other));
            Assert.ThrowsExactly<ParameterException>(() => LocalOperations.Add(share, share, other));
            Assert.ThrowsExactly<ParameterException>(() => LocalOperations.Negate(share, other));
        }
    }

    [TestMethod]
    public void Public_operands_of_the_wrong_shape_fraction_bits_or_range_are_refused()
    {
        using var share0 = new ArithmeticShare(0, 2, new Shape(2, 3), 16, new ulong[6]);
        using var share1 = new ArithmeticShare(1, 2, new Shape(2, 3), 16, new ulong[6]);
        Tensor<long> turned = Tensor.CreateFromShape<long>([3, 2]);
        Tensor<long> deep = Tensor.CreateFromShape<long>([3, 2, 1]);
        Tensor<long> same = Tensor.CreateFromShape<long>([2, 3]);
        Assert.ThrowsExactly<ParameterException>(() => LocalOperations.AddPublic(share0, turned));
        Assert.ThrowsExactly<ParameterException>(() => LocalOperations.AddPublic(share0, Tensor.CreateFromShape<double>([3, 2])));
        Assert.ThrowsExactly<ParameterException>(() => LocalOperations.Multiply(share0, turned));
        Assert.ThrowsExactly<ParameterException>(() => LocalOperations.MatMul(share0, same));
        Assert.ThrowsExactly<ParameterException>(() => LocalOperations.MatMul(share0, deep));
        Assert.ThrowsExactly<ParameterException>(() => LocalOperations.MatMul(same, share0));
        Assert.ThrowsExactly<ParameterException>(() => LocalOperations.Multiply(share0, same, fractionBits: 47));
        Assert.ThrowsExactly<ParameterException>(() => LocalOperations.MatMul(share0, turned, fractionBits: -1));
        Tensor<double> wild = Tensor.Create(new[] { 0, 0, double.PositiveInfinity, 0, 0, 0 }, [2, 3]);
        foreach (ArithmeticShare share in new[] { share0, share1 })
        {
            var error = Assert.ThrowsExactly<ParameterException>(() => LocalOperations.AddPublic(share, wild));
            StringAssert.Contains(error.Message, "Element 2");
        }
    }

    private static void AssertShared(IEnumerable<ulong> expected, ArithmeticShare[] shares) =>
        CollectionAssert.AreEqual(expected.ToArray(), ShareTestTools.Reconstruct(shares));
}
