namespace Hybrid.Mpc.Protocols;

/// <summary>Cuts long vectors into blocks, so that an expression of several passes reads memory once and the first-level cache after.</summary>
internal static class Blocks
{
    /// <summary>Words of a block: six vectors of them are 48 KiB.</summary>
    public const int Words = 1024;

    /// <summary>The ranges of the blocks of a vector.</summary>
    public static IEnumerable<Range> Of(int length)
    {
        for (int start = 0; start < length; start += Words)
            yield return start..Math.Min(start + Words, length);
    }
}
