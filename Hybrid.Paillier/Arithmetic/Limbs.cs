using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hybrid.Paillier.Arithmetic;

/// <summary>
/// Natural numbers as spans of 64-bit limbs, least significant first. No branch and no index depends on the value of a
/// limb, only on lengths, except in <see cref="BitLength"/> and <see cref="IsZero"/>, which are for public numbers.
/// </summary>
internal static class Limbs
{
    public const int Bits = 64;

    public static int CountFor(int bits) => (bits + Bits - 1) / Bits;

    /// <summary>sum = left + right, of one length; gives the carry out.</summary>
    public static ulong Add(Span<ulong> sum, ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right)
    {
        ulong carry = 0;
        for (int i = 0; i < sum.Length; i++)
        {
            UInt128 total = (UInt128)left[i] + right[i] + carry;
            sum[i] = (ulong)total;
            carry = (ulong)(total >> Bits);
        }

        return carry;
    }

    /// <summary>sum += addend, which may be shorter; the carry runs to the end of the sum.</summary>
    public static void AddTo(Span<ulong> sum, ReadOnlySpan<ulong> addend)
    {
        ulong carry = Add(sum[..addend.Length], sum[..addend.Length], addend);
        for (int i = addend.Length; i < sum.Length; i++)
        {
            sum[i] += carry;
            carry = sum[i] < carry ? 1UL : 0UL;
        }
    }

    /// <summary>difference = left - right, of one length; gives the borrow out, 0 or 1.</summary>
    public static ulong Subtract(Span<ulong> difference, ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right)
    {
        ulong borrow = 0;
        for (int i = 0; i < difference.Length; i++)
        {
            UInt128 total = (UInt128)left[i] - right[i] - borrow;
            difference[i] = (ulong)total;
            borrow = (ulong)(total >> Bits) & 1;
        }

        return borrow;
    }

    /// <summary>product = left · right; product is as long as both together and overlaps neither.</summary>
    public static void Multiply(Span<ulong> product, ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right)
    {
        product.Clear();
        for (int i = 0; i < left.Length; i++)
        {
            product[i + right.Length] = MultiplyAdd(product.Slice(i, right.Length), left[i], right);
        }
    }

    /// <summary>accumulator += factor · number, of one length; gives the limb carried out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ulong MultiplyAdd(Span<ulong> accumulator, ulong factor, ReadOnlySpan<ulong> number)
    {
        // The one check that the loop below relies on.
        ArgumentOutOfRangeException.ThrowIfLessThan(accumulator.Length, number.Length);
        ref ulong to = ref MemoryMarshal.GetReference(accumulator);
        ref ulong from = ref MemoryMarshal.GetReference(number);
        ulong carry = 0;
        int i = 0;
        for (; i + 4 <= number.Length; i += 4)
        {
            carry = Step(ref Unsafe.Add(ref to, i), factor, Unsafe.Add(ref from, i), carry);
            carry = Step(ref Unsafe.Add(ref to, i + 1), factor, Unsafe.Add(ref from, i + 1), carry);
            carry = Step(ref Unsafe.Add(ref to, i + 2), factor, Unsafe.Add(ref from, i + 2), carry);
            carry = Step(ref Unsafe.Add(ref to, i + 3), factor, Unsafe.Add(ref from, i + 3), carry);
        }

        for (; i < number.Length; i++)
        {
            carry = Step(ref Unsafe.Add(ref to, i), factor, Unsafe.Add(ref from, i), carry);
        }

        return carry;
    }

    // One limb of MultiplyAdd: sum += factor · limb + carry; gives the new carry, which cannot overflow. The carry comes in
    // last, so that only two additions wait for it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Step(ref ulong sum, ulong factor, ulong limb, ulong carry)
    {
        ulong high = Math.BigMul(factor, limb, out ulong low);
        low += sum;
        high += low < sum ? 1UL : 0UL;
        ulong total = low + carry;
        sum = total;
        return high + (total < carry ? 1UL : 0UL);
    }

    /// <summary>Subtracts modulus from value once if value, with the limb above it, is not smaller. The scratch is as long as the modulus.</summary>
    public static void SubtractOnceIfNotSmaller(Span<ulong> value, ulong above, ReadOnlySpan<ulong> modulus, Span<ulong> scratch)
    {
        ulong borrow = Subtract(scratch, value, modulus);
        // Keep the difference when there was no borrow, or when a limb above pays for it.
        ulong keep = (borrow & ~above & 1) - 1;
        for (int i = 0; i < value.Length; i++)
        {
            value[i] = (scratch[i] & keep) | (value[i] & ~keep);
        }
    }

    /// <summary>-1, 0 or 1 as left is smaller than, equal to or greater than right; the lengths may differ.</summary>
    public static int Compare(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right)
    {
        ulong less = 0;
        ulong greater = 0;
        for (int i = 0; i < Math.Max(left.Length, right.Length); i++)
        {
            ulong a = i < left.Length ? left[i] : 0;
            ulong b = i < right.Length ? right[i] : 0;
            ulong below = a < b ? 1UL : 0UL;
            ulong over = a > b ? 1UL : 0UL;
            // A higher limb overrules what the lower ones said.
            less = below | (less & ~over);
            greater = over | (greater & ~below);
        }

        return (int)greater - (int)less;
    }

    /// <summary>Shifts right by fewer than 64 bits.</summary>
    public static void ShiftRight(Span<ulong> value, int count)
    {
        for (int i = 0; i < value.Length; i++)
        {
            ulong above = i + 1 < value.Length ? value[i + 1] : 0;
            value[i] = (ulong)((((UInt128)above << Bits) | value[i]) >> count);
        }
    }

    /// <summary>The <paramref name="count"/> bits (1 to 64) that start at bit <paramref name="start"/>; zero past the end.</summary>
    public static ulong ExtractBits(ReadOnlySpan<ulong> value, int start, int count)
    {
        int limb = start / Bits;
        int offset = start % Bits;
        ulong low = limb < value.Length ? value[limb] >> offset : 0;
        ulong high = offset != 0 && limb + 1 < value.Length ? value[limb + 1] << (Bits - offset) : 0;
        return (low | high) & (ulong.MaxValue >> (Bits - count));
    }

    /// <summary>Sets <paramref name="count"/> bits (1 to 64), zero so far, from bit <paramref name="start"/>; what lies past the end is left out.</summary>
    public static void DepositBits(Span<ulong> value, int start, int count, ulong bits)
    {
        int limb = start / Bits;
        int offset = start % Bits;
        if (limb < value.Length)
        {
            value[limb] |= bits << offset;
        }

        if (offset + count > Bits && limb + 1 < value.Length)
        {
            value[limb + 1] |= bits >> (Bits - offset);
        }
    }

    /// <summary>Bits up to the highest set one. For public numbers.</summary>
    public static int BitLength(ReadOnlySpan<ulong> value)
    {
        for (int i = value.Length - 1; i >= 0; i--)
        {
            if (value[i] != 0)
            {
                return (i * Bits) + Bits - BitOperations.LeadingZeroCount(value[i]);
            }
        }

        return 0;
    }

    public static bool IsZero(ReadOnlySpan<ulong> value) => value.IndexOfAnyExcept(0UL) < 0;

    /// <summary>-value^-1 mod 2^64 for odd values, by Newton's iteration: each step doubles the number of right bits.</summary>
    public static ulong NegatedInverse(ulong odd)
    {
        ulong inverse = (odd * 3) ^ 2;
        for (int bits = 5; bits < Bits; bits *= 2)
        {
            inverse *= 2 - (odd * inverse);
        }

        return 0 - inverse;
    }

    /// <summary>Reads big-endian bytes, of any length that fits.</summary>
    public static void FromBigEndian(Span<ulong> value, ReadOnlySpan<byte> bytes)
    {
        value.Clear();
        for (int i = 0; i < bytes.Length; i++)
        {
            value[i / 8] |= (ulong)bytes[bytes.Length - 1 - i] << (8 * (i % 8));
        }
    }

    /// <summary>Writes big-endian bytes; higher limbs than fit must be zero.</summary>
    public static void ToBigEndian(Span<byte> bytes, ReadOnlySpan<ulong> value)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            int limb = i / 8;
            bytes[bytes.Length - 1 - i] = limb < value.Length ? (byte)(value[limb] >> (8 * (i % 8))) : (byte)0;
        }
    }

    /// <summary>A non-negative integer as limbs. For public numbers.</summary>
    public static ulong[] FromBigInteger(BigInteger value, int count)
    {
        var limbs = new ulong[count];
        FromBigEndian(limbs, value.ToByteArray(isUnsigned: true, isBigEndian: true));
        return limbs;
    }

    /// <summary>The limbs as an integer. For public numbers.</summary>
    public static BigInteger ToBigInteger(ReadOnlySpan<ulong> value)
    {
        var bytes = new byte[value.Length * 8];
        ToBigEndian(bytes, value);
        return new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
    }
}
