using Hybrid.Seal;
using Hybrid.Seal.RingPacked;
using Hybrid.Tests.Mpc;

namespace Hybrid.Tests.Seal.RingPacked;

/// <summary>Products made as inputs come are those made of all at once, however the inputs are cut into messages.</summary>
[TestClass]
public sealed class RingPackedSumsTests
{
    private const int Seed = 611;

    private static readonly CkksParameters Parameters = CkksParameters.CreateWithoutSpecialPrime(256, [50, 50], SecurityLevel.None);

    [TestMethod]
    public void Messages_have_all_inputs_once_in_whole_groups()
    {
        foreach (int terms in new[] { 1, 2, 3, 7, 25, 100 })
        {
            foreach (int rows in new[] { 1, 2, 5, 40 })
            {
                foreach (int bytes in new[] { 100, 20_000, 60_000, 131_072, 1_000_000 })
                {
                    var groups = new TermGroups(rows * terms, terms, bytes);
                    string what = $"{rows} rows of {terms} terms of {bytes} bytes";
                    Assert.AreEqual(terms, Enumerable.Range(0, groups.Count).Sum(groups.SizeOf), what);
                    int taken = 0;
                    for (int message = 0; message < groups.Messages; message++)
                    {
                        int inputs = groups.InputsOf(message);
                        Assert.IsGreaterThan(0, inputs, what);
                        Assert.IsTrue(inputs == 1 || (long)inputs * bytes <= 1 << 17, what);
                        // Whole results, or whole groups of one.
                        Assert.IsTrue(groups.Count == 1 ? taken % terms == 0 && inputs % terms == 0 : taken % terms % groups.Size == 0 && (taken % terms) + inputs <= terms, what);
                        taken += inputs;
                    }

                    Assert.AreEqual(rows * terms, taken, what);
                }
            }
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Inputs_give_the_same_products_however_they_come(int cores)
    {
        var shape = new MatMulShape(5, 300, 4);
        var context = new CkksContext(Parameters);
        using var generator = new CkksKeyGenerator(context, new RandomWords(7).Source);
        using SecretKey key = generator.SecretKey;
        var options = new RingPackedOptions { LargestWeight = 100 };
        using var encryptor = new RingPackedEncryptor(key);
        using var evaluator = new RingPackedEvaluator(generator.CreatePublicKey(), cores: cores);
        foreach (MatMulTile tile in new[] { new MatMulTile(2, 4, 4), new MatMulTile(1, 64, 4), new MatMulTile(5, 1, 4) })
        {
            var packing = new MatMulPacking(shape, Parameters, options, tile);
            using var weights = new RingPackedWeights(context, packing, RingPackedSamples.Weights(shape.WeightLength, 100, Seed));
            Ciphertext[] inputs = encryptor.Encrypt(packing, new RandomWords(9).Next(shape.InputLength));
            Ciphertext[] expected = [.. evaluator.Multiply(weights, inputs).Ciphertexts];
            int[] whole = [.. Enumerable.Range(0, packing.Groups.Messages).Select(packing.Groups.InputsOf)];
            Assert.IsGreaterThan(tile.Inner == 1 ? 1 : 0, packing.Groups.Count);
            foreach (int together in new[] { 1, 2, 3, whole.Length })
            {
                RingPackedSums sums = evaluator.Begin(packing, weights);
                foreach (int[] batch in whole.Chunk(together))
                    sums.Add(inputs.AsSpan(sums.InputsTaken, batch.Sum()).ToArray());
                ReadOnlySpan<Ciphertext> products = sums.Finish().Ciphertexts;
                for (int i = 0; i < expected.Length; i++)
                {
                    for (int polynomial = 0; polynomial < 2; polynomial++)
                        Assert.IsTrue(expected[i].Polynomial(polynomial).SequenceEqual(products[i].Polynomial(polynomial)), $"{tile}, {together} messages at once, result {i}");
                }
            }
        }
    }

    [TestMethod]
    public void Weights_in_groups_of_another_size_do_not_serve()
    {
        // Merging adds a little noise: there are weights with which an input has to be sent with a bit more for it, so that fewer fit a message.
        var shape = new MatMulShape(1, 2000, 64);
        CkksParameters parameters = RingPackedParameters.Degree4096ShortMerging();
        RingPackedOptions OptionsOf(double norm) =>
            new() { LargestWeight = 1 << 20, LargestNorm = norm, Allowance = 7.0 * (1L << 41), Merging = MergeKeys.ToBeMade(3) };
        MatMulTile TileOf(int levels) => new(1, 4, 1) { MergeLevels = levels };
        int SizeOf(int levels, double norm) =>
            (1 << 17) / RingPackedWire.InputBytes(parameters, 0, RingPackedNoise.Of(parameters, OptionsOf(norm), MatMulPacking.CountsOf(shape, TileOf(levels))).InputDroppedBits);

        // The least norm with which five fit and not six.
        double Turn(int levels)
        {
            (double six, double five) = (1e4, 1e9);
            Assert.IsTrue(SizeOf(levels, six) > 5 && SizeOf(levels, five) <= 5);
            for (int i = 0; i < 60; i++)
            {
                double middle = Math.Sqrt(six * five);
                (six, five) = SizeOf(levels, middle) > 5 ? (middle, five) : (six, middle);
            }

            return five;
        }

        double between = Math.Sqrt(Turn(0) * Turn(2));
        var plain = new MatMulPacking(shape, parameters, OptionsOf(between), TileOf(0));
        var merged = new MatMulPacking(shape, parameters, OptionsOf(between), TileOf(2));
        Assert.AreEqual((6, 5), (plain.Groups.Size, merged.Groups.Size));
        using var weights = new RingPackedWeights(new CkksContext(parameters), plain, new long[shape.WeightLength]);
        Assert.IsTrue(weights.Serve(plain));
        Assert.IsFalse(weights.Serve(merged));
    }

    [TestMethod]
    public void Results_are_handed_out_once_and_only_when_all_inputs_have_come()
    {
        var shape = new MatMulShape(2, 8, 3);
        var context = new CkksContext(Parameters);
        using var generator = new CkksKeyGenerator(context, new RandomWords(7).Source);
        using SecretKey key = generator.SecretKey;
        var packing = new MatMulPacking(shape, Parameters, new RingPackedOptions { LargestWeight = 100 }, new MatMulTile(1, 8, 3));
        using var encryptor = new RingPackedEncryptor(key);
        using var evaluator = new RingPackedEvaluator(generator.CreatePublicKey());
        using var weights = new RingPackedWeights(context, packing, RingPackedSamples.Weights(shape.WeightLength, 100, Seed));
        Ciphertext[] inputs = encryptor.Encrypt(packing, new ulong[16]);
        RingPackedSums sums = evaluator.Begin(packing, weights);
        sums.Add([inputs[0]]);
        Assert.Contains("2 input ciphertexts and 1 were multiplied", Assert.ThrowsExactly<InvalidOperationException>(() => sums.Finish()).Message);
        sums.Add([inputs[1]]);
        _ = sums.Finish();
        Assert.ThrowsExactly<InvalidOperationException>(() => sums.Finish());
    }
}
