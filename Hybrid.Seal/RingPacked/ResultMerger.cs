using Hybrid.Seal.Ring;

namespace Hybrid.Seal.RingPacked;

/// <summary>Merges a layer's result ciphertexts with the key owner's Galois keys: see <see cref="ResultMerge"/>.</summary>
/// <param name="evaluator">Switches keys.</param>
/// <param name="keys">The owner's keys, of maps of X to X^(1 + 2^e).</param>
internal sealed class ResultMerger(CkksEvaluator evaluator, GaloisKeys keys)
{
    // X to some power, transformed, prime by prime.
    private readonly Dictionary<int, ulong[]> _monomials = [];

    private CkksContext Context => evaluator.Context;

    /// <summary>The exponents there are keys for.</summary>
    public static MergeKeys KeysOf(GaloisKeys keys)
    {
        uint exponents = 0;
        foreach (uint element in keys.Elements)
        {
            exponents |= element - 1 is > 1 and var power && System.Numerics.BitOperations.IsPow2(power) ? 1u << System.Numerics.BitOperations.Log2(power) : 0;
        }

        return new MergeKeys(exponents);
    }

    /// <summary>Merges as far as the packing says, on so many cores as there are scratch ciphertexts; sums that were merged into others are used up.</summary>
    /// <param name="packing">The layer.</param>
    /// <param name="sums">Its result polynomials' ciphertexts.</param>
    /// <param name="scratch">A ciphertext for each core.</param>
    /// <returns>The ciphertexts to send, which are among the sums.</returns>
    /// <exception cref="ParameterException">A key is missing.</exception>
    public Ciphertext[] Merge(RingPacking packing, Ciphertext[] sums, Ciphertext[] scratch)
    {
        ResultMerge merge = packing.Merge;
        MergeKeys held = KeysOf(keys);
        for (int level = 0; level < merge.Levels; level++)
        {
            int exponent = merge.ExponentAt(level, Context.Degree);
            GaloisKey key = held.KeyFor(exponent) is { } of ? keys[1 + (1u << of)] : throw new ParameterException(
                ParameterFault.Mismatch, $"There are Galois keys for merging with exponents {held} and {packing.Shape} needs one for {exponent} or less; make them for this layer.");
            int maps = 1 << (exponent - held.KeyFor(exponent)!.Value);
            ulong[] monomial = Monomial(merge.ShiftAt(level));
            int step = 1 << level;
            WorkerLoop.Run(scratch, RingPackedShape.Blocks(sums.Length, 2 * step), (memory, pair) =>
            {
                int first = 2 * step * pair;
                MergeTwo(sums[first], first + step < sums.Length ? sums[first + step] : null, monomial, key, maps, memory);
            });
        }

        var merged = new Ciphertext[packing.Plan.CiphertextsDown];
        for (int i = 0; i < merged.Length; i++)
        {
            merged[i] = sums[i << merge.Levels];
        }

        return merged;
    }

    // a = a + X^s b + f(a - X^s b); a + f(a) where there is no b.
    private void MergeTwo(Ciphertext a, Ciphertext? b, ulong[] monomial, GaloisKey key, int maps, Ciphertext difference)
    {
        difference.CopyFrom(a);
        for (int polynomial = 0; polynomial < 2 && b is not null; polynomial++)
        {
            for (int i = 0; i <= a.Level; i++)
            {
                ResidueKernels kernels = Context.Ring.Primes[i].Residues;
                Span<ulong> moved = b.Prime(polynomial, i);
                Span<ulong> sum = a.Prime(polynomial, i);
                kernels.Multiply(moved, Context.Ring.Slice(monomial, i), moved);
                kernels.Subtract(sum, moved, difference.Prime(polynomial, i));
                kernels.Add(sum, moved, sum);
            }
        }

        evaluator.AddMapped(difference, key, maps, a);
    }

    private ulong[] Monomial(int power)
    {
        if (!_monomials.TryGetValue(power, out ulong[]? monomial))
        {
            monomial = new ulong[Context.Parameters.DataPrimeCount * Context.Degree];
            for (int i = 0; i < Context.Parameters.DataPrimeCount; i++)
            {
                Span<ulong> residues = Context.Ring.Slice(monomial.AsSpan(), i);
                residues[power] = 1;
                Context.Ring.Primes[i].Forward(residues);
            }

            _monomials.Add(power, monomial);
        }

        return monomial;
    }
}
