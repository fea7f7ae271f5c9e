using System.Buffers;
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
        var nodes = new Node[sums.Length];
        for (int i = 0; i < nodes.Length; i++)
        {
            nodes[i] = new Node(sums[i]);
        }

        (Ciphertext, ulong[])[] workers = [.. scratch.Select(ciphertext => (ciphertext, ArrayPool<ulong>.Shared.Rent(Context.Degree)))];
        for (int level = 0; level < merge.Levels; level++)
        {
            int exponent = merge.ExponentAt(level, Context.Degree);
            int of = held.KeyFor(exponent) ?? throw new ParameterException(
                ParameterFault.Mismatch, $"There are Galois keys for merging with exponents {held} and {packing.Shape} needs one for {exponent} or less; make them for this layer.");
            (GaloisKey Key, int Maps) map = (keys[1 + (1u << of)], 1 << (exponent - of));
            ulong[] monomial = Monomial(merge.ShiftAt(level));
            int step = 1 << level;
            WorkerLoop.Run(workers, RingPackedShape.Blocks(sums.Length, 2 * step), (worker, pair) =>
            {
                int first = 2 * step * pair;
                MergeTwo(nodes[first], first + step < nodes.Length ? nodes[first + step] : null, monomial, map, worker);
            });
        }

        var merged = new Ciphertext[packing.Plan.CiphertextsDown];
        WorkerLoop.Run(workers, merged.Length, (_, i) =>
        {
            Node root = nodes[i << merge.Levels];
            evaluator.Reduce(root.Ciphertext, root.Special.AsSpan(0, Context.Degree));
            root.Return();
            merged[i] = root.Ciphertext;
        });
        foreach ((_, ulong[] memory) in workers)
            ArrayPool<ulong>.Shared.Return(memory);
        return merged;
    }

    // a = a + X^s b + f(a - X^s b); a + f(a) where there is no b. First polynomials are P times what they are, from the first level on.
    private void MergeTwo(Node a, Node? b, ulong[] monomial, (GaloisKey Key, int Maps) map, (Ciphertext Ciphertext, ulong[] Special) difference)
    {
        int degree = Context.Degree;
        int special = Context.SpecialPrime;
        difference.Ciphertext.CopyFrom(a.Ciphertext);
        for (int polynomial = 0; polynomial < 2 && b is not null; polynomial++)
        {
            for (int i = 0; i <= a.Ciphertext.Level; i++)
            {
                Combine(i, a.Ciphertext.Prime(polynomial, i), b.Ciphertext.Prime(polynomial, i), difference.Ciphertext.Prime(polynomial, i));
            }
        }

        Span<ulong> rest = difference.Special.AsSpan(0, degree);
        if (a.Special is null)
        {
            evaluator.Extend(a.Ciphertext);
            evaluator.Extend(difference.Ciphertext);
            a.Special = ArrayPool<ulong>.Shared.Rent(degree);
            a.Special.AsSpan(0, degree).Clear();
            rest.Clear();
        }
        else
        {
            a.Special.AsSpan(0, degree).CopyTo(rest);
            if (b is not null)
            {
                Combine(special, a.Special.AsSpan(0, degree), b.Special.AsSpan(0, degree), rest);
            }
        }

        b?.Return();
        evaluator.AddMapped(difference.Ciphertext, rest, map.Key, map.Maps, a.Ciphertext, a.Special.AsSpan(0, degree));

        void Combine(int prime, Span<ulong> sum, Span<ulong> moved, Span<ulong> less)
        {
            ResidueKernels kernels = Context.Ring.Primes[prime].Residues;
            kernels.Multiply(moved, Context.Ring.Slice(monomial.AsSpan(), prime), moved);
            kernels.Subtract(sum, moved, less);
            kernels.Add(sum, moved, sum);
        }
    }

    private ulong[] Monomial(int power)
    {
        if (!_monomials.TryGetValue(power, out ulong[]? monomial))
        {
            int primes = Context.Parameters.Primes.Length;
            monomial = new ulong[primes * Context.Degree];
            for (int i = 0; i < primes; i++)
            {
                Span<ulong> residues = Context.Ring.Slice(monomial.AsSpan(), i);
                residues[power] = 1;
                Context.Ring.Primes[i].Forward(residues);
            }

            _monomials.Add(power, monomial);
        }

        return monomial;
    }

    // A sum on its way, and from the first merge on its first polynomial modulo the special prime.
    private sealed class Node(Ciphertext ciphertext)
    {
        public Ciphertext Ciphertext { get; } = ciphertext;

        public ulong[]? Special { get; set; }

        public void Return()
        {
            if (Special is { } memory)
            {
                Special = null;
                ArrayPool<ulong>.Shared.Return(memory);
            }
        }
    }
}
