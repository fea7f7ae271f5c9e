using System.Runtime.Intrinsics;
using Hybrid.Seal.Ring;

namespace Hybrid.Tests.Seal.Ring;

/// <summary>Every width of vector does to each lane the same, at the ends of the ranges.</summary>
[TestClass]
public sealed class DoubleLanesTests
{
    private static readonly double[] Numbers =
        [0, -0.0, 1, -1, 1L << 51, -(1L << 51), (1L << 51) - 1, 1e300, -1e300, double.Epsilon, double.NegativeInfinity, double.NaN];

    [TestMethod]
    public void Integers_with_a_sign_are_stored_exactly()
    {
        foreach (long x in new[] { 0, 1, -1, 3, 1L << 51, -(1L << 51), (1L << 51) - 1, 123456789012345, -123456789012345 })
        {
            foreach ((string width, long stored) in Signed(x))
            {
                Assert.AreEqual(x, stored, width);
            }
        }
    }

    [TestMethod]
    public void The_larger_magnitude_is_by_number_then_infinity_then_NaN()
    {
        for (int i = 0; i < Numbers.Length; i++)
        {
            for (int j = 0; j < Numbers.Length; j++)
            {
                double expected = Math.Max(Math.Abs(Numbers[i]), Math.Abs(Numbers[j])); // NaN where either is
                foreach ((string width, double larger) in Pairs(Numbers[i], Numbers[j], larger: true))
                {
                    Assert.AreEqual(expected, larger, $"{width}, {Numbers[i]} and {Numbers[j]}");
                }
            }
        }
    }

    [TestMethod]
    public void Only_what_is_below_zero_is_added_to()
    {
        foreach (double x in Numbers)
        {
            foreach ((string width, double sum) in Pairs(x, 5, larger: false))
            {
                Assert.AreEqual(x < 0 ? x + 5 : x, sum, $"{width}, {x}");
            }
        }
    }

    [TestMethod]
    public void Indexed_loads_take_each_number_from_its_place() => AssertIndexedLoads();

    [TestMethod]
    public void Periodic_loads_repeat_what_lies_at_any_place()
    {
        if (DoubleLanes256.IsSupported)
        {
            AssertPeriodicLoads<Vector256<double>, DoubleLanes256>();
        }

        if (DoubleLanes512.IsSupported)
        {
            AssertPeriodicLoads<Vector512<double>, DoubleLanes512>();
        }
    }

    /// <summary>At places known beforehand too, which become part of the instruction.</summary>
    private static unsafe void AssertPeriodicLoads<TVector, TLanes>()
        where TVector : struct
        where TLanes : struct, IDoubleLanes<TVector>
    {
        double[] source = [.. Enumerable.Range(0, 64).Select(i => i + 0.5)];
        double* lanes = stackalloc double[TLanes.Count];
        fixed (double* numbers = source)
        {
            for (int period = 2; period <= TLanes.Count; period *= 2)
            {
                for (int place = 0; place < 48; place++)
                {
                    Check(TLanes.LoadPeriodic(numbers + place, period), place, period);
                }
            }

            Check(TLanes.LoadPeriodic(numbers + 2, 2), 2, 2);
            Check(TLanes.LoadPeriodic(numbers + 3, 2), 3, 2);
            Check(TLanes.LoadPeriodic(numbers + 4, 4), 4, 4);
            Check(TLanes.LoadPeriodic(numbers + 5, 4), 5, 4);
            Check(TLanes.LoadPeriodic(numbers + 8, TLanes.Count), 8, TLanes.Count);
        }

        void Check(TVector loaded, int place, int period)
        {
            TLanes.Store(loaded, lanes);
            for (int i = 0; i < TLanes.Count; i++)
            {
                Assert.AreEqual(place + i % period + 0.5, lanes[i], $"{TLanes.Count} lanes, {period} numbers at {place}, lane {i}");
            }
        }
    }

    private static unsafe void AssertIndexedLoads()
    {
        double[] source = [.. Enumerable.Range(0, 100).Select(i => i + 0.5)];
        int[] indices = [99, 0, 17, 17, 63, 64, 1, 42];
        double[] expected = [.. indices.Select(i => source[i])];
        fixed (double* numbers = source)
        fixed (int* places = indices)
        {
            Assert.AreEqual(expected[0], DoubleLanes64.LoadIndexed(numbers, places));
            if (DoubleLanes256.IsSupported)
            {
                Assert.AreEqual(Vector256.Create(expected), DoubleLanes256.LoadIndexed(numbers, places));
            }

            if (DoubleLanes512.IsSupported)
            {
                Assert.AreEqual(Vector512.Create(expected), DoubleLanes512.LoadIndexed(numbers, places));
            }
        }
    }

    private static List<(string Width, long Stored)> Signed(long x)
    {
        var results = new List<(string, long)> { ("64", Stored<double, DoubleLanes64>(x)) };
        if (DoubleLanes256.IsSupported)
        {
            results.Add(("256", Stored<Vector256<double>, DoubleLanes256>(x)));
        }

        if (DoubleLanes512.IsSupported)
        {
            results.Add(("512", Stored<Vector512<double>, DoubleLanes512>(x)));
        }

        return results;
    }

    private static unsafe long Stored<TVector, TLanes>(long x)
        where TVector : struct
        where TLanes : struct, IDoubleLanes<TVector>
    {
        long* integers = stackalloc long[TLanes.Count];
        TLanes.StoreSigned(TLanes.Broadcast(x), integers);
        return integers[TLanes.Count - 1];
    }

    private static List<(string Width, double Result)> Pairs(double x, double y, bool larger)
    {
        var results = new List<(string, double)> { ("64", Pair<double, DoubleLanes64>(x, y, larger)) };
        if (DoubleLanes256.IsSupported)
        {
            results.Add(("256", Pair<Vector256<double>, DoubleLanes256>(x, y, larger)));
        }

        if (DoubleLanes512.IsSupported)
        {
            results.Add(("512", Pair<Vector512<double>, DoubleLanes512>(x, y, larger)));
        }

        return results;
    }

    private static unsafe double Pair<TVector, TLanes>(double x, double y, bool larger)
        where TVector : struct
        where TLanes : struct, IDoubleLanes<TVector>
    {
        TVector a = TLanes.Broadcast(x);
        TVector b = TLanes.Broadcast(y);
        double* lanes = stackalloc double[TLanes.Count];
        TLanes.Store(larger ? TLanes.LargerMagnitude(a, b) : TLanes.AddWhereNegative(a, b), lanes);
        return lanes[TLanes.Count - 1];
    }
}
