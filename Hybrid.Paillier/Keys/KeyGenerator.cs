using System.Runtime.InteropServices;
using Hybrid.Numerics;
using Hybrid.Paillier.Arithmetic;
using Hybrid.Security;

namespace Hybrid.Paillier;

/// <summary>Makes keys: two primes that are 3 modulo 4 with gcd(p - 1, q - 1) = 2, and a noise base (DJN 2010, section 4.2).</summary>
internal static class KeyGenerator
{
    public static PaillierPrivateKey Generate(int bits, IRandomSource random, KernelWidth width)
    {
        int primeBits = bits / 2;
        int limbs = Limbs.CountFor(primeBits);
        using var primes = new SecretBuffer<ulong>(2 * limbs);
        FindPrimes(primes, primeBits, random, width);

        var modulus = new ulong[2 * limbs];
        Limbs.Multiply(modulus, primes.Span[..limbs], primes.Span[limbs..]);
        using var bare = new PaillierPrivateKey(PaillierPublicKey.Create(modulus, [], width), primes.Span[..limbs], primes.Span[limbs..], primeBits);
        ulong[] noiseBase = MakeNoiseBase(bare, random);
        return new PaillierPrivateKey(PaillierPublicKey.Create(modulus, noiseBase, width), primes.Span[..limbs], primes.Span[limbs..], primeBits);
    }

    // Two searches at a time, each from a generator of its own so that the result does not depend on timing.
    private static void FindPrimes(SecretBuffer<ulong> primes, int primeBits, IRandomSource random, KernelWidth width)
    {
        int limbs = primes.Length / 2;
        do
        {
            using AesCtrGenerator first = Fork(random);
            using AesCtrGenerator second = Fork(random);
            Parallel.Invoke(
                () => PrimeSearch.Find(primes.Span[..limbs], primeBits, first, width),
                () => PrimeSearch.Find(primes.Span[limbs..], primeBits, second, width));
        }
        while (!HaveOnlyTwoInCommon(primes.Span[..limbs], primes.Span[limbs..]));
    }

    private static AesCtrGenerator Fork(IRandomSource random)
    {
        using var seed = new SecretBuffer<byte>(AesCtrGenerator.SeedBytes);
        random.Fill(seed.Span);
        return new AesCtrGenerator(seed.Span);
    }

    // gcd(p - 1, q - 1) = 2: the halves, both odd, have no common factor. Then the squares modulo n form a cyclic group.
    private static bool HaveOnlyTwoInCommon(ReadOnlySpan<ulong> p, ReadOnlySpan<ulong> q)
    {
        bool ordered = Limbs.Compare(p, q) < 0;
        using var memory = new SecretBuffer<ulong>(3 * p.Length);
        Span<ulong> smaller = memory.Span[..p.Length];
        Span<ulong> larger = memory.Span.Slice(p.Length, p.Length);
        (ordered ? p : q).CopyTo(smaller);
        (ordered ? q : p).CopyTo(larger);
        Limbs.ShiftRight(smaller, 1);
        Limbs.ShiftRight(larger, 1);
        return Limbs.Compare(p, q) != 0 && ModularInverse.TryInvert(memory.Span[(2 * p.Length)..], smaller, larger);
    }

    // h_s = h^n mod n² for h = -x² mod n with random x. Modulo p², h^n = (h^q)^p depends on h^q mod p alone, which takes
    // every value that h does; so -x² with random x stands for h^q, and its p-th power remains. Likewise modulo q².
    private static ulong[] MakeNoiseBase(PaillierPrivateKey key, IRandomSource random)
    {
        OwnerRing owner = key.Ring;
        LaneRing ring = owner.Ring;
        int limbs = key.P.Length;
        using LaneWorkspace workspace = ring.CreateWorkspace();
        using var memory = new SecretBuffer<ulong>((2 * ring.BlockWords) + (2 * limbs) + (LaneRing.Lanes * limbs));
        Span<ulong> block = memory.Span[..ring.BlockWords];
        Span<ulong> minusOne = memory.Span.Slice(ring.BlockWords, ring.BlockWords);
        Span<ulong> x = memory.Span.Slice(2 * ring.BlockWords, 2 * limbs);
        Span<ulong> exponents = memory.Span[((2 * ring.BlockWords) + x.Length)..];
        random.Fill(MemoryMarshal.AsBytes(x));
        ring.Import(block, x, limbs, 1, workspace);
        ring.Square(block, block, workspace, 2);

        // -1 modulo p² is (p - 1) + (p - 1) p; modulo p alone p - 1 would do, and the power sees no more than that.
        for (int lane = 0; lane < LaneRing.Lanes; lane++)
        {
            Span<ulong> exponent = exponents.Slice(lane * limbs, limbs);
            (lane % 2 == 0 ? key.P : key.Q).CopyTo(exponent);
            exponent[0] -= 1;
        }

        ring.Import(minusOne, exponents, limbs, 1, workspace);
        ring.Multiply(block, block, minusOne, workspace, 2);
        for (int lane = 0; lane < LaneRing.Lanes; lane++)
        {
            exponents[lane * limbs] += 1;
        }

        Exponentiation.Power(ring, block, block, exponents, key.PrimeBits, workspace, 2);
        var noiseBase = new ulong[key.PublicKey.SquareLimbs];
        owner.Combine(noiseBase, block, 1, workspace);
        return noiseBase;
    }
}
