using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Seal.Ring;

/// <summary>An odd prime p of 2 to 61 bits, with the constants that make arithmetic modulo p free of division.</summary>
/// <remarks>
/// Operands and results are canonical, in [0, p); the operations do not check theirs, since they are the inner loops of the ring.
/// Except for powers, whose time tells the exponent, they take the same time whatever the operands.
/// Immutable, so any number of threads may share one.
/// Sources: Barrett reduction of a product as in Dhem and Quisquater (1998), whose quotient is short by at most one;
/// products by a constant as in Shoup's NTL and Harvey, "Faster arithmetic for number-theoretic transforms" (2014).
/// </remarks>
public sealed class Modulus : IEquatable<Modulus>
{
    /// <summary>The longest modulus, in bits: four times p must fit a word with a bit to spare.</summary>
    public const int MaximumBits = 61;

    // floor(2^128 / p), and floor(2^(2 bits + 1) / p) moved up so that the quotient of a product is a high word.
    private readonly ulong _ratioHigh;
    private readonly ulong _ratioLow;
    private readonly ulong _productRatio;

    /// <summary>Takes a prime.</summary>
    /// <param name="value">The odd prime p, at most 61 bits.</param>
    /// <exception cref="ParameterException"><paramref name="value"/> is even, below 3, longer than 61 bits, or composite.</exception>
    public Modulus(ulong value)
    {
        int bits = 64 - BitOperations.LeadingZeroCount(value);
        if (bits > MaximumBits)
        {
            throw Refused($"The modulus {value} has {bits} bits; use a prime of at most {MaximumBits} bits.");
        }

        if (value < 3 || (value & 1) == 0)
        {
            throw Refused($"The modulus {value} is not an odd number from 3 up; use an odd prime.");
        }

        if (!Primality.IsPrime(value))
        {
            throw Refused($"The modulus {value} is composite; use a prime, such as one from {nameof(NttPrimes)}.");
        }

        Value = value;
        BitCount = bits;
        UInt128 ratio = UInt128.MaxValue / value; // = floor(2^128 / p), for an odd p divides no power of two
        _ratioHigh = (ulong)(ratio >> 64);
        _ratioLow = (ulong)ratio;
        _productRatio = (ulong)((UInt128.One << (2 * bits + 1)) / value) << (MaximumBits - bits);
    }

    /// <summary>The prime p.</summary>
    public ulong Value { get; }

    /// <summary>Length of p in bits, 2 to 61: 2^(BitCount - 1) &lt; p &lt; 2^BitCount.</summary>
    public int BitCount { get; }

    /// <summary>a + b mod p.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong AddMod(ulong a, ulong b) => SubtractOnce(a + b, Value);

    /// <summary>a - b mod p.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong SubMod(ulong a, ulong b)
    {
        ulong difference = a - b;
        return difference + (Value & (ulong)((long)difference >> 63));
    }

    /// <summary>-a mod p.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong NegateMod(ulong a) => SubMod(0, a);

    /// <summary>x mod p, for any 64-bit x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Reduce(ulong x)
    {
        ulong remainder = x - MultiplyHigh(x, _ratioHigh) * Value; // [0, 2p)
        return SubtractOnce(remainder, Value);
    }

    /// <summary>a b mod p. Costs three word products.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong MulMod(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        ulong top = (high << (66 - BitCount)) | (low >> (BitCount - 2));
        ulong remainder = low - MultiplyHigh(top, _productRatio) * Value; // [0, 2p)
        return SubtractOnce(remainder, Value);
    }

    /// <summary>floor(w 2^64 / p): what <see cref="MulModShoup"/> needs to know about a constant w in [0, p).</summary>
    public ulong ShoupQuotient(ulong w)
    {
        ulong quotient = w * _ratioHigh + MultiplyHigh(w, _ratioLow); // short by at most one
        ulong remainder = 0 - quotient * Value;
        return remainder >= Value ? quotient + 1 : quotient;
    }

    /// <summary>x w mod p, for a constant w. Costs two word products.</summary>
    /// <param name="x">Any 64-bit number.</param>
    /// <param name="w">The constant, in [0, p).</param>
    /// <param name="quotient">Its <see cref="ShoupQuotient"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong MulModShoup(ulong x, ulong w, ulong quotient) => SubtractOnce(MulModLazy(x, w, quotient, Value), Value);

    /// <summary>a^exponent mod p, with 0^0 = 1. The time it takes depends on the exponent.</summary>
    public ulong PowMod(ulong a, ulong exponent)
    {
        ulong result = 1;
        for (; exponent != 0; exponent >>= 1)
        {
            if ((exponent & 1) != 0)
            {
                result = MulMod(result, a);
            }

            a = MulMod(a, a);
        }

        return result;
    }

    /// <summary>1 / a mod p, as a^(p - 2).</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="a"/> is zero, which has no inverse, or not below p.</exception>
    public ulong InverseMod(ulong a)
    {
        if (a == 0 || a >= Value)
        {
            throw new ArgumentOutOfRangeException(
                nameof(a), $"Only the residues 1 to p - 1 have an inverse modulo p = {Value}; reduce the operand first.");
        }

        return PowMod(a, Value - 2);
    }

    /// <summary>Whether both are the same prime.</summary>
    public bool Equals(Modulus? other) => other is not null && Value == other.Value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Modulus);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <summary>The prime in decimal.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>x w mod p in [0, 2p), for any x and w in [0, p) with its Shoup quotient (Harvey 2014, section 2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong MulModLazy(ulong x, ulong w, ulong quotient, ulong p) => x * w - MultiplyHigh(x, quotient) * p;

    /// <summary>x - p if x is not below p, else x; for x and p below 2^63, without a branch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong SubtractOnce(ulong x, ulong p)
    {
        ulong difference = x - p;
        return difference + (p & (ulong)((long)difference >> 63));
    }

    /// <summary>floor(a b / 2^64).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong MultiplyHigh(ulong a, ulong b)
    {
        // Math.BigMul also hands out the low word, through memory; these do not.
        if (Bmi2.X64.IsSupported)
        {
            return Bmi2.X64.MultiplyNoFlags(a, b);
        }

        return ArmBase.Arm64.IsSupported ? ArmBase.Arm64.MultiplyHigh(a, b) : Math.BigMul(a, b, out _);
    }

    private static ParameterException Refused(string message) => new(ParameterFault.OutOfRange, message);
}
