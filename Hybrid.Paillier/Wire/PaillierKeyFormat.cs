using System.Buffers.Binary;
using System.Security.Cryptography;
using Hybrid.Numerics;
using Hybrid.Paillier.Arithmetic;
using Hybrid.Security;

namespace Hybrid.Paillier;

/// <summary>
/// Keys as bytes. Public: "HPPK", version 1, a flag (1: with noise base), bits of n as 16 bits little endian, n, and h_s if
/// flagged. Private: "HPSK", version 1, the flag, the bits, p, q, and h_s if flagged. Integers are big endian and fill
/// exactly the bytes of their bound; nothing may follow. Every file ends with the first 8 bytes of SHA-256 of the rest.
/// </summary>
public static class PaillierKeyFormat
{
    private const int HeaderBytes = 8;
    private const int ChecksumBytes = 8;
    private const byte Version = 1;

    private static ReadOnlySpan<byte> PublicMagic => "HPPK"u8;

    private static ReadOnlySpan<byte> PrivateMagic => "HPSK"u8;

    /// <summary>Length of the longest key, public or private: what a reader need accept.</summary>
    public const int MaximumBytes = HeaderBytes + (3 * PaillierPublicKey.MaximumBits / 8) + ChecksumBytes;

    /// <summary>Length of a public key of so many bits, with its noise base.</summary>
    public static int PublicBytes(int bits) => HeaderBytes + (3 * bits / 8) + ChecksumBytes;

    /// <summary>Writes a public key.</summary>
    public static byte[] Write(PaillierPublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        int modulusBytes = (key.Bits + 7) / 8;
        var bytes = new byte[HeaderBytes + modulusBytes + (key.HasNoiseBase ? key.CiphertextBytes : 0) + ChecksumBytes];
        WriteHeader(bytes, PublicMagic, key);
        Limbs.ToBigEndian(bytes.AsSpan(HeaderBytes, modulusBytes), key.Modulus);
        WriteEnd(bytes, HeaderBytes + modulusBytes, key);
        return bytes;
    }

    /// <summary>Reads a public key.</summary>
    /// <exception cref="FormatRefusedException">The bytes are no key of this format, or were altered.</exception>
    /// <exception cref="ParameterException">The key's size is refused.</exception>
    public static PaillierPublicKey ReadPublic(ReadOnlySpan<byte> bytes) => ReadPublic(bytes, KernelWidth.Auto);

    /// <summary>Writes a private key. The caller keeps the buffer secret, and disposes of it.</summary>
    public static SecretBuffer<byte> Write(PaillierPrivateKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        int primeBytes = (key.PrimeBits + 7) / 8;
        PaillierPublicKey publicKey = key.PublicKey;
        var buffer = new SecretBuffer<byte>(HeaderBytes + (2 * primeBytes) + (publicKey.HasNoiseBase ? publicKey.CiphertextBytes : 0) + ChecksumBytes);
        Span<byte> bytes = buffer.Span;
        WriteHeader(bytes, PrivateMagic, publicKey);
        Limbs.ToBigEndian(bytes.Slice(HeaderBytes, primeBytes), key.P);
        Limbs.ToBigEndian(bytes.Slice(HeaderBytes + primeBytes, primeBytes), key.Q);
        WriteEnd(bytes, HeaderBytes + (2 * primeBytes), publicKey);
        return buffer;
    }

    /// <summary>Reads a private key.</summary>
    /// <exception cref="FormatRefusedException">The bytes are no key of this format, or were altered.</exception>
    /// <exception cref="ParameterException">The key's size is refused, or its primes cannot be those of a key.</exception>
    public static PaillierPrivateKey ReadPrivate(ReadOnlySpan<byte> bytes)
    {
        (int bits, bool hasBase) = ReadHeader(bytes, PrivateMagic, "private");
        int primeBytes = bits / 16;
        RequireLength(bytes, HeaderBytes + (2 * primeBytes) + (hasBase ? bits / 4 : 0) + ChecksumBytes, "private");
        int limbs = Limbs.CountFor(bits / 2);
        using var primes = new SecretBuffer<ulong>(2 * limbs);
        Span<ulong> p = primes.Span[..limbs];
        Span<ulong> q = primes.Span[limbs..];
        Limbs.FromBigEndian(p, bytes.Slice(HeaderBytes, primeBytes));
        Limbs.FromBigEndian(q, bytes.Slice(HeaderBytes + primeBytes, primeBytes));
        var modulus = new ulong[2 * limbs];
        Limbs.Multiply(modulus, p, q);
        bool odd = (p[0] & q[0] & 1) == 1;
        if (!odd || p[^1] >> 63 == 0 || q[^1] >> 63 == 0 || Limbs.BitLength(modulus) != bits || Limbs.Compare(p, q) == 0)
        {
            throw new ParameterException(ParameterFault.OutOfRange, "The primes in the private key file cannot be those of a Paillier key: make a new key.");
        }

        ulong[] noiseBase = hasBase ? ReadNoiseBase(bytes.Slice(HeaderBytes + (2 * primeBytes), bits / 4), modulus) : [];
        return new PaillierPrivateKey(PaillierPublicKey.Create(modulus, noiseBase), p, q, bits / 2);
    }

    internal static PaillierPublicKey ReadPublic(ReadOnlySpan<byte> bytes, KernelWidth width)
    {
        (int bits, bool hasBase) = ReadHeader(bytes, PublicMagic, "public");
        int modulusBytes = bits / 8;
        RequireLength(bytes, HeaderBytes + modulusBytes + (hasBase ? bits / 4 : 0) + ChecksumBytes, "public");
        var modulus = new ulong[Limbs.CountFor(bits)];
        Limbs.FromBigEndian(modulus, bytes.Slice(HeaderBytes, modulusBytes));
        if ((modulus[0] & 1) == 0 || Limbs.BitLength(modulus) != bits)
        {
            throw new FormatRefusedException($"The modulus in the public key is not an odd number of {bits} bits: the key was altered.");
        }

        ulong[] noiseBase = hasBase ? ReadNoiseBase(bytes.Slice(HeaderBytes + modulusBytes, bits / 4), modulus) : [];
        return PaillierPublicKey.Create(modulus, noiseBase, width);
    }

    private static void WriteHeader(Span<byte> bytes, ReadOnlySpan<byte> magic, PaillierPublicKey key)
    {
        magic.CopyTo(bytes);
        bytes[4] = Version;
        bytes[5] = key.HasNoiseBase ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[6..], (ushort)key.Bits);
    }

    private static void WriteEnd(Span<byte> bytes, int start, PaillierPublicKey key)
    {
        if (key.HasNoiseBase)
        {
            Limbs.ToBigEndian(bytes.Slice(start, key.CiphertextBytes), key.NoiseBase);
        }

        Checksum(bytes[..^ChecksumBytes], bytes[^ChecksumBytes..]);
    }

    private static (int Bits, bool HasBase) ReadHeader(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> magic, string kind)
    {
        if (bytes.Length < HeaderBytes + ChecksumBytes || !bytes[..4].SequenceEqual(magic))
        {
            throw new FormatRefusedException($"This is not a Hybrid Paillier {kind} key: give the file that key generation wrote.");
        }

        Span<byte> checksum = stackalloc byte[ChecksumBytes];
        Checksum(bytes[..^ChecksumBytes], checksum);
        if (bytes[4] != Version)
        {
            throw new FormatRefusedException($"The {kind} key has format version {bytes[4]}; this program reads version {Version}.");
        }

        if (!checksum.SequenceEqual(bytes[^ChecksumBytes..]))
        {
            throw new FormatRefusedException($"The {kind} key's checksum does not match: it was cut short or altered.");
        }

        if (bytes[5] > 1)
        {
            throw new FormatRefusedException($"The {kind} key has flags this program does not know: it was altered, or written by a newer release.");
        }

        int bits = BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]);
        PaillierPublicKey.RequireSupported(bits);
        return (bits, bytes[5] == 1);
    }

    private static void RequireLength(ReadOnlySpan<byte> bytes, int length, string kind)
    {
        if (bytes.Length != length)
        {
            throw new FormatRefusedException($"The {kind} key has {bytes.Length} bytes where its header asks for {length}: it was cut short or altered.");
        }
    }

    // 1 < h_s < n², a unit.
    private static ulong[] ReadNoiseBase(ReadOnlySpan<byte> bytes, ulong[] modulus)
    {
        var noiseBase = new ulong[2 * modulus.Length];
        Limbs.FromBigEndian(noiseBase, bytes);
        var square = new ulong[2 * modulus.Length];
        Limbs.Multiply(square, modulus, modulus);
        if (Limbs.BitLength(noiseBase) < 2 || Limbs.Compare(noiseBase, square) >= 0)
        {
            throw new FormatRefusedException("The noise base in the key is not between 1 and n²: the key was altered.");
        }

        // A base that shares a factor with n would make ciphertexts that nobody can decrypt.
        ulong[] residue = Limbs.FromBigInteger(Limbs.ToBigInteger(noiseBase) % Limbs.ToBigInteger(modulus), modulus.Length);
        if (!ModularInverse.TryInvert(new ulong[modulus.Length], residue, modulus))
        {
            throw new FormatRefusedException("The noise base in the key shares a factor with its modulus: the key was altered.");
        }

        return noiseBase;
    }

    private static void Checksum(ReadOnlySpan<byte> bytes, Span<byte> checksum)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, digest);
        digest[..ChecksumBytes].CopyTo(checksum);
    }
}
