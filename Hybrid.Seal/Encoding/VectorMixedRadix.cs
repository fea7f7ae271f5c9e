using System.Runtime.CompilerServices;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal.Encoding;

/// <summary>Mixed-radix digits as doubles, for primes below 2^50: the loops, once for every width of vector.</summary>
/// <remarks>
/// Counts are multiples of the width. Bounds are in units of the prime at hand, as in <see cref="PrimeLanes{TVector, TLanes}"/>.
/// </remarks>
internal sealed unsafe class VectorMixedRadix<TVector, TLanes> : MixedRadix
    where TVector : struct
    where TLanes : struct, IDoubleLanes<TVector>
{
    private readonly double[] _primes;
    private readonly double[] _inverses; // 1 / q_j mod q_i, balanced, at i (i - 1) / 2 + j

    public VectorMixedRadix(ReadOnlySpan<Modulus> moduli, ReadOnlySpan<ulong> inverses)
    {
        _primes = new double[moduli.Length];
        _inverses = new double[inverses.Length];
        for (int i = 0, at = 0; i < moduli.Length; i++)
        {
            _primes[i] = moduli[i].Value;
            for (int j = 0; j < i; j++, at++)
            {
                _inverses[at] = DoubleRoots.Balanced(inverses[at], moduli[i]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void ToDigits(ulong* residues, int stride, int primes, int count, long* digits)
    {
        ToDoubleDigits(residues, stride, primes, count, (double*)digits);
        for (int i = 0; i < primes; i++, digits += Strip)
        {
            for (int s = 0; s < count; s += TLanes.Count)
            {
                TLanes.StoreSigned(TLanes.Load((double*)digits + s), digits + s);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void ToDoubles(ulong* residues, int stride, int primes, int count, long* workspace, double* destination)
    {
        var digits = (double*)workspace;
        ToDoubleDigits(residues, stride, primes, count, digits);
        for (int s = 0; s < count; s += TLanes.Count)
        {
            // Horner's rule on high + low, some 105 bits. The high part is 0 or at least 1, so that its product outweighs a digit.
            TVector high = TLanes.Load(digits + (primes - 1) * Strip + s);
            TVector low = TLanes.Broadcast(0);
            for (int i = primes - 2; i >= 0; i--)
            {
                TVector prime = TLanes.Broadcast(_primes[i]);
                TVector digit = TLanes.Load(digits + i * Strip + s);
                TVector product = TLanes.Multiply(high, prime);
                TVector error = TLanes.MultiplyAdd(low, prime, TLanes.MultiplySubtract(high, prime, product));
                TVector sum = TLanes.Add(product, digit);
                TVector rest = TLanes.Add(TLanes.Subtract(digit, TLanes.Subtract(sum, product)), error);
                high = TLanes.Add(sum, rest);
                low = TLanes.Subtract(rest, TLanes.Subtract(high, sum));
            }

            TLanes.Store(TLanes.Add(high, TLanes.Broadcast(0)), destination + s); // 0 for -0
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ToDoubleDigits(ulong* residues, int stride, int primes, int count, double* digits)
    {
        for (int i = 0, at = 0; i < primes; i++, residues += stride)
        {
            var prime = new PrimeLanes<TVector, TLanes>(_primes[i]);
            double* digit = digits + i * Strip;
            for (int s = 0; s < count; s += TLanes.Count)
            {
                TLanes.Store(TLanes.LoadIntegers(residues + s), digit + s); // 1
            }

            double* lower = digits;
            for (int j = 0; j < i; j++, lower += Strip, at++)
            {
                // A lower digit is below 2^49, however small this prime: its quotient is off by less than 1/2 + 1/4q, which leaves 1/2.
                TVector inverse = TLanes.Broadcast(_inverses[at]);
                for (int s = 0; s < count; s += TLanes.Count)
                {
                    TVector difference = TLanes.Subtract(TLanes.Load(digit + s), prime.Reduce(TLanes.Load(lower + s))); // 1.5
                    TLanes.Store(prime.Product(difference, inverse), digit + s);                                        // 0.7
                }
            }

            for (int s = 0; s < count; s += TLanes.Count)
            {
                TLanes.Store(prime.Reduce(TLanes.Load(digit + s)), digit + s); // the digit itself: 1/2
            }
        }
    }
}
