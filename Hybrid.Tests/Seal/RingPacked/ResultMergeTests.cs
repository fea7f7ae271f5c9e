using Hybrid.Numerics;
using Hybrid.Seal;
using Hybrid.Seal.RingPacked;
using Hybrid.Security;
using Hybrid.Tests.Seal.Encoding;

namespace Hybrid.Tests.Seal.RingPacked;

[TestClass]
public sealed class ResultMergeTests
{
    private const int Seed = 91;

    private static RingPackedOptions Options(long largest, MergeKeys? keys = null) =>
        new() { LargestWeight = largest, Merging = keys ?? MergeKeys.ToBeMade(3) };

    [TestMethod]
    [DataRow(5, 7, 6, 2, 8, 3, 3)]
    [DataRow(5, 7, 6, 2, 8, 1, 2)]
    [DataRow(1, 40, 9, 1, 16, 1, 4)]
    [DataRow(3, 2, 5, 1, 2, 1, 1)]
    [DataRow(8, 8, 11, 8, 8, 1, 3)]
    [DataRow(8, 64, 4, 1, 64, 1, 5)]
    public void Merged_results_are_those_of_the_layer(int rows, int inner, int columns, int tileRows, int tileInner, int tileColumns, int levels)
    {
        var shape = new MatMulShape(rows, inner, columns);
        var tile = new MatMulTile(tileRows, tileInner, tileColumns) { MergeLevels = levels };
        foreach (KernelWidth width in EncodingSamples.Widths())
        {
            foreach (bool oneKey in new[] { false, true })
            {
                // The map to X^3 serves no other.
                if (oneKey && tileInner == Small().Degree)
                {
                    continue;
                }

                var packing = new MatMulPacking(shape, Small(), Options(50), tile);
                // A key for the first level serves them all, applied more often.
                MergeKeys keys = oneKey ? new MergeKeys(1u << packing.Merge.ExponentAt(0, Small().Degree)) : packing.MergeKeys;
                packing = new MatMulPacking(shape, Small(), Options(50, keys), tile);
                using var parties = new RingPackedSamples(Small(), Seed, width, cores: 3, keys);
                Run(parties, packing, 50);
            }
        }
    }

    [TestMethod]
    public void A_layer_of_a_network_comes_back_in_two_ciphertexts()
    {
        var shape = new MatMulShape(128, 784, 128);
        CkksParameters parameters = RingPackedParameters.Degree8192Merging();
        RingPackedOptions options = Options(1 << 13) with { LargestNorm = 1 << 21, Cost = PackingCost.Over(Hybrid.Planning.LinkProfile.Wan) };
        var packing = (MatMulPacking)shape.Pack(parameters, options);
        Assert.AreEqual(new MatMulTile(128, 64, 1) { MergeLevels = 6 }, packing.Tile);
        Assert.AreEqual((13, 128, 2), (packing.Plan.CiphertextsUp, packing.Plan.Sums, packing.Plan.CiphertextsDown));
        Assert.AreEqual(2 * ((32 * (1 + (2 / 2) + (4 / 4))) + 4 + (2 * 2) + 4), packing.Plan.KeySwitches);
        MergeKeys keys = packing.MergeKeys;
        Assert.AreEqual("8, 11", keys.ToString());
        using var parties = new RingPackedSamples(parameters, Seed, cores: 2, merging: keys);
        RingPacking set = shape.Pack(parameters, options with { Merging = keys });
        Assert.AreEqual(packing.Plan, set.Plan);
        long[] plain = RingPackedSamples.Weights(shape.WeightLength, (1 << 21) / 784, Seed);
        Run(parties, set, plain);
    }

    [TestMethod]
    public void Without_the_key_nothing_is_merged()
    {
        CkksParameters parameters = Small();
        var shape = new MatMulShape(8, 8, 11);
        var tile = new MatMulTile(8, 8, 1) { MergeLevels = 3 };
        var packing = new MatMulPacking(shape, parameters, Options(50), tile);
        ulong[] values = RingPackedSamples.Words(shape.InputLength, Seed);
        using var weights = new RingPackedWeights(new CkksContext(parameters), packing, RingPackedSamples.Weights(shape.WeightLength, 50, Seed));
        using var without = new RingPackedSamples(parameters, Seed);
        ParameterException refusal = Assert.ThrowsExactly<ParameterException>(() => without.Evaluator.Multiply(weights, without.Encryptor.Encrypt(packing, values)));
        Assert.Contains("no keys", refusal.Message);
        using var other = new RingPackedSamples(parameters, Seed, merging: new MergeKeys(1 << 5));
        refusal = Assert.ThrowsExactly<ParameterException>(() => other.Evaluator.Multiply(weights, other.Encryptor.Encrypt(packing, values)));
        Assert.Contains("exponents 5", refusal.Message);
        Assert.ThrowsExactly<ParameterException>(() => new MatMulPacking(shape, parameters, Options(50, new MergeKeys(1 << 5)), tile));
        Assert.ThrowsExactly<ParameterException>(() => new MatMulPacking(shape, RingPackedParameters.Degree4096(), Options(50), tile));
        Assert.ThrowsExactly<ParameterException>(() => new MatMulPacking(shape, parameters, Options(50), tile with { MergeLevels = 4 }));
        Assert.ThrowsExactly<ParameterException>(() => new MatMulPacking(shape, parameters, Options(50), new MatMulTile(8, 6, 1) { MergeLevels = 1 }));
        using var generator = new CkksKeyGenerator(without.SecretKey);
        foreach (MergeKeys keys in new[] { MergeKeys.ToBeMade(1), new MergeKeys(1), new MergeKeys(1 << 20) })
            Assert.ThrowsExactly<ArgumentException>(() => generator.CreateMergeKeys(keys));
    }

    [TestMethod]
    public void Merging_leaves_noise_nearly_as_it_is()
    {
        var shape = new MatMulShape(128, 784, 128);
        CkksParameters parameters = RingPackedParameters.Degree8192Merging();
        RingPackedNoise NoiseOf(int levels, long largest)
        {
            RingPackedOptions options = Options(largest);
            double norm1 = 784.0 * largest;
            return new RingPackedNoise(parameters, options, norm1, largest * Math.Sqrt(784), levels == 0 ? null : new ResultMerge(64, levels));
        }

        Assert.AreEqual(NoiseOf(0, 1 << 15).FullBits, NoiseOf(6, 1 << 15).FullBits, 0.01);
    }

    [TestMethod]
    public void Noise_stays_within_its_bound()
    {
        CkksParameters parameters = RingPackedParameters.Degree8192Merging();
        var shape = new MatMulShape(32, 256, 40);
        RingPackedOptions options = Options(1 << 12);
        var packing = new MatMulPacking(shape, parameters, options, new MatMulTile(32, 64, 4) { MergeLevels = 5 });
        using var parties = new RingPackedSamples(parameters, Seed, cores: 2, merging: packing.MergeKeys);
        long[] plain = RingPackedSamples.Weights(shape.WeightLength, 1 << 12, Seed);
        using var weights = new RingPackedWeights(parties.Context, packing, plain);
        RingPackedProduct product = parties.Evaluator.Multiply(weights, parties.Encryptor.Encrypt(packing, RingPackedSamples.Words(shape.InputLength, Seed)));
        var noise = new double[parameters.Degree];
        double largest = 0;
        for (int i = 0; i < product.Ciphertexts.Length; i++)
        {
            parties.Decryptor.MeasureNoise(product.Ciphertexts[i], noise);
            using var places = new RingPacking.PlaceList(packing, i);
            foreach (int place in places.Coefficients)
                largest = Math.Max(largest, Math.Abs(noise[place]));
        }

        double bound = RingPackedSamples.NoiseBefore(packing);
        Assert.IsLessThan(bound, largest, $"seed {Seed}");
        Assert.IsGreaterThan(bound / 64, largest, "the bound is of another size than the noise");
    }

    private static CkksParameters Small() => CkksParameters.Create(64, [50, 50, 50], SecurityLevel.None);

    private static void Run(RingPackedSamples parties, RingPacking packing, long largest) =>
        Run(parties, packing, RingPackedSamples.Weights(packing.Shape.WeightLength, largest, Seed));

    // From both parties' shares to both parties' shares, over what is sent.
    private static void Run(RingPackedSamples parties, RingPacking packing, long[] plain)
    {
        RingPackedShape shape = packing.Shape;
        ulong[] values = RingPackedSamples.Words(shape.InputLength, Seed);
        ulong[] servers = RingPackedSamples.Words(shape.InputLength, Seed + 1);
        ulong[] bias = RingPackedSamples.Words(shape.OutputLength, Seed + 2);
        using var weights = new RingPackedWeights(parties.Context, packing, plain, cores: 2);
        var up = new byte[packing.Plan.BytesUp];
        using (var secret = new SecretBuffer<ulong>(values))
        {
            parties.Encryptor.Write(packing, secret, up);
        }

        Ciphertext[] inputs = parties.Evaluator.ReadInputs(packing, up);
        parties.Evaluator.AddShare(packing, inputs, servers);
        RingPackedProduct product = parties.Evaluator.Multiply(weights, inputs);
        Assert.AreEqual(packing.Plan.CiphertextsDown, product.Ciphertexts.Length);
        var share = new ulong[shape.OutputLength];
        var message = new byte[packing.ReplyBytes!.Value];
        parties.Evaluator.WriteMasked(product, bias, share, message);
        using var other = new SecretBuffer<ulong>(shape.OutputLength);
        parties.Decryptor.Read(packing, message, other);
        ulong[] expected = RingPackedSamples.Plain(shape, [.. values.Zip(servers, (a, b) => a + b)], plain);
        int wrong = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            long error = (long)(other.Span[i] + share[i] - expected[i] - bias[i]);
            Assert.IsLessThanOrEqualTo(1, Math.Abs(error), $"{shape}, result {i}, seed {Seed}");
            wrong += (int)Math.Abs(error);
        }

        Assert.IsLessThanOrEqualTo(expected.Length / 32, wrong, $"{shape}, seed {Seed}");
    }
}
