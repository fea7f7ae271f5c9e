using System.Diagnostics;
using Hybrid.Communication;

namespace Hybrid.Tests.Core.Communication;

[TestClass]
public sealed class TransmissionClockTests
{
    private static readonly long Second = Stopwatch.Frequency;

    [TestMethod]
    public void A_message_arrives_after_its_sending_and_the_delay_and_not_a_tick_before()
    {
        var clock = new TransmissionClock(8000, 0.5);
        clock.Add(10 * Second, 3);
        long due = (long)(10.503 * Second);
        Assert.AreEqual(due, clock.Next, Second * 1e-8);
        Assert.AreEqual(0, clock.Arrived(due - (Second / 1_000_000)));
        Assert.AreEqual(3, clock.Arrived(due + (Second / 1_000_000)));
        clock.Take(due, 3);
        Assert.AreEqual(0, clock.Count);
        Assert.AreEqual(11.5 * Second, clock.ArrivalOfEnd(11 * Second));
    }

    [TestMethod]
    public void A_part_of_a_long_message_is_what_arrives_in_four_milliseconds()
    {
        var clock = new TransmissionClock(8e6, 0);
        clock.Add(Second, 100_000);
        Assert.AreEqual(Second + (0.004001 * Second), clock.Next, Second * 1e-8);
        int part = clock.Arrived((long)clock.Next + 1);
        Assert.AreEqual(4001, part);
        clock.Take((long)clock.Next + 1, part);
        Assert.AreEqual(0, clock.Arrived((long)(1.005 * Second)));
        Assert.AreEqual(Second + (0.1 * Second), clock.ArrivalOfEnd(Second), Second * 1e-8);
    }

    [TestMethod]
    public void However_bytes_are_handed_over_and_taken_none_is_early_and_all_arrive()
    {
        var random = new Random(33);
        for (int trial = 0; trial < 200; trial++)
        {
            double secondsPerByte = Math.Pow(10, -3 - (5 * random.NextDouble()));
            double delay = random.Next(3) == 0 ? 0 : random.NextDouble();
            var clock = new TransmissionClock(8 / secondsPerByte, delay);
            var leave = new List<double>();
            long now = Second;
            double free = 0;
            int taken = 0;
            for (int step = 0; step < 200; step++)
            {
                now += (long)(random.NextDouble() * 500 * secondsPerByte * Second);
                if (random.Next(2) == 0)
                {
                    int bytes = random.Next(1, random.Next(2) == 0 ? 10 : 2000);
                    clock.Add(now, bytes);
                    free = Math.Max(free, now / (double)Second);
                    for (int i = 0; i < bytes; i++)
                    {
                        leave.Add(free += secondsPerByte);
                    }
                }

                TakeAll();
            }

            while (clock.Count > 0)
            {
                now = Math.Max(now, (long)Math.Ceiling(clock.Next));
                Assert.IsGreaterThan(0, TakeAll(), "It was time to look, and nothing had arrived.");
            }

            Assert.AreEqual(leave.Count, taken);

            int TakeAll()
            {
                int before = taken;
                while (clock.Count > 0 && clock.Arrived(now) is > 0 and int bytes)
                {
                    taken += bytes;
                    Assert.IsLessThanOrEqualTo((now / (double)Second) + 1e-7, leave[taken - 1] + delay, $"Trial {trial}: early.");
                    clock.Take(now, bytes);
                }

                return taken - before;
            }
        }
    }
}
