using Hybrid.Seal;
using Hybrid.Seal.SlotReplies;
using Hybrid.Security;

namespace Hybrid.Tests.Seal.SlotReplies;

/// <summary>What the key's owner, who knows the errors of its own encryptions, sees of weights in what leaves the server.</summary>
[TestClass]
public sealed class SlotReplyHidingTests
{
    private const int Seed = SlotReplySamples.Seed;
    private const int Degree = 1024;
    private const int Replies = 8;

    // On two features of the same numbers both are six times the one.
    private static readonly double[] Uneven = [6, 0];
    private static readonly double[] Even = [3, 3];

    [TestMethod]
    public void Noise_is_uniform_in_the_declared_range_and_no_wider_or_narrower()
    {
        using SlotReplySamples samples = Samples();
        SlotReplyPlan plan = Plan(samples, out _);
        double[] noise = [.. Reply(samples, plan, Uneven, 21).Noise];
        double range = Math.ScaleB(1, plan.FloodingBits);
        Assert.AreEqual(plan.Level, plan.FloodedLevel, "nothing was divided, so noise is as it was added");
        Assert.IsLessThan(range * (1 + Math.ScaleB(1, -30)), noise.Max(Math.Abs), $"seed {Seed}");
        Assert.AreEqual(range / Math.Sqrt(3), Math.Sqrt(noise.Sum(x => x * x) / noise.Length), range * 0.02, $"seed {Seed}");
        UniformFractions.Require([.. noise.Select(x => (x + range) / (2 * range))], "noise", Seed);

        // Forty bits above what was there before, as its bound says and as it was.
        Assert.AreEqual(40, plan.FloodingBits - Math.Log2(Math.Pow(2, plan.Reply.NoiseBits) + NoiseBound.FreshPublic(samples.Ckks.Context).Coefficient), 1);
        double before = samples.Ckks.Noise(samples.Multiply(samples.Layer(Uneven))[0], samples.Exact(Uneven)).Max(Math.Abs);
        Assert.IsLessThan(Math.ScaleB(1, plan.FloodingBits - 40), before);
    }

    [TestMethod]
    public void Who_knows_its_own_errors_works_out_weights_without_the_noise_and_not_with_it()
    {
        using SlotReplySamples samples = Samples();
        SlotReplyPlan plan = Plan(samples, out _);
        foreach (double[] weights in new[] { Uneven, Even })
        {
            Seen seen = Reply(samples, plan, weights, 22);
            (double first, double second) = LeastSquares(seen.Computed, seen.Errors);
            Assert.AreEqual(weights[0], first, 1e-6, $"seed {Seed}: without noise the attack works");
            Assert.AreEqual(weights[1], second, 1e-6, $"seed {Seed}: without noise the attack works");
            (first, second) = LeastSquares(seen.Noise, seen.Errors);

            // Deviation 2^48 / sqrt(3) / (3.24 sqrt(8192)), about 2^39.
            Assert.IsGreaterThan(Math.ScaleB(1, 30), Math.Abs(first - weights[0]), $"seed {Seed}");
            Assert.IsGreaterThan(Math.ScaleB(1, 30), Math.Abs(second - weights[1]), $"seed {Seed}");
        }
    }

    [TestMethod]
    public void Weights_with_the_same_result_leave_noise_that_nobody_can_tell_apart()
    {
        using SlotReplySamples samples = Samples();
        SlotReplyPlan plan = Plan(samples, out _);
        Assert.AreEqual(plan.Reply.NoiseBits, samples.Layer(Even).Noise(NoiseBound.FreshSymmetric(samples.Ckks.Context)).Bits, "what is public is the same");
        CollectionAssert.AreEqual(samples.Exact(Uneven), samples.Exact(Even), "and so is the result");
        Seen uneven = Reply(samples, plan, Uneven, 23);
        Seen even = Reply(samples, plan, Even, 24);

        // Kolmogorov and Smirnov's critical distance at one in a thousand; without noise the wider spread of six times one error shows.
        double critical = 1.95 * Math.Sqrt(2.0 / uneven.Noise.Length);
        Assert.IsGreaterThan(2 * critical, Distance(uneven.Computed, even.Computed), $"seed {Seed}: without noise the test tells");
        Assert.IsLessThan(critical, Distance(uneven.Noise, even.Noise), $"seed {Seed}");
        Assert.IsLessThan(critical, Distance([.. uneven.Noise.Select(Math.Abs)], [.. even.Noise.Select(Math.Abs)]), $"seed {Seed}");
    }

    [TestMethod]
    public void The_second_polynomial_is_fresh_each_time_and_does_not_show_the_weights()
    {
        using SlotReplySamples samples = Samples();
        SlotReplyPlan plan = Plan(samples, out _);
        using var server = new SlotReplyEvaluator(samples.Ckks.PublicKey, SlotReplySamples.Randomness(25));
        Ciphertext[] results = samples.Multiply(samples.Layer([1, 0]));
        Assert.IsTrue(samples.Features[0].Polynomial(1).SequenceEqual(results[0].Polynomial(1)), "with weight one it is the input's own");
        Ciphertext first = samples.Ciphertexts(plan, server.Write(plan, results))[0];
        Ciphertext second = samples.Ciphertexts(plan, server.Write(plan, results))[0];
        for (int prime = 0; prime <= plan.Level; prime++)
        {
            foreach ((Ciphertext a, Ciphertext b) in new[] { (first, results[0]), (second, results[0]), (first, second) })
            {
                double p = samples.Ckks.Context.Parameters.Primes[prime].Value;
                ulong[] left = a.Prime(1, prime).ToArray();
                ulong[] right = b.Prime(1, prime).ToArray();
                Assert.IsLessThan(3, left.Zip(right).Count(pair => pair.First == pair.Second));
                UniformFractions.Require([.. left.Zip(right, (x, y) => ((x - (double)y + p) % p) / p)], "what was added", Seed);
            }
        }
    }

    [TestMethod]
    public void Dividing_by_primes_leaves_as_much_noise_as_the_result_shrank_by()
    {
        using SlotReplySamples samples = Samples();
        FeatureProduct layer = samples.Layer(Uneven);
        SlotReplyPlan plan = SlotReplyPlan.Of(samples.Reply(layer, 8, 1e-7) with { StatisticalBits = 44, Tolerance = 1e-5 });
        Assert.AreEqual((1, 0), (plan.FloodedLevel, plan.Level));
        double prime = samples.Ckks.Context.Parameters.Primes[1].Value;
        using var server = new SlotReplyEvaluator(samples.Ckks.PublicKey, SlotReplySamples.Randomness(26));
        Ciphertext reply = samples.Ciphertexts(plan, server.Write(plan, samples.Multiply(layer)))[0];
        using Plaintext plaintext = samples.Ckks.Decryptor.Decrypt(reply);
        double[] noise = [.. samples.Ckks.Coefficients(plaintext).Zip(samples.Exact(Uneven), (actual, exact) => (double)((actual * (ulong)prime) - exact) / prime)];

        // Uniform noise and the rounding of both polynomials, the second of which the secret multiplies.
        double variance = (Math.Pow(Math.ScaleB(1, plan.FloodingBits) / prime, 2) / 3) + ((1 + (Degree * 2 / 3.0)) / 12);
        Assert.AreEqual(1, noise.Sum(x => x * x) / Degree / variance, 0.15, $"seed {Seed}");
    }

    [TestMethod]
    public void The_same_seed_gives_the_same_message_and_none_is_given_twice()
    {
        using SlotReplySamples samples = Samples();
        SlotReplyPlan plan = Plan(samples, out FeatureProduct layer);
        Ciphertext[] results = samples.Multiply(layer);
        CollectionAssert.AreEqual(Write(SlotReplySamples.Randomness(27)), Write(SlotReplySamples.Randomness(27)));
        CollectionAssert.AreNotEqual(Write(SlotReplySamples.Randomness(27)), Write(SlotReplySamples.Randomness(28)));
        CollectionAssert.AreNotEqual(Write(null), Write(null));
        using var server = new SlotReplyEvaluator(samples.Ckks.PublicKey, SlotReplySamples.Randomness(27));
        CollectionAssert.AreNotEqual(server.Write(plan, results), server.Write(plan, results));

        byte[] Write(IRandomSource? random)
        {
            using var server = new SlotReplyEvaluator(samples.Ckks.PublicKey, random);
            return server.Write(plan, results);
        }
    }

    // Integer weights, so that noise is narrow enough not to be divided away at this tolerance.
    private static SlotReplySamples Samples() => new(SlotReplySamples.Small(Degree, 50, 50, 50, 50), 80, 0, 2, same: true);

    private static SlotReplyPlan Plan(SlotReplySamples samples, out FeatureProduct layer)
    {
        layer = samples.Layer(Uneven);
        return SlotReplyPlan.Of(samples.Reply(layer, 8, 1e-7));
    }

    // Several queries of the same numbers: the noise before, the client's errors, and the noise of the replies.
    private static Seen Reply(SlotReplySamples samples, SlotReplyPlan plan, double[] weights, byte seed)
    {
        FeatureProduct layer = samples.Layer(weights);
        using var server = new SlotReplyEvaluator(samples.Ckks.PublicKey, SlotReplySamples.Randomness(seed));
        System.Numerics.BigInteger[] exact = samples.Exact(weights);
        var computed = new List<double>();
        var noise = new List<double>();
        List<double>[] errors = [[], []];
        for (int i = 0; i < Replies; i++)
        {
            samples.Encrypt();
            Ciphertext[] results = samples.Multiply(layer);
            computed.AddRange(samples.Ckks.Noise(results[0], exact));
            noise.AddRange(samples.Ckks.Noise(samples.Ciphertexts(plan, server.Write(plan, results))[0], exact));
            errors[0].AddRange(samples.Ckks.Noise(samples.Features[0], samples.Inputs[0]));
            errors[1].AddRange(samples.Ckks.Noise(samples.Features[1], samples.Inputs[1]));
        }

        return new Seen([.. computed], [.. noise], [[.. errors[0]], [.. errors[1]]]);
    }

    // What multiples of both errors come nearest.
    private static (double First, double Second) LeastSquares(double[] noise, double[][] errors)
    {
        double aa = Dot(errors[0], errors[0]), ab = Dot(errors[0], errors[1]), bb = Dot(errors[1], errors[1]);
        double a = Dot(noise, errors[0]), b = Dot(noise, errors[1]);
        double determinant = (aa * bb) - (ab * ab);
        return (((a * bb) - (b * ab)) / determinant, ((b * aa) - (a * ab)) / determinant);
    }

    private static double Dot(double[] x, double[] y) => x.Zip(y, (a, b) => a * b).Sum();

    // The most that two samples' distribution functions are apart.
    private static double Distance(double[] x, double[] y)
    {
        double[] a = [.. x.Order()];
        double[] b = [.. y.Order()];
        double most = 0;
        for (int i = 0, j = 0; i < a.Length && j < b.Length;)
        {
            double next = Math.Min(a[i], b[j]);
            while (i < a.Length && a[i] <= next)
                i++;
            while (j < b.Length && b[j] <= next)
                j++;
            most = Math.Max(most, Math.Abs(((double)i / a.Length) - ((double)j / b.Length)));
        }

        return most;
    }

    private sealed record Seen(double[] Computed, double[] Noise, double[][] Errors);
}
