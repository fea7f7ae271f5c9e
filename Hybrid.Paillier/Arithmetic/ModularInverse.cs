using Hybrid.Security;

namespace Hybrid.Paillier.Arithmetic;

/// <summary>
/// Inverses and greatest common divisors modulo odd numbers, in constant time, by Bernstein and Yang's division steps
/// ("Fast constant-time gcd computation and modular inversion", 2019; the variant with δ starting at 1/2 and the bound on
/// its length from the analysis by Pornin and Wuille).
/// </summary>
internal static class ModularInverse
{
    // 62 steps work on the lowest limb alone; then a matrix carries them to the whole numbers. Limbs are signed, of 62 bits.
    private const int Batch = 62;
    private const long Mask = (1L << Batch) - 1;

    /// <summary>
    /// inverse = value^-1 modulo an odd modulus; false, and the inverse without meaning, if there is none.
    /// </summary>
    /// <param name="inverse">As long as the modulus, in 64-bit limbs.</param>
    /// <param name="value">Below the modulus.</param>
    /// <param name="modulus">Odd, above 1.</param>
    public static bool TryInvert(Span<ulong> inverse, ReadOnlySpan<ulong> value, ReadOnlySpan<ulong> modulus)
    {
        int bits = modulus.Length * Limbs.Bits;
        int length = (bits + 2 + Batch - 1) / Batch;
        using var memory = new SecretBuffer<long>(5 * length);
        Span<long> m = memory.Span[..length];
        Span<long> f = memory.Span.Slice(length, length);
        Span<long> g = memory.Span.Slice(2 * length, length);
        Span<long> d = memory.Span.Slice(3 * length, length);
        Span<long> e = memory.Span.Slice(4 * length, length);
        Cut(m, modulus);
        m.CopyTo(f);
        Cut(g, value);
        e[0] = 1;

        // Invariants: f = d·value and g = e·value modulo m, up to powers of two that the batches divide out.
        long modulusInverse = (long)(0 - Limbs.NegatedInverse(modulus[0])) & Mask;
        long zeta = -1;
        int steps = (int)(((45907L * bits) + 26313) / 19929) + 1;
        for (int done = 0; done < steps; done += Batch)
        {
            Transition t = Steps(ref zeta, (ulong)(f[0] | (f[1] << Batch)), (ulong)(g[0] | (g[1] << Batch)));
            UpdateCoefficients(d, e, t, m, modulusInverse);
            UpdateNumbers(f, g, t);
        }

        // g is 0 and f is the greatest common divisor, up to its sign.
        long sign = f[^1] >> 63;
        Negate(f, sign);
        long rest = f[0] ^ 1;
        foreach (long limb in f[1..])
        {
            rest |= limb;
        }

        // d lies in (-2m, m): bring it to [0, m).
        AddIf(d, m, d[^1] >> 63);
        Negate(d, sign);
        AddIf(d, m, d[^1] >> 63);
        Join(inverse, d);
        return rest == 0;
    }

    // The matrix of 62 division steps, scaled by 2^62.
    private readonly record struct Transition(long U, long V, long Q, long R);

    private static Transition Steps(ref long zeta, ulong f, ulong g)
    {
        ulong u = 1, v = 0, q = 0, r = 1;
        long z = zeta;
        for (int i = 0; i < Batch; i++)
        {
            ulong negative = (ulong)(z >> 63);
            ulong odd = 0 - (g & 1);
            // g gets ±f added where g is odd; f gets g where besides zeta is negative.
            g += ((f ^ negative) - negative) & odd;
            q += ((u ^ negative) - negative) & odd;
            r += ((v ^ negative) - negative) & odd;
            negative &= odd;
            z = (z ^ (long)negative) - 1;
            f += g & negative;
            u += q & negative;
            v += r & negative;
            g >>= 1;
            u <<= 1;
            v <<= 1;
        }

        zeta = z;
        return new Transition((long)u, (long)v, (long)q, (long)r);
    }

    // (f, g) = t · (f, g) / 2^62, exactly.
    private static void UpdateNumbers(Span<long> f, Span<long> g, Transition t)
    {
        Int128 cf = ((Int128)t.U * f[0]) + ((Int128)t.V * g[0]);
        Int128 cg = ((Int128)t.Q * f[0]) + ((Int128)t.R * g[0]);
        cf >>= Batch;
        cg >>= Batch;
        for (int i = 1; i < f.Length; i++)
        {
            cf += ((Int128)t.U * f[i]) + ((Int128)t.V * g[i]);
            cg += ((Int128)t.Q * f[i]) + ((Int128)t.R * g[i]);
            f[i - 1] = (long)cf & Mask;
            g[i - 1] = (long)cg & Mask;
            cf >>= Batch;
            cg >>= Batch;
        }

        f[^1] = (long)cf;
        g[^1] = (long)cg;
    }

    // (d, e) = t · (d, e) / 2^62 modulo m, with multiples of m added so that the division is exact and both stay in (-2m, m).
    private static void UpdateCoefficients(Span<long> d, Span<long> e, Transition t, ReadOnlySpan<long> m, long modulusInverse)
    {
        long signD = d[^1] >> 63;
        long signE = e[^1] >> 63;
        long addD = (t.U & signD) + (t.V & signE);
        long addE = (t.Q & signD) + (t.R & signE);
        Int128 cd = ((Int128)t.U * d[0]) + ((Int128)t.V * e[0]);
        Int128 ce = ((Int128)t.Q * d[0]) + ((Int128)t.R * e[0]);
        addD -= ((modulusInverse * (long)cd) + addD) & Mask;
        addE -= ((modulusInverse * (long)ce) + addE) & Mask;
        cd += (Int128)m[0] * addD;
        ce += (Int128)m[0] * addE;
        cd >>= Batch;
        ce >>= Batch;
        for (int i = 1; i < d.Length; i++)
        {
            cd += ((Int128)t.U * d[i]) + ((Int128)t.V * e[i]) + ((Int128)m[i] * addD);
            ce += ((Int128)t.Q * d[i]) + ((Int128)t.R * e[i]) + ((Int128)m[i] * addE);
            d[i - 1] = (long)cd & Mask;
            e[i - 1] = (long)ce & Mask;
            cd >>= Batch;
            ce >>= Batch;
        }

        d[^1] = (long)cd;
        e[^1] = (long)ce;
    }

    // value = -value where the mask is all ones.
    private static void Negate(Span<long> value, long mask)
    {
        long carry = 0;
        for (int i = 0; i < value.Length; i++)
        {
            long limb = ((value[i] ^ mask) - mask) + carry;
            bool last = i == value.Length - 1;
            value[i] = last ? limb : limb & Mask;
            carry = last ? 0 : limb >> Batch;
        }
    }

    private static void AddIf(Span<long> value, ReadOnlySpan<long> addend, long mask)
    {
        long carry = 0;
        for (int i = 0; i < value.Length; i++)
        {
            long limb = value[i] + (addend[i] & mask) + carry;
            bool last = i == value.Length - 1;
            value[i] = last ? limb : limb & Mask;
            carry = last ? 0 : limb >> Batch;
        }
    }

    private static void Cut(Span<long> signed, ReadOnlySpan<ulong> limbs)
    {
        for (int i = 0; i < signed.Length; i++)
        {
            signed[i] = (long)Limbs.ExtractBits(limbs, i * Batch, Batch);
        }
    }

    private static void Join(Span<ulong> limbs, ReadOnlySpan<long> signed)
    {
        limbs.Clear();
        for (int i = 0; i < signed.Length; i++)
        {
            Limbs.DepositBits(limbs, i * Batch, Batch, (ulong)signed[i]);
        }
    }
}
