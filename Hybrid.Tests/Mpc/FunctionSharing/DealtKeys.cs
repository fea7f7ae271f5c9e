using Hybrid.Mpc.FunctionSharing;

namespace Hybrid.Tests.Mpc.FunctionSharing;

/// <summary>A batch of comparison keys, both parties' parts, from a fixed seed.</summary>
internal sealed class DealtKeys
{
    public DealtKeys(byte seed, int bits, ulong[] thresholds, KernelChoice? choice = null)
    {
        var random = new RandomWords(seed);
        Layout = new KeyLayout(bits);
        HashKey = random.Next(ComparisonKeys.HashKeyWords);
        Roots = [random.Next(thresholds.Length * KeyLayout.BlockWords), random.Next(thresholds.Length * KeyLayout.BlockWords)];
        Corrections = new ulong[thresholds.Length * Layout.WordsPerKey];
        ComparisonKeys.Deal(Layout, HashKey, Roots[0], Roots[1], thresholds, Corrections, choice ?? KernelChoice.Best);
    }

    public KeyLayout Layout { get; }

    public ulong[] HashKey { get; }

    public ulong[][] Roots { get; }

    public ulong[] Corrections { get; }

    public ulong[] Shares(int party, ulong[] points, KernelChoice? choice = null)
    {
        // What is there before must not matter.
        var shares = new ulong[(points.Length + 63) / 64];
        Array.Fill(shares, ulong.MaxValue);
        ComparisonKeys.Evaluate(Layout, HashKey, party, Roots[party], Corrections, points, shares, choice ?? KernelChoice.Best);
        return shares;
    }

    /// <summary>A key's root seed, as one number.</summary>
    public UInt128 Root(int party, int key) => new(Roots[party][(2 * key) + 1], Roots[party][2 * key]);

    /// <summary>A key's corrections, from root to leaf, picked out of their groups.</summary>
    public UInt128[] CorrectionsOf(int key)
    {
        int start = key / KeyLayout.GroupKeys * KeyLayout.GroupKeys;
        int keys = Math.Min(KeyLayout.GroupKeys, (Roots[0].Length / 2) - start);
        ReadOnlySpan<ulong> group = Corrections.AsSpan(start * Layout.WordsPerKey);
        var corrections = new UInt128[Layout.Levels + 1];
        for (int level = 0; level < corrections.Length; level++)
        {
            int at = (level * keys * KeyLayout.BlockWords) + (2 * (key - start));
            corrections[level] = new UInt128(group[at + 1], group[at]);
        }

        return corrections;
    }
}
