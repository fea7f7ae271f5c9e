using Hybrid.Seal;
using Hybrid.Seal.SlotReplies;
using Hybrid.Tests.Seal.SlotReplies;
using Hybrid.Tests.Seal.Wire;

namespace Hybrid.Tests.Seal.Interop;

/// <summary>A client that runs real SEAL sends its features here, where a layer is computed, and reads the reply.</summary>
[TestClass]
public sealed class SlotReplyExchangeTests
{
    [TestMethod]
    public void A_client_of_seals_reads_a_reply_within_the_quoted_error()
    {
        const int Degree = 8192;
        using NodeSeal seal = NodeSeal.Start();
        var context = new CkksContext(SealFormat.ReadParameters(seal.Create(Degree, [50, 50, 50, 60])));
        seal.Make("secret");
        seal.Make("public");
        double[][] x = [PlainNumbers(1), PlainNumbers(2)];
        var features = new Ciphertext[2];
        for (int f = 0; f < 2; f++)
        {
            seal.Encode("x", x[f], Math.ScaleB(1, 80));
            seal.Encrypt("a", "x");
            features[f] = SealFormat.ReadCiphertext(context, seal.Save("a"));
        }

        PublicKey publicKey = SealFormat.ReadPublicKey(context, seal.Save("public"));
        var layer = new FeatureProduct(context, [0.5, -0.25, 1, 0.125], 2, 2, 2, Math.ScaleB(1, 20), [1, -1]);
        Ciphertext[] results = [new(context), new(context)];
        layer.Apply(new CkksEvaluator(context), features, results);
        SlotReplyPlan plan = SlotReplyPlan.Of(new SlotReply
        {
            Context = context,
            Count = 2,
            Level = 2,
            Scale = Math.ScaleB(1, 100),
            NoiseBits = layer.Noise(NoiseBound.FreshPublic(context)).Bits,
            LargestValue = 3,
            Tolerance = 1e-4,
        });
        using var server = new SlotReplyEvaluator(publicKey, SlotReplySamples.Randomness(51));
        byte[] message = server.Write(plan, results);
        Assert.AreEqual(1, plan.Level, "a prime was divided by");
        for (int output = 0; output < 2; output++)
        {
            seal.Load("ciphertext", message.AsSpan(output * plan.CiphertextBytes, plan.CiphertextBytes), "y");
            (double first, double second, double bias) = output == 0 ? (0.5, -0.25, 1.0) : (1.0, 0.125, -1.0);
            double[] expected = [.. x[0].Zip(x[1], (a, b) => (first * a) + (second * b) + bias)];
            double error = PlainArithmetic.Distance(expected, seal.Decode("y"));
            Assert.IsInRange(plan.SlotError / 10, plan.SlotError, error, $"output {output}");
        }
    }

    private static double[] PlainNumbers(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 4096).Select(_ => (2 * random.NextDouble()) - 1)];
    }
}
