using System.Numerics;
using Hybrid.Numerics;
using Hybrid.Paillier.Arithmetic;
using Hybrid.Security;

namespace Hybrid.Paillier;

/// <summary>A Paillier private key: the primes p and q of n = pq. Wiped when disposed.</summary>
public sealed class PaillierPrivateKey : IDisposable
{
    private readonly SecretBuffer<ulong> _primes;
    private readonly Lazy<OwnerRing> _ring;

    internal PaillierPrivateKey(PaillierPublicKey publicKey, ReadOnlySpan<ulong> p, ReadOnlySpan<ulong> q, int primeBits)
    {
        PublicKey = publicKey;
        PrimeBits = primeBits;
        _primes = new SecretBuffer<ulong>(2 * p.Length);
        p.CopyTo(_primes.Span);
        q.CopyTo(_primes.Span[p.Length..]);
        _ring = new Lazy<OwnerRing>(() => new OwnerRing(this));
    }

    /// <summary>The public key.</summary>
    public PaillierPublicKey PublicKey { get; }

    internal int PrimeBits { get; }

    internal ReadOnlySpan<ulong> P => _primes.Span[..(_primes.Length / 2)];

    internal ReadOnlySpan<ulong> Q => _primes.Span[(_primes.Length / 2)..];

    internal ReadOnlySpan<ulong> Primes => _primes.Span;

    internal OwnerRing Ring => _ring.Value;

    /// <summary>Makes a fresh key with a noise base.</summary>
    /// <param name="bits">Bits of the modulus: a multiple of 128 from 2048 to 8192.</param>
    /// <param name="random">Where the randomness comes from; the operating system unless given.</param>
    /// <exception cref="ParameterException">The size is refused.</exception>
    public static PaillierPrivateKey Generate(int bits = PaillierPublicKey.DefaultBits, IRandomSource? random = null)
    {
        PaillierPublicKey.RequireSupported(bits);
        return KeyGenerator.Generate(bits, random ?? OsRandom.Instance, KernelWidth.Auto);
    }

    /// <summary>A key from its primes, without a noise base, as python-paillier has it.</summary>
    /// <exception cref="ParameterException">The sizes are refused, or the numbers cannot be the primes of a key.</exception>
    public static PaillierPrivateKey FromPrimes(BigInteger p, BigInteger q)
    {
        PaillierPublicKey.RequireSupported((int)(p * q).GetBitLength());
        return FromPrimesUnsafe(p, q);
    }

    /// <summary>
    /// A key from its primes, of any size. Keys below <see cref="PaillierPublicKey.MinimumBits"/> protect nothing: for
    /// known-answer tests only.
    /// </summary>
    /// <exception cref="ParameterException">The numbers cannot be the primes of a key.</exception>
    public static PaillierPrivateKey FromPrimesUnsafe(BigInteger p, BigInteger q)
    {
        int bits = (int)p.GetBitLength();
        if (p < 3 || q < 3 || p.IsEven || q.IsEven || p == q || bits != (int)q.GetBitLength())
        {
            throw new ParameterException(ParameterFault.OutOfRange, "The primes of a Paillier key are two different odd primes of the same number of bits.");
        }

        int limbs = Limbs.CountFor(bits);
        return new PaillierPrivateKey(PaillierPublicKey.FromModulusUnsafe(p * q), Limbs.FromBigInteger(p, limbs), Limbs.FromBigInteger(q, limbs), bits);
    }

    /// <summary>Wipes the primes and all that was derived from them.</summary>
    public void Dispose()
    {
        if (_ring.IsValueCreated)
        {
            _ring.Value.Dispose();
        }

        _primes.Dispose();
    }

    /// <summary>Names the size only.</summary>
    public override string ToString() => $"PaillierPrivateKey({PublicKey.Bits} bits)";

    // The same key on other kernels; for comparing them.
    internal PaillierPrivateKey On(KernelWidth width) => new(PublicKey.On(width), P, Q, PrimeBits);
}
