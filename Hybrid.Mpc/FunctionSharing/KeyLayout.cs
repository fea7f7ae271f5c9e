namespace Hybrid.Mpc.FunctionSharing;

/// <summary>How long comparison keys for n-bit inputs are, and where each correction of them lies.</summary>
/// <remarks>
/// Keys come in groups of 64, the last one perhaps shorter. Within a group the corrections go level by level, and within a level key by
/// key, so that evaluation reads memory once, from start to end. A level has one block of two words for each key; the leaf, which
/// holds the answers for the last <see cref="LeafBits"/> input bits, is one level more.
/// </remarks>
internal readonly struct KeyLayout
{
    /// <summary>How many keys a group has: a word of result bits, and a few kilobytes of working memory.</summary>
    public const int GroupKeys = 64;

    /// <summary>Words of a seed, and of a correction of it.</summary>
    public const int BlockWords = 2;

    private const int LeafBitsAtMost = 7;

    /// <summary>Checks and keeps.</summary>
    /// <param name="inputBits">n, in [1, 64].</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no such inputs.</exception>
    public KeyLayout(int inputBits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputBits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(inputBits, 64);
        InputBits = inputBits;
    }

    /// <summary>n, in [1, 64].</summary>
    public int InputBits { get; }

    /// <summary>How many of the input's last bits a leaf answers at once.</summary>
    public int LeafBits => Math.Min(InputBits, LeafBitsAtMost);

    /// <summary>How many input bits are walked down the tree.</summary>
    public int Levels => InputBits - LeafBits;

    /// <summary>Words of corrections that a key has: 2 (n − 6) from n = 7 on.</summary>
    public int WordsPerKey => BlockWords * (Levels + 1);

    /// <summary>How many groups <paramref name="keys"/> keys come in.</summary>
    public static int Groups(int keys) => (keys + GroupKeys - 1) / GroupKeys;

    /// <summary>The first word of a level's blocks, from the start of a group of <paramref name="keys"/> keys.</summary>
    public static int BlocksAt(int level, int keys) => level * keys * BlockWords;
}
