using System.Runtime.CompilerServices;

namespace Hybrid.Mpc.FunctionSharing;

/// <summary>What is public about a batch of comparison keys, and where each correction of it lies.</summary>
/// <remarks>
/// Keys come in chunks of 64, the last one shorter. Within a chunk the corrections go level by level, and within a level key by key,
/// so that evaluation reads memory once, from start to end. For bits, a level has one block of two words for each key, and the leaf,
/// which holds the answers for the last <see cref="LeafBits"/> input bits, is one level more. For words, a level has a block and a
/// value word for each key, and the last level the value word alone.
/// </remarks>
internal readonly struct KeyLayout
{
    /// <summary>How many keys a chunk has: a word of result bits, and a few kilobytes of working memory.</summary>
    public const int ChunkKeys = 64;

    /// <summary>Words of a seed, and of a correction of it.</summary>
    public const int BlockWords = 2;

    /// <summary>The most keys of a batch: with 64-bit inputs and words as output its corrections take 1.5 GiB.</summary>
    public const int MaximumKeys = 1 << 20;

    private const int LeafBitsAtMost = 7;

    /// <summary>Checks and keeps.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public KeyLayout(ComparisonOutput output, int inputBits, int count, [CallerArgumentExpression(nameof(count))] string name = "")
    {
        if (output is not (ComparisonOutput.Bit or ComparisonOutput.Word))
        {
            throw new ArgumentOutOfRangeException(nameof(output), output, "The output of a comparison is a bit or a word.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(inputBits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(inputBits, 64);
        ArgumentOutOfRangeException.ThrowIfNegative(count, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaximumKeys, name);
        Output = output;
        InputBits = inputBits;
        Count = count;
    }

    public ComparisonOutput Output { get; }

    /// <summary>n, in [1, 64].</summary>
    public int InputBits { get; }

    public int Count { get; }

    public int Chunks => (Count + ChunkKeys - 1) / ChunkKeys;

    /// <summary>How many of the input's last bits a leaf answers at once.</summary>
    public int LeafBits => Output == ComparisonOutput.Bit ? Math.Min(InputBits, LeafBitsAtMost) : 0;

    /// <summary>How many input bits are walked down the tree.</summary>
    public int Levels => InputBits - LeafBits;

    /// <summary>Words of corrections that a key has.</summary>
    public int WordsPerKey => Output == ComparisonOutput.Bit ? BlockWords * (Levels + 1) : ((BlockWords + 1) * Levels) - BlockWords;

    /// <summary>Words of corrections that a key for bits has.</summary>
    public static int CorrectionWordsFor(int inputBits) => new KeyLayout(ComparisonOutput.Bit, inputBits, 1).WordsPerKey;

    /// <summary>Words of corrections that the batch has; below 2^28.</summary>
    public int CorrectionWords => WordsPerKey * Count;

    /// <summary>How many keys a chunk has.</summary>
    public int KeysIn(int chunk) => Math.Min(ChunkKeys, Count - (chunk * ChunkKeys));

    /// <summary>The first word of a chunk's corrections.</summary>
    public int ChunkStart(int chunk) => chunk * ChunkKeys * WordsPerKey;

    /// <summary>The first word of a level's blocks, from the start of a chunk of <paramref name="keys"/> keys.</summary>
    public int BlocksAt(int level, int keys) => level * keys * (Output == ComparisonOutput.Bit ? BlockWords : BlockWords + 1);

    /// <summary>The first word of a level's values, likewise; they are there for words as output only.</summary>
    public int ValuesAt(int level, int keys) => BlocksAt(level, keys) + (level == Levels - 1 ? 0 : BlockWords * keys);
}
