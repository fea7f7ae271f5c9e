using Hybrid.Seal;
using Hybrid.Seal.RingPacked;
using Hybrid.Security;

namespace Hybrid.Tests.Seal.RingPacked;

[TestClass]
public sealed class RingPackedNoiseTests
{
    private const int Seed = 76;

    [TestMethod]
    public void As_many_bits_are_dropped_as_there_is_room_for_and_no_more()
    {
        foreach (CkksParameters parameters in new[] { RingPackedParameters.Degree4096(), RingPackedParameters.Degree8192(), RingPackedParameters.Degree8192Long() })
        {
            foreach (int revealBits in new[] { 0, 40 })
            {
                // One in 512 shares may be one off; nothing that is revealed.
                double spare = revealBits > 0 ? 1 : 8;
                int before = int.MaxValue;
                int inputsBefore = int.MaxValue;
                for (double bits = 0; bits < 80; bits += 0.37)
                {
                    var noise = new RingPackedNoise(parameters, new RingPackedOptions { RevealBits = revealBits }, Math.Pow(2, bits), Math.Pow(2, bits / 2));
                    string at = $"{parameters}, {revealBits} bits of flooding, weights of 2^{bits:F2}";
                    if (!noise.Fits)
                    {
                        Assert.AreEqual(0, noise.DroppedBits, at);
                        continue;
                    }

                    double without = Math.Pow(2, noise.Bits) - Off(noise.DroppedBits, parameters.Degree);
                    if (Math.Log2(without) > noise.LimitBits - spare)
                    {
                        Assert.AreEqual((0, parameters.MaximumLevel), (noise.DroppedBits, noise.ReplyLevel), at);
                        continue;
                    }

                    int most = ShortResidues.MostDropped(parameters, noise.ReplyLevel);
                    Assert.IsLessThanOrEqualTo(noise.LimitBits - spare + 1e-9, noise.Bits, at);
                    Assert.IsInRange(0, most, noise.DroppedBits, at);
                    if (noise.DroppedBits < most)
                    {
                        Assert.IsGreaterThan(noise.LimitBits - spare, Math.Log2(without + Off(noise.DroppedBits + 1, parameters.Degree)), at);
                    }

                    // More noise never leaves more to drop of what is sent.
                    int sent = Enumerable.Range(0, noise.ReplyLevel + 1).Sum(i => parameters.Primes[i].BitCount) - noise.DroppedBits;
                    Assert.IsGreaterThanOrEqualTo(65 + (int)spare, sent, at);
                    Assert.IsLessThanOrEqualTo(sent + 1, before == int.MaxValue ? 0 : before, at);
                    before = sent;
                    // Nor of inputs, which leave bits out where results become shares.
                    Assert.IsInRange(0, revealBits > 0 ? 0 : inputsBefore, noise.InputDroppedBits, at);
                    inputsBefore = noise.ReplyLevel == parameters.MaximumLevel ? noise.InputDroppedBits : int.MaxValue;
                }
            }
        }
    }

    [TestMethod]
    public void Both_parties_drop_the_same_bits()
    {
        foreach (RingPackedShape shape in new RingPackedShape[] { new MatMulShape(9, 300, 40), new Conv2dShape(8, 14, 14, 16, 3, 3) { PadTop = 1 } })
        {
            foreach (int revealBits in new[] { 0, 40 })
            {
                var options = new RingPackedOptions { LargestWeight = 1 << 12, LargestNorm = 1e6, RevealBits = revealBits };
                RingPackedPlan one = shape.Pack(RingPackedParameters.Degree8192(), options).Plan;
                RingPackedPlan other = shape.Pack(RingPackedParameters.Degree8192(), options with { }).Plan;
                Assert.AreEqual(one, other);
                Assert.IsGreaterThan(0, one.DroppedBits, $"{shape}");
            }
        }
    }

    [TestMethod]
    public void Without_room_replies_are_whole_and_right()
    {
        var shape = new MatMulShape(2, 500, 20);
        var options = new RingPackedOptions { LargestWeight = 1 << 18 };
        using var parties = new RingPackedSamples(RingPackedParameters.Degree4096(), Seed);
        RingPacking packing = shape.Pack(parties.Context.Parameters, options);
        Assert.AreEqual(0, packing.Plan.DroppedBits);
        Assert.AreEqual((packing.Plan.CiphertextsDown * (1 + (2L * 4096 * 50 / 8))) + (40 * 100 / 8), packing.ReplyBytes!.Value, 2.0 * packing.Plan.CiphertextsDown);
        ulong[] values = RingPackedSamples.Words(shape.InputLength, Seed);
        long[] plain = RingPackedSamples.Weights(shape.WeightLength, options.LargestWeight, Seed);
        using var weights = new RingPackedWeights(parties.Context, packing, plain);
        RingPackedProduct product = parties.Evaluator.Multiply(weights, parties.Encryptor.Encrypt(packing, values));
        var results = new ulong[shape.OutputLength];
        parties.Decryptor.Decrypt(packing, RingPackedSamples.Travelled(packing, product.Ciphertexts), results);
        CollectionAssert.AreEqual(RingPackedSamples.Plain(shape, values, plain), results);
    }

    [TestMethod]
    public void A_share_s_last_bit_is_wrong_for_one_result_in_512_at_most()
    {
        var shape = new MatMulShape(128, 64, 256);
        using var parties = new RingPackedSamples(RingPackedParameters.Degree4096(), Seed, cores: 2);
        RingPacking packing = shape.Pack(parties.Context.Parameters);
        Assert.IsGreaterThan(15, packing.Plan.DroppedBits);
        ulong[] values = RingPackedSamples.Words(shape.InputLength, Seed);
        long[] plain = RingPackedSamples.Weights(shape.WeightLength, packing.Options.LargestWeight, Seed);
        using var weights = new RingPackedWeights(parties.Context, packing, plain);
        RingPackedProduct product = parties.Evaluator.Multiply(weights, parties.Encryptor.Encrypt(packing, values));
        var share = new ulong[shape.OutputLength];
        var message = new byte[packing.ReplyBytes!.Value];
        parties.Evaluator.WriteMasked(product, [], share, message);
        using var other = new SecretBuffer<ulong>(shape.OutputLength);
        parties.Decryptor.Read(packing, message, other);
        ulong[] expected = RingPackedSamples.Plain(shape, values, plain);
        int wrong = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            long error = (long)(other.Span[i] + share[i] - expected[i]);
            Assert.IsLessThanOrEqualTo(1, Math.Abs(error), $"result {i}, seed {Seed}");
            wrong += (int)Math.Abs(error);
        }

        // Ten deviations lie within the bound, so it is far fewer: of 32768, some five.
        Assert.IsLessThan(expected.Length / 512, wrong, $"seed {Seed}");
    }

    private static double Off(int dropped, int degree) => NoiseBound.Deviations * ShortResidues.Deviation(dropped, degree);
}
