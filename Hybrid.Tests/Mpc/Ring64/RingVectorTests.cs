using Hybrid.Mpc.Ring64;

namespace Hybrid.Tests.Mpc.Ring64;

[TestClass]
public sealed class RingVectorTests
{
    private static readonly int[] Lengths = [0, 1, 3, 7, 8, 9, 31, 65, 1000];

    private delegate void Kernel(ReadOnlySpan<ulong> x, ReadOnlySpan<ulong> y, Span<ulong> destination);

    [TestMethod]
    public void Operations_agree_with_wrapping_words_one_by_one()
    {
        Check(RingVector.Add, (x, y) => unchecked(x + y));
        Check(RingVector.Subtract, (x, y) => unchecked(x - y));
        Check((x, _, destination) => RingVector.Negate(x, destination), (x, _) => unchecked(0 - x));
        Check(RingVector.Multiply, (x, y) => unchecked(x * y));
        Check((x, _, destination) => RingVector.Multiply(x, 0x9E3779B97F4A7C15, destination), (x, _) => unchecked(x * 0x9E3779B97F4A7C15));
        Check((x, y, destination) => RingVector.MultiplyAdd(x, y, x, destination), (x, y) => unchecked((x * y) + x));
    }

    [TestMethod]
    public void Results_wrap_at_the_ends_of_the_ring()
    {
        var result = new ulong[3];
        RingVector.Add([ulong.MaxValue, 1UL << 63, 0], [1, 1UL << 63, 0], result);
        CollectionAssert.AreEqual(new ulong[] { 0, 0, 0 }, result);
        RingVector.Negate([0, 1, 1UL << 63], result);
        CollectionAssert.AreEqual(new ulong[] { 0, ulong.MaxValue, 1UL << 63 }, result);
        RingVector.Multiply([ulong.MaxValue, 1UL << 32, 1UL << 63], [ulong.MaxValue, 1UL << 32, 3], result);
        CollectionAssert.AreEqual(new ulong[] { 1, 0, 1UL << 63 }, result);
    }

    [TestMethod]
    public void Unequal_lengths_and_short_destinations_are_refused()
    {
        var three = new ulong[3];
        var four = new ulong[4];
        Assert.ThrowsExactly<ArgumentException>(() => RingVector.Add(three, four, four));
        Assert.ThrowsExactly<ArgumentException>(() => RingVector.Subtract(four, four, three));
        Assert.ThrowsExactly<ArgumentException>(() => RingVector.Multiply(three, four, four));
        Assert.ThrowsExactly<ArgumentException>(() => RingVector.Negate(four, three));
        Assert.ThrowsExactly<ArgumentException>(() => RingVector.MultiplyAdd(four, four, three, four));
    }

    private static void Check(Kernel kernel, Func<ulong, ulong, ulong> word)
    {
        var random = new RandomWords(seed: 11);
        foreach (int length in Lengths)
        {
            ulong[] x = random.Next(length);
            ulong[] y = random.Next(length);
            ulong[] expected = [.. x.Zip(y, word)];
            var result = new ulong[length];
            kernel(x, y, result);
            CollectionAssert.AreEqual(expected, result, $"length {length}");
            kernel(x, y, x);
            CollectionAssert.AreEqual(expected, x, $"length {length}, in place");
        }
    }
}
