using System.Runtime.CompilerServices;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal.Encoding;

/// <summary>The loops of <see cref="CoefficientRounding"/>, once for every width of vector.</summary>
internal static unsafe class RoundingKernel<TVector, TLanes>
    where TVector : struct
    where TLanes : struct, IDoubleLanes<TVector>
{
    private const double RoundingShift = 6755399441055744.0; // 1.5 * 2^52: adding and taking it away rounds, up to 2^51

    /// <summary>The largest magnitude.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Largest(double* source, int count)
    {
        TVector largest0 = TLanes.Broadcast(0);
        TVector largest1 = largest0;
        int i = 0;
        for (; i <= count - 2 * TLanes.Count; i += 2 * TLanes.Count)
        {
            largest0 = TLanes.LargerMagnitude(largest0, TLanes.Load(source + i));
            largest1 = TLanes.LargerMagnitude(largest1, TLanes.Load(source + i + TLanes.Count));
        }

        double* lanes = stackalloc double[TLanes.Count];
        TLanes.Store(TLanes.LargerMagnitude(largest0, largest1), lanes);
        double largest = 0;
        for (int lane = 0; lane < TLanes.Count; lane++)
        {
            largest = DoubleLanes64.LargerMagnitude(largest, lanes[lane]);
        }

        for (; i < count; i++)
        {
            largest = DoubleLanes64.LargerMagnitude(largest, source[i]);
        }

        return largest;
    }

    /// <summary>Residues of as many coefficients as make whole vectors, and how many that is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int ToResidues(double* source, ulong* destination, int count, Modulus modulus, int parts)
    {
        var prime = new PrimeLanes<TVector, TLanes>(modulus.Value);
        TVector shift = TLanes.Broadcast(RoundingShift);
        TVector power = TLanes.Broadcast(DoubleRoots.Balanced(modulus.Reduce(1UL << 50), modulus));
        double* worth = stackalloc double[parts];
        double* inverse = stackalloc double[parts];
        for (int k = 0; k < parts; k++)
        {
            worth[k] = CoefficientRounding.Worth(k);
            inverse[k] = 1 / worth[k];
        }

        // A part is at most 2^51, so its quotient by p is off by less than 1/2 + 1/4p: reducing it leaves p / 2 at most, and a product
        // of what has been summed, at most 1.2 p, 0.65 p.
        int i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TVector rest = TLanes.Load(source + i);
            TVector sum = TLanes.Broadcast(0);
            for (int k = parts - 1; k > 0; k--)
            {
                TVector part = Round(TLanes.Multiply(rest, TLanes.Broadcast(inverse[k])), shift);
                rest = TLanes.MultiplyAddNegated(part, TLanes.Broadcast(worth[k]), rest); // exact: no bit of it is new
                sum = prime.Product(TLanes.Add(sum, prime.Reduce(part)), power);
            }

            sum = TLanes.Add(sum, prime.Reduce(Round(rest, shift)));
            TLanes.StoreIntegers(prime.Canonical(prime.Reduce(sum)), destination + i);
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Round(TVector x, TVector shift) => TLanes.Subtract(TLanes.Add(x, shift), shift);
}
