using System.Diagnostics;
using Hybrid.Security;

namespace Hybrid.Mpc.FunctionSharing;

/// <summary>
/// One party's keys for a batch of comparisons x &lt; α with secret thresholds α: at a point x that both parties know, each
/// computes by itself a share of the answer.
/// </summary>
/// <remarks>
/// <para>
/// The answer is a bit, shared by exclusive or, or a word, shared by addition modulo 2^64, that is β where x &lt; α and 0 elsewhere.
/// A party's keys alone reveal nothing of α and β but how many there are, as long as AES is as random a permutation as
/// <see cref="ComparisonDealer"/> states; nor do they at any number of points.
/// </para>
/// <para>
/// Cost for n input bits, for each key: a bit takes 16 (n − 6) bytes and n − 6 AES blocks a party and point (at most 16 bytes and one
/// block where n ≤ 7): 928 bytes at n = 64. A word takes 24 n − 16 bytes and 2n − 1 blocks: 1520 bytes. Root seeds take no bytes:
/// both parties expand theirs from one seed of 16 bytes for the whole batch. No round of communication.
/// </para>
/// <para>
/// The time of an evaluation depends on the number of keys alone. The keys lie outside the garbage collector's heap and are wiped on
/// dispose. Evaluating changes nothing, so several threads may do it; disposing waits for none of them.
/// </para>
/// <para>
/// Sources: the trees are those of Guo et al., "Half-Tree: Halving the Cost of Tree Expansion in COT and DPF" (2023); bits are read off
/// their control bits as in Storrier et al., "Grotto" (2023), and leaves of 128 answers end them early as in Boyle, Gilboa, Ishai,
/// "Function Secret Sharing: Improvements and Extensions" (2016); the value words follow Boyle et al., "Function Secret Sharing for
/// Mixed-Mode and Fixed-Point Secure Computation" (2021), but only a branch to the left adds one.
/// </para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class ComparisonKeys : IDisposable
{
    private readonly KeyLayout _layout;
    private readonly byte[] _hashKey;
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly SecretBuffer<byte> _seed;
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly SecretBuffer<ulong> _roots;
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly SharedCorrections _corrections;
    private int _disposed;

    /// <summary>Becomes an owner of the corrections, and copies the rest.</summary>
    internal ComparisonKeys(
        KeyLayout layout, int party, ReadOnlySpan<byte> seed, ReadOnlySpan<byte> hashKey, SharedCorrections corrections)
    {
        _layout = layout;
        Party = party;
        _hashKey = hashKey.ToArray();
        _seed = new SecretBuffer<byte>(seed);
        _roots = SeedExpansion.Roots(seed, layout, party);
        _corrections = corrections;
    }

    /// <summary>Whose keys these are: 0 or 1.</summary>
    public int Party { get; }

    /// <summary>How many comparisons they are for.</summary>
    public int Count => _layout.Count;

    /// <summary>n: points and thresholds are in [0, 2^n).</summary>
    public int InputBits => _layout.InputBits;

    /// <summary>What they yield shares of.</summary>
    public ComparisonOutput Output => _layout.Output;

    /// <summary>How many words the shares of bits take: 64 bits a word.</summary>
    public int BitWords => _layout.Chunks;

    /// <summary>How many bytes <see cref="Write"/> writes.</summary>
    public int EncodedBytes => Header.TotalBytes;

    private KeyHeader Header => new(_layout, isSign: false, Party, _seed.Span, _hashKey);

    /// <summary>This party's shares of the bits [x &lt; α], which are the exclusive or of both parties' shares.</summary>
    /// <param name="points">A point x for each key, modulo 2^n; the other party takes the same ones.</param>
    /// <param name="bits">The shares: key i's is bit i mod 64 of word i / 64; bits beyond the last key's are 0.</param>
    /// <exception cref="ArgumentException">There is not one point for each key, or not one word for each 64 keys.</exception>
    /// <exception cref="InvalidOperationException">The keys yield words.</exception>
    /// <exception cref="ObjectDisposedException">The keys have been disposed of.</exception>
    public void EvaluateBits(ReadOnlySpan<ulong> points, Span<ulong> bits) => EvaluateBits(points, 0, bits, KernelChoice.Best);

    /// <summary>This party's shares of the words β · [x &lt; α], which are the sum of both parties' shares modulo 2^64.</summary>
    /// <param name="points">A point x for each key, modulo 2^n; the other party takes the same ones.</param>
    /// <param name="words">The shares, one for each key.</param>
    /// <exception cref="ArgumentException">There is not one point and one word for each key.</exception>
    /// <exception cref="InvalidOperationException">The keys yield bits.</exception>
    /// <exception cref="ObjectDisposedException">The keys have been disposed of.</exception>
    public void EvaluateWords(ReadOnlySpan<ulong> points, Span<ulong> words) => EvaluateWords(points, 0, words, KernelChoice.Best);

    /// <summary>Writes the keys, to be sent to their party and nobody else: a header of 48 bytes and words, little endian.</summary>
    /// <param name="destination"><see cref="EncodedBytes"/> bytes.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    /// <exception cref="ObjectDisposedException">The keys have been disposed of.</exception>
    public void Write(Span<byte> destination) => WriteAfter(Header, destination);

    /// <summary>Reads what <see cref="Write"/> wrote; memory is reserved for what is there, never for what is announced.</summary>
    /// <param name="source">The whole batch; copied.</param>
    /// <exception cref="FormatRefusedException">The bytes are not a batch of comparison keys.</exception>
    public static ComparisonKeys Read(ReadOnlySpan<byte> source) => Read(KeyHeader.Read(source, isSign: false), source);

    /// <summary>Wipes the keys.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _seed.Dispose();
            _roots.Dispose();
            _corrections.Release();
        }
    }

    /// <summary>Names count, input bits, output and party, never a key.</summary>
    public override string ToString() =>
        $"{Count} comparison keys of party {Party} for {InputBits}-bit inputs, "
        + $"with {(Output == ComparisonOutput.Bit ? "bits" : "words")} as output";

    /// <summary>Reads the corrections that follow a header.</summary>
    internal static ComparisonKeys Read(KeyHeader header, ReadOnlySpan<byte> source)
    {
        var corrections = new SecretBuffer<ulong>(header.Layout.CorrectionWords);
        KeyHeader.ReadWords(source[KeyHeader.Bytes..], corrections.Span);
        return new ComparisonKeys(header.Layout, header.Party, header.Seed, header.HashKey, new SharedCorrections(corrections, owners: 1));
    }

    /// <summary>Writes the header and the corrections, and returns what is left of the destination.</summary>
    internal Span<byte> WriteAfter(KeyHeader header, Span<byte> destination)
    {
        Span<byte> rest = KeyHeader.WriteWords(_corrections.Span, header.Write(destination));
        GC.KeepAlive(this);
        return rest;
    }

    /// <summary>The header of a batch of signs that these keys are part of.</summary>
    internal KeyHeader SignHeader() => new(_layout, isSign: true, Party, _seed.Span, _hashKey);

    /// <summary>The bits' shares at the points minus <paramref name="offset"/>, by the chosen kernels.</summary>
    internal unsafe void EvaluateBits(ReadOnlySpan<ulong> points, ulong offset, Span<ulong> bits, KernelChoice choice)
    {
        Require(ComparisonOutput.Bit, points.Length, bits.Length, BitWords);
        fixed (ulong* roots = _roots.Span, corrections = _corrections.Span, source = points, destination = bits)
        {
            var job = new Job(roots, corrections, source, destination);
            choice.ForSlices(_layout.Chunks, (first, end) =>
            {
                using var evaluation = new ComparisonEvaluation(_layout, _hashKey, choice);
                for (int chunk = first; chunk < end; chunk++)
                {
                    int key = chunk * KeyLayout.ChunkKeys;
                    job.Results[chunk] = evaluation.Bits(
                        job.Roots + (key * KeyLayout.BlockWords), job.Corrections + _layout.ChunkStart(chunk), job.Points + key,
                        _layout.KeysIn(chunk), offset);
                }
            });
        }

        GC.KeepAlive(this);
    }

    /// <summary>The words' shares at the points minus <paramref name="offset"/>, by the chosen kernels.</summary>
    internal unsafe void EvaluateWords(ReadOnlySpan<ulong> points, ulong offset, Span<ulong> words, KernelChoice choice)
    {
        Require(ComparisonOutput.Word, points.Length, words.Length, Count);
        ulong negate = 0 - (ulong)Party;
        fixed (ulong* roots = _roots.Span, corrections = _corrections.Span, source = points, destination = words)
        {
            var job = new Job(roots, corrections, source, destination);
            choice.ForSlices(_layout.Chunks, (first, end) =>
            {
                using var evaluation = new ComparisonEvaluation(_layout, _hashKey, choice);
                for (int chunk = first; chunk < end; chunk++)
                {
                    int key = chunk * KeyLayout.ChunkKeys;
                    int keys = _layout.KeysIn(chunk);
                    evaluation.Words(
                        job.Roots + (key * KeyLayout.BlockWords), job.Corrections + _layout.ChunkStart(chunk), job.Points + key, keys,
                        offset, job.Results + key);
                    for (int index = key; index < key + keys; index++)
                        job.Results[index] = (job.Results[index] ^ negate) - negate;
                }
            });
        }

        GC.KeepAlive(this);
    }

    private void Require(ComparisonOutput output, int points, int results, int expected)
    {
        if (output != Output)
        {
            throw new InvalidOperationException($"These are {this}; use the method for those.");
        }

        if (points != Count || results != expected)
        {
            throw new ArgumentException(
                $"These are {this}: they take {Count} points and give {expected} words of shares; here are {points} and {results}.");
        }
    }

    // The compiler lets no lambda capture a pinned pointer itself.
    private readonly unsafe struct Job(ulong* roots, ulong* corrections, ulong* points, ulong* results)
    {
        public readonly ulong* Roots = roots;
        public readonly ulong* Corrections = corrections;
        public readonly ulong* Points = points;
        public readonly ulong* Results = results;
    }
}
