using System.Runtime.InteropServices;
using Hybrid.Numerics;
using Hybrid.Security;

namespace Hybrid.Paillier.Arithmetic;

/// <summary>
/// Random primes p = 3 (mod 4) whose two top bits are set: a random start, a sieve by small primes over the numbers above
/// it, then Miller-Rabin tests on eight candidates at once.
/// </summary>
/// <remarks>
/// After one test to the base 2, a candidate passes eight more with random bases. For random candidates of 1024 bits and up
/// five already leave an error below 2^-128 (FIPS 186-5, appendix B; Damgård, Landrock and Pomerance 1993). The sieve's
/// steps depend on the start, as in every prime search: keys should be made where nobody shares the processor.
/// </remarks>
internal static class PrimeSearch
{
    private const int SieveLimit = 1 << 15;
    private const int Window = 1 << 13;
    private const int Step = 4;

    /// <summary>Finds a prime of so many bits.</summary>
    /// <param name="prime">The limbs to fill.</param>
    /// <param name="bits">Bits: at least 128, and a whole number of limbs.</param>
    /// <param name="random">Where the start and the bases come from.</param>
    /// <param name="width">Which kernels.</param>
    public static void Find(Span<ulong> prime, int bits, IRandomSource random, KernelWidth width)
    {
        int[] smallPrimes = SmallPrimes();
        int limbs = Limbs.CountFor(bits);
        using var memory = new SecretBuffer<ulong>(limbs * (LaneRing.Lanes + 1));
        Span<ulong> start = memory.Span[..limbs];
        Span<ulong> candidates = memory.Span[limbs..];
        while (true)
        {
            random.Fill(MemoryMarshal.AsBytes(start));
            start[0] |= 3;
            start[^1] |= 3UL << 62;
            bool[] composite = Sieve(start, smallPrimes);
            int count = 0;
            for (int k = 0; k < Window; k++)
            {
                if (!composite[k] && TryOffset(candidates.Slice(count * limbs, limbs), start, (ulong)k * Step))
                {
                    count++;
                }

                if (count == LaneRing.Lanes)
                {
                    int found = FirstPassing(candidates, bits, width);
                    if (found >= 0 && IsPrime(candidates.Slice(found * limbs, limbs), bits, random, width))
                    {
                        candidates.Slice(found * limbs, limbs).CopyTo(prime);
                        return;
                    }

                    count = 0;
                }
            }
        }
    }

    /// <summary>Miller-Rabin with eight random bases, for numbers that are 3 modulo 4.</summary>
    public static bool IsPrime(ReadOnlySpan<ulong> candidate, int bits, IRandomSource random, KernelWidth width)
    {
        using LaneRing ring = LaneRing.Create(candidate, 1, bits, bits, width);
        using LaneWorkspace workspace = ring.CreateWorkspace();
        using var bases = new SecretBuffer<ulong>(ring.HalfBlockWords + ring.Digits + candidate.Length);
        Span<ulong> block = bases.Span[..ring.HalfBlockWords];
        Span<ulong> digits = bases.Span.Slice(ring.HalfBlockWords, ring.Digits);
        Span<ulong> value = bases.Span[(ring.HalfBlockWords + ring.Digits)..];
        for (int lane = 0; lane < LaneRing.Lanes; lane++)
        {
            // Below 2^(bits - 1) < candidate, and as good as uniform: bases are taken as Montgomery forms.
            random.Fill(MemoryMarshal.AsBytes(value));
            value[^1] &= ulong.MaxValue >> ((candidate.Length * Limbs.Bits) - bits + 1);
            value[0] |= 2;
            ring.ToDigits(digits, value);
            ring.SetLane(block, lane, digits);
        }

        Span<bool> passed = stackalloc bool[LaneRing.Lanes];
        Test(ring, block, candidate, passed, workspace);
        return !passed.Contains(false);
    }

    private static int FirstPassing(ReadOnlySpan<ulong> candidates, int bits, KernelWidth width)
    {
        using LaneRing ring = LaneRing.Create(candidates, LaneRing.Lanes, bits, bits, width);
        using LaneWorkspace workspace = ring.CreateWorkspace();
        using var two = new SecretBuffer<ulong>(ring.HalfBlockWords);
        ReadOnlySpan<ulong> one = ring.One[..ring.HalfBlockWords];
        ring.Add(two.Span, one, one);
        Span<bool> passed = stackalloc bool[LaneRing.Lanes];
        Test(ring, two.Span, candidates, passed, workspace);
        return passed.IndexOf(true);
    }

    // value^((N - 1) / 2) is 1 or -1 modulo a prime N; with N = 3 (mod 4) that is the whole Miller-Rabin test.
    private static void Test(LaneRing ring, Span<ulong> value, ReadOnlySpan<ulong> candidates, Span<bool> passed, LaneWorkspace workspace)
    {
        int limbs = ring.ModulusLimbs;
        using var memory = new SecretBuffer<ulong>((LaneRing.Lanes + 2) * limbs);
        Span<ulong> exponents = memory.Span[..(LaneRing.Lanes * limbs)];
        Span<ulong> result = memory.Span.Slice(exponents.Length, limbs);
        Span<ulong> one = memory.Span[^limbs..];
        for (int lane = 0; lane < LaneRing.Lanes; lane++)
        {
            Span<ulong> exponent = exponents.Slice(lane * limbs, limbs);
            candidates.Slice(lane % ring.Distinct * limbs, limbs).CopyTo(exponent);
            Limbs.ShiftRight(exponent, 1);
        }

        Exponentiation.PowerModN(ring, value, value, exponents, ring.ModulusBits - 1, workspace);
        for (int lane = 0; lane < LaneRing.Lanes; lane++)
        {
            ring.NormaliseModN(result, value, lane, workspace);
            ring.NormaliseModN(one, ring.One[..ring.HalfBlockWords], lane, workspace);
            bool isOne = Limbs.Compare(result, one) == 0;
            Limbs.Subtract(one, ring.Modulus(lane), one);
            passed[lane] = isOne || Limbs.Compare(result, one) == 0;
        }
    }

    private static bool TryOffset(Span<ulong> candidate, ReadOnlySpan<ulong> start, ulong offset)
    {
        ulong carry = offset;
        for (int i = 0; i < start.Length; i++)
        {
            candidate[i] = start[i] + carry;
            carry = candidate[i] < carry ? 1UL : 0UL;
        }

        return carry == 0;
    }

    // composite[k] is set where start + 4k has a small factor.
    private static bool[] Sieve(ReadOnlySpan<ulong> start, int[] smallPrimes)
    {
        var composite = new bool[Window];
        foreach (int prime in smallPrimes)
        {
            ulong remainder = 0;
            for (int i = start.Length - 1; i >= 0; i--)
            {
                remainder = ((remainder << 32) | (start[i] >> 32)) % (ulong)prime;
                remainder = ((remainder << 32) | (uint)start[i]) % (ulong)prime;
            }

            // The first k with start + 4k = 0: 4^-1 is (prime + 1) / 4 or (3·prime + 1) / 4.
            ulong quarter = prime % 4 == 3 ? (ulong)(prime + 1) / 4 : (ulong)((3 * prime) + 1) / 4;
            ulong first = ((ulong)prime - remainder) % (ulong)prime * quarter % (ulong)prime;
            for (ulong k = first; k < Window; k += (ulong)prime)
            {
                composite[k] = true;
            }
        }

        return composite;
    }

    private static int[] SmallPrimes()
    {
        var composite = new bool[SieveLimit];
        var primes = new List<int>();
        for (int i = 3; i < SieveLimit; i += 2)
        {
            if (composite[i])
            {
                continue;
            }

            primes.Add(i);
            for (int multiple = 3 * i; multiple < SieveLimit; multiple += 2 * i)
            {
                composite[multiple] = true;
            }
        }

        return [.. primes];
    }
}
