using Hybrid.Seal;
using Hybrid.Seal.RingPacked;

namespace Hybrid.Tests.Seal.RingPacked;

/// <summary>What the key's owner can see of what leaves the evaluator.</summary>
[TestClass]
public sealed class RingPackedHidingTests
{
    private const int Seed = 73;

    [TestMethod]
    public void Masked_results_decrypt_to_uniform_coefficients_and_so_is_the_share()
    {
        var shape = new MatMulShape(4, 32, 31);
        using var parties = new RingPackedSamples(RingPackedParameters.Degree4096(), Seed);
        RingPacking packing = shape.Pack(parties.Context.Parameters);
        Ciphertext[] replies = Masked(parties, packing, new long[shape.WeightLength], out ulong[] share);
        UniformFractions.Require(Fractions(parties, replies[0], 0, _ => true), "modulo the first prime", Seed);
        UniformFractions.Require(Fractions(parties, replies[0], 1, _ => true), "modulo the second", Seed);
        UniformFractions.Require([.. share.Select(word => (double)word / ulong.MaxValue)], "share", Seed);

        Ciphertext[] again = Masked(parties, packing, new long[shape.WeightLength], out ulong[] other);
        Assert.IsFalse(share.AsSpan().SequenceEqual(other));
        Assert.IsFalse(replies[0].Residues.SequenceEqual(again[0].Residues));
    }

    [TestMethod]
    public void Revealed_results_are_flooded_and_the_rest_is_uniform()
    {
        var shape = new MatMulShape(8, 16, 64);
        var options = new RingPackedOptions { RevealBits = 40 };
        using var parties = new RingPackedSamples(RingPackedParameters.Degree8192(), Seed);
        RingPacking packing = shape.Pack(parties.Context.Parameters, options);
        using var weights = new RingPackedWeights(parties.Context, packing, new long[shape.WeightLength]);
        Ciphertext[] inputs = parties.Encryptor.Encrypt(packing, RingPackedSamples.Words(shape.InputLength, Seed));
        Ciphertext reply = parties.Evaluator.RevealTo(parties.Evaluator.Multiply(weights, inputs), [])[0];

        var used = new int[packing.Parameters.Degree];
        int count = packing.Places(0, used, new int[used.Length]);
        HashSet<int> results = [.. used.AsSpan(0, count)];
        Assert.IsGreaterThan(500, count);
        UniformFractions.Require(Fractions(parties, reply, 0, k => !results.Contains(k)), "modulo the first prime", Seed);
        UniformFractions.Require(Fractions(parties, reply, 1, k => !results.Contains(k)), "modulo the second", Seed);

        // Weights are zero, so the noise of results is what drowned it, as wide as planned.
        var noise = new double[used.Length];
        parties.Decryptor.MeasureNoise(reply, noise);
        double dropped = parties.Context.Parameters.Primes[2].Value;
        double width = Math.ScaleB(1, packing.FloodingBits) / dropped;
        UniformFractions.Require([.. results.Select(k => (noise[k] + width) / (2 * width))], "noise", Seed);
        Assert.IsLessThan(RingPackedSamples.NoiseBefore(packing), results.Max(k => Math.Abs(noise[k])));
    }

    [TestMethod]
    public void Noise_of_results_stays_within_its_bound_and_not_far_below()
    {
        var shape = new MatMulShape(6, 300, 40);
        using var parties = new RingPackedSamples(RingPackedParameters.Degree4096(), Seed);
        RingPacking packing = shape.Pack(parties.Context.Parameters, new RingPackedOptions { LargestWeight = 4096 });
        long[] largest = [.. Enumerable.Range(0, shape.WeightLength).Select(i => i * 2654435761L % 5 < 2 ? -4096L : 4096L)];
        using var weights = new RingPackedWeights(parties.Context, packing, largest);
        RingPackedProduct product = parties.Evaluator.Multiply(weights, parties.Encryptor.Encrypt(packing, RingPackedSamples.Words(shape.InputLength, Seed)));
        var noise = new double[packing.Parameters.Degree];
        double most = 0;
        foreach (Ciphertext ciphertext in product.Ciphertexts)
        {
            parties.Decryptor.MeasureNoise(ciphertext, noise);
            most = Math.Max(most, noise.Max(Math.Abs));
        }

        // Ten deviations and roundings as if all alike bound what is mostly four deviations.
        double bound = RingPackedSamples.NoiseBefore(packing);
        Assert.IsLessThan(bound, most);
        Assert.IsGreaterThan(bound / 32, most);

        // Dropped bits are noise too. Nothing has masked these, so it can be told from what they stand for.
        Assert.IsGreaterThan(10, packing.Plan.DroppedBits);
        Ciphertext[] read = RingPackedSamples.Travelled(packing, product.Ciphertexts);
        most = 0;
        for (int i = 0; i < read.Length; i++)
        {
            parties.Decryptor.MeasureNoise(read[i], noise);
            using var places = new RingPacking.PlaceList(packing, i);
            foreach (int coefficient in places.Coefficients)
            {
                most = Math.Max(most, Math.Abs(noise[coefficient]));
            }
        }

        Assert.IsLessThan(packing.Plan.NoiseBits, Math.Log2(most));
        Assert.IsGreaterThan(packing.Plan.NoiseBits - 5, Math.Log2(most));
    }

    [TestMethod]
    public void The_second_polynomial_of_a_reply_does_not_show_the_weights()
    {
        // Without the encryption of zero, c_1 of a reply would be the input's times the weights: with weight one, the input's own.
        var shape = new MatMulShape(1, 1, 1);
        using var parties = new RingPackedSamples(RingPackedParameters.Degree4096(), Seed);
        RingPacking packing = shape.Pack(parties.Context.Parameters);
        using var weights = new RingPackedWeights(parties.Context, packing, [1]);
        Ciphertext[] inputs = parties.Encryptor.Encrypt(packing, [5]);
        RingPackedProduct product = parties.Evaluator.Multiply(weights, inputs);
        Assert.IsTrue(inputs[0].Polynomial(1).SequenceEqual(product.Ciphertexts[0].Polynomial(1)));
        Ciphertext[] replies = parties.Evaluator.MaskUniform(product, [], new ulong[1]);
        int same = 0;
        for (int k = 0; k < 4096; k++)
        {
            same += inputs[0].Prime(1, 0)[k] == replies[0].Prime(1, 0)[k] ? 1 : 0;
        }

        Assert.IsLessThan(3, same);
    }

    private static Ciphertext[] Masked(RingPackedSamples parties, RingPacking packing, long[] plain, out ulong[] share)
    {
        using var weights = new RingPackedWeights(parties.Context, packing, plain);
        share = new ulong[packing.Shape.OutputLength];
        Ciphertext[] inputs = parties.Encryptor.Encrypt(packing, new ulong[packing.Shape.InputLength]);
        return parties.Evaluator.MaskUniform(parties.Evaluator.Multiply(weights, inputs), [], share);
    }

    private static double[] Fractions(RingPackedSamples parties, Ciphertext ciphertext, int prime, Func<int, bool> isMeant)
    {
        int degree = parties.Context.Degree;
        ulong[] residues = parties.Decryptor.Coefficients(ciphertext).Slice(prime * degree, degree).ToArray();
        return [.. residues.Where((_, k) => isMeant(k)).Select(residue => (double)residue / parties.Context.Parameters.Primes[prime].Value)];
    }
}
