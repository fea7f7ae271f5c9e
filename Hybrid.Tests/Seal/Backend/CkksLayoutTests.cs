using Hybrid.Models;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Seal;
using Hybrid.Seal.RingPacked;
using Hybrid.Tests.Core.Models;

namespace Hybrid.Tests.Seal.Backend;

[TestClass]
public sealed class CkksLayoutTests
{
    private static readonly CkksParameters[] Candidates = [RingPackedParameters.Degree4096(), RingPackedParameters.Degree8192(), RingPackedParameters.Degree8192Long()];

    [TestMethod]
    public void One_key_serves_any_number_of_rows()
    {
        const int Seed = 171;
        var random = new Random(Seed);
        int found = 0;
        for (int run = 0; run < 60; run++)
        {
            var linear = Linear(1, random.Next(1, 200), random.Next(1, 30), random.Next(2, 65), random.Next(10, 100), Int128.One << random.Next(0, 55));
            CkksLayout? one = CkksLayout.Of(linear, Candidates);
            foreach (int rows in new[] { 2, 37, 1000, 100_003 })
            {
                CkksLayout? many = CkksLayout.Of(Rows(linear, rows), Candidates);
                string what = $"{linear}, {rows} rows, seed {Seed}";
                Assert.AreEqual(one is null, many is null, what);
                if (one is not null)
                {
                    found++;
                    Assert.AreEqual((one.Parameters, one.Limbs, one.LimbBits), (many!.Parameters, many.Limbs, many.LimbBits), what);
                    Assert.AreEqual(rows * one.Limbs * Product(linear).Inner, many.Packing.Shape.InputLength, what);
                    Assert.AreEqual(rows * one.Limbs * Product(linear).Columns, many.Packing.Shape.OutputLength, what);
                }
            }
        }

        Assert.IsTrue(found is > 40 and < 240, $"{found} layouts, seed {Seed}");
    }

    [TestMethod]
    public void Noise_is_within_its_bound_in_every_layout()
    {
        const int Seed = 172;
        var random = new Random(Seed);
        for (int run = 0; run < 200; run++)
        {
            var linear = Linear(random.Next(1, 3000), random.Next(1, 300), random.Next(1, 60), 20, random.Next(20, 80), Int128.One << random.Next(0, 50));
            if (CkksLayout.Of(linear, Candidates) is not { } layout)
            {
                continue;
            }

            RingPackedPlan plan = layout.Packing.Plan;
            Assert.IsLessThan(plan.LimitBits, plan.NoiseBits, $"{linear}, seed {Seed}");
            Assert.AreEqual(CkksLayout.RevealBits, layout.Packing.Options.RevealBits);
            Assert.AreEqual((double)linear.NormBound, layout.Packing.Options.LargestNorm);
            // The flooding is 40 bits wider than anything of the weights can be.
            double product = Math.Log2((double)linear.NormBound);
            Assert.IsGreaterThanOrEqualTo(product + CkksLayout.RevealBits, layout.Packing.FloodingBits, $"{linear}, seed {Seed}");
        }
    }

    [TestMethod]
    public void Results_that_64_bits_do_not_hold_are_computed_in_limbs()
    {
        var small = Linear(5, 10, 3, 30, 64, Int128.One << 31);
        Assert.AreEqual((1, 30), (CkksLayout.Of(small, Candidates)!.Limbs, CkksLayout.Of(small, Candidates)!.LimbBits));
        CkksLayout large = CkksLayout.Of(small with { OutputBits = 65 }, Candidates)!;
        Assert.AreEqual((2, 29), (large.Limbs, large.LimbBits));
        CkksLayout larger = CkksLayout.Of(small with { InputBits = 64, OutputBits = 97 }, Candidates)!;
        Assert.AreEqual((3, 29), (larger.Limbs, larger.LimbBits));

        foreach (int inputBits in new[] { 2, 20, 33, 64 })
        {
            for (int normBits = 0; normBits < 60; normBits++)
            {
                var linear = Linear(1, 4, 4, inputBits, Math.Max(65, inputBits + normBits + 1), Int128.One << normBits);
                if (CkksLayout.Of(linear, Candidates) is not { } layout)
                {
                    continue;
                }

                // A limb times the norm, with a limb of the bias as long, stays below 2^62; the limbs hold the input.
                Assert.IsLessThanOrEqualTo(62, layout.LimbBits - 1 + normBits + 1, $"{linear}");
                Assert.IsGreaterThanOrEqualTo(linear.InputBits, layout.Limbs * layout.LimbBits, $"{linear}");
                Assert.IsLessThanOrEqualTo(62, linear.OutputBits - ((layout.Limbs - 1) * layout.LimbBits), $"{linear}");
            }
        }
    }

    [TestMethod]
    public void The_smallest_set_that_carries_it_is_taken_and_none_where_none_does()
    {
        var linear = Linear(10, 20, 3, 20, 60, 1000);
        Assert.AreEqual(Candidates[1], CkksLayout.Of(linear, Candidates)!.Parameters);
        Assert.AreEqual(Candidates[2], CkksLayout.Of(linear with { NormBound = Int128.One << 45, WeightBound = Int128.One << 45 }, Candidates)!.Parameters);
        foreach (LinearStretch impossible in new[]
        {
            linear with { NormBound = Int128.One << 50, WeightBound = Int128.One << 50 },
            linear with { NormBound = Int128.One << 62, WeightBound = Int128.One << 62, OutputBits = 100 },
            linear with { NormBound = Int128.MaxValue, WeightBound = Int128.MaxValue, OutputBits = 127 },
            // What is added is wider than limbs of this input reach.
            linear with { InputBits = 2, OutputBits = 120 },
        })
        {
            Assert.IsNull(CkksLayout.Of(impossible, Candidates), $"{impossible}");
        }

        Assert.IsNull(CkksLayout.Of(linear, []));
    }

    [TestMethod]
    public void Tables_of_any_length_are_laid_out_and_counted_without_wrapping()
    {
        foreach ((int rows, int inputs, int outputs) in new[] { (1 << 28, 1, 1), (1 << 18, 1000, 1), (1 << 18, 1, 1000), (16384, 16384, 16384), (171, 1, 1_500_000) })
        {
            CkksLayout layout = CkksLayout.Of(Linear(rows, inputs, outputs, 20, 60, 1000), Candidates)!;
            RingPackedPlan plan = layout.Packing.Plan;
            Assert.AreEqual((long)plan.CiphertextsUp * RingPackedWire.InputBytes(layout.Packing), plan.BytesUp, $"{layout.Packing.Shape}");
            Assert.IsGreaterThan((long)rows * inputs * 18, plan.BytesUp, $"{layout.Packing.Shape}");
            Assert.IsGreaterThan((long)rows * outputs * 8, plan.BytesDown, $"{layout.Packing.Shape}");
        }

        // Limbs are rows too.
        Assert.IsNull(CkksLayout.Of(Linear(1 << 28, 1, 1, 40, 80, Int128.One << 35), Candidates));
    }

    [TestMethod]
    public void Every_sample_fits_the_middle_set()
    {
        foreach ((string name, int limbs) in new[] { ("breast-cancer", 2), ("diabetes", 1), ("digits", 1) })
        {
            ModelProgram graph = FoldedModel.Of(SampleModels.Load(name)).Card.Program(100, Revealed.Scores);
            LinearStretch linear = LinearStretch.Of(new Hybrid.Planning.Stretch([.. graph.Graph.Nodes.Where(node => node.Op is not (Hybrid.Graph.ConstantOp or Hybrid.Graph.RevealOp))]))!;
            CkksLayout layout = CkksLayout.Of(linear, Candidates)!;
            Assert.AreEqual(Candidates[1], layout.Parameters, name);
            Assert.AreEqual(limbs, layout.Limbs, name);
        }
    }

    [TestMethod]
    public void What_comes_from_shares_or_goes_to_shares_needs_no_limbs_and_must_fit_63_bits()
    {
        LinearStretch shared = Linear(5, 10, 3, 30, 63, Int128.One << 31) with { Before = Scheme.Shares, After = Scheme.Shares };
        foreach (LinearStretch linear in new[] { shared, shared with { Before = Scheme.Plain }, shared with { After = Scheme.Plain } })
        {
            Assert.AreEqual((1, 64), (CkksLayout.Of(linear, Candidates)!.Limbs, CkksLayout.Of(linear, Candidates)!.LimbBits));
            Assert.IsNull(CkksLayout.Of(linear with { OutputBits = 64 }, Candidates));
            Assert.IsNull(CkksLayout.Of(linear with { InputBits = 65 }, Candidates));
        }

        // Masks hide all, so there is no flooding, and the smallest set has room for 16-bit weights.
        LinearStretch small = shared with { NormBound = Int128.One << 21 };
        Assert.AreEqual(0, CkksLayout.Of(small, Candidates)!.Packing.Options.RevealBits);
        Assert.AreEqual(Candidates[0], CkksLayout.Of(small, Candidates)!.Parameters);
        Assert.AreEqual(CkksLayout.RevealBits, CkksLayout.Of(small with { After = Scheme.Plain }, Candidates)!.Packing.Options.RevealBits);
    }

    [TestMethod]
    public void One_key_serves_convolutions_of_any_number_of_images()
    {
        const int Seed = 173;
        var random = new Random(Seed);
        for (int run = 0; run < 30; run++)
        {
            int groups = random.Next(1, 5);
            var layer = new Conv2dShape(groups * random.Next(1, 9), random.Next(5, 40), random.Next(5, 40), groups * random.Next(1, 9), random.Next(1, 6), random.Next(1, 6))
            {
                Groups = groups,
                StrideHeight = random.Next(1, 3),
                PadTop = random.Next(3),
                PadRight = random.Next(3),
            };
            var linear = new LinearStretch(layer, 40, 63, Int128.One << random.Next(0, 50), Int128.One << 30, Scheme.Shares, Scheme.Shares);
            CkksLayout? one = CkksLayout.Of(linear, Candidates);
            foreach (int images in new[] { 2, 37 })
            {
                CkksLayout? many = CkksLayout.Of(linear with { Layer = layer with { Images = images } }, Candidates);
                Assert.AreEqual(one?.Parameters, many?.Parameters, $"{layer}, {images} images, seed {Seed}");
                if (many is not null)
                {
                    Assert.IsLessThan(many.Packing.Plan.LimitBits, many.Packing.Plan.NoiseBits, $"{layer}, seed {Seed}");
                }
            }
        }
    }

    [TestMethod]
    public void What_is_truncated_next_takes_the_primes_that_its_noise_needs()
    {
        // 42 bits, of which 16 are cut off: times 2^19, with seven units of 2^35 for noise.
        LinearStretch exact = Linear(128, 784, 128, 22, 43, Int128.One << 21) with { WeightBound = 1 << 13, After = Scheme.Shares };
        LinearStretch truncated = exact with { Leaving = new Surplus(19, 35) };
        CkksLayout with = CkksLayout.Of(truncated, CkksKeySet.Plain)!;
        Assert.AreEqual((RingPackedParameters.Degree4096Short(), 0, 19), (with.Parameters, with.Packing.Level, with.ExtraBits));
        CkksLayout without = CkksLayout.Of(exact, CkksKeySet.Plain)!;
        Assert.AreEqual((RingPackedParameters.Degree4096(), 1, 0), (without.Parameters, without.Packing.Level, without.ExtraBits));
        Assert.IsLessThan(0.6 * without.Packing.Plan.BytesUp, with.Packing.Plan.BytesUp);

        // With the keys that others need it still takes no more than it must, or one more where that pays.
        CkksLayout larger = CkksLayout.Of(truncated, new CkksKeySet(RingPackedParameters.Degree8192Long()))!;
        Assert.IsInRange(0, 1, larger.Packing.Level);
        Assert.AreEqual(1, CkksLayout.Of(exact, new CkksKeySet(RingPackedParameters.Degree8192Long()))!.Packing.Level);
    }

    private static LinearStretch Linear(int rows, int inputs, int outputs, int inputBits, int outputBits, Int128 norm) =>
        new(new MatMulShape(rows, inputs, outputs), inputBits, outputBits, norm, norm);

    private static LinearStretch Rows(LinearStretch linear, int rows) => linear with { Layer = Product(linear) with { Rows = rows } };

    private static MatMulShape Product(LinearStretch linear) => (MatMulShape)linear.Layer;
}
