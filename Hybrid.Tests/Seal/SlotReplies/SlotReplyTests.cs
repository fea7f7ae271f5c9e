using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Schemes;
using Hybrid.Seal;
using Hybrid.Seal.SlotReplies;
using Hybrid.Tests.Core.Communication;
using Hybrid.Tests.Seal.Evaluation;

namespace Hybrid.Tests.Seal.SlotReplies;

/// <summary>Layers in slots from a server to the key's owner.</summary>
[TestClass]
public sealed class SlotReplyTests
{
    private const int Seed = SlotReplySamples.Seed;
    private const int Features = 5;
    private const int Outputs = 3;

    public static IEnumerable<object[]> Sets =>
    [
        // Degree, primes, whether one is special, bits of both scales, tolerance, level flooded at, level sent.
        [256, new[] { 50, 50, 50, 50 }, true, 80, 20, 1e-6, 2, 1],
        [1024, new[] { 60, 60, 60, 60 }, true, 80, 16, 1e-6, 1, 0],
        [512, new[] { 50, 50, 50 }, false, 80, 20, 1e-6, 2, 1],
        [512, new[] { 50, 50, 50, 50 }, true, 80, 0, 2e-7, 1, 1],
        [256, new[] { 40, 40, 40, 40, 40, 40 }, true, 90, 20, 0.1, 2, 0],
    ];

    [TestMethod]
    [DynamicData(nameof(Sets))]
    public void A_linear_layer_comes_back_within_the_quoted_error(
        int degree, int[] bits, bool isSpecial, int inputBits, int weightBits, double tolerance, int flooded, int sent)
    {
        CkksParameters parameters = isSpecial
            ? SlotReplySamples.Small(degree, bits) : CkksParameters.CreateWithoutSpecialPrime(degree, bits, SecurityLevel.None);
        using var samples = new SlotReplySamples(parameters, inputBits, weightBits, Features);
        double[] weights = LinearTransformParty.Numbers(Outputs * Features, Seed);
        double[] bias = [0.5, -2, 0];
        if (weightBits == 0)
        {
            weights = [.. weights.Select(weight => Math.Round(8 * weight))];
        }

        FeatureProduct layer = samples.Layer(weights, bias);
        Ciphertext[] results = samples.Multiply(layer);
        ulong[][] before = [.. results.Select(result => result.Residues.ToArray())];
        SlotReplyPlan plan = SlotReplyPlan.Of(samples.Reply(layer, largest: 8 * Features, tolerance));
        Assert.AreEqual((flooded, sent), (plan.FloodedLevel, plan.Level));

        using var server = new SlotReplyEvaluator(samples.Ckks.PublicKey, SlotReplySamples.Randomness(11));
        using var client = new SlotReplyDecryptor(samples.Ckks.SecretKey);
        byte[] message = server.Write(plan, results);
        double[] values = client.Read(plan, message);
        double most = 0;
        for (int output = 0; output < Outputs; output++)
        {
            double[] expected = samples.Expected(weights, bias, output);
            for (int j = 0; j < expected.Length; j++)
                most = Math.Max(most, Math.Abs(values[(output * expected.Length) + j] - expected[j]));
            CollectionAssert.AreEqual(before[output], results[output].Residues.ToArray(), "results stay as they are");
        }

        // Fifteen deviations bound what is mostly four.
        Assert.IsLessThanOrEqualTo(tolerance, plan.SlotError);
        Assert.IsLessThanOrEqualTo(plan.SlotError, most, $"{parameters}, seed {Seed}");
        Assert.IsGreaterThan(plan.SlotError / 10, most, $"{parameters}: the bound says nothing, seed {Seed}");
    }

    [TestMethod]
    public async Task Bytes_messages_and_ways_are_those_of_the_quote()
    {
        using var samples = new SlotReplySamples(CkksParameters.Create(8192, [50, 50, 50, 50]), 80, 20, 2);
        double[] weights = [0.25, -0.75, 1, 0.5];
        FeatureProduct layer = samples.Layer(weights);
        SlotReplyPlan plan = SlotReplyPlan.Of(samples.Reply(layer, largest: 4, tolerance: 1e-4));
        Quote quote = plan.Quote();
        Assert.AreEqual((0L, 1, 1), (quote.BytesUp, quote.Messages, quote.Flights));
        Assert.AreEqual((16L * 8192 * (plan.Level + 1)) + 113, plan.CiphertextBytes);
        Assert.AreEqual((2L * plan.CiphertextBytes) + 8, quote.BytesDown);
        Assert.IsGreaterThan(0, quote.ClientSeconds);
        Assert.IsGreaterThan(quote.ClientSeconds, quote.ServerSeconds);

        var step = new StepTag(7, "scores");
        await using ChannelPair channels = await ChannelPair.OpenAsync();
        using var server = new SlotReplyEvaluator(samples.Ckks.PublicKey, SlotReplySamples.Randomness(12));
        using var client = new SlotReplyDecryptor(samples.Ckks.SecretKey);
        Task<double[]> receiving = client.ReceiveAsync(plan, channels.Client, step);
        await server.SendAsync(plan, samples.Multiply(layer), channels.Server, step);
        double[] values = await receiving;
        ChannelCounters sent = channels.Server.Counters;
        ChannelCounters received = channels.Client.Counters;
        Assert.AreEqual((quote.BytesDown, quote.BytesUp, (long)quote.Messages), (sent.BytesSent, sent.BytesReceived, sent.MessagesSent));
        Assert.AreEqual((quote.BytesDown, 0L, 1L, 0L), (received.BytesReceived, received.BytesSent, received.MessagesReceived, received.Rounds));
        for (int output = 0; output < 2; output++)
        {
            double[] expected = samples.Expected(weights, null, output);
            for (int j = 0; j < expected.Length; j++)
                Assert.AreEqual(expected[j], values[(output * expected.Length) + j], plan.SlotError, $"output {output}, slot {j}, seed {Seed}");
        }
    }

    [TestMethod]
    public void Results_below_the_highest_level_and_rescaled_ones_are_replied_too()
    {
        using var samples = new SlotReplySamples(SlotReplySamples.Small(256, 50, 50, 50, 50, 50), 90, 40, Features, level: 3);
        double[] weights = LinearTransformParty.Numbers(Features, Seed);
        FeatureProduct layer = samples.Layer(weights);
        Ciphertext result = samples.Ckks.Evaluator.Rescale(samples.Multiply(layer)[0]);
        NoiseBound noise = layer.Noise(NoiseBound.FreshSymmetric(samples.Ckks.Context)).Rescale(3);
        SlotReply reply = samples.Reply(layer, Features, 1e-3) with { Level = 2, Scale = result.Scale, NoiseBits = noise.Bits };
        SlotReplyPlan plan = SlotReplyPlan.Of(reply);
        using var server = new SlotReplyEvaluator(samples.Ckks.PublicKey, SlotReplySamples.Randomness(13));
        using var client = new SlotReplyDecryptor(samples.Ckks.SecretKey);
        double[] values = client.Read(plan, server.Write(plan, [result]));
        CkksInstance.AssertClose(samples.Expected(weights, null, 0), values, plan.SlotError, $"seed {Seed}");

        // A scale that the same operations in another order left is the same.
        result.Scale *= 1 + 1e-13;
        CkksInstance.AssertClose(samples.Expected(weights, null, 0), client.Read(plan, server.Write(plan, [result])), plan.SlotError, $"seed {Seed}");
    }

    [TestMethod]
    public void The_noise_of_a_features_product_is_within_its_bound_and_not_far_below()
    {
        using var samples = new SlotReplySamples(SlotReplySamples.Small(1024, 50, 50, 50), 60, 20, Features);
        double[] weights = LinearTransformParty.Numbers(Outputs * Features, Seed);
        FeatureProduct layer = samples.Layer(weights);
        NoiseBound bound = layer.Noise(NoiseBound.FreshSymmetric(samples.Ckks.Context));
        Ciphertext[] results = samples.Multiply(layer);
        double[][] noises = [.. results.Select((result, output) => samples.Ckks.Noise(result, samples.Exact(weights, output)))];
        int largest = Enumerable.Range(0, Outputs).MaxBy(output => weights.Skip(output * Features).Take(Features).Sum(weight => weight * weight));
        foreach (double[] noise in noises)
            Assert.IsLessThanOrEqualTo(bound.Coefficient, noise.Max(Math.Abs), $"seed {Seed}");
        CkksInstance.AssertBoundFits(noises[largest], bound, $"the output of the largest weights, seed {Seed}", slack: 2.1);

        // What is told of the weights: their norm, rounded up to a power of two.
        double norm = bound.Variance / NoiseBound.FreshSymmetric(samples.Ckks.Context).Variance;
        Assert.AreEqual(0, Math.Log2(Math.Sqrt(norm)) % 1, 1e-9);
        Assert.AreEqual(bound.Bits, samples.Layer([.. weights.Select(weight => weight * 0.99)]).Noise(NoiseBound.FreshSymmetric(samples.Ckks.Context)).Bits);
        Assert.AreEqual(NoiseBound.FreshSymmetric(samples.Ckks.Context).Bits, samples.Layer(new double[Features]).Noise(NoiseBound.FreshSymmetric(samples.Ckks.Context)).Bits);
    }

    [TestMethod]
    public void The_ledger_says_who_learns_what()
    {
        using var samples = new SlotReplySamples(SlotReplySamples.Small(256, 50, 50, 50, 50), 80, 20, Features);
        FeatureProduct layer = samples.Layer(LinearTransformParty.Numbers(Outputs * Features, Seed));
        SlotReplyPlan plan = SlotReplyPlan.Of(samples.Reply(layer, 5, 1e-6) with { Name = "scores" });
        Assert.AreEqual(40 - Math.Log2(256 * Outputs), plan.HidingBits, 1e-9);
        (Disclosure values, Disclosure bound) = (plan.Disclosures[0], plan.Disclosures[1]);
        Assert.HasCount(2, plan.Disclosures);
        Assert.IsTrue(plan.Disclosures.All(entry => entry.Learner == Party.Client), "the server learns nothing");
        Assert.AreEqual(("scores", "3 x 128"), (values.Value, values.Extent));
        Assert.AreEqual(Math.Ceiling(Math.Log2(10 / plan.SlotError)), values.Bits);
        StringAssert.Contains(values.Why, $"drowned in noise of 2^{plan.FloodingBits}, so it tells nothing else but for 2^-30");
        Assert.AreEqual(("noise bound of scores", 0), (bound.Value, bound.Bits));
    }
}
