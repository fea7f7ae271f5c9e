using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Hybrid.Mpc.Sharing;
using Hybrid.Security;
using Hybrid.Tensors;

namespace Hybrid.Tests.Mpc.Sharing;

[TestClass]
public sealed class AdditiveSharingTests
{
    private static readonly byte[] SeedA = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
    private static readonly byte[] SeedB = [16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1];

    [TestMethod]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(5)]
    public void Words_come_back_whoever_holds_the_explicit_share(int parties)
    {
        var random = new RandomWords(seed: 21);
        foreach (int count in new[] { 0, 1, 7, 600 })
        {
            ulong[] words = random.Next(count);
            for (int party = 0; party < parties; party++)
            {
                using ShareSet set = AdditiveSharing.Split(words, new Shape(count), 16, parties, party, random.Source);
                Assert.AreEqual(party, set.Explicit.Party);
                Assert.HasCount(parties - 1, set.Seeded);
                ArithmeticShare[] shares = ShareTestTools.Expand(set);
                CollectionAssert.AreEqual(words, ShareTestTools.Reconstruct(shares), $"seed 21, {count} words, explicit {party} of {parties}");
                Array.Reverse(shares);
                CollectionAssert.AreEqual(words, ShareTestTools.Reconstruct(shares), "in reverse order");
            }
        }
    }

    [TestMethod]
    public void Numbers_come_back_with_their_shape_to_half_a_unit()
    {
        var random = new RandomWords(seed: 22);
        double[] values = random.NextReals(2 * 3 * 5, bound: 1000);
        Tensor<double> tensor = Tensor.Create(values, [2, 3, 5]);
        using ShareSet set = AdditiveSharing.Split(tensor, 16, 2, 0, random.Source);
        Tensor<double> back = AdditiveSharing.Reconstruct(set.Explicit, set.Seeded[0].Expand());
        CollectionAssert.AreEqual(new nint[] { 2, 3, 5 }, back.Lengths.ToArray());
        Assert.AreEqual(16, set.Explicit.FractionBits);
        var flat = new double[values.Length];
        back.FlattenTo(flat);
        for (int index = 0; index < values.Length; index++)
            Assert.AreEqual(values[index], flat[index], 0.5 / 65536, $"seed 22, element {index}");
    }

    [TestMethod]
    public void A_slice_is_shared_in_its_own_order()
    {
        var random = new RandomWords(seed: 23);
        Tensor<double> tensor = Tensor.Create(new double[] { 1, 2, 3, 4, 5, 6 }, [2, 3]);
        using ShareSet set = AdditiveSharing.Split(tensor.AsReadOnlyTensorSpan(Range.All, 1..3), 0, 2, 1, random.Source);
        CollectionAssert.AreEqual(new ulong[] { 2, 3, 5, 6 }, ShareTestTools.Reconstruct(ShareTestTools.Expand(set)));
    }

    [TestMethod]
    public void A_seed_expands_to_the_counter_mode_stream_little_endian()
    {
        // AES-128 of the zero block under the zero key (FIPS 197): 66e94bd4ef8a2c3b 884cfa59ca342b2e.
        using var seeded = new SeededShare(0, 2, new Shape(2), 0, new byte[16]);
        using ArithmeticShare share = seeded.Expand();
        CollectionAssert.AreEqual(new ulong[] { 0x3B2C8AEFD44BE966, 0x2E2B34CA59FA4C88 }, ShareTestTools.Words(share));
    }

    [TestMethod]
    public void A_seed_agreed_beforehand_takes_no_bytes_and_a_stream_for_each_tensor()
    {
        ulong[] words = [5, 6, 7];
        using var first = new SeededShare(1, 2, new Shape(3), 8, SeedA, stream: 0);
        using var second = new SeededShare(1, 2, new Shape(3), 8, SeedA, stream: 1);
        using ArithmeticShare one = AdditiveSharing.Complete(words, first);
        using ArithmeticShare two = AdditiveSharing.Complete(words, second);
        Assert.AreEqual(0, one.Party);
        CollectionAssert.AreNotEqual(ShareTestTools.Words(one), ShareTestTools.Words(two));
        CollectionAssert.AreEqual(words, ShareTestTools.Reconstruct(one, first.Expand()));
        CollectionAssert.AreEqual(words, ShareTestTools.Reconstruct(second.Expand(), two));
        using ArithmeticShare reals = AdditiveSharing.Complete(Tensor.Create(new[] { 0.5, -1, 2 }, [3]), first);
        CollectionAssert.AreEqual(new ulong[] { 128, unchecked((ulong)-256), 512 }, ShareTestTools.Reconstruct(reals, first.Expand()));
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(3)]
    public void Every_share_of_a_constant_looks_uniform(int parties)
    {
        const int count = 1 << 15;
        var random = new RandomWords(seed: 24);
        var words = new ulong[count];
        Array.Fill(words, 42UL);
        foreach (ArithmeticShare share in ShareTestTools.Split(words, new Shape(count), 16, parties, random))
        {
            double statistic = ChiSquare(MemoryMarshal.AsBytes<ulong>(ShareTestTools.Words(share)));
            // 255 degrees of freedom: mean 255, deviation 22.6; both bounds are over four deviations off.
            Assert.IsTrue(statistic is > 160 and < 360, $"seed 24, party {share.Party} of {parties}: {statistic}");
        }

        Assert.IsGreaterThan(1e6, ChiSquare(MemoryMarshal.AsBytes<ulong>(words)), "the test must see what is not uniform");
    }

    [TestMethod]
    public void Shares_change_with_the_seed()
    {
        var random = new RandomWords(seed: 25);
        ulong[] words = random.Next(4);
        ArithmeticShare[] one = ShareTestTools.Split(words, new Shape(4), 0, 2, random);
        ArithmeticShare[] two = ShareTestTools.Split(words, new Shape(4), 0, 2, random);
        CollectionAssert.AreNotEqual(ShareTestTools.Words(one[0]), ShareTestTools.Words(two[0]));
        CollectionAssert.AreNotEqual(ShareTestTools.Words(one[1]), ShareTestTools.Words(two[1]));
    }

    [TestMethod]
    public void Numbers_that_do_not_fit_are_refused_by_index()
    {
        Tensor<double> tensor = Tensor.Create(new[] { 1, 2, 3, 4, double.NaN, 6 }, [2, 3]);
        var error = Assert.ThrowsExactly<ParameterException>(() => AdditiveSharing.Split(tensor, 16, 2, 0, OsRandom.Instance));
        StringAssert.Contains(error.Message, "Element 4");
        Tensor<double> large = Tensor.Create(new[] { 1, 1e15 }, [2]);
        error = Assert.ThrowsExactly<ParameterException>(() => AdditiveSharing.Split(large, 16, 2, 0, OsRandom.Instance));
        StringAssert.Contains(error.Message, "Element 1");
    }

    [TestMethod]
    public void Impossible_parties_shapes_and_fraction_bits_are_refused()
    {
        var words = new ulong[6];
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => AdditiveSharing.Split(words, new Shape(6), 0, 1, 0, OsRandom.Instance));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => AdditiveSharing.Split(words, new Shape(6), 0, 2, 2, OsRandom.Instance));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => AdditiveSharing.Split(words, new Shape(6), 0, 2, -1, OsRandom.Instance));
        Assert.ThrowsExactly<ParameterException>(() => AdditiveSharing.Split(words, new Shape(6), 63, 2, 0, OsRandom.Instance));
        Assert.ThrowsExactly<ArgumentException>(() => AdditiveSharing.Split(words, new Shape(2, 4), 0, 2, 0, OsRandom.Instance));
        Assert.ThrowsExactly<ParameterException>(() => AdditiveSharing.Split(words, new Shape(-2, -3), 0, 2, 0, OsRandom.Instance));
        Assert.ThrowsExactly<ArgumentException>(() => AdditiveSharing.Split(words, new Shape(), 0, 2, 0, OsRandom.Instance));
        Assert.ThrowsExactly<ParameterException>(() => new ArithmeticShare(0, 2, new Shape(1 << 20, 1 << 20), 0, words));
        Assert.ThrowsExactly<ParameterException>(() => new ArithmeticShare(0, 2, Shape.Of([nint.MaxValue, nint.MaxValue]), 0, words));
        Assert.ThrowsExactly<ArgumentNullException>(() => AdditiveSharing.Split(words, new Shape(6), 0, 2, 0, null!));
        Assert.ThrowsExactly<ArgumentException>(() => new SeededShare(0, 2, new Shape(6), 0, new byte[15]));
    }

    [TestMethod]
    public void Shares_that_do_not_belong_together_are_not_joined()
    {
        using var share0 = new ArithmeticShare(0, 2, new Shape(2), 16, [1, 2]);
        using var share1 = new ArithmeticShare(1, 2, new Shape(2), 16, [3, 4]);
        using var scaled = new ArithmeticShare(1, 2, new Shape(2), 15, [3, 4]);
        using var shaped = new ArithmeticShare(1, 2, new Shape(2, 1), 16, [3, 4]);
        using var crowd = new ArithmeticShare(1, 3, new Shape(2), 16, [3, 4]);
        CollectionAssert.AreEqual(new ulong[] { 4, 6 }, ShareTestTools.Reconstruct(share0, share1));
        foreach (ArithmeticShare[] wrong in new ArithmeticShare[][]
        {
            [], [share0], [share0, share0], [share0, scaled], [share0, shaped], [share0, crowd], [share0, share1, share1], [crowd, crowd, crowd],
        })
        {
            Assert.ThrowsExactly<ArgumentException>(() => AdditiveSharing.Reconstruct(wrong));
            Assert.ThrowsExactly<ArgumentException>(() => AdditiveSharing.Reconstruct(wrong, new ulong[2]));
        }

        Assert.ThrowsExactly<ArgumentException>(() => AdditiveSharing.Reconstruct([share0, share1], new ulong[3]));
    }

    [TestMethod]
    public void Seeds_that_do_not_belong_together_are_not_completed()
    {
        using var party0 = new SeededShare(0, 3, new Shape(2), 16, SeedA);
        using var party1 = new SeededShare(1, 3, new Shape(2), 16, SeedB);
        using var sameSeed = new SeededShare(1, 3, new Shape(2), 16, SeedA, stream: 9);
        using var scaled = new SeededShare(1, 3, new Shape(2), 15, SeedB);
        Assert.AreEqual(2, AdditiveSharing.Complete([1, 2], party0, party1).Party);
        foreach (SeededShare[] wrong in new SeededShare[][] { [], [party0], [party0, party0], [party0, sameSeed], [party0, scaled] })
            Assert.ThrowsExactly<ArgumentException>(() => AdditiveSharing.Complete([1, 2], wrong));
        Assert.ThrowsExactly<ArgumentException>(() => AdditiveSharing.Complete([1, 2, 3], party0, party1));
        Assert.ThrowsExactly<ParameterException>(() => AdditiveSharing.Complete(Tensor.Create(new[] { 1.0, 2 }, [2, 1]), party0, party1));
    }

    [TestMethod]
    public void Secrets_are_not_printed_and_gone_after_disposal()
    {
        var share = new ArithmeticShare(1, 3, new Shape(2, 1), 16, [123456789, 987654321]);
        var seeded = new SeededShare(0, 3, new Shape(2, 1), 16, SeedA);
        Assert.AreEqual("share of party 1 of 3: shape (2, 1), 16 fraction bits", share.ToString());
        Assert.AreEqual("seeded share of party 0 of 3: shape (2, 1), 16 fraction bits", seeded.ToString());
        var seed = new byte[16];
        seeded.CopySeedTo(seed);
        CollectionAssert.AreEqual(SeedA, seed);
        share.Dispose();
        seeded.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => share.CopyTo(new ulong[2]));
        Assert.ThrowsExactly<ObjectDisposedException>(() => seeded.CopySeedTo(seed));
        Assert.ThrowsExactly<ObjectDisposedException>(() => seeded.Expand());
    }

    [TestMethod]
    public void Disposing_of_a_set_disposes_of_every_share()
    {
        ShareSet set = AdditiveSharing.Split([1], new Shape(1), 0, 3, 1, OsRandom.Instance);
        set.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => set.Explicit.CopyTo(new ulong[1]));
        Assert.ThrowsExactly<ObjectDisposedException>(() => set.Seeded[0].Expand());
        Assert.ThrowsExactly<ObjectDisposedException>(() => set.Seeded[1].Expand());
    }

    private static double ChiSquare(ReadOnlySpan<byte> bytes)
    {
        var counts = new int[256];
        foreach (byte value in bytes)
            counts[value]++;
        double expected = bytes.Length / 256.0;
        return counts.Sum(count => (count - expected) * (count - expected) / expected);
    }
}
