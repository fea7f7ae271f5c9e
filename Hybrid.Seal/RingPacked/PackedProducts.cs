using System.Buffers;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal.RingPacked;

/// <summary>The sums of products of a layer: every result polynomial is the sum over its terms of an input times a weight, over what merging multiplies it by.</summary>
internal static class PackedProducts
{
    // Values at a time: those of all a result's inputs then stay in the second cache while results that share them follow one another.
    private const int Segment = 256;

    /// <summary>Computes every <paramref name="parts"/>-th result, from the part-th on.</summary>
    public static void Fill(RingPacking packing, RingPackedWeights weights, Ciphertext[] inputs, Ciphertext[] products, int part, int parts)
    {
        CkksContext context = weights.Context;
        int terms = packing.TermCount;
        nint[] memory = ArrayPool<nint>.Shared.Rent(2 * terms);
        Span<nint> right = memory.AsSpan(0, 2 * terms);
        int segment = Math.Min(Segment, context.Degree);
        for (int prime = 0; prime <= packing.Level; prime++)
        {
            ResidueKernels kernels = context.Ring.Primes[prime].Residues;
            ulong undone = packing.Merge.Levels == 0 ? 1 : context.Ring.Modulus(prime).InverseMod((ulong)packing.Merge.Group);
            for (int from = 0; from < context.Degree; from += segment)
            {
                int row = -1;
                for (int output = part; output < products.Length; output += parts)
                {
                    (int input, int weight) = packing.FirstTermOf(output);
                    if (input != row)
                    {
                        row = input;
                        Locate(inputs.AsSpan(input, terms), prime, from, right);
                    }

                    Span<ulong> first = products[output].Prime(0, prime).Slice(from, segment);
                    Span<ulong> second = products[output].Prime(1, prime).Slice(from, segment);
                    kernels.TwoSumsOfInterleaved(weights.Factors(weight / terms, prime, from, segment), right, first, second);
                    if (undone != 1)
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

    // Where the first polynomials of a result's inputs are, then the second ones.
    private static void Locate(ReadOnlySpan<Ciphertext> inputs, int prime, int from, Span<nint> addresses)
    {
        for (int polynomial = 0; polynomial < 2; polynomial++)
        {
            for (int term = 0; term < inputs.Length; term++)
            {
                addresses[(polynomial * inputs.Length) + term] = inputs[term].Address(polynomial, prime) + (from * sizeof(ulong));
            }
        }
    }
}
