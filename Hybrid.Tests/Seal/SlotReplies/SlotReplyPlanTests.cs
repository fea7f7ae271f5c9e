using Hybrid.Seal;
using Hybrid.Seal.SlotReplies;
using Hybrid.Tests.Core;

namespace Hybrid.Tests.Seal.SlotReplies;

/// <summary>What is known of a reply before it runs, and what is refused.</summary>
[TestClass]
public sealed class SlotReplyPlanTests
{
    private static readonly CkksContext Context = new(SlotReplySamples.Small(256, 50, 50, 50, 50));

    private static readonly SlotReply Good = new()
    {
        Context = Context,
        Level = 2,
        Scale = Math.ScaleB(1, 100),
        NoiseBits = 27.5,
        LargestValue = 5,
        Tolerance = 1e-6,
    };

    [TestMethod]
    public void Numbers_of_a_plan_follow_from_what_was_agreed()
    {
        SlotReplyPlan plan = SlotReplyPlan.Of(Good);
        double zero = NoiseBound.FreshPublic(Context).Coefficient;
        Assert.AreEqual(28 + 40, plan.FloodingBits, "noise and zero's stay below 2^28");
        Assert.AreEqual(29 + 40, SlotReplyPlan.Of(Good with { NoiseBits = 28 }).FloodingBits, "zero's passes it");
        Assert.AreEqual(20 + (int)Math.Ceiling(Math.Log2(zero + 1)), SlotReplyPlan.Of(Good with { NoiseBits = 0, StatisticalBits = 20 }).FloodingBits);

        // Room for 2^102.3 of message takes three primes; the scale then goes down by one.
        Assert.AreEqual((2, 1), (plan.FloodedLevel, plan.Level));
        Assert.AreEqual(Math.ScaleB(1, 100) / Context.Parameters.Primes[2].Value, plan.Scale);
        double noise = 10 * Math.ScaleB(1, 68) * Math.Sqrt(256 / 3.0) / Math.ScaleB(1, 100);
        Assert.IsInRange(noise, noise * 1.01, plan.SlotError);
        Assert.AreEqual(32, plan.HidingBits, 1e-9);
        Assert.AreEqual(22, SlotReplyPlan.Of(Good with { Count = 1024 }).HidingBits, 1e-9);
    }

    [TestMethod]
    public void Greater_tolerances_make_shorter_replies_until_no_prime_is_left()
    {
        SlotReply reply = Good with { Scale = Math.ScaleB(1, 120), NoiseBits = 20 };
        int before = int.MaxValue;
        var levels = new HashSet<int>();
        for (double tolerance = 1e-11; tolerance < 1e6; tolerance *= 10)
        {
            SlotReplyPlan plan = SlotReplyPlan.Of(reply with { LargestValue = 1e-3, Tolerance = tolerance });
            Assert.IsLessThanOrEqualTo(tolerance, plan.SlotError);
            Assert.IsLessThanOrEqualTo(before, plan.MessageBytes, $"{tolerance}");
            before = plan.MessageBytes;
            levels.Add(plan.Level);
        }

        CollectionAssert.AreEquivalent(new[] { 0, 1 }, levels.ToArray());
    }

    [TestMethod]
    public void The_lowest_level_with_room_is_taken_and_no_lower_one()
    {
        foreach (double largest in new[] { 0, 1e-6, 0.4, 0.6, 1, 100, Math.ScaleB(1, 40) })
        {
            for (int bits = 60; bits < 150; bits++)
            {
                SlotReply reply = Good with { Scale = Math.ScaleB(1, bits), LargestValue = largest, NoiseBits = 5, Tolerance = double.MaxValue, StatisticalBits = 30 };
                double needed = Math.Log2((Math.ScaleB(largest, bits) + Math.ScaleB(1, 36)) * 2);
                int fits = Enumerable.Range(0, 3).Count(level => Math.Max(needed, bits) >= 50 * (level + 1) - 1e-3);
                if (fits == 3)
                {
                    HybridOrRange(reply);
                    continue;
                }

                Assert.AreEqual(fits, SlotReplyPlan.Of(reply).FloodedLevel, $"largest {largest}, scale 2^{bits}");
            }
        }

        static void HybridOrRange(SlotReply reply) =>
            Sentences.Refused<ParameterException>(() => SlotReplyPlan.Of(reply), "take a modulus of 2^", "level 2 has 2^150.0", "more primes");
    }

    [TestMethod]
    public void Where_there_is_no_room_the_sentence_says_what_to_do()
    {
        Sentences.Refused<ParameterException>(
            () => SlotReplyPlan.Of(Good with { NoiseBits = 61 }), "for 40 bits takes noise of 2^101, and 2^100 is the most", "rescale before the reply, use smaller scales, or fewer bits");
        Sentences.Refused<ParameterException>(() => SlotReplyPlan.Of(Good with { NoiseBits = double.PositiveInfinity }), "2^100 is the most");
        Sentences.Refused<ParameterException>(() => SlotReplyPlan.Of(Good with { StatisticalBits = int.MaxValue }), "2^100 is the most");
        Sentences.Refused<ParameterException>(
            () => SlotReplyPlan.Of(Good with { NoiseBits = 59, Level = 1, Scale = Math.ScaleB(1, 90) }), "under noise of 2^99 take a modulus of 2^100", "level 1 has 2^100.0", "use parameters with more primes, rescale less before the reply, or take fewer bits");
        Sentences.Refused<ParameterException>(
            () => SlotReplyPlan.Of(Good with { LargestValue = Math.ScaleB(1, 50) }), "take a modulus of 2^151", "level 2 has 2^150.0");

        // The scale that it asks for is enough, and half of it is not.
        SlotReply narrow = Good with { Tolerance = 1e-9 };
        Sentences.Refused<ParameterException>(
            () => SlotReplyPlan.Of(narrow), "Noise of 2^68 a coefficient makes a slot err by 2.2E-08 at scale 2^100.0, and the tolerance is 1E-09", "so that the result's is 2^105", "fewer bits or a greater tolerance");
        Assert.IsLessThan(1e-9, SlotReplyPlan.Of(narrow with { Scale = Math.ScaleB(1, 105) }).SlotError);
        Assert.ThrowsExactly<ParameterException>(() => SlotReplyPlan.Of(narrow with { Scale = Math.ScaleB(1, 104) }));
        Sentences.Refused<ParameterException>(
            () => SlotReplyPlan.Of(Good with { Tolerance = 1e-12 }), "decoded to 7.3E-11 in doubles and the tolerance is 1E-12", "smaller numbers");
        Sentences.Refused<ParameterException>(
            () => SlotReplyPlan.Of(Good with { Count = 1_000_000 }), "more than a message holds", "several replies");
    }

    [TestMethod]
    public void Numbers_that_are_none_are_refused()
    {
        foreach (SlotReply bad in new[]
        {
            Good with { NoiseBits = double.NaN }, Good with { LargestValue = -1 }, Good with { LargestValue = double.NaN },
            Good with { LargestValue = double.PositiveInfinity }, Good with { Tolerance = 0 }, Good with { Tolerance = double.NaN },
            Good with { Count = 0 }, Good with { Level = 3 }, Good with { Level = -1 }, Good with { Scale = 0 }, Good with { Scale = Math.ScaleB(1, 151) },
            Good with { StatisticalBits = 0 },
        })
        {
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => SlotReplyPlan.Of(bad), $"{bad}");
        }

        Assert.ThrowsExactly<ArgumentNullException>(() => SlotReplyPlan.Of(null!));
        Assert.ThrowsExactly<ArgumentNullException>(() => SlotReplyPlan.Of(Good with { Context = null! }));
        Assert.ThrowsExactly<ArgumentException>(() => SlotReplyPlan.Of(Good with { Name = " " }));
    }

    [TestMethod]
    public void Results_that_do_not_fit_the_plan_are_refused_before_anything_is_written()
    {
        using var samples = new SlotReplySamples(SlotReplySamples.Small(256, 50, 50, 50, 50), 80, 20, 2);
        FeatureProduct layer = samples.Layer([1, 0.5, 0.25, -1]);
        Ciphertext[] results = samples.Multiply(layer);
        SlotReplyPlan plan = SlotReplyPlan.Of(samples.Reply(layer, 5, 1e-6));
        using var server = new SlotReplyEvaluator(samples.Ckks.PublicKey, SlotReplySamples.Randomness(31));
        CkksEvaluator e = samples.Ckks.Evaluator;
        foreach ((Ciphertext[] bad, string says) in new (Ciphertext[], string)[]
        {
            ([results[0], e.ModSwitch(samples.Features[0], 1)], "at level 1 with 2 polynomials and the plan is for level 2"),
            ([results[0], samples.Features[0]], "has the scale 2^80.000000000 and the plan is for 2^100.000000000"),
            ([results[0], new Ciphertext(samples.Ckks.Context, 2, 3)], "at level 2 with 3 polynomials"),
            ([results[0], new Ciphertext(new CkksContext(SlotReplySamples.Small(256, 50, 50, 50, 40)))], "other parameters"),
        })
        {
            var message = new byte[plan.MessageBytes];
            Sentences.Refused<ParameterException>(() => server.Write(plan, bad, message), says);
            Assert.IsFalse(message.AsSpan().ContainsAnyExcept((byte)0), "nothing is written");
        }

        Assert.ThrowsExactly<ArgumentException>(() => server.Write(plan, results.AsSpan(1)));
        Assert.ThrowsExactly<ArgumentException>(() => server.Write(plan, results, new byte[plan.MessageBytes + 1]));
        SlotReplyPlan other = SlotReplyPlan.Of(Good with { Context = new CkksContext(SlotReplySamples.Small(256, 50, 50, 50, 40)) });
        Sentences.Refused<ParameterException>(() => server.Write(other, [results[0]]), "other parameters");
        using var client = new SlotReplyDecryptor(samples.Ckks.SecretKey);
        Sentences.Refused<ParameterException>(() => client.Read(other, new byte[other.MessageBytes]), "other parameters");
        Assert.ThrowsExactly<ArgumentException>(() => client.Read(plan, server.Write(plan, results), new double[7]));
    }
}
