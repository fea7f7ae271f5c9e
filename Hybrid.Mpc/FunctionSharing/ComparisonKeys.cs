using System.Runtime.InteropServices;
using Hybrid.Mpc.Ring64;

namespace Hybrid.Mpc.FunctionSharing;

/// <summary>
/// Keys for comparisons x &lt; α with secret thresholds α: at a point x that both parties know, each computes by itself an exclusive-or
/// share of the answer, at as many points as it likes.
/// </summary>
/// <remarks>
/// <para>
/// A key is a root seed for each party, which nobody else knows, and corrections that both have. The dealer learns the thresholds, never
/// a point. A party's part reveals nothing of α, computationally: trees are grown by AES under a public key, drawn anew for each batch
/// and taken for a random permutation; whoever spends p AES operations on a batch of q blocks of key succeeds with probability about
/// p·q / 2^127 (2048 keys of 63 bits: p / 2^110).
/// </para>
/// <para>
/// Cost for n input bits, for each key: 16 (n − 6) bytes of corrections (16 where n ≤ 7), 912 at n = 63; n − 6 AES blocks a party and
/// point, 2 (n − 6) for the dealer. No round of communication. Time and addresses depend on the numbers of keys and bits alone.
/// </para>
/// <para>
/// Sources: the trees are those of Guo et al., "Half-Tree: Halving the Cost of Tree Expansion in COT and DPF" (2023); bits are read off
/// their control bits as in Storrier et al., "Grotto" (2023), and leaves of 128 answers end them early as in Boyle, Gilboa, Ishai,
/// "Function Secret Sharing: Improvements and Extensions" (2016).
/// </para>
/// </remarks>
internal static unsafe class ComparisonKeys
{
    /// <summary>Words of the public AES key of a batch.</summary>
    public const int HashKeyWords = CorrelationRobustHash.KeyBytes / sizeof(ulong);

    /// <summary>The dealer's part: makes the corrections of a batch.</summary>
    /// <param name="layout">For which inputs.</param>
    /// <param name="hashKey">The batch's AES key, two words; uniform, public and never used for another batch.</param>
    /// <param name="roots0">Party 0's root seeds, two words a key, uniform; the control bits are no part of them.</param>
    /// <param name="roots1">Party 1's.</param>
    /// <param name="thresholds">α of each key, modulo 2^n.</param>
    /// <param name="corrections">Where the corrections go: <see cref="KeyLayout.WordsPerKey"/> words a key.</param>
    /// <param name="choice">The kernels.</param>
    /// <exception cref="ArgumentException">A vector has another length.</exception>
    public static void Deal(
        KeyLayout layout, ReadOnlySpan<ulong> hashKey, ReadOnlySpan<ulong> roots0, ReadOnlySpan<ulong> roots1,
        ReadOnlySpan<ulong> thresholds, Span<ulong> corrections, KernelChoice choice)
    {
        RequireLengths(layout, thresholds.Length, roots0.Length, corrections.Length);
        RequireLengths(layout, thresholds.Length, roots1.Length, corrections.Length);
        using CorrelationRobustHash hash = Hash(hashKey, choice);
        using var generation = new ComparisonGeneration(layout, hash, choice.Width);
        fixed (ulong* first = roots0, second = roots1, alphas = thresholds, results = corrections)
        {
            for (int start = 0; start < thresholds.Length; start += KeyLayout.GroupKeys)
            {
                generation.Correct(
                    first + (start * KeyLayout.BlockWords), second + (start * KeyLayout.BlockWords), alphas + start,
                    Math.Min(KeyLayout.GroupKeys, thresholds.Length - start), results + ((nint)start * layout.WordsPerKey));
            }
        }
    }

    /// <summary>A party's shares of the bits [x &lt; α], which are the exclusive or of both parties' shares.</summary>
    /// <param name="layout">For which inputs.</param>
    /// <param name="hashKey">The batch's AES key, two words.</param>
    /// <param name="party">Whose shares: 0 or 1.</param>
    /// <param name="roots">The party's root seeds, as the dealer has them.</param>
    /// <param name="corrections">The corrections.</param>
    /// <param name="points">x of each key, modulo 2^n; the other party takes the same ones.</param>
    /// <param name="shares">
    /// Key i's share is bit i mod 64 of word i / 64; bits beyond the last key's are 0. Overwritten.
    /// </param>
    /// <param name="choice">The kernels.</param>
    /// <exception cref="ArgumentException">A vector has another length.</exception>
    public static void Evaluate(
        KeyLayout layout, ReadOnlySpan<ulong> hashKey, int party, ReadOnlySpan<ulong> roots, ReadOnlySpan<ulong> corrections,
        ReadOnlySpan<ulong> points, Span<ulong> shares, KernelChoice choice)
    {
        RequireLengths(layout, points.Length, roots.Length, corrections.Length);
        if (shares.Length != KeyLayout.Groups(points.Length))
        {
            throw new ArgumentException(
                $"{points.Length} keys have {KeyLayout.Groups(points.Length)} words of shares; here are {shares.Length}.");
        }

        using CorrelationRobustHash hash = Hash(hashKey, choice);
        using var evaluation = new ComparisonEvaluation(layout, party, hash, choice.Width);
        fixed (ulong* seeds = roots, words = corrections, places = points)
        {
            for (int group = 0; group < shares.Length; group++)
            {
                int start = group * KeyLayout.GroupKeys;
                shares[group] = evaluation.Bits(
                    seeds + (start * KeyLayout.BlockWords), words + ((nint)start * layout.WordsPerKey), places + start,
                    Math.Min(KeyLayout.GroupKeys, points.Length - start));
            }
        }
    }

    // The key is words, as the seeds are, so that machines of either byte order have the same 16 bytes.
    private static CorrelationRobustHash Hash(ReadOnlySpan<ulong> hashKey, KernelChoice choice)
    {
        Span<ulong> key = stackalloc ulong[HashKeyWords];
        hashKey.CopyTo(key);
        LittleEndian.Convert(key);
        return CorrelationRobustHash.Create(MemoryMarshal.AsBytes(key), choice.PortableHash);
    }

    private static void RequireLengths(KeyLayout layout, int keys, int roots, int corrections)
    {
        if (roots != keys * KeyLayout.BlockWords || corrections != keys * layout.WordsPerKey)
        {
            throw new ArgumentException(
                $"{keys} keys for {layout.InputBits}-bit inputs have {keys * KeyLayout.BlockWords} words of root seeds and "
                + $"{keys * layout.WordsPerKey} of corrections; here are {roots} and {corrections}.");
        }
    }
}
