using System.Numerics;
using System.Security.Cryptography;
using Hybrid.Numerics;
using Hybrid.Paillier.Arithmetic;

namespace Hybrid.Paillier;

/// <summary>
/// A Paillier public key: the modulus n and, where its owner published one, the noise base h_s = h^n mod n² of Damgård,
/// Jurik and Nielsen ("A generalization of Paillier's public-key system", 2010, section 4.2), g = n + 1.
/// </summary>
/// <remarks>
/// With a noise base, encryption takes half the exponent and a fixed-base table. Without one (a python-paillier key)
/// ciphertexts are randomised by r^n for random r (Paillier 1999).
/// </remarks>
public sealed class PaillierPublicKey : IEquatable<PaillierPublicKey>
{
    /// <summary>Bits of a key's modulus by default: 128-bit security.</summary>
    public const int DefaultBits = 3072;

    /// <summary>The smallest modulus accepted.</summary>
    public const int MinimumBits = 2048;

    /// <summary>The largest modulus accepted, so that a hostile key cannot buy an unbounded amount of work.</summary>
    public const int MaximumBits = 8192;

    private readonly ulong[] _modulus;
    private readonly ulong[] _noiseBase;
    private readonly Lazy<LaneRing> _ring;
    private readonly Lazy<ulong[]> _rawOne;

    private PaillierPublicKey(ulong[] modulus, ulong[] noiseBase, KernelWidth width)
    {
        _modulus = modulus;
        _noiseBase = noiseBase;
        KernelWidth = width;
        Bits = Limbs.BitLength(modulus);
        _ring = new Lazy<LaneRing>(() => LaneRing.Create(_modulus, 1, Bits, 2 * Bits, width));
        _rawOne = new Lazy<ulong[]>(() => MakeRawOne(Ring));
    }

    /// <summary>Bits of the modulus.</summary>
    public int Bits { get; }

    /// <summary>The modulus n.</summary>
    public BigInteger N => Limbs.ToBigInteger(_modulus);

    /// <summary>Bytes of one ciphertext on the wire: those of n².</summary>
    public int CiphertextBytes => (2 * Bits + 7) / 8;

    /// <summary>Whether the key comes with a noise base, which makes encryption many times faster.</summary>
    public bool HasNoiseBase => _noiseBase.Length > 0;

    internal KernelWidth KernelWidth { get; }

    internal int ModulusLimbs => _modulus.Length;

    internal int SquareLimbs => Limbs.CountFor(2 * Bits);

    internal ReadOnlySpan<ulong> Modulus => _modulus;

    internal ReadOnlySpan<ulong> NoiseBase => _noiseBase;

    // Made at first use; a key that is only passed on costs nothing.
    internal LaneRing Ring => _ring.Value;

    internal ReadOnlySpan<ulong> RawOne => _rawOne.Value;

    /// <summary>A key from its modulus alone, as python-paillier has it.</summary>
    /// <exception cref="ParameterException">The modulus is too small, too large, or no product of two odd primes of one size.</exception>
    public static PaillierPublicKey FromModulus(BigInteger modulus)
    {
        RequireSupported((int)modulus.GetBitLength());
        return FromModulusUnsafe(modulus);
    }

    /// <summary>
    /// A key from its modulus alone, of any size. Keys below <see cref="MinimumBits"/> protect nothing: for known-answer
    /// tests only.
    /// </summary>
    /// <exception cref="ParameterException">The modulus is even or below 15.</exception>
    public static PaillierPublicKey FromModulusUnsafe(BigInteger modulus)
    {
        if (modulus < 15 || modulus.IsEven)
        {
            throw new ParameterException(ParameterFault.OutOfRange, "A Paillier modulus is the product of two odd primes; this one is even or below 15.");
        }

        return new PaillierPublicKey(Limbs.FromBigInteger(modulus, Limbs.CountFor((int)modulus.GetBitLength())), [], KernelWidth.Auto);
    }

    /// <summary>SHA-256 of the key's bytes, in lower-case hexadecimal: a name for the key.</summary>
    public string Fingerprint() => Convert.ToHexStringLower(SHA256.HashData(PaillierKeyFormat.Write(this)));

    /// <inheritdoc/>
    public bool Equals(PaillierPublicKey? other) => other is not null && _modulus.AsSpan().SequenceEqual(other._modulus);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PaillierPublicKey);

    /// <inheritdoc/>
    public override int GetHashCode() => _modulus[^1].GetHashCode();

    /// <summary>Names the size only.</summary>
    public override string ToString() => $"PaillierPublicKey({Bits} bits)";

    internal static PaillierPublicKey Create(ulong[] modulus, ulong[] noiseBase, KernelWidth width = KernelWidth.Auto) => new(modulus, noiseBase, width);

    /// <summary>Checks a key size.</summary>
    /// <exception cref="ParameterException">The size is too small, too large, or no multiple of 128.</exception>
    public static void RequireSupported(int bits)
    {
        if (bits < MinimumBits)
        {
            throw new ParameterException(ParameterFault.Insecure, $"A Paillier key of {bits} bits is too small to be safe: use {MinimumBits} bits at least, {DefaultBits} by default.");
        }

        if (bits > MaximumBits || bits % 128 != 0)
        {
            throw new ParameterException(ParameterFault.OutOfRange, $"A Paillier key of {bits} bits is not supported: choose a multiple of 128 from {MinimumBits} to {MaximumBits}.");
        }
    }

    // The same key on other kernels; for comparing them.
    internal PaillierPublicKey On(KernelWidth width) => new(_modulus, _noiseBase, width);

    internal void RequireSame(PaillierPublicKey other, string what)
    {
        if (!Equals(other))
        {
            throw new ParameterException(ParameterFault.Mismatch, $"The {what} belong to another Paillier key: use one key throughout.");
        }
    }

    private static ulong[] MakeRawOne(LaneRing ring)
    {
        var block = new ulong[ring.BlockWords];
        var row = new ulong[ring.RowWords];
        row[0] = 1;
        for (int lane = 0; lane < LaneRing.Lanes; lane++)
        {
            ring.SetRow(block, lane, row);
        }

        return block;
    }
}
