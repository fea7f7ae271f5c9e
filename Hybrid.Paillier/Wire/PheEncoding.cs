using System.Numerics;

namespace Hybrid.Paillier;

/// <summary>
/// A number as python-paillier (phe) encodes it: mantissa · 16^exponent. In a plaintext stands the mantissa; the exponent
/// travels beside the ciphertext, for all to see.
/// </summary>
/// <remarks>
/// An exponent chosen by the value, as phe does unless told otherwise, tells everyone the value's magnitude. Encode the
/// numbers of a vector with one exponent chosen beforehand.
/// </remarks>
public readonly record struct PheEncoding
{
    /// <summary>The base of the exponents.</summary>
    public const int Base = 16;

    /// <summary>The largest exponent taken, and the smallest negated: far outside of what any double or any key needs.</summary>
    public const int MaximumExponent = 1 << 14;

    private const int BitsPerDigit = 4;
    private const int DoubleBits = 53;
    private const int DoubleLowestBit = -1074;

    /// <summary>The number mantissa · 16^exponent.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The exponent's magnitude is above <see cref="MaximumExponent"/>.</exception>
    public PheEncoding(BigInteger mantissa, int exponent)
    {
        Mantissa = mantissa;
        Exponent = RequireExponent(exponent);
    }

    /// <summary>The signed integer that is encrypted.</summary>
    public BigInteger Mantissa { get; }

    /// <summary>The exponent of 16.</summary>
    public int Exponent { get; }

    /// <summary>An integer, with exponent 0 as phe encodes it; exact.</summary>
    public static PheEncoding FromInteger(BigInteger value) => new(value, 0);

    /// <summary>The multiple of 16^exponent nearest to an integer, ties to even mantissas.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The exponent's magnitude is above <see cref="MaximumExponent"/>.</exception>
    public static PheEncoding FromInteger(BigInteger value, int exponent) =>
        new(Shift(value, -BitsPerDigit * RequireExponent(exponent)), exponent);

    /// <summary>
    /// A double, exactly, with the exponent floor((E - 53) / 4) that phe gives it, where 2^(E-1) &lt;= |value| &lt; 2^E and
    /// E = 0 for 0: from -282 to 242.
    /// </summary>
    /// <exception cref="ParameterException">The value is not finite.</exception>
    public static PheEncoding FromDouble(double value)
    {
        (BigInteger significand, int lowestBit) = Split(value);
        int top = significand.IsZero ? 0 : lowestBit + (int)BigInteger.Abs(significand).GetBitLength();
        int exponent = (top - DoubleBits) >> 2;
        return new PheEncoding(Shift(significand, lowestBit - (BitsPerDigit * exponent)), exponent);
    }

    /// <summary>The multiple of 16^exponent nearest to a double, ties to even mantissas.</summary>
    /// <exception cref="ParameterException">The value is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The exponent's magnitude is above <see cref="MaximumExponent"/>.</exception>
    public static PheEncoding FromDouble(double value, int exponent)
    {
        (BigInteger significand, int lowestBit) = Split(value);
        return new PheEncoding(Shift(significand, lowestBit - (BitsPerDigit * RequireExponent(exponent))), exponent);
    }

    /// <summary>The exponent for a precision: floor(log_16 precision), so that steps are no coarser than it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The precision is not positive and finite.</exception>
    public static int ExponentFor(double precision)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(precision);
        if (!double.IsFinite(precision))
        {
            throw new ArgumentOutOfRangeException(nameof(precision), "A precision is a finite number.");
        }

        return Math.ILogB(precision) >> 2;
    }

    /// <summary>The largest mantissa that phe puts into a plaintext of a key, floor(n / 3) - 1: the third between is for overflow to show in.</summary>
    public static BigInteger MaximumMantissa(PaillierPublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return (key.N / 3) - 1;
    }

    /// <summary>The mantissas as plaintexts.</summary>
    /// <exception cref="ParameterException">A mantissa is above <see cref="MaximumMantissa"/>.</exception>
    public static PlaintextVector ToPlaintexts(PaillierPublicKey key, params ReadOnlySpan<PheEncoding> encodings)
    {
        BigInteger limit = MaximumMantissa(key);
        var mantissas = new BigInteger[encodings.Length];
        for (int i = 0; i < encodings.Length; i++)
        {
            mantissas[i] = encodings[i].Mantissa;
            if (BigInteger.Abs(mantissas[i]) > limit)
            {
                throw new ParameterException(ParameterFault.OutOfRange, $"Number {i} does not fit a plaintext of {key.Bits} bits at exponent {encodings[i].Exponent}: raise the exponent, or use a longer key.");
            }
        }

        return PlaintextVector.FromIntegers(key, mantissas);
    }

    /// <summary>The numbers that plaintexts hold, read with the exponents that came beside them.</summary>
    /// <exception cref="ArgumentException">There are not as many exponents as plaintexts.</exception>
    /// <exception cref="ParameterException">A plaintext lies in the middle third, where sums and products go that overflowed.</exception>
    public static PheEncoding[] FromPlaintexts(PlaintextVector plaintexts, ReadOnlySpan<int> exponents)
    {
        ArgumentNullException.ThrowIfNull(plaintexts);
        if (plaintexts.Count != exponents.Length)
        {
            throw new ArgumentException($"{plaintexts.Count} plaintexts have as many exponents; {exponents.Length} are given.", nameof(exponents));
        }

        BigInteger limit = MaximumMantissa(plaintexts.Key);
        var encodings = new PheEncoding[plaintexts.Count];
        for (int i = 0; i < encodings.Length; i++)
        {
            BigInteger mantissa = plaintexts.ToInteger(i);
            if (BigInteger.Abs(mantissa) > limit)
            {
                throw new ParameterException(ParameterFault.OutOfRange, $"Number {i} overflowed its plaintext: encode with a higher exponent, or use a longer key.");
            }

            encodings[i] = new PheEncoding(mantissa, exponents[i]);
        }

        return encodings;
    }

    /// <summary>The same number at a lower exponent, exactly.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The exponent is higher than this one's, or its magnitude above <see cref="MaximumExponent"/>.</exception>
    public PheEncoding LowerTo(int exponent)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(exponent, Exponent);
        return new PheEncoding(Mantissa << (BitsPerDigit * (Exponent - RequireExponent(exponent))), exponent);
    }

    /// <summary>The double nearest to the number, ties to even, rounded once.</summary>
    /// <exception cref="ParameterException">The number is too large for a double.</exception>
    public double ToDouble()
    {
        BigInteger magnitude = BigInteger.Abs(Mantissa);
        int lowestBit = Math.Max((int)magnitude.GetBitLength() + (BitsPerDigit * Exponent) - DoubleBits, DoubleLowestBit);
        // 54 bits at most, the longest a power of two: exact as a double, and so is its scaling unless it overflows.
        BigInteger significand = Shift(magnitude, (BitsPerDigit * Exponent) - lowestBit);
        double value = Math.ScaleB((double)significand, lowestBit);
        if (double.IsInfinity(value))
        {
            throw new ParameterException(ParameterFault.OutOfRange, "The number is too large for a double: read it as an integer.");
        }

        return Mantissa.Sign < 0 ? -value : value;
    }

    /// <summary>The number as an integer, exactly.</summary>
    /// <exception cref="ParameterException">The number is no integer.</exception>
    public BigInteger ToInteger()
    {
        BigInteger value = Shift(Mantissa, BitsPerDigit * Exponent);
        if (Exponent < 0 && value << (-BitsPerDigit * Exponent) != Mantissa)
        {
            throw new ParameterException(ParameterFault.OutOfRange, "The number is no integer: read it as a double.");
        }

        return value;
    }

    /// <summary>Names the exponent only.</summary>
    public override string ToString() => $"PheEncoding(exponent {Exponent})";

    internal static int RequireExponent(int exponent)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(exponent, MaximumExponent);
        ArgumentOutOfRangeException.ThrowIfLessThan(exponent, -MaximumExponent);
        return exponent;
    }

    // value = significand · 2^lowestBit.
    private static (BigInteger Significand, int LowestBit) Split(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new ParameterException(ParameterFault.OutOfRange, "Only finite numbers can be encoded.");
        }

        long bits = BitConverter.DoubleToInt64Bits(value);
        int biased = (int)(bits >> (DoubleBits - 1)) & 0x7ff;
        long fraction = bits & ((1L << (DoubleBits - 1)) - 1);
        long significand = biased == 0 ? fraction : fraction | (1L << (DoubleBits - 1));
        return (bits < 0 ? -significand : significand, Math.Max(biased, 1) - 1 + DoubleLowestBit);
    }

    // value · 2^count, rounded half to even.
    private static BigInteger Shift(BigInteger value, int count)
    {
        if (count >= 0)
        {
            return value << count;
        }

        BigInteger magnitude = BigInteger.Abs(value);
        BigInteger kept = magnitude >> -count;
        BigInteger twiceLost = (magnitude - (kept << -count)) << 1;
        int comparison = twiceLost.CompareTo(BigInteger.One << -count);
        if (comparison > 0 || (comparison == 0 && !kept.IsEven))
        {
            kept++;
        }

        return value.Sign < 0 ? -kept : kept;
    }
}
