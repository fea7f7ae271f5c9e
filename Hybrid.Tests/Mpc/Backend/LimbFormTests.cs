using Hybrid.Mpc;
using Hybrid.Graph;
using Hybrid.Numerics;
using Hybrid.Schemes;
using Hybrid.Tensors;

namespace Hybrid.Tests.Mpc.Backend;

[TestClass]
public sealed class LimbFormTests
{
    [TestMethod]
    public void Limbs_are_within_their_ranges_and_add_up_to_the_integer()
    {
        const int Seed = 401;
        var random = new Random(Seed);
        foreach ((int count, int bits) in new[] { (1, 62), (2, 4), (2, 26), (2, 61), (3, 17), (4, 30) })
        {
            for (int width = 0; width <= Math.Min(62 + ((count - 1) * (bits - 1)), 120); width += 3)
            {
                Int128 magnitude = Int128.One << width;
                LimbForm? form = LimbForm.Of(magnitude, count, bits);
                if (form is null)
                {
                    continue;
                }

                Int128[] integers = [magnitude, -magnitude, 0, 1, -1, magnitude - 1, 1 - magnitude, magnitude / 2, .. Enumerable.Range(0, 20).Select(_ => Draw(random, magnitude))];
                using PlainIntegers held = PlainIntegers.Of<Int128>(new OpGraph().Input("x", Party.Client, new Shape(integers.Length), 0, WordRange.Within(magnitude)), integers);
                var words = new long[count][];
                for (int limb = 0; limb < count; limb++)
                {
                    words[limb] = new long[integers.Length];
                    form.Split(held, limb, words[limb]);
                    Assert.IsTrue(words[limb].All(word => word >= form.Ranges[limb].Low && word <= form.Ranges[limb].High), $"limb {limb} of {count} of {bits} bits, up to 2^{width}, seed {Seed}");
                }

                for (int i = 0; i < integers.Length; i++)
                {
                    Int128 sum = Enumerable.Range(0, count).Aggregate(Int128.Zero, (sum, limb) => sum + ((Int128)words[limb][i] << (limb * bits)));
                    Assert.AreEqual(integers[i], sum, $"{count} limbs of {bits} bits, up to 2^{width}, seed {Seed}");
                }
            }
        }
    }

    [TestMethod]
    public void What_shares_cannot_hold_has_no_form()
    {
        Int128 widest = WordRange.Widest.High;
        Assert.IsNotNull(LimbForm.Of(widest, 1, 62));
        Assert.IsNull(LimbForm.Of(widest + 1, 1, 62));
        Assert.IsNotNull(LimbForm.Of(widest + 1, 2, 40));
        Assert.IsNull(LimbForm.Of(Int128.One << 110, 2, 40));
        LimbForm form = LimbForm.Of(1 << 20, 1, 62)!;
        Assert.IsNotNull(form.Times((Int128.One << 42) - 1));
        Assert.IsNull(form.Times(Int128.One << 42));
        Assert.IsNull(form.Times(Int128.One << 126));
        Assert.IsNull(form.Plus(LimbForm.Of(widest, 1, 62)));
        Assert.IsNull(form.Plus(null));
    }

    [TestMethod]
    public void Forms_are_equal_by_value()
    {
        Assert.AreEqual(LimbForm.Of(1000, 2, 5), LimbForm.Of(1000, 2, 5));
        Assert.AreEqual(LimbForm.Of(1000, 2, 5)!.GetHashCode(), LimbForm.Of(1000, 2, 5)!.GetHashCode());
        Assert.AreNotEqual(LimbForm.Of(1000, 2, 5), LimbForm.Of(1000, 2, 6));
        Assert.AreNotEqual(LimbForm.Of(1000, 2, 5), LimbForm.Of(2000, 2, 5));
    }

    private static Int128 Draw(Random random, Int128 magnitude) =>
        new Int128((ulong)random.NextInt64(), (ulong)random.NextInt64(long.MinValue, long.MaxValue)) % (magnitude + 1) * (random.Next(2) == 0 ? 1 : -1);
}
