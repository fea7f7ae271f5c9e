using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Doubles = System.Runtime.Intrinsics.Vector512<double>;
using Words = System.Runtime.Intrinsics.Vector512<ulong>;

namespace Hybrid.Paillier.Arithmetic;

/// <summary>
/// Multiplication and Montgomery reduction of eight numbers at once, in 52-bit digits held as doubles.
/// </summary>
/// <remarks>
/// <para>
/// Rounding a·b + 2^104 towards zero leaves floor(a·b / 2^52) in the mantissa; adding a·b to what that rounding left over,
/// plus 2^52, leaves a·b mod 2^52. The two are added to 64-bit accumulators as raw bits, exponent fields
/// (<see cref="HighField"/>, <see cref="LowField"/>) and all: five instructions for eight digit products. Accumulators start
/// from minus the fields that will have been added; the fields are multiples of 2^52, so the low digits are right at any time.
/// A column takes up to 4095 terms before it overflows.
/// </para>
/// <para>Accumulators and operands are digit-major, eight words a digit, aligned to 64 bytes; digit counts are even.</para>
/// </remarks>
internal static unsafe class WideKernels
{
    /// <summary>Exponent bits of a number in [2^104, 2^105).</summary>
    public const ulong HighField = 0x467UL << 52;

    /// <summary>Exponent bits of a number in [2^52, 2^53).</summary>
    public const ulong LowField = 0x433UL << 52;

    private const double Two52 = 4503599627370496;
    private const double Two104 = Two52 * Two52;
    private const ulong DigitMask = (1UL << 52) - 1;
    private const int Lanes = LaneRing.Lanes;

    /// <summary>Integers below 2^52 as doubles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToDoubles(double* doubles, ReadOnlySpan<ulong> integers)
    {
        fixed (ulong* from = integers)
        {
            for (int i = 0; i < integers.Length; i += Lanes)
            {
                Avx512DQ.ConvertToVector512Double(Vector512.Load(from + i)).Store(doubles + i);
            }
        }
    }

    /// <summary>Twice a number, its digits carried, as doubles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToDoubledDoubles(double* doubles, ReadOnlySpan<ulong> integers)
    {
        fixed (ulong* from = integers)
        {
            Words carry = Words.Zero;
            for (int i = 0; i < integers.Length; i += Lanes)
            {
                Words doubled = (Vector512.Load(from + i) << 1) + carry;
                Avx512DQ.ConvertToVector512Double(doubled & Vector512.Create(DigitMask)).Store(doubles + i);
                carry = doubled >>> 52;
            }
        }
    }

    /// <summary>accumulators[0 … 2·digits) += left · right.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyAdd(ulong* accumulators, double* left, double* right, int digits)
    {
        int i = 0;
        for (; i + 4 <= digits; i += 4)
        {
            FourRows(accumulators + (i * Lanes), left + (i * Lanes), right, digits);
        }

        for (; i < digits; i += 2)
        {
            TwoRows(accumulators + (i * Lanes), left + (i * Lanes), right, digits);
        }
    }

    /// <summary>accumulators += the products value[i] · value[j] with i &lt; j.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CrossProducts(ulong* accumulators, double* value, int digits)
    {
        int i = 0;
        for (; i + 4 <= digits; i += 4)
        {
            double* a = value + (i * Lanes);
            ulong* t = accumulators + (2 * i * Lanes);
            Doubles a0 = Vector512.Load(a), a1 = Vector512.Load(a + 8), a2 = Vector512.Load(a + 16), a3 = Vector512.Load(a + 24);
            // The six products inside the block of four …
            Words w1 = Vector512.Load(t + 8), w2 = Vector512.Load(t + 16), w3 = Vector512.Load(t + 24);
            Words w4 = Vector512.Load(t + 32), w5 = Vector512.Load(t + 40), w6 = Vector512.Load(t + 48);
            Doubles high = High(a0, a1); w2 += high.AsUInt64(); w1 += Low(a0, a1, high);
            high = High(a0, a2); w3 += high.AsUInt64(); w2 += Low(a0, a2, high);
            high = High(a0, a3); w4 += high.AsUInt64(); w3 += Low(a0, a3, high);
            high = High(a1, a2); w4 += high.AsUInt64(); w3 += Low(a1, a2, high);
            high = High(a1, a3); w5 += high.AsUInt64(); w4 += Low(a1, a3, high);
            high = High(a2, a3); w6 += high.AsUInt64(); w5 += Low(a2, a3, high);
            w1.Store(t + 8);
            w2.Store(t + 16);
            w3.Store(t + 24);
            w4.Store(t + 32);
            w5.Store(t + 40);
            w6.Store(t + 48);
            // … and its four rows times all that is above it.
            FourRows(t + (4 * Lanes), a, a + (4 * Lanes), digits - i - 4);
        }

        if (i < digits)
        {
            double* a = value + (i * Lanes);
            ulong* t = accumulators + (2 * i * Lanes);
            Doubles a0 = Vector512.Load(a), a1 = Vector512.Load(a + 8);
            Doubles high = High(a0, a1);
            (Vector512.Load(t + 8) + Low(a0, a1, high)).Store(t + 8);
            (Vector512.Load(t + 16) + high.AsUInt64()).Store(t + 16);
        }
    }

    /// <summary>accumulators = 2 · accumulators + the squares of the digits + start.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void DoubleAndAddSquares(ulong* accumulators, double* value, ulong* start, int digits)
    {
        for (int i = 0; i < digits; i++)
        {
            Doubles a = Vector512.Load(value + (i * Lanes));
            Doubles high = High(a, a);
            ulong* t = accumulators + (2 * i * Lanes);
            ulong* s = start + (2 * i * Lanes);
            ((Vector512.Load(t) << 1) + Vector512.Load(s) + Low(a, a, high)).Store(t);
            ((Vector512.Load(t + Lanes) << 1) + Vector512.Load(s + Lanes) + high.AsUInt64()).Store(t + Lanes);
        }
    }

    /// <summary>
    /// Adds the multiple of the modulus that makes the lower half of the accumulators zero; the upper half, with the carry
    /// out of the lower, is the quotient by R.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Reduce(ulong* accumulators, double* modulus, int digits)
    {
        int i = 0;
        for (; i + 4 <= digits; i += 4)
        {
            ReduceFourRows(accumulators + (i * Lanes), modulus, digits, null);
        }

        for (; i < digits; i += 2)
        {
            ReduceTwoRows(accumulators + (i * Lanes), modulus, digits, null);
        }
    }

    /// <summary>
    /// <see cref="Reduce"/> of low, its multiplier q taken (as R - 1 - q) into high, and then of high. Blocks of the two are
    /// done in turn, so that one's digit-by-digit chain runs in the shadow of the other's products.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ReduceBoth(ulong* low, ulong* high, double* modulus, int digits)
    {
        int i = 0;
        for (; i + 4 <= digits; i += 4)
        {
            ReduceFourRows(low + (i * Lanes), modulus, digits, high + (i * Lanes));
            ReduceFourRows(high + (i * Lanes), modulus, digits, null);
        }

        for (; i < digits; i += 2)
        {
            ReduceTwoRows(low + (i * Lanes), modulus, digits, high + (i * Lanes));
            ReduceTwoRows(high + (i * Lanes), modulus, digits, null);
        }
    }

    /// <summary>Carries accumulators into digits below 2^52.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CarryInto(ulong* result, ulong* accumulators, int digits)
    {
        Words mask = Vector512.Create(DigitMask);
        Words carry = Words.Zero;
        for (int i = 0; i < digits * Lanes; i += Lanes)
        {
            Words total = Vector512.Load(accumulators + i) + carry;
            (total & mask).Store(result + i);
            carry = total >>> 52;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Doubles High(Doubles a, Doubles b) =>
        Avx512F.FusedMultiplyAdd(a, b, Vector512.Create(Two104), FloatRoundingMode.ToZero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Words Low(Doubles a, Doubles b, Doubles high) =>
        Avx512F.FusedMultiplyAdd(a, b, Vector512.Create(Two104 + Two52) - high, FloatRoundingMode.ToZero).AsUInt64();

    // t[0 … count + 4) += (four digits at left) · (count digits at right); count is even.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourRows(ulong* t, double* left, double* right, int count)
    {
        Words w0 = Vector512.Load(t), w1 = Vector512.Load(t + 8), w2 = Vector512.Load(t + 16), w3 = Vector512.Load(t + 24);
        FourRows(
            t, Vector512.Load(left), Vector512.Load(left + 8), Vector512.Load(left + 16), Vector512.Load(left + 24), right, count, w0, w1, w2, w3);
    }

    // The same, with the first four accumulators already in registers: a window that slides up two columns a turn.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourRows(
        ulong* t, Doubles a0, Doubles a1, Doubles a2, Doubles a3, double* right, int count, Words w0, Words w1, Words w2, Words w3)
    {
        double* end = right + (count * Lanes);
        for (; right < end; right += 2 * Lanes, t += 2 * Lanes)
        {
            Words w4 = Vector512.Load(t + 32), w5 = Vector512.Load(t + 40);
            Doubles b = Vector512.Load(right);
            Doubles high = High(a0, b); w1 += high.AsUInt64(); w0 += Low(a0, b, high);
            high = High(a1, b); w2 += high.AsUInt64(); w1 += Low(a1, b, high);
            high = High(a2, b); w3 += high.AsUInt64(); w2 += Low(a2, b, high);
            high = High(a3, b); w4 += high.AsUInt64(); w3 += Low(a3, b, high);
            b = Vector512.Load(right + Lanes);
            high = High(a0, b); w2 += high.AsUInt64(); w1 += Low(a0, b, high);
            high = High(a1, b); w3 += high.AsUInt64(); w2 += Low(a1, b, high);
            high = High(a2, b); w4 += high.AsUInt64(); w3 += Low(a2, b, high);
            high = High(a3, b); w5 += high.AsUInt64(); w4 += Low(a3, b, high);
            w0.Store(t);
            w1.Store(t + 8);
            w0 = w2;
            w1 = w3;
            w2 = w4;
            w3 = w5;
        }

        w0.Store(t);
        w1.Store(t + 8);
        w2.Store(t + 16);
        w3.Store(t + 24);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TwoRows(ulong* t, double* left, double* right, int count) =>
        TwoRows(t, Vector512.Load(left), Vector512.Load(left + 8), right, count, Vector512.Load(t), Vector512.Load(t + 8));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TwoRows(ulong* t, Doubles a0, Doubles a1, double* right, int count, Words w0, Words w1)
    {
        double* end = right + (count * Lanes);
        for (; right < end; right += 2 * Lanes, t += 2 * Lanes)
        {
            Words w2 = Vector512.Load(t + 16), w3 = Vector512.Load(t + 24);
            Doubles b = Vector512.Load(right), c = Vector512.Load(right + Lanes);
            Doubles high = High(a0, b); w1 += high.AsUInt64(); w0 += Low(a0, b, high);
            high = High(a1, b); w2 += high.AsUInt64(); w1 += Low(a1, b, high);
            high = High(a0, c); w2 += high.AsUInt64(); w1 += Low(a0, c, high);
            high = High(a1, c); w3 += high.AsUInt64(); w2 += Low(a1, c, high);
            w0.Store(t);
            w1.Store(t + 8);
            w0 = w2;
            w1 = w3;
        }

        w0.Store(t);
        w1.Store(t + 8);
    }

    // The digit q that makes an accumulator's low digit zero when q · modulus is added: low digit · (-N^-1) mod 2^52.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Doubles Quotient(Words accumulator, Doubles negatedInverse)
    {
        Doubles low = Avx512DQ.ConvertToVector512Double(accumulator & Vector512.Create(DigitMask));
        Words biased = Low(low, negatedInverse, High(low, negatedInverse));
        return biased.AsDouble() - Vector512.Create(Two52);
    }

    // complement[0] += 2^52 - 1 - q.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SubtractQuotient(ulong* complement, Doubles q) =>
        (Vector512.Load(complement) + Vector512.Create(DigitMask) - Avx512DQ.ConvertToVector512UInt64(q)).Store(complement);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReduceFourRows(ulong* t, double* modulus, int digits, ulong* complement)
    {
        Doubles inverse = Vector512.Load(modulus + (digits * Lanes));
        Doubles n0 = Vector512.Load(modulus), n1 = Vector512.Load(modulus + 8), n2 = Vector512.Load(modulus + 16), n3 = Vector512.Load(modulus + 24);
        Words w0 = Vector512.Load(t), w1 = Vector512.Load(t + 8), w2 = Vector512.Load(t + 16), w3 = Vector512.Load(t + 24);
        Words w4 = Vector512.Load(t + 32), w5 = Vector512.Load(t + 40), w6 = Vector512.Load(t + 48), w7 = Vector512.Load(t + 56);

        // The first four columns give the four digits of q, each only after the ones before; then the rest of this corner.
        Doubles q0 = Quotient(w0, inverse);
        Doubles high = High(q0, n0); w0 += Low(q0, n0, high); w1 += high.AsUInt64() + (w0 >>> 52);
        high = High(q0, n1); w2 += high.AsUInt64(); w1 += Low(q0, n1, high);
        Doubles q1 = Quotient(w1, inverse);
        high = High(q1, n0); w1 += Low(q1, n0, high); w2 += high.AsUInt64() + (w1 >>> 52);
        high = High(q0, n2); w3 += high.AsUInt64(); w2 += Low(q0, n2, high);
        high = High(q1, n1); w3 += high.AsUInt64(); w2 += Low(q1, n1, high);
        Doubles q2 = Quotient(w2, inverse);
        high = High(q2, n0); w2 += Low(q2, n0, high); w3 += high.AsUInt64() + (w2 >>> 52);
        high = High(q0, n3); w4 += high.AsUInt64(); w3 += Low(q0, n3, high);
        high = High(q1, n2); w4 += high.AsUInt64(); w3 += Low(q1, n2, high);
        high = High(q2, n1); w4 += high.AsUInt64(); w3 += Low(q2, n1, high);
        Doubles q3 = Quotient(w3, inverse);
        high = High(q3, n0); w3 += Low(q3, n0, high); w4 += high.AsUInt64() + (w3 >>> 52);
        high = High(q1, n3); w5 += high.AsUInt64(); w4 += Low(q1, n3, high);
        high = High(q2, n2); w5 += high.AsUInt64(); w4 += Low(q2, n2, high);
        high = High(q3, n1); w5 += high.AsUInt64(); w4 += Low(q3, n1, high);
        high = High(q2, n3); w6 += high.AsUInt64(); w5 += Low(q2, n3, high);
        high = High(q3, n2); w6 += high.AsUInt64(); w5 += Low(q3, n2, high);
        high = High(q3, n3); w7 += high.AsUInt64(); w6 += Low(q3, n3, high);

        if (complement != null)
        {
            SubtractQuotient(complement, q0);
            SubtractQuotient(complement + 8, q1);
            SubtractQuotient(complement + 16, q2);
            SubtractQuotient(complement + 24, q3);
        }

        FourRows(t + 32, q0, q1, q2, q3, modulus + 32, digits - 4, w4, w5, w6, w7);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReduceTwoRows(ulong* t, double* modulus, int digits, ulong* complement)
    {
        Doubles inverse = Vector512.Load(modulus + (digits * Lanes));
        Doubles n0 = Vector512.Load(modulus), n1 = Vector512.Load(modulus + 8);
        Words w0 = Vector512.Load(t), w1 = Vector512.Load(t + 8), w2 = Vector512.Load(t + 16), w3 = Vector512.Load(t + 24);

        Doubles q0 = Quotient(w0, inverse);
        Doubles high = High(q0, n0); w0 += Low(q0, n0, high); w1 += high.AsUInt64() + (w0 >>> 52);
        high = High(q0, n1); w2 += high.AsUInt64(); w1 += Low(q0, n1, high);
        Doubles q1 = Quotient(w1, inverse);
        high = High(q1, n0); w1 += Low(q1, n0, high); w2 += high.AsUInt64() + (w1 >>> 52);
        high = High(q1, n1); w3 += high.AsUInt64(); w2 += Low(q1, n1, high);

        if (complement != null)
        {
            SubtractQuotient(complement, q0);
            SubtractQuotient(complement + 8, q1);
        }

        TwoRows(t + 16, q0, q1, modulus + 16, digits - 2, w2, w3);
    }
}
