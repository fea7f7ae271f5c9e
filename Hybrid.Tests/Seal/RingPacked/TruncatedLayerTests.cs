using Hybrid.Numerics;
using Hybrid.Seal;
using Hybrid.Seal.RingPacked;
using Hybrid.Security;
using Hybrid.Tests.Seal.Encoding;

namespace Hybrid.Tests.Seal.RingPacked;

/// <summary>Layers whose results are truncated next: at levels with little room above their noise.</summary>
[TestClass]
public sealed class TruncatedLayerTests
{
    private const int Seed = 93;

    private static readonly MatMulShape Product = new(9, 60, 7);
    private static readonly Conv2dShape Convolution = new(3, 9, 8, 5, 3, 3) { PadTop = 1, Images = 2 };

    [TestMethod]
    [DataRow(0, true)]
    [DataRow(0, false)]
    [DataRow(1, true)]
    public void Results_are_off_by_less_than_is_allowed(int level, bool isMerged)
    {
        CkksParameters parameters = CkksParameters.Create(256, [50, 50, 50], SecurityLevel.None);
        foreach (RingPackedShape shape in new RingPackedShape[] { Product, Convolution })
        {
            foreach (KernelWidth width in EncodingSamples.Widths())
            {
                RingPackedOptions options = Options(level, isMerged);
                RingPacking packing = shape.Pack(parameters, options);
                using var parties = new RingPackedSamples(parameters, Seed, width, cores: 2, packing.MergeKeys is { Count: > 0 } keys ? keys : null);
                Run(parties, shape.Pack(parameters, options with { Merging = isMerged ? packing.MergeKeys : null }), Math.ScaleB(7, 36), $"{shape}, {width}, seed {Seed}");
            }
        }
    }

    [TestMethod]
    public void One_prime_of_degree_4096_serves_a_network_s_first_layer()
    {
        var shape = new MatMulShape(128, 784, 128);
        CkksParameters parameters = RingPackedParameters.Degree4096ShortMerging();
        RingPackedOptions options = Options(0, isMerged: true) with
        {
            LargestWeight = 1 << 13,
            LargestNorm = 1 << 21,
            Allowance = Math.ScaleB(7, 39),
            InputsAreShared = false,
            Cost = PackingCost.Over(Hybrid.Planning.LinkProfile.Wan),
        };
        var packing = (MatMulPacking)shape.Pack(parameters, options);
        Assert.AreEqual(new MatMulTile(128, 32, 1) { MergeLevels = 5 }, packing.Tile);
        Assert.AreEqual((25, 4), (packing.Plan.CiphertextsUp, packing.Plan.CiphertextsDown));
        // Of each number fewer bits than a share of it has.
        Assert.IsLessThan(8L * shape.InputLength, packing.Plan.BytesUp);
        Assert.IsLessThan(8L * shape.OutputLength * 1.01, packing.Plan.BytesDown);
        using var parties = new RingPackedSamples(parameters, Seed, cores: 2, merging: packing.MergeKeys);
        RingPacking made = shape.Pack(parameters, options with { Merging = packing.MergeKeys });
        double off = Run(parties, made, options.Allowance, $"seed {Seed}", (1 << 21) / 784);
        // What deviates by a tenth of the bound is far from it.
        Assert.IsLessThan(options.Allowance / 4, off);
    }

    [TestMethod]
    public void Ciphertexts_of_another_level_are_refused()
    {
        CkksParameters parameters = CkksParameters.CreateWithoutSpecialPrime(256, [50, 50], SecurityLevel.None);
        using var parties = new RingPackedSamples(parameters, Seed);
        RingPacking low = Product.Pack(parameters, Options(0, isMerged: false));
        RingPacking high = Product.Pack(parameters, Options(1, isMerged: false));
        using var weights = new RingPackedWeights(parties.Context, low, new long[Product.WeightLength]);
        Ciphertext[] inputs = [.. Enumerable.Range(0, low.Plan.CiphertextsUp).Select(_ => new Ciphertext(parties.Context))];
        foreach (Ciphertext input in inputs)
            input.Reset(2, 1, 1);
        ParameterException refusal = Assert.ThrowsExactly<ParameterException>(() => parties.Evaluator.Multiply(weights, inputs));
        Core.Sentences.Check(refusal, "at level 1", "at 0");
        Assert.AreEqual(256 * 50 / 8, RingPackedWire.InputBytes(high) - RingPackedWire.InputBytes(low) + (256 * (high.Plan.InputDroppedBits - low.Plan.InputDroppedBits) / 8));
        RingPacking alone = Product.Pack(parameters, Options(1, isMerged: false) with { InputsAreShared = false });
        Core.Sentences.Check(
            Assert.ThrowsExactly<ParameterException>(() => parties.Evaluator.AddShare(alone, parties.Encryptor.Encrypt(alone, new ulong[Product.InputLength]), new ulong[Product.InputLength])), "the key's owner alone");
        foreach (int level in new[] { -1, 2 })
            Core.Sentences.Check(Assert.ThrowsExactly<ParameterException>(() => Product.Pack(parameters, Options(level, isMerged: false))), $"{level}");
    }

    [TestMethod]
    public void Tiles_are_no_wider_than_noise_allows_and_none_is_a_refusal()
    {
        CkksParameters parameters = CkksParameters.CreateWithoutSpecialPrime(4096, [50]);
        var shape = new MatMulShape(1, 64, 64);
        RingPackedOptions options = Options(0, isMerged: false) with { LargestWeight = 1 << 16 };
        var full = (MatMulPacking)shape.Pack(parameters, options with { Allowance = Math.ScaleB(1, 50) });
        Assert.AreEqual(64, full.Tile.Columns);
        var narrow = (MatMulPacking)shape.Pack(parameters, options with { Allowance = Math.ScaleB(1, 39) });
        Assert.IsInRange(1, 8, narrow.Tile.Columns);
        ParameterException refusal = Assert.ThrowsExactly<ParameterException>(() => shape.Pack(parameters, options with { Allowance = Math.ScaleB(1, 30) }));
        Core.Sentences.Check(refusal, "noise of up to", "must stay below");
    }

    private static RingPackedOptions Options(int level, bool isMerged) => new()
    {
        Level = level,
        Allowance = Math.ScaleB(7, 36),
        LargestWeight = 1 << 10,
        Merging = isMerged ? MergeKeys.ToBeMade(1) : null,
    };

    // Shares of words at the upper end; returns how far any is off.
    private static double Run(RingPackedSamples parties, RingPacking packing, double allowance, string at, long largest = 1 << 10)
    {
        ulong[] values = [.. RingPackedSamples.Words(packing.Shape.InputLength, Seed).Select(word => word & (ulong.MaxValue << 20))];
        ulong[] own = [.. RingPackedSamples.Words(packing.Shape.InputLength, Seed + 1).Select(word => word & (ulong.MaxValue << 20))];
        long[] plain = RingPackedSamples.Weights(packing.Shape.WeightLength, largest, Seed);
        using var weights = new RingPackedWeights(parties.Context, packing, plain);
        using var words = new SecretBuffer<ulong>(values);
        var message = new byte[packing.Plan.BytesUp];
        parties.Encryptor.Write(packing, words, message);
        Ciphertext[] inputs = parties.Evaluator.ReadInputs(packing, message);
        if (packing.Options.InputsAreShared)
        {
            parties.Evaluator.AddShare(packing, inputs, own);
            values = [.. values.Zip(own, (x, y) => x + y)];
        }

        ulong[] bias = RingPackedSamples.Words(packing.Shape.OutputLength, Seed + 2);
        var share = new ulong[packing.Shape.OutputLength];
        var reply = new byte[packing.ReplyBytes!.Value];
        parties.Evaluator.WriteMasked(parties.Evaluator.Multiply(packing, weights, inputs), bias, share, reply);
        using var other = new SecretBuffer<ulong>(share.Length);
        parties.Decryptor.Read(packing, reply, other);
        ulong[] expected = RingPackedSamples.Plain(packing.Shape, values, plain);
        double off = 0;
        for (int i = 0; i < expected.Length; i++)
            off = Math.Max(off, Math.Abs((double)(long)(share[i] + other.Span[i] - expected[i] - bias[i])));
        Assert.IsLessThan(allowance, off, at);
        Assert.IsGreaterThan(0, off, "noise there is");
        return off;
    }
}
