using System.Buffers;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal.RingPacked;

/// <summary>The sums of products of a layer: every result polynomial is the sum over its terms of an input times a weight.</summary>
internal static class PackedProducts
{
    // Values at a time: those of all a result's inputs then stay in the second cache while results that share them follow one another.
    private const int Segment = 256;

    /// <summary>Computes every <paramref name="parts"/>-th result, from the part-th on.</summary>
    public static unsafe void Fill(RingPacking packing, RingPackedWeights weights, Ciphertext[] inputs, Ciphertext[] products, int part, int parts)
    {
        CkksContext context = weights.Context;
        int terms = packing.TermCount;
        nint[] memory = ArrayPool<nint>.Shared.Rent(2 * terms);
        Span<nint> left = memory.AsSpan(0, terms);
        Span<nint> right = memory.AsSpan(terms, terms);
        int segment = Math.Min(Segment, context.Degree);
        for (int prime = 0; prime <= context.MaximumLevel; prime++)
        {
            ResidueKernels kernels = context.Ring.Primes[prime].Residues;
            for (int from = 0; from < context.Degree; from += segment)
            {
                for (int output = part; output < products.Length; output += parts)
                {
                    (int input, int weight) = packing.FirstTermOf(output);
                    for (int term = 0; term < terms; term++)
                    {
                        left[term] = weights.Address(weight + term, prime) + (from * sizeof(ulong));
                    }

                    for (int polynomial = 0; polynomial < 2; polynomial++)
                    {
                        for (int term = 0; term < terms; term++)
                        {
                            right[term] = inputs[input + term].Address(polynomial, prime) + (from * sizeof(ulong));
                        }

                        kernels.SumOfProducts(left, right, products[output].Prime(polynomial, prime).Slice(from, segment));
                    }
                }
            }
        }

        ArrayPool<nint>.Shared.Return(memory);
        GC.KeepAlive(weights);
        GC.KeepAlive(inputs);
    }
}
