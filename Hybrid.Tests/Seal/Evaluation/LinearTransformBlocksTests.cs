using Hybrid.Seal;

namespace Hybrid.Tests.Seal.Evaluation;

[TestClass]
public sealed class LinearTransformBlocksTests
{
    private const int Seed = 54;

    [TestMethod]
    public void Matrices_larger_than_the_slots_are_applied_block_by_block()
    {
        using var party = new LinearTransformParty(256, [50, 40, 50]);
        foreach ((int rows, int columns, int? blockRows, int? blockColumns) in new (int, int, int?, int?)[]
            { (200, 300, null, null), (40, 300, null, 100), (300, 20, 64, null), (10, 10, null, null) })
        {
            double[] matrix = LinearTransformParty.Numbers(rows * columns, Seed);
            var transform = new BlockedLinearTransform(party.Context, matrix, rows, columns, null, blockRows, blockColumns);
            AssertApplies(party, transform, matrix);
        }
    }

    [TestMethod]
    public void Blocks_of_zeros_are_left_out()
    {
        using var party = new LinearTransformParty(256, [50, 40, 50]);
        var matrix = new double[200 * 200];
        for (int i = 0; i < 200; i++)
        {
            matrix[(i * 200) + i] = 1 + i;
        }

        var transform = new BlockedLinearTransform(party.Context, matrix, 200, 200, null, 100, 100);
        Assert.AreEqual(0, transform.RequiredRotations.Count);
        AssertApplies(party, transform, matrix);
        AssertApplies(party, new BlockedLinearTransform(party.Context, new double[200 * 200], 200, 200), new double[200 * 200]);
    }

    [TestMethod]
    public void What_does_not_fit_is_refused()
    {
        using var party = new LinearTransformParty(256, [50, 40, 50]);
        var transform = new BlockedLinearTransform(party.Context, LinearTransformParty.Numbers(150 * 10, Seed), 150, 10);
        GaloisKeys keys = party.KeysFor(transform.RequiredRotations);
        Ciphertext x = party.Encrypt(new double[128]);
        Assert.ThrowsExactly<ArgumentException>(() => transform.Apply(party.Evaluator, [x], keys, [x]));
        Assert.ThrowsExactly<ArgumentException>(() => new BlockedLinearTransform(party.Context, new double[7], 2, 4));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new BlockedLinearTransform(party.Context, new double[8], 2, 4, null, 129));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => transform.Pack(new double[10], 1, new double[128]));
        Assert.ThrowsExactly<ArgumentException>(() => transform.Unpack(new double[128], 0, new double[10]));
        ParameterException error = Assert.ThrowsExactly<ParameterException>(
            () => transform.Apply(party.Evaluator, [x], party.KeysFor([99]), [new Ciphertext(party.Context), new Ciphertext(party.Context)]));
        StringAssert.Contains(error.Message, "rotation by");
    }

    private static void AssertApplies(LinearTransformParty party, BlockedLinearTransform transform, double[] matrix)
    {
        double[] x = LinearTransformParty.Numbers(transform.Columns, Seed + 1);
        var operands = new Ciphertext[transform.OperandCount];
        var slots = new double[party.Context.SlotCount];
        for (int c = 0; c < operands.Length; c++)
        {
            transform.Pack(x, c, slots);
            operands[c] = party.Encrypt(slots);
        }

        var results = new Ciphertext[transform.ResultCount];
        for (int r = 0; r < results.Length; r++)
        {
            results[r] = new Ciphertext(party.Context);
        }

        transform.Apply(party.Evaluator, operands, party.KeysFor(transform.RequiredRotations), results, maxDegreeOfParallelism: 2);
        var y = new double[transform.Rows];
        for (int r = 0; r < results.Length; r++)
        {
            Assert.AreEqual(transform.ResultLevel, results[r].Level);
            transform.Unpack(party.Decrypt(results[r]), r, y);
        }

        // A hundred products with noise of 2^-27 each, added up, with much to spare.
        double largest = Math.Max(1, matrix.Max(Math.Abs));
        LinearTransformParty.AssertClose(LinearTransformParty.Multiply(matrix, x, transform.Rows), y, 1e-5 * largest, $"{transform.Describe()}, seed {Seed}");
    }
}
