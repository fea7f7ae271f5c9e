using Hybrid.Paillier.Arithmetic;
using Hybrid.Security;

namespace Hybrid.Paillier;

/// <summary>
/// Re-randomises ciphertexts before they leave the evaluator: multiplies each by a fresh encryption of zero, so that the
/// key's owner learns the plaintext and nothing of how it came about.
/// </summary>
/// <remarks>
/// <para>
/// An input c_i = (1 + m_i n) h_s^{a_i} turns into a result with exponent sum a_i w_i. Its owner, who knows the a_i and
/// could take discrete logarithms if he had chosen his primes so, would see the weights through a short fresh exponent. So
/// the fresh exponent is longer than any such sum by <see cref="StatisticalBits"/>: within 2^-40, the result's exponent does
/// not depend on the weights.
/// </para>
/// <para>Without a noise base, the factor is r^n with uniform r, which hides the weights perfectly.</para>
/// </remarks>
public sealed class PaillierRandomiser : IDisposable
{
    /// <summary>How far, in bits, the fresh exponent drowns the old: the statistical security parameter.</summary>
    public const int StatisticalBits = 40;

    /// <summary>The most bits of weights that a randomiser drowns.</summary>
    public const int MaximumWeightBits = 256;

    private readonly NoiseSource _noise;
    private readonly int _parallelism;

    /// <summary>A randomiser for one key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="weightBits">
    /// Bits of the largest sum of absolute weights that went into one ciphertext: 1 if ciphertexts were only added to plaintexts.
    /// </param>
    /// <param name="expectedCount">About how many ciphertexts will be re-randomised.</param>
    /// <param name="random">Where the randomness comes from; the operating system unless given.</param>
    /// <param name="parallelism">Threads to use; all processors unless given.</param>
    public PaillierRandomiser(PaillierPublicKey key, int weightBits, int expectedCount, IRandomSource? random = null, int? parallelism = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfNegative(weightBits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(weightBits, MaximumWeightBits);
        Key = key;
        _parallelism = parallelism ?? Environment.ProcessorCount;
        _noise = new NoiseSource(key, weightBits + StatisticalBits, expectedCount, random ?? OsRandom.Instance, _parallelism);
    }

    /// <summary>The key.</summary>
    public PaillierPublicKey Key { get; }

    /// <summary>New ciphertexts of the same plaintexts.</summary>
    /// <exception cref="ParameterException">The ciphertexts belong to another key.</exception>
    public CiphertextVector Randomise(CiphertextVector ciphertexts)
    {
        ArgumentNullException.ThrowIfNull(ciphertexts);
        Key.RequireSame(ciphertexts.Key, "ciphertexts");
        LaneRing ring = Key.Ring;
        int limbs = _noise.SecretLimbs;
        var rows = new ulong[ciphertexts.Count * ring.RowWords];
        using SecretBuffer<ulong> secrets = _noise.DrawSecrets(ciphertexts.Count);
        LaneBlocks.ForGroups(ring, ciphertexts.Count, LaneRing.Lanes, _parallelism, (first, count, workspace) =>
        {
            int blocks = (count + LaneRing.Lanes - 1) / LaneRing.Lanes;
            using var memory = new SecretBuffer<ulong>((blocks + 1) * ring.BlockWords);
            Span<ulong> block = memory.Span[(blocks * ring.BlockWords)..];
            _noise.Fill(memory.Span, secrets.Span.Slice(first * limbs, count * limbs), workspace);
            for (int start = 0; start < count; start += LaneRing.Lanes)
            {
                int here = Math.Min(LaneRing.Lanes, count - start);
                ring.Load(block, ciphertexts.Rows.Span, first + start, here);
                ring.Multiply(block, block, memory.Span.Slice(start / LaneRing.Lanes * ring.BlockWords, ring.BlockWords), workspace, here);
                ring.Store(rows, first + start, here, block);
            }
        });
        return new CiphertextVector(Key, rows);
    }

    /// <summary>Wipes the table of powers.</summary>
    public void Dispose() => _noise.Dispose();
}
