using System.Runtime.CompilerServices;

namespace Hybrid.Mpc.FunctionSharing;

/// <summary>The root seeds of a group's trees: uniform but for the control bit, the second word's highest: the party.</summary>
internal static unsafe class TreeRoots
{
    /// <summary>Copies a party's seeds, two words each, and sets their control bits; takes the same time for all.</summary>
    /// <param name="roots">The party's root seeds, which stay as they are.</param>
    /// <param name="party">0 or 1.</param>
    /// <param name="keys">How many.</param>
    /// <param name="seeds">Where they go.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Plant(ulong* roots, int party, int keys, ulong* seeds)
    {
        ulong control = (ulong)party << 63;
        for (int word = 0; word < keys * KeyLayout.BlockWords; word += KeyLayout.BlockWords)
        {
            seeds[word] = roots[word];
            seeds[word + 1] = (roots[word + 1] & (ulong.MaxValue >> 1)) | control;
        }
    }
}
