using Hybrid.Security;

namespace Hybrid.Mpc.FunctionSharing;

/// <summary>Makes comparison and sign keys for two parties that do the computing.</summary>
/// <remarks>
/// The dealer learns thresholds, payloads and masks, never an input. Keys hide them from each party computationally: trees are
/// grown by AES with a public key, drawn anew for each batch and taken for a random permutation; whoever spends p AES operations on
/// a batch of q blocks of key succeeds with probability about p·q / 2^127 (2^20 signs: p / 2^100).
/// Cost for n input bits: 2 (n − 6) AES blocks a key for bits, 4n − 2 for words. Time depends on the number of keys alone.
/// </remarks>
public static class ComparisonDealer
{
    /// <summary>The most keys in a batch: 2^20.</summary>
    public const int MaximumKeys = KeyLayout.MaximumKeys;

    /// <summary>Keys for the bits [x &lt; α].</summary>
    /// <param name="thresholds">α of each key, modulo 2^n; secret.</param>
    /// <param name="inputBits">n, in [1, 64].</param>
    /// <param name="random">Where the seeds come from.</param>
    /// <returns>Party 0's keys and party 1's.</returns>
    /// <exception cref="ArgumentOutOfRangeException">More than <see cref="MaximumKeys"/> thresholds, or impossible input bits.</exception>
    public static (ComparisonKeys Party0, ComparisonKeys Party1) DealBits(
        ReadOnlySpan<ulong> thresholds, int inputBits, IRandomSource random) =>
        Deal(new KeyLayout(ComparisonOutput.Bit, inputBits, thresholds.Length), thresholds, [], random, KernelChoice.Best);

    /// <summary>Keys for the words β · [x &lt; α].</summary>
    /// <param name="thresholds">α of each key, modulo 2^n; secret.</param>
    /// <param name="payloads">β of each key; secret.</param>
    /// <param name="inputBits">n, in [1, 64].</param>
    /// <param name="random">Where the seeds come from.</param>
    /// <returns>Party 0's keys and party 1's.</returns>
    /// <exception cref="ArgumentOutOfRangeException">More than <see cref="MaximumKeys"/> thresholds, or impossible input bits.</exception>
    /// <exception cref="ArgumentException">There is not one payload for each threshold.</exception>
    public static (ComparisonKeys Party0, ComparisonKeys Party1) DealWords(
        ReadOnlySpan<ulong> thresholds, ReadOnlySpan<ulong> payloads, int inputBits, IRandomSource random)
    {
        if (payloads.Length != thresholds.Length)
        {
            throw new ArgumentException(
                $"Each of the {thresholds.Length} thresholds has one payload; here are {payloads.Length}.", nameof(payloads));
        }

        return Deal(new KeyLayout(ComparisonOutput.Word, inputBits, thresholds.Length), thresholds, payloads, random, KernelChoice.Best);
    }

    /// <summary>Keys for the signs of words that are shared modulo 2^64.</summary>
    /// <param name="count">How many signs, at most <see cref="MaximumKeys"/>.</param>
    /// <param name="output">Whether the signs are shared as bits, or as the words 0 and 1.</param>
    /// <param name="random">Where the seeds come from.</param>
    /// <returns>Party 0's keys and party 1's.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative or too large, or there is no such output.</exception>
    public static (SignKeys Party0, SignKeys Party1) DealSigns(int count, ComparisonOutput output, IRandomSource random) =>
        DealSigns(count, output, random, KernelChoice.Best);

    /// <summary>Comparison keys, by the chosen kernels.</summary>
    internal static (ComparisonKeys Party0, ComparisonKeys Party1) Deal(
        KeyLayout layout, ReadOnlySpan<ulong> thresholds, ReadOnlySpan<ulong> payloads, IRandomSource random, KernelChoice choice)
    {
        using var seeds = new DealtSeeds(random);
        return Deal(layout, thresholds, payloads, seeds, choice);
    }

    /// <summary>Sign keys, by the chosen kernels.</summary>
    internal static (SignKeys Party0, SignKeys Party1) DealSigns(
        int count, ComparisonOutput output, IRandomSource random, KernelChoice choice)
    {
        var layout = new KeyLayout(output, SignKeys.InputBits, count);
        using var seeds = new DealtSeeds(random);
        using SecretBuffer<ulong> masks = SeedExpansion.Masks(seeds.Party0, count);
        using (SecretBuffer<ulong> others = SeedExpansion.Masks(seeds.Party1, count))
        {
            Ring64.RingVector.Add(masks.Span, others.Span, masks.Span);
        }

        SecretBuffer<ulong> offsets0 = SignKeys.Offsets(seeds.Party0, layout);
        var offsets1 = new SecretBuffer<ulong>(offsets0.Length);
        using var payloads = new SecretBuffer<ulong>(output == ComparisonOutput.Word ? count : 0);
        if (output == ComparisonOutput.Bit)
        {
            SplitBits(masks.Span, offsets0.Span, offsets1.Span);
        }
        else
        {
            SplitWords(masks.Span, offsets0.Span, offsets1.Span, payloads.Span);
        }

        (ComparisonKeys party0, ComparisonKeys party1) = Deal(layout, masks.Span, payloads.Span, seeds, choice);
        return (new SignKeys(party0, seeds.Party0, offsets0), new SignKeys(party1, seeds.Party1, offsets1));
    }

    private static void SplitBits(ReadOnlySpan<ulong> masks, ReadOnlySpan<ulong> offsets0, Span<ulong> offsets1)
    {
        offsets0.CopyTo(offsets1);
        for (int index = 0; index < masks.Length; index++)
            offsets1[index / 64] ^= (masks[index] >> 63) << (index % 64);
    }

    // msb(r) ⊕ b = msb(r) + (1 − 2 msb(r)) b: the payload is 1 or −1.
    private static void SplitWords(ReadOnlySpan<ulong> masks, ReadOnlySpan<ulong> offsets0, Span<ulong> offsets1, Span<ulong> payloads)
    {
        for (int index = 0; index < masks.Length; index++)
        {
            ulong sign = masks[index] >> 63;
            offsets1[index] = sign - offsets0[index];
            payloads[index] = 1 - (2 * sign);
        }
    }

    private static unsafe (ComparisonKeys Party0, ComparisonKeys Party1) Deal(
        KeyLayout layout, ReadOnlySpan<ulong> thresholds, ReadOnlySpan<ulong> payloads, DealtSeeds seeds, KernelChoice choice)
    {
        using SecretBuffer<ulong> roots0 = SeedExpansion.Roots(seeds.Party0, layout, party: 0);
        using SecretBuffer<ulong> roots1 = SeedExpansion.Roots(seeds.Party1, layout, party: 1);
        var corrections = new SecretBuffer<ulong>(layout.CorrectionWords);
        byte[] hashKey = seeds.HashKey;
        fixed (ulong* first = roots0.Span, second = roots1.Span, alphas = thresholds, betas = payloads, results = corrections.Span)
        {
            var job = new Job(first, second, alphas, betas, results);
            choice.ForSlices(layout.Chunks, (start, end) =>
            {
                using var generation = new ComparisonGeneration(layout, hashKey, choice);
                for (int chunk = start; chunk < end; chunk++)
                {
                    int key = chunk * KeyLayout.ChunkKeys;
                    generation.Correct(
                        job.Roots0 + (key * KeyLayout.BlockWords), job.Roots1 + (key * KeyLayout.BlockWords), job.Thresholds + key,
                        job.Payloads + key, layout.KeysIn(chunk), job.Corrections + layout.ChunkStart(chunk));
                }
            });
        }

        var shared = new SharedCorrections(corrections, owners: 2);
        return (
            new ComparisonKeys(layout, party: 0, seeds.Party0, hashKey, shared),
            new ComparisonKeys(layout, party: 1, seeds.Party1, hashKey, shared));
    }

    /// <summary>What the dealer draws for a batch: a seed for each party, and the AES key of the trees, which is public.</summary>
    private sealed class DealtSeeds : IDisposable
    {
        private readonly SecretBuffer<byte> _seeds = new(2 * AesCtrGenerator.SeedBytes);

        public DealtSeeds(IRandomSource random)
        {
            ArgumentNullException.ThrowIfNull(random);
            random.Fill(_seeds.Span);
            random.Fill(HashKey);
        }

        public ReadOnlySpan<byte> Party0 => _seeds.Span[..AesCtrGenerator.SeedBytes];

        public ReadOnlySpan<byte> Party1 => _seeds.Span[AesCtrGenerator.SeedBytes..];

        public byte[] HashKey { get; } = new byte[CorrelationRobustHash.KeyBytes];

        public void Dispose() => _seeds.Dispose();
    }

    // The compiler lets no lambda capture a pinned pointer itself.
    private readonly unsafe struct Job(ulong* roots0, ulong* roots1, ulong* thresholds, ulong* payloads, ulong* corrections)
    {
        public readonly ulong* Roots0 = roots0;
        public readonly ulong* Roots1 = roots1;
        public readonly ulong* Thresholds = thresholds;
        public readonly ulong* Payloads = payloads;
        public readonly ulong* Corrections = corrections;
    }
}
