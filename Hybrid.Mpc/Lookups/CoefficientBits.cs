namespace Hybrid.Mpc.Lookups;

/// <summary>How many fraction bits leave public coefficients room in 32 signed bits, which the kernels' products are made for.</summary>
internal static class CoefficientBits
{
    /// <summary>The most fraction bits, at most 30, with which a real of a magnitude stays below 2^31 and a little.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The magnitude is not below 2^20: too little precision would be left.</exception>
    public static int Fitting(double magnitude)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(magnitude, 1 << 20);
        int bits = 30;
        while (magnitude * DeterministicMath.PowerOfTwo(bits) > int.MaxValue - 1024)
            bits--;
        return bits;
    }
}
