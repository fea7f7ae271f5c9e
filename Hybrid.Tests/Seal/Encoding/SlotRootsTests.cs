using System.Numerics;
using Hybrid.Seal.Encoding;
using Hybrid.Seal.Ring;

namespace Hybrid.Tests.Seal.Encoding;

[TestClass]
public sealed class SlotRootsTests
{
    [TestMethod]
    public void Roots_are_rounded_once()
    {
        foreach (int slots in new[] { 2, 8, 256, 1 << 16 })
        {
            ReadOnlySpan<double> values = new SlotRoots(slots, 1).Values;
            for (int index = 1; index < slots; index += slots > 1000 ? 97 : 1)
            {
                int level = BitOperations.Log2((uint)index);
                int blocks = 1 << level;
                int turns = 1 + 4 * NttTables.ReverseBits(index - blocks, level); // in units of pi / 4m
                AssertNearest(Cosine(turns, 4 * blocks), values[index], $"real part {index} of {slots}");
                AssertNearest(Cosine(turns - 2 * blocks, 4 * blocks), values[slots + index], $"imaginary part {index} of {slots}");
            }
        }
    }

    [TestMethod]
    public void A_root_at_an_odd_index_is_i_times_the_one_before()
    {
        ReadOnlySpan<double> values = new SlotRoots(1024, 1).Values;
        for (int index = 2; index < 1024; index += 2)
        {
            Assert.AreEqual(-values[1024 + index], values[index + 1]);
            Assert.AreEqual(values[index], values[1024 + index + 1]);
        }
    }

    [TestMethod]
    public void Double_doubles_keep_a_hundred_bits()
    {
        // A third by one step of Newton's rule, times 3, less 1; and the root of 2, squared, less 2.
        DoubleDouble third = 1.0 / 3;
        third *= 2 - 3 * third;
        DoubleDouble root = DoubleDouble.Sqrt(2);
        Assert.IsLessThan(Math.ScaleB(1, -100), Math.Abs((3 * third - 1).High));
        Assert.IsLessThan(Math.ScaleB(1, -100), Math.Abs((root * root - 2).High));
    }

    private static void AssertNearest(BigInteger exact, double actual, string what)
    {
        // 2^-160 is the unit of the exact number; half a unit in the last place of a double is the most a rounding takes.
        BigInteger rounded = new(Math.ScaleB(actual, 160));
        double ulp = Math.BitIncrement(Math.Abs(actual)) - Math.Abs(actual);
        Assert.IsLessThanOrEqualTo(0.500001 * ulp, Math.ScaleB((double)BigInteger.Abs(exact - rounded), -160), what);
    }

    /// <summary>cos(pi turns / whole) in units of 2^-160, by Machin's formula for pi and the series of the cosine.</summary>
    private static BigInteger Cosine(int turns, int whole)
    {
        BigInteger pi = 4 * (4 * ArcTangent(5) - ArcTangent(239));
        BigInteger angle = pi * turns / whole;
        BigInteger one = BigInteger.One << 200;
        BigInteger square = angle * angle >> 200;
        BigInteger sum = 0;
        BigInteger term = one;
        for (int k = 1; !term.IsZero; k += 2)
        {
            sum += term;
            term = -(term * square >> 200) / (k * (k + 1));
        }

        return sum >> 40;
    }

    /// <summary>The angle with tangent 1 / x, in units of 2^-200.</summary>
    private static BigInteger ArcTangent(int x)
    {
        BigInteger sum = 0;
        BigInteger power = (BigInteger.One << 200) / x;
        for (int k = 1; !power.IsZero; k += 4, power /= (BigInteger)x * x * x * x)
        {
            sum += power / k - power / ((BigInteger)x * x) / (k + 2);
        }

        return sum;
    }
}
