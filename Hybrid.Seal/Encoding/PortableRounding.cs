using System.Runtime.CompilerServices;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal.Encoding;

/// <summary>The loop of <see cref="CoefficientRounding"/> on 64-bit integers: primes to 61 bits, and what is left of whole vectors.</summary>
internal static unsafe class PortableRounding
{
    /// <summary>Residues of all coefficients.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToResidues(double* source, ulong* destination, int count, Modulus modulus, int parts)
    {
        ulong p = modulus.Value;
        ulong power = modulus.Reduce(1UL << 50);
        ulong quotient = modulus.ShoupQuotient(power);
        ulong offset = ((1UL << 51) / p + 1) * p; // a multiple of p that makes any part positive
        double* worth = stackalloc double[parts];
        double* inverse = stackalloc double[parts];
        for (int k = 0; k < parts; k++)
        {
            worth[k] = CoefficientRounding.Worth(k);
            inverse[k] = 1 / worth[k];
        }

        for (int i = 0; i < count; i++)
        {
            double rest = source[i];
            ulong sum = 0;
            for (int k = parts - 1; k > 0; k--)
            {
                double part = Math.Round(rest * inverse[k]);
                rest = Math.FusedMultiplyAdd(-part, worth[k], rest); // exact: no bit of it is new
                sum = modulus.AddMod(sum, modulus.Reduce((ulong)(long)part + offset));
                sum = modulus.MulModShoup(sum, power, quotient);
            }

            destination[i] = modulus.AddMod(sum, modulus.Reduce((ulong)(long)Math.Round(rest) + offset));
        }
    }
}
