using System.Runtime.CompilerServices;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal.Encoding;

/// <summary>Mixed-radix digits as 64-bit integers, for primes to 61 bits and for any count.</summary>
internal sealed unsafe class PortableMixedRadix : MixedRadix
{
    private readonly Modulus[] _moduli;
    private readonly Factor[] _inverses; // 1 / q_j mod q_i, at i (i - 1) / 2 + j

    public PortableMixedRadix(ReadOnlySpan<Modulus> moduli, ReadOnlySpan<ulong> inverses)
    {
        _moduli = moduli.ToArray();
        _inverses = new Factor[inverses.Length];
        for (int i = 0, at = 0; i < moduli.Length; i++)
        {
            for (int j = 0; j < i; j++, at++)
            {
                _inverses[at] = new(inverses[at], moduli[i].ShoupQuotient(inverses[at]), moduli[i].Reduce(moduli[j].Value));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void ToDigits(ulong* residues, int stride, int primes, int count, long* digits)
    {
        for (int i = 0, at = 0; i < primes; i++, residues += stride)
        {
            Modulus modulus = _moduli[i];
            long* digit = digits + i * Strip;
            new ReadOnlySpan<long>(residues, count).CopyTo(new Span<long>(digit, count));
            long* lower = digits;
            for (int j = 0; j < i; j++, lower += Strip, at++)
            {
                Factor inverse = _inverses[at];
                ulong lowerPrime = _moduli[j].Value;
                for (int s = 0; s < count; s++)
                {
                    // The lower digit as a residue of its own prime, then of this one, less that prime where the digit has a sign.
                    ulong sign = (ulong)(lower[s] >> 63);
                    ulong residue = modulus.Reduce((ulong)lower[s] + (lowerPrime & sign));
                    residue = modulus.SubMod(residue, inverse.Prime & sign);
                    digit[s] = (long)modulus.MulModShoup(modulus.SubMod((ulong)digit[s], residue), inverse.Value, inverse.Quotient);
                }
            }

            long half = (long)(modulus.Value / 2);
            for (int s = 0; s < count; s++)
            {
                digit[s] -= (long)modulus.Value & ((half - digit[s]) >> 63);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void ToDoubles(ulong* residues, int stride, int primes, int count, long* workspace, double* destination)
    {
        ToDigits(residues, stride, primes, count, workspace);
        for (int s = 0; s < count; s++)
        {
            // The sums of the vector kernel, with what longer primes and digits have beyond a double, which is 0 for those of 50 bits.
            (double high, double low) = Split(workspace[(primes - 1) * Strip + s]);
            for (int i = primes - 2; i >= 0; i--)
            {
                (double prime, double primeRest) = Split((long)_moduli[i].Value);
                (double digit, double digitRest) = Split(workspace[i * Strip + s]);
                double product = high * prime;
                double error = Math.FusedMultiplyAdd(low, prime, Math.FusedMultiplyAdd(high, prime, -product));
                error = Math.FusedMultiplyAdd(high, primeRest, error);
                double sum = product + digit;
                double rest = digit - (sum - product) + (error + digitRest);
                high = sum + rest;
                low = rest - (high - sum);
            }

            destination[s] = high + low + 0.0; // 0 for -0
        }
    }

    /// <summary>An integer of 62 bits and a sign as the sum of two doubles, the first its rounding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (double High, double Low) Split(long value)
    {
        double high = value;
        return (high, value - (long)high);
    }

    /// <summary>1 / q_j mod q_i with its Shoup quotient, and q_j mod q_i.</summary>
    private readonly record struct Factor(ulong Value, ulong Quotient, ulong Prime);
}
