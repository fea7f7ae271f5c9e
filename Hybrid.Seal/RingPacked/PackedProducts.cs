using System.Buffers;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal.RingPacked;

/// <summary>The sums of products of a layer: every result polynomial is the sum over its terms of an input times a weight, over what merging multiplies it by.</summary>
internal static class PackedProducts
{
    // Values at a time: those of all a result's inputs then stay in the second cache while results that share them follow one another.
    private const int Segment = 256;

    /// <summary>Adds the terms of some inputs, whole groups of them, to every <paramref name="parts"/>-th result, from the part-th on.</summary>
    /// <param name="packing">The layer.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="inputs">The inputs, which follow those that were added before.</param>
    /// <param name="firstInput">The number of the first.</param>
    /// <param name="products">The results; those whose first terms these are may hold anything.</param>
    /// <param name="part">The first result.</param>
    /// <param name="parts">From one to the next.</param>
    public static void Add(RingPacking packing, RingPackedWeights weights, Ciphertext[] inputs, int firstInput, Ciphertext[] products, int part, int parts)
    {
        CkksContext context = weights.Context;
        int terms = packing.TermCount;
        TermGroups groups = packing.Groups;
        nint[] memory = ArrayPool<nint>.Shared.Rent(2 * terms);
        int segment = Math.Min(Segment, context.Degree);
        for (int prime = 0; prime <= packing.Level; prime++)
        {
            ResidueKernels kernels = context.Ring.Primes[prime].Residues;
            ulong undone = packing.Merge.Levels == 0 ? 1 : context.Ring.Modulus(prime).InverseMod((ulong)packing.Merge.Group);
            for (int from = 0; from < context.Degree; from += segment)
            {
                int row = -1;
                (int begin, int end) = (0, 0);
                for (int output = part; output < products.Length; output += parts)
                {
                    (int input, int weight) = packing.FirstTermOf(output);
                    if (input != row)
                    {
                        row = input;
                        begin = Math.Clamp(firstInput - input, 0, terms);
                        end = Math.Clamp(firstInput + inputs.Length - input, begin, terms);
                        Locate(inputs.AsSpan(Math.Clamp(input - firstInput, 0, inputs.Length), end - begin), groups.Size, prime, from, memory);
                    }

                    Span<ulong> first = products[output].Prime(0, prime).Slice(from, segment);
                    Span<ulong> second = products[output].Prime(1, prime).Slice(from, segment);
                    for (int term = begin; term < end; term += groups.Size)
                    {
                        int group = term / groups.Size;
                        ReadOnlySpan<nint> right = memory.AsSpan(2 * (term - begin), 2 * groups.SizeOf(group));
                        kernels.TwoSumsOfInterleaved(weights.Factors(weight / terms, prime, group, from, segment), right, first, second, adds: term > 0);
                    }

                    if (begin < end && end == terms && undone != 1)
                    {
                        kernels.MultiplyScalar(first, undone, first);
                        kernels.MultiplyScalar(second, undone, second);
                    }
                }
            }
        }

        ArrayPool<nint>.Shared.Return(memory);
        // Memory of weights that nobody holds any more would be wiped under the last sums.
        GC.KeepAlive(weights);
        GC.KeepAlive(inputs);
    }

    // Where the first polynomials of a group's inputs are, then the second ones, then those of the next group.
    private static void Locate(ReadOnlySpan<Ciphertext> inputs, int size, int prime, int from, Span<nint> addresses)
    {
        for (; !inputs.IsEmpty; inputs = inputs[Math.Min(size, inputs.Length)..])
        {
            ReadOnlySpan<Ciphertext> group = inputs[..Math.Min(size, inputs.Length)];
            for (int polynomial = 0; polynomial < 2; polynomial++)
            {
                for (int term = 0; term < group.Length; term++)
                {
                    addresses[term] = group[term].Address(polynomial, prime) + (from * sizeof(ulong));
                }

                addresses = addresses[group.Length..];
            }
        }
    }
}
