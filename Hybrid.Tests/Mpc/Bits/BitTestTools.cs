using Hybrid.Mpc.Bits;
using Hybrid.Mpc.Ring64;
using Hybrid.Numerics;

namespace Hybrid.Tests.Mpc.Bits;

/// <summary>XOR shares, and the widths that every kernel on planes is tried at.</summary>
internal static class BitTestTools
{
    public const ulong Guard = 0xDEADBEEFDEADBEEF;

    /// <summary>Counts around a word of a plane and around every vector width.</summary>
    public static readonly int[] Counts = [1, 63, 64, 65, 128, 255, 256, 257, 511, 512, 513, 700, 1024 + 37];

    public static IEnumerable<object[]> Widths => Enum.GetNames<KernelWidth>().Select(name => new object[] { name });

    public static KernelWidth SupportedOrSkip(string name)
    {
        var width = Enum.Parse<KernelWidth>(name);
        if (!KernelWidths.IsSupported(width))
        {
            Assert.ThrowsExactly<PlatformNotSupportedException>(() => PlaneLoop.Resolve(width));
            Assert.Inconclusive($"This machine has no {width}.");
        }

        return width;
    }

    /// <summary>Shares whose XOR are the values, padding included.</summary>
    public static ulong[][] Split(ulong[] values, int parties, RandomWords random)
    {
        ulong[][] shares = [.. Enumerable.Range(1, parties - 1).Select(_ => random.Next(values.Length)), [.. values]];
        for (int party = 0; party < parties - 1; party++)
        {
            for (int word = 0; word < values.Length; word++)
                shares[^1][word] ^= shares[party][word];
        }

        return shares;
    }

    public static ulong[] Combine(ulong[][] shares)
    {
        var values = new ulong[shares[0].Length];
        foreach (ulong[] share in shares)
        {
            for (int word = 0; word < values.Length; word++)
                values[word] ^= share[word];
        }

        return values;
    }

    /// <summary>Runs what writes <paramref name="length"/> words at an odd place between guards, and checks the guards.</summary>
    public static ulong[] Guarded(int length, Action<Memory<ulong>> write)
    {
        var words = new ulong[length + 2];
        Array.Fill(words, Guard);
        write(words.AsMemory(1, length));
        Assert.AreEqual(Guard, words[0]);
        Assert.AreEqual(Guard, words[^1]);
        return words[1..^1];
    }

    public static ulong Bit(ReadOnlySpan<ulong> plane, int element) => (plane[element / 64] >> (element % 64)) & 1;
}
