using Hybrid.Numerics;
using Hybrid.Seal;
using Hybrid.Seal.RingPacked;
using Hybrid.Tests.Seal.Encoding;

namespace Hybrid.Tests.Seal.RingPacked;

[TestClass]
public sealed class RingPackedLayerTests
{
    private const int Seed = 72;

    public static IEnumerable<object[]> Layers()
    {
        RingPackedShape[] shapes =
        [
            new MatMulShape(1, 100, 10), new MatMulShape(7, 1, 5), new MatMulShape(1, 1, 1), new MatMulShape(1, 5000, 1),
            new MatMulShape(3, 5, 2000), new MatMulShape(60, 64, 10), new MatMulShape(130, 3, 70), new MatMulShape(2, 9001, 3),
            new Conv2dShape(1, 28, 28, 5, 5, 5), new Conv2dShape(3, 12, 10, 4, 3, 3) { PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 },
            new Conv2dShape(2, 17, 15, 3, 3, 5) { StrideHeight = 2, StrideWidth = 3, PadTop = 2, PadRight = 1 },
            new Conv2dShape(2, 15, 17, 3, 5, 2) { StrideHeight = 2, StrideWidth = 2, PadLeft = 3 },
            new Conv2dShape(5, 14, 14, 6, 1, 1) { StrideHeight = 2, StrideWidth = 2 },
            new Conv2dShape(2, 9, 40, 2, 1, 7) { StrideHeight = 3, StrideWidth = 2, PadTop = 1, PadBottom = 1 },
            new Conv2dShape(1, 80, 90, 2, 3, 3) { PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 },
            new Conv2dShape(40, 12, 12, 9, 3, 3), new Conv2dShape(6, 11, 11, 9, 3, 3) { Groups = 3, PadTop = 1 },
            new Conv2dShape(14, 5, 5, 14, 3, 3) { Groups = 14, PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 },
            new Conv2dShape(1, 6, 7, 2, 3, 2) { Images = 3 }, new Conv2dShape(2, 4, 4, 3, 4, 4),
        ];
        return shapes.Select(shape => new object[] { shape });
    }

    [TestMethod]
    [DynamicData(nameof(Layers))]
    public void Results_are_exact_modulo_2_to_the_64(RingPackedShape shape)
    {
        using var parties = new RingPackedSamples(RingPackedParameters.Degree4096(), Seed);
        RingPacking packing = shape.Pack(parties.Context.Parameters);
        Run(parties, packing);
    }

    [TestMethod]
    public void Tiles_of_every_kind_give_the_same_results()
    {
        CkksParameters parameters = Small();
        using var parties = new RingPackedSamples(parameters, Seed);
        var options = new RingPackedOptions { LargestWeight = 100 };
        var product = new MatMulShape(5, 7, 6);
        foreach (MatMulTile tile in new MatMulTile[] { new(5, 4, 3), new(1, 7, 6), new(2, 2, 2), new(1, 1, 1), new(4, 7, 2), new(1, 64, 1), new(64, 1, 1), new(3, 3, 6) })
        {
            Run(parties, new MatMulPacking(product, parameters, options, tile));
        }

        var convolution = new Conv2dShape(4, 7, 6, 6, 2, 3) { Groups = 2, StrideHeight = 2, PadTop = 1, PadLeft = 2 };
        foreach (Conv2dTile tile in new Conv2dTile[] { new(1, 1, 1, 1, 1), new(2, 2, 1, 2, 2), new(4, 3, 1, 1, 1), new(1, 1, 1, 2, 3), new(2, 6, 1, 1, 2), new(3, 4, 1, 1, 1) })
        {
            Run(parties, new Conv2dPacking(convolution, parameters, options, tile));
        }

        var depthwise = new Conv2dShape(5, 3, 3, 5, 2, 2) { Groups = 5 };
        foreach (Conv2dTile tile in new Conv2dTile[] { new(2, 2, 2, 1, 1), new(1, 1, 4, 1, 1), new(1, 2, 3, 1, 1), new(2, 2, 1, 1, 1) })
        {
            Run(parties, new Conv2dPacking(depthwise, parameters, options, tile));
        }
    }

    [TestMethod]
    public void Every_width_and_number_of_cores_gives_the_same_ciphertexts()
    {
        var shape = new Conv2dShape(3, 9, 9, 4, 3, 3) { PadTop = 1 };
        CkksParameters parameters = Small();
        var options = new RingPackedOptions { LargestWeight = 100 };
        ulong[] values = RingPackedSamples.Words(shape.InputLength, Seed);
        long[] kernel = RingPackedSamples.Weights(shape.WeightLength, 100, Seed);
        ulong[]? first = null;
        foreach (KernelWidth width in EncodingSamples.Widths())
        {
            using var parties = new RingPackedSamples(parameters, Seed, width);
            RingPacking packing = shape.Pack(parameters, options);
            using var weights = new RingPackedWeights(parties.Context, packing, kernel);
            var share = new ulong[shape.OutputLength];
            Ciphertext[] replies = parties.Evaluator.MaskUniform(parties.Evaluator.Multiply(weights, parties.Encryptor.Encrypt(packing, values)), [], share);
            ulong[] all = [.. replies.SelectMany(reply => reply.Residues.ToArray()), .. share];
            first ??= all;
            CollectionAssert.AreEqual(first, all, $"{width}");
        }

        using var many = new RingPackedSamples(parameters, Seed, cores: 3);
        Run(many, shape.Pack(parameters, options));
    }

    [TestMethod]
    public void Longer_moduli_bear_longer_weights_and_reveal_exactly()
    {
        var shape = new MatMulShape(2, 700, 9);
        var options = new RingPackedOptions { LargestWeight = 1L << 20, RevealBits = 40 };
        CkksParameters parameters = RingPackedParameters.Choose(shape, options);
        Assert.AreEqual(RingPackedParameters.Degree8192(), parameters);
        using var parties = new RingPackedSamples(parameters, Seed, cores: 2);
        RingPacking packing = shape.Pack(parameters, options);
        Assert.AreEqual(1, packing.Plan.ReplyLevel);
        Run(parties, packing);

        ulong[] values = RingPackedSamples.Words(shape.InputLength, Seed);
        ulong[] bias = RingPackedSamples.Words(shape.OutputLength, Seed + 1);
        long[] matrix = RingPackedSamples.Weights(shape.WeightLength, options.LargestWeight, Seed);
        using var weights = new RingPackedWeights(parties.Context, packing, matrix);
        RingPackedProduct product = parties.Evaluator.Multiply(weights, parties.Encryptor.Encrypt(packing, values));
        Ciphertext[] replies = parties.Evaluator.RevealTo(product, bias);
        var results = new ulong[shape.OutputLength];
        parties.Decryptor.Decrypt(packing, RingPackedSamples.Travelled(packing, replies), results);
        ulong[] expected = [.. RingPackedSamples.Plain(shape, values, matrix).Zip(bias, (x, y) => x + y)];
        CollectionAssert.AreEqual(expected, results);
        CollectionAssert.AreEqual(new[] { 1 }, replies.Select(reply => reply.Level).Distinct().ToArray());
        Assert.ThrowsExactly<InvalidOperationException>(() => parties.Evaluator.RevealTo(product, []));
    }

    private static CkksParameters Small() => CkksParameters.CreateWithoutSpecialPrime(64, [50, 50], SecurityLevel.None);

    // The whole way: both parties hold a share of the input; unmasked results are exact, shares of them but for the last bit.
    private static void Run(RingPackedSamples parties, RingPacking packing)
    {
        RingPackedShape shape = packing.Shape;
        string at = $"{shape}, {(packing as MatMulPacking)?.Tile}{(packing as Conv2dPacking)?.Tile}, seed {Seed}";
        ulong[] ownerShare = RingPackedSamples.Words(shape.InputLength, Seed);
        ulong[] evaluatorShare = RingPackedSamples.Words(shape.InputLength, Seed + 1);
        ulong[] bias = RingPackedSamples.Words(shape.OutputLength, Seed + 2);
        long[] plainWeights = RingPackedSamples.Weights(shape.WeightLength, packing.Options.LargestWeight, Seed);
        ulong[] expected = RingPackedSamples.Plain(shape, [.. ownerShare.Zip(evaluatorShare, (x, y) => x + y)], plainWeights);

        using var weights = new RingPackedWeights(parties.Context, packing, plainWeights);
        Ciphertext[] inputs = parties.Encryptor.Encrypt(packing, ownerShare);
        Assert.HasCount(packing.Plan.CiphertextsUp, inputs, at);
        inputs = [.. inputs.Select(input => Travelled(packing, input))];
        parties.Evaluator.AddShare(packing, inputs, evaluatorShare);
        RingPackedProduct product = parties.Evaluator.Multiply(weights, inputs);

        var results = new ulong[shape.OutputLength];
        parties.Decryptor.Decrypt(packing, product.Ciphertexts, results);
        CollectionAssert.AreEqual(expected, results, at);

        double[] noise = new double[packing.Parameters.Degree];
        double largest = 0;
        foreach (Ciphertext ciphertext in product.Ciphertexts)
        {
            parties.Decryptor.MeasureNoise(ciphertext, noise);
            largest = Math.Max(largest, noise.Max(Math.Abs));
        }

        Assert.IsLessThan(Math.Log2(RingPackedSamples.NoiseBefore(packing)) + (50 * (packing.Parameters.MaximumLevel - packing.Plan.ReplyLevel)), Math.Log2(largest), at);

        var share = new ulong[shape.OutputLength];
        Ciphertext[] replies = parties.Evaluator.MaskUniform(product, bias, share);
        parties.Decryptor.Decrypt(packing, RingPackedSamples.Travelled(packing, replies), results);
        int wrong = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            long error = (long)(results[i] + share[i] - expected[i] - bias[i]);
            Assert.IsLessThanOrEqualTo(1, Math.Abs(error), $"{at}, result {i}");
            wrong += (int)Math.Abs(error);
        }

        double chance = Math.ScaleB(1, (int)Math.Ceiling(packing.Plan.NoiseBits - packing.Plan.LimitBits));
        Assert.IsLessThanOrEqualTo((chance * expected.Length) + (5 * Math.Sqrt(chance * expected.Length)) + 1, wrong, at);
    }

    private static Ciphertext Travelled(RingPacking packing, Ciphertext input)
    {
        var bytes = new byte[RingPackedWire.InputBytes(packing)];
        Assert.AreEqual(bytes.Length, RingPackedWire.WriteInput(packing, input, bytes));
        return RingPackedWire.ReadInput(input.Context, packing, bytes);
    }
}
