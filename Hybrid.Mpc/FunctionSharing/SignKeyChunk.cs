using System.Runtime.InteropServices;
using Hybrid.Mpc.Correlations;

namespace Hybrid.Mpc.FunctionSharing;

/// <summary>The comparison keys of one chunk of dealt masks: [c &lt; r] for public c, on the lowest bits of both.</summary>
internal static unsafe class SignKeyChunk
{
    /// <summary>The dealer's part: the corrections of the trees for the masks as thresholds, under a fresh public AES key.</summary>
    /// <param name="values">Masks and root seeds; the hash key and the corrections are written.</param>
    /// <param name="bits">How many bits are compared, in [1, 63].</param>
    public static void Derive(DealtValues values, int bits)
    {
        Span<ulong> key = values[ComparisonMask.HashKey];
        values.Random.Fill(MemoryMarshal.AsBytes(key));
        Span<ulong> roots0 = values[ComparisonMask.Roots0];
        Span<ulong> roots1 = values[ComparisonMask.Roots1];
        SetControlBits(roots0, party: 0);
        SetControlBits(roots1, party: 1);
        var layout = new KeyLayout(ComparisonOutput.Bit, bits, values.Count);
        using var generation = new ComparisonGeneration(layout, MemoryMarshal.AsBytes(key), KernelChoice.Best);
        fixed (ulong* first = roots0, second = roots1, thresholds = values[ComparisonMask.Word], results = values[ComparisonMask.Corrections])
        {
            for (int chunk = 0; chunk < layout.Chunks; chunk++)
            {
                int start = chunk * KeyLayout.ChunkKeys;
                generation.Correct(
                    first + (start * KeyLayout.BlockWords), second + (start * KeyLayout.BlockWords), thresholds + start, null,
                    layout.KeysIn(chunk), results + layout.ChunkStart(chunk));
            }
        }
    }

    /// <summary>A party's exclusive-or shares of [c &lt; r], 64 to a word.</summary>
    /// <param name="keys">The chunk, as far as the party has it; its root seeds get their control bits.</param>
    /// <param name="points">c of each element.</param>
    /// <param name="bits">How many bits are compared, in [1, 63].</param>
    /// <param name="shares">One plane.</param>
    public static void Evaluate(Correlation keys, ReadOnlySpan<ulong> points, int bits, Span<ulong> shares)
    {
        Span<ulong> roots = keys.Late(keys.Party == 0 ? ComparisonMask.Roots0 : ComparisonMask.Roots1);
        SetControlBits(roots, keys.Party);
        var layout = new KeyLayout(ComparisonOutput.Bit, bits, points.Length);
        using var evaluation = new ComparisonEvaluation(layout, MemoryMarshal.AsBytes(keys.Late(ComparisonMask.HashKey)), KernelChoice.Best);
        fixed (ulong* seeds = roots, corrections = keys.Late(ComparisonMask.Corrections), places = points)
        {
            for (int chunk = 0; chunk < layout.Chunks; chunk++)
            {
                int start = chunk * KeyLayout.ChunkKeys;
                shares[chunk] = evaluation.Bits(
                    seeds + (start * KeyLayout.BlockWords), corrections + layout.ChunkStart(chunk), places + start, layout.KeysIn(chunk), 0);
            }
        }

        GC.KeepAlive(keys);
    }

    // Two parties' seeds of one tree differ in the control bit, the highest of the second word.
    private static void SetControlBits(Span<ulong> roots, int party)
    {
        for (int word = 1; word < roots.Length; word += KeyLayout.BlockWords)
            roots[word] = (roots[word] & (ulong.MaxValue >> 1)) | ((ulong)party << 63);
    }
}
