using Hybrid.Numerics;
using Hybrid.Seal;

namespace Hybrid.Tests.Seal.Evaluation;

[TestClass]
public sealed class BatchedRowsTests
{
    private const int Seed = 57;

    [TestMethod]
    public void Layouts_put_every_number_where_they_say_and_take_it_back()
    {
        foreach (RowLayout layout in new RowLayout[]
        {
            new FeatureLayout(8, 5, 3), new FeatureLayout(8, 21, 2), new FeatureLayout(4, 4, 1),
            new RowBlockLayout(16, 5, 3), new RowBlockLayout(16, 2, 16), new RowBlockLayout(8, 9, 1),
        })
        {
            double[] values = LinearTransformParty.Numbers(layout.Rows * layout.Features, Seed);
            var back = new double[values.Length];
            var ciphertexts = new double[layout.CiphertextCount][];
            for (int i = 0; i < ciphertexts.Length; i++)
            {
                ciphertexts[i] = LinearTransformParty.Numbers(layout.SlotCount, Seed + 1);
                layout.Pack(values, i, ciphertexts[i]);
                layout.Unpack(ciphertexts[i], i, back);
            }

            CollectionAssert.AreEqual(values, back);
            Assert.AreEqual(values.Length, ciphertexts.Sum(slots => slots.Count(slot => slot != 0)));
            for (int row = 0; row < layout.Rows; row++)
            {
                for (int feature = 0; feature < layout.Features; feature++)
                {
                    SlotPlace place = layout.Place(row, feature);
                    Assert.AreEqual(values[(row * layout.Features) + feature], ciphertexts[place.Ciphertext][place.Slot]);
                }
            }

            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => layout.Place(layout.Rows, 0));
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => layout.Place(0, -1));
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => layout.Pack(values, layout.CiphertextCount, ciphertexts[0]));
            Assert.ThrowsExactly<ArgumentException>(() => layout.Unpack(new double[1 + layout.SlotCount], 0, back));
        }

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new RowBlockLayout(12, 1, 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new RowBlockLayout(8, 1, 9));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new FeatureLayout(8, 0, 1));
    }

    [TestMethod]
    public void Features_in_ciphertexts_of_their_own_are_multiplied_without_keys()
    {
        ulong[]? expected = null;
        foreach (KernelWidth width in new[] { KernelWidth.Auto, KernelWidth.Portable })
        {
            using var party = new LinearTransformParty(256, [50, 40], width);
            const int Outputs = 7;
            var layout = new FeatureLayout(party.Context.SlotCount, 100, 19);
            double[] rows = LinearTransformParty.Numbers(layout.Rows * layout.Features, Seed);
            double[] weights = LinearTransformParty.Numbers(Outputs * layout.Features, Seed + 1);
            double[] bias = LinearTransformParty.Numbers(Outputs, Seed + 2);
            var product = new FeatureProduct(party.Context, weights, Outputs, layout.Features, 0, Math.ScaleB(1, 12), bias);
            Ciphertext[] features = Encrypt(party, layout, rows, 0, Math.ScaleB(1, 30));
            var results = new Ciphertext[Outputs];
            for (int o = 0; o < Outputs; o++)
            {
                results[o] = new Ciphertext(party.Context);
            }

            product.Apply(party.Evaluator, features, results, maxDegreeOfParallelism: 2);
            for (int o = 0; o < Outputs; o++)
            {
                Assert.AreEqual(Math.ScaleB(1, 42), results[o].Scale);
                double[] slots = party.Decrypt(results[o]);
                for (int row = 0; row < layout.Rows; row++)
                {
                    double[] y = LinearTransformParty.Multiply(weights, rows.AsSpan(row * layout.Features, layout.Features), Outputs);
                    Assert.AreEqual(y[o] + bias[o], slots[row], 19 * Math.ScaleB(1, -12), $"row {row}, output {o}, seed {Seed}"); // rounded weights
                }
            }

            ulong[] residues = [.. results.SelectMany(result => result.Residues.ToArray())];
            expected ??= residues;
            CollectionAssert.AreEqual(expected, residues, $"{width}");
        }
    }

    [TestMethod]
    public void The_features_product_allocates_nothing_once_warm()
    {
        using var party = new LinearTransformParty(256, [50, 40]);
        var layout = new FeatureLayout(party.Context.SlotCount, 10, 3);
        var product = new FeatureProduct(party.Context, LinearTransformParty.Numbers(6, Seed), 2, 3, 0, 1024);
        Ciphertext[] features = Encrypt(party, layout, LinearTransformParty.Numbers(30, Seed), 0, Math.ScaleB(1, 30));
        Ciphertext[] results = [new(party.Context), new(party.Context)];
        for (int i = 0; i < 3; i++)
        {
            product.Apply(party.Evaluator, features, results);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        product.Apply(party.Evaluator, features, results);
        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void Strips_shorter_than_the_degree_give_the_same_sums()
    {
        using var party = new LinearTransformParty(1024, [50, 40]);
        const int Features = 400; // times 1024 residues: more than a strip takes
        double[] weights = LinearTransformParty.Numbers(Features, Seed);
        var product = new FeatureProduct(party.Context, weights, 1, Features, 0, Math.ScaleB(1, 12));
        Ciphertext one = party.Encrypt(LinearTransformParty.Numbers(512, Seed + 1), 0, Math.ScaleB(1, 30));
        Ciphertext[] features = [.. Enumerable.Repeat(one, Features)];
        Ciphertext[] results = [new(party.Context)];
        product.Apply(party.Evaluator, features, results);
        var expected = new Ciphertext(party.Context);
        party.Evaluator.WeightedSum(features, weights, 0, Math.ScaleB(1, 42), expected);
        CollectionAssert.AreEqual(expected.Residues.ToArray(), results[0].Residues.ToArray());
    }

    [TestMethod]
    public void What_does_not_fit_a_features_product_is_refused()
    {
        using var party = new LinearTransformParty(256, [50, 40, 50]);
        var product = new FeatureProduct(party.Context, [1, 2], 1, 2, 1, 1024);
        Ciphertext x = party.Encrypt([1.0]);
        Ciphertext low = party.Encrypt([1.0], 0);
        Ciphertext other = party.Encrypt([1.0], scale: 1024);
        var result = new Ciphertext(party.Context);
        Assert.ThrowsExactly<ArgumentException>(() => product.Apply(party.Evaluator, [x], [result]));
        Assert.ThrowsExactly<ArgumentException>(() => product.Apply(party.Evaluator, [x, x], [x]));
        StringAssert.Contains(Assert.ThrowsExactly<ParameterException>(() => product.Apply(party.Evaluator, [x, low], [result])).Message, "level 0");
        StringAssert.Contains(Assert.ThrowsExactly<ParameterException>(() => product.Apply(party.Evaluator, [x, other], [result])).Message, "scales");
        Assert.ThrowsExactly<ParameterException>(() => new FeatureProduct(party.Context, [double.NaN], 1, 1, 1, 1024));
        Assert.ThrowsExactly<ArgumentException>(() => new FeatureProduct(party.Context, [1], 1, 2, 1, 1024));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => party.Evaluator.WeightedSum([x], [1], 7, 1024, result));
        Assert.ThrowsExactly<ArgumentException>(() => party.Evaluator.WeightedSum([x], [1], 1, 1024, x));
        Assert.ThrowsExactly<ArgumentException>(() => party.Evaluator.WeightedSum([x], [1, 2], 1, 1024, result));
        Assert.ThrowsExactly<ParameterException>(() => party.Evaluator.WeightedSum([low], [1], 1, Math.ScaleB(1, 60), result));
        Assert.ThrowsExactly<ParameterException>(() => party.Evaluator.WeightedSum([x], [double.NaN], 1, Math.ScaleB(1, 60), result));
    }

    [TestMethod]
    public void Rows_in_blocks_of_slots_are_weighted_and_added_up()
    {
        using var party = new LinearTransformParty(256, [50, 40, 50]);
        var layout = new RowBlockLayout(party.Context.SlotCount, 20, 13);
        Assert.AreEqual(16, layout.Stride);
        Assert.AreEqual(3, layout.CiphertextCount);
        double[] rows = LinearTransformParty.Numbers(layout.Rows * layout.Features, Seed);
        double[] weights = LinearTransformParty.Numbers(layout.Features, Seed + 1);
        var slots = new double[layout.SlotCount];
        layout.RepeatWeights(weights, slots);
        using Plaintext plaintext = party.Encoder.Encode(slots, LinearTransformParty.Scale);
        GaloisKeys keys = party.KeysFor([1, 2, 4, 8]);
        Ciphertext[] ciphertexts = Encrypt(party, layout, rows, 1, LinearTransformParty.Scale);
        double[][] results = [.. ciphertexts.Select(ciphertext => party.Decrypt(party.Evaluator.DotProduct(ciphertext, plaintext, layout.Stride, keys)))];
        for (int row = 0; row < layout.Rows; row++)
        {
            SlotPlace place = layout.ResultSlot(row);
            double expected = LinearTransformParty.Multiply(weights, rows.AsSpan(row * layout.Features, layout.Features), 1)[0];
            Assert.AreEqual(expected, results[place.Ciphertext][place.Slot], 1e-6, $"row {row}, seed {Seed}");
        }
    }

    [TestMethod]
    public void Inner_products_of_ciphertexts()
    {
        using var party = new LinearTransformParty(256, [50, 40, 50]);
        double[] a = LinearTransformParty.Numbers(128, Seed);
        double[] b = LinearTransformParty.Numbers(128, Seed + 1);
        GaloisKeys keys = party.KeysFor([1, 2, 4, 8, 16, 32, 64]);
        RelinearisationKeys relinearisation = party.Keys.CreateRelinearisationKeys();
        Ciphertext result = party.Evaluator.DotProduct(party.Encrypt(a), party.Encrypt(b), 128, relinearisation, keys);
        Assert.AreEqual(0, result.Level);
        double expected = a.Zip(b, (x, y) => x * y).Sum();
        foreach (double slot in party.Decrypt(result))
        {
            Assert.AreEqual(expected, slot, 1e-6);
        }

        StringAssert.Contains(
            Assert.ThrowsExactly<ParameterException>(() => party.Evaluator.DotProduct(party.Encrypt(a), party.Encrypt(b), 4, relinearisation, party.KeysFor([1]))).Message,
            "rotation by 2");
    }

    private static Ciphertext[] Encrypt(LinearTransformParty party, RowLayout layout, double[] rows, int level, double scale)
    {
        var slots = new double[layout.SlotCount];
        var ciphertexts = new Ciphertext[layout.CiphertextCount];
        for (int i = 0; i < ciphertexts.Length; i++)
        {
            layout.Pack(rows, i, slots);
            ciphertexts[i] = party.Encrypt(slots, level, scale);
        }

        return ciphertexts;
    }
}
