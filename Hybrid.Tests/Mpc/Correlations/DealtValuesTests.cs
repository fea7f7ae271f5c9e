using Hybrid.Mpc.Bits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Ring64;
using Hybrid.Tensors;
using Hybrid.Tests.Core;
using Hybrid.Tests.Mpc.Ring64;

namespace Hybrid.Tests.Mpc.Correlations;

/// <summary>What the parties hold adds up to what the kind promises, for any number of parties, within and across chunks.</summary>
[TestClass]
public sealed class DealtValuesTests
{
    [TestMethod]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(5)]
    public async Task Products_and_squares_are_right(int parties)
    {
        await AssertAsync(11, parties, new MultiplicationTriple(), (_, values) => AreEqual(values[0].Zip(values[1], (a, b) => unchecked(a * b)), values[2]));
        await AssertAsync(12, parties, new SquarePair(), (_, values) => AreEqual(values[0].Select(a => unchecked(a * a)), values[1]));
    }

    [TestMethod]
    [DataRow(2, 1)]
    [DataRow(2, 16)]
    [DataRow(2, 62)]
    [DataRow(3, 16)]
    [DataRow(5, 7)]
    public Task Upper_bits_and_highest_bits_of_truncation_tuples_are_right(int parties, int bits) =>
        AssertAsync(13, parties, new TruncationTuple(bits), (_, values) =>
        {
            AreEqual(values[0].Select(r => r >> bits), values[1]);
            AreEqual(values[0].Select(r => r >> 63), values[2]);
        });

    [TestMethod]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(5)]
    public async Task Bits_are_the_same_as_planes_and_as_words(int parties)
    {
        await AssertAsync(14, parties, new BitMask(), (count, values) => AreEqual(Bits(values[0], count), values[1]));
        await AssertAsync(15, parties, new SelectionMask(), (count, values) =>
        {
            AreEqual(Bits(values[1], count), values[2]);
            AreEqual(values[0].Zip(values[2], (r, s) => unchecked(r * s)), values[3]);
        });
    }

    [TestMethod]
    [DataRow(2, 2)]
    [DataRow(2, 3)]
    [DataRow(3, 4)]
    [DataRow(5, 4)]
    public Task Products_of_bits_are_all_there(int parties, int factors) =>
        AssertAsync(16, parties, new BitProductMask(factors), (count, values) =>
        {
            var expected = new ulong[BitProduct.ProductPlanes(factors) * Words(count)];
            BitProduct.Products(values[0], factors, Words(count), expected);
            AreEqual(expected, values[1]);
        });

    [TestMethod]
    [DataRow(2, 2)]
    [DataRow(2, 16)]
    [DataRow(3, 4)]
    [DataRow(5, 13)]
    public Task Products_for_merges_are_all_there(int parties, int digits) =>
        AssertAsync(17, parties, new MergeMask(digits), (count, values) =>
        {
            var merge = new DigitMerge(digits);
            var expected = new ulong[merge.ProductPlanes * Words(count)];
            merge.Products(values[0], Words(count), expected);
            AreEqual(expected, values[1]);
        });

    [TestMethod]
    [DataRow(2, 64, 0)]
    [DataRow(2, 2, 1)]
    [DataRow(3, 41, 2)]
    [DataRow(5, 8, 1)]
    public Task Comparison_masks_have_their_bits_and_monomials(int parties, int bits, int selections) =>
        AssertAsync(18, parties, new ComparisonMask(bits, ComparisonMethod.Tree, selections), (count, values) =>
        {
            AssertSelections(selections, count, bits, values);
            var planes = new ulong[(bits - 1) * Words(count)];
            BitPlanes.FromWords(values[ComparisonMask.Word], 0, bits - 1, planes);
            var expected = new ulong[DigitComparison.MonomialPlanes(bits - 1) * Words(count)];
            DigitComparison.Monomials(planes, bits - 1, Words(count), expected);
            AreEqual(expected, values[ComparisonMask.Monomials]);
        });

    // That the keys compare with the mask is tested with the keys.
    [TestMethod]
    [DataRow(64, 0)]
    [DataRow(2, 1)]
    [DataRow(23, 2)]
    public Task Comparison_keys_come_with_their_mask(int bits, int selections) =>
        AssertAsync(19, 2, new ComparisonMask(bits, ComparisonMethod.FunctionSharing, selections), (count, values) =>
            AssertSelections(selections, count, bits, values));

    [TestMethod]
    [DataRow(2, ComparisonMethod.Tree, 40, 1, 16)]
    [DataRow(3, ComparisonMethod.Tree, 8, 2, 1)]
    [DataRow(2, ComparisonMethod.Tree, 2, 1, 62)]
    [DataRow(2, ComparisonMethod.FunctionSharing, 29, 1, 35)]
    public Task Masks_that_truncate_have_their_upper_bits_and_the_highest(int parties, ComparisonMethod method, int bits, int selections, int truncation)
    {
        var kind = new ComparisonMask(bits, method, selections, truncation);
        return AssertAsync(22, parties, kind, (count, values) =>
        {
            ulong[] r = values[ComparisonMask.Word];
            AreEqual([.. r.Select(word => word >> truncation)], values[kind.Upper]);
            AreEqual([.. r.Select(word => word >> 63)], values[kind.Highest]);
            var signs = new ulong[Words(count)];
            BitPlanes.FromWords(r, truncation + bits - 1, 1, signs);
            AreEqual(signs, values[ComparisonMask.SignBit]);
            if (method == ComparisonMethod.Tree)
            {
                var planes = new ulong[(bits - 1) * Words(count)];
                BitPlanes.FromWords(r, truncation, bits - 1, planes);
                var monomials = new ulong[DigitComparison.MonomialPlanes(bits - 1) * Words(count)];
                DigitComparison.Monomials(planes, bits - 1, Words(count), monomials);
                AreEqual(monomials, values[ComparisonMask.Monomials]);
            }

            for (int i = 0; i < selections * count; i++)
            {
                ulong s = values[ComparisonMask.SelectionWords][i];
                Assert.IsLessThan(2UL, s);
                Assert.AreEqual(s * (r[i % count] >> truncation), values[ComparisonMask.SelectionProducts][i]);
                Assert.AreEqual(s * (r[i % count] >> 63), values[kind.HighestProducts][i]);
            }
        });
    }

    [TestMethod]
    [DataRow(2, 1, 1, 1, 5)]
    [DataRow(3, 3, 5, 2, 2000)]
    [DataRow(5, 40, 70, 50, 3)]
    [DataRow(2, 200, 1, 300, 2)]
    public async Task Triples_of_matrices_are_right(int parties, int m, int k, int n, int count)
    {
        var draw = new CorrelationDraw(new BilinearTriple(new MatMulMap(new Shape(m, k), new Shape(k, n))), count);
        using var dealt = new Dealt(20, parties, draw);
        int seen = 0;
        await dealt.ReadAsync(draw, (_, elements, values) =>
        {
            for (int one = 0; one < elements; one++)
            {
                ulong[] a = values[0][(one * m * k)..((one + 1) * m * k)];
                ulong[] b = values[1][(one * k * n)..((one + 1) * k * n)];
                AreEqual(NaiveProduct.Compute(a, b, m, k, n), values[2][(one * m * n)..((one + 1) * m * n)]);
            }

            seen += elements;
        });
        Assert.AreEqual(count, seen);
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(5)]
    public async Task Shares_of_zero_are_uniform_but_for_their_sum(int parties)
    {
        await AssertAsync(21, parties, new ZeroShare(), (_, values) => Assert.IsFalse(values[0].AsSpan().ContainsAnyExcept(0UL)));
        var draw = new CorrelationDraw(new ZeroShare(), 20_000);
        using var dealt = new Dealt(22, parties, draw);
        Correlation[] parts = dealt.Draw(draw);
        Assert.IsTrue(await Dealt.NextAsync(parts));
        foreach (Correlation part in parts)
            ChiSquare.AssertUniform(Dealt.Part(part, 0), $"{part}");
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public async Task Products_of_later_demands_meet_the_mask_dealt_before(int owner)
    {
        const int k = 30;
        const int n = 7;
        var mask = new WeightMask(3, owner, k * n);
        var other = new WeightMask(4, owner, k * n);
        using var dealer = new LocalDealer(2, new RandomWords(23).Source);
        ulong[] b = [];
        CorrelationDraw opening = new(mask, 1);
        using (var dealt = new Dealt(dealer, opening, new CorrelationDraw(other, 1)))
        {
            Correlation[] parts = dealt.Draw(opening);
            b = parts[owner].Early(0).ToArray();
            Assert.IsEmpty(Dealt.Part(parts[1 - owner], 0));
            CollectionAssert.AreNotEqual(b, dealt.Draw(new CorrelationDraw(other, 1))[owner].Early(0).ToArray());
        }

        var masks = new HashSet<ulong>();
        foreach (int rows in new[] { 1, 33, 5 })
        {
            var draw = new CorrelationDraw(new WeightedProduct(new MatMulMap(new Shape(rows, k), new Shape(k, n)), mask), 2);
            using var dealt = new Dealt(dealer, draw, draw);
            for (int which = 0; which < 2; which++)
            {
                await dealt.ReadAsync(draw, (_, elements, values) =>
                {
                    Assert.IsTrue(masks.Add(values[0][0]), "a mask came twice");
                    AreEqual(NaiveProduct.Compute(values[0], b, rows * elements, k, n), values[1]);
                });
            }
        }

        // Of rows of which only their two parts are known, the one as a sum and the other factor by factor; several chunks of them.
        var selected = new CorrelationDraw(new SelectedProduct(k, n, mask), 500);
        using (var dealt = new Dealt(dealer, selected))
        {
            await dealt.ReadAsync(selected, (_, elements, values) =>
            {
                AreEqual(NaiveProduct.Compute(values[SelectedProduct.Base], b, elements, k, n), values[SelectedProduct.BaseProducts]);
                for (int i = 0; i < elements * k; i++)
                    AreEqual([.. b.AsSpan(i % k * n, n).ToArray().Select(word => unchecked(word * values[SelectedProduct.Step][i]))], values[SelectedProduct.StepProducts][(i * n)..((i + 1) * n)]);
            });
        }

        // A mask of two tensors would show their difference; products without one cannot be dealt.
        Sentences.Refused<ParameterException>(() => dealer.GiveSource(0, new CorrelationDemand([opening])), "were dealt before", "open weights once");
        using var fresh = new LocalDealer(2, new RandomWords(24).Source);
        using var without = new Dealt(
            fresh, new CorrelationDraw(new WeightedProduct(new MatMulMap(new Shape(1, k), new Shape(k, n)), mask), 1));
        Correlation part = without.Sources[1].Draw(without.Demand.Draws[0]);
        Sentences.Check(
            await Assert.ThrowsExactlyAsync<ParameterException>(async () => await part.NextAsync(CancellationToken.None)), "were not dealt", "open the weights first");
    }

    [TestMethod]
    public async Task Every_vector_of_every_part_is_uniform_and_fresh()
    {
        const int count = 400_000;
        var seen = new HashSet<ulong>();
        foreach (CorrelationKind kind in new CorrelationKind[] { new MultiplicationTriple(), new SquarePair(), new TruncationTuple(16), new SelectionMask() })
        {
            var draw = new CorrelationDraw(kind, count);
            using var dealt = new Dealt((byte)(30 + seen.Count), 3, draw, draw);
            for (int which = 0; which < 2; which++)
            {
                Correlation[] parts = dealt.Draw(draw);
                var held = parts.Select(_ => kind.Vectors.Select(_ => new List<ulong>()).ToArray()).ToArray();
                while (await Dealt.NextAsync(parts))
                {
                    foreach (Correlation part in parts)
                    {
                        for (int vector = 0; vector < kind.Vectors.Length; vector++)
                            held[part.Party][vector].AddRange(Dealt.Part(part, vector));
                    }
                }

                foreach (Correlation part in parts)
                {
                    for (int vector = 0; vector < kind.Vectors.Length; vector++)
                    {
                        ulong[] words = [.. held[part.Party][vector]];
                        ChiSquare.AssertUniform(words, $"{part}, vector {vector}");
                        Assert.IsTrue(seen.Add(words[0]), "two vectors start alike");
                    }
                }
            }
        }
    }

    // One element, a few, and around one and two chunks.
    private static async Task AssertAsync(byte seed, int parties, CorrelationKind kind, Action<int, ulong[][]> check)
    {
        int chunk = kind.ChunkElements;
        CorrelationDraw[] draws = [.. new[] { 1, 100, chunk - 1, chunk, chunk + 1, (2 * chunk) + 65 }.Select(count => new CorrelationDraw(kind, count))];
        using var dealt = new Dealt(seed, parties, draws);
        foreach (CorrelationDraw draw in draws)
        {
            int seen = 0;
            await dealt.ReadAsync(draw, (start, count, values) =>
            {
                Assert.AreEqual(seen, start);
                for (int vector = 0; vector < values.Length; vector++)
                    Assert.HasCount(kind.Vectors[vector].Length(count), values[vector]);
                check(count, values);
                seen += count;
            });
            Assert.AreEqual(draw.Count, seen);
        }

        Assert.AreEqual(0, dealt.Sources[0].DrawsLeft);
    }

    private static void AssertSelections(int selections, int count, int bits, ulong[][] values)
    {
        ulong[] r = values[ComparisonMask.Word];
        AreEqual(r.Select(word => (word >> (bits - 1)) & 1), Bits(values[ComparisonMask.SignBit], count));
        for (int selection = 0; selection < selections; selection++)
        {
            ulong[] s = values[ComparisonMask.SelectionWords][(selection * count)..((selection + 1) * count)];
            AreEqual(Bits(values[ComparisonMask.SelectionBits][(selection * Words(count))..((selection + 1) * Words(count))], count), s);
            AreEqual(r.Zip(s, (word, bit) => unchecked(word * bit)), values[ComparisonMask.SelectionProducts][(selection * count)..((selection + 1) * count)]);
        }
    }

    private static int Words(int count) => (count + 63) / 64;

    private static ulong[] Bits(ulong[] plane, int count) => [.. Enumerable.Range(0, count).Select(i => (plane[i / 64] >> (i % 64)) & 1)];

    private static void AreEqual(IEnumerable<ulong> expected, ulong[] actual) => CollectionAssert.AreEqual(expected.ToArray(), actual);
}
