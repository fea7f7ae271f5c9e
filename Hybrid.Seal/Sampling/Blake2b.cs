using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Hybrid.Seal.Sampling;

/// <summary>The hash function BLAKE2b, in one call. Source: RFC 7693; the parameter block is that of the BLAKE2 paper (2013), 2.8.</summary>
/// <remarks>Nothing branches or indexes on the data, so input and key may be secret; the time tells their lengths.</remarks>
internal static unsafe class Blake2b
{
    /// <summary>The longest digest, in bytes.</summary>
    public const int MaximumDigestBytes = 64;

    /// <summary>The longest key, in bytes.</summary>
    public const int MaximumKeyBytes = 64;

    // The initial values of SHA-512: the fractions of the square roots of the first primes.
    public const ulong Iv0 = 0x6a09e667f3bcc908;
    public const ulong Iv1 = 0xbb67ae8584caa73b;
    public const ulong Iv2 = 0x3c6ef372fe94f82b;
    public const ulong Iv3 = 0xa54ff53a5f1d36f1;
    public const ulong Iv4 = 0x510e527fade682d1;
    public const ulong Iv5 = 0x9b05688c2b3e6c1f;
    public const ulong Iv6 = 0x1f83d9abfb41bd6b;
    public const ulong Iv7 = 0x5be0cd19137e2179;

    private const int BlockBytes = 128;

    /// <summary>The unkeyed digest of 32 bytes.</summary>
    public static byte[] Hash256(ReadOnlySpan<byte> input)
    {
        byte[] digest = new byte[32];
        Hash(input, default, digest);
        return digest;
    }

    /// <summary>The digest, as long as its destination.</summary>
    /// <param name="input">The message.</param>
    /// <param name="key">0 to 64 bytes; none makes the plain hash.</param>
    /// <param name="digest">1 to 64 bytes.</param>
    /// <exception cref="ArgumentException">The key or the digest has a length that BLAKE2b does not know.</exception>
    public static void Hash(ReadOnlySpan<byte> input, ReadOnlySpan<byte> key, Span<byte> digest)
    {
        if (digest.IsEmpty || digest.Length > MaximumDigestBytes)
        {
            throw new ArgumentException($"A digest has 1 to {MaximumDigestBytes} bytes; this one has {digest.Length}.", nameof(digest));
        }

        Hash(input, key, digest, treeWord: 0);
    }

    /// <summary>The digest of a node with the second word of the parameter block, which is zero outside trees.</summary>
    internal static void Hash(ReadOnlySpan<byte> input, ReadOnlySpan<byte> key, Span<byte> digest, ulong treeWord)
    {
        if (key.Length > MaximumKeyBytes)
        {
            throw new ArgumentException($"A key has at most {MaximumKeyBytes} bytes; this one has {key.Length}.", nameof(key));
        }

        // Fan-out 1 and depth 1: a tree of one node.
        ulong* state = stackalloc ulong[8];
        Initialise(state, (uint)(digest.Length | key.Length << 8 | 0x0101_0000), treeWord, 0);
        ulong* block = stackalloc ulong[BlockBytes / sizeof(ulong)];
        var bytes = new Span<byte>(block, BlockBytes);
        ulong taken = 0;
        if (!key.IsEmpty)
        {
            bytes.Clear();
            key.CopyTo(bytes);
            taken = BlockBytes;
            Compress(state, block, taken, last: input.IsEmpty);
        }

        // The last block is never empty but for the empty message without a key.
        bool done = !key.IsEmpty && input.IsEmpty;
        while (!done)
        {
            int length = Math.Min(input.Length, BlockBytes);
            input[..length].CopyTo(bytes);
            bytes[length..].Clear();
            input = input[length..];
            taken += (ulong)length;
            done = input.IsEmpty;
            Compress(state, block, taken, last: done);
        }

        Span<byte> words = stackalloc byte[MaximumDigestBytes];
        for (int i = 0; i < 8; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(words[(8 * i)..], state[i]);
        }

        words[..digest.Length].CopyTo(digest);
        CryptographicOperations.ZeroMemory(words);
        CryptographicOperations.ZeroMemory(bytes);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(new Span<ulong>(state, 8)));
    }

    /// <summary>The state before the first block, for the first three words of a parameter block whose others are zero.</summary>
    internal static void Initialise(ulong* state, ulong word0, ulong word1, ulong word2)
    {
        state[0] = Iv0 ^ word0;
        state[1] = Iv1 ^ word1;
        state[2] = Iv2 ^ word2;
        state[3] = Iv3;
        state[4] = Iv4;
        state[5] = Iv5;
        state[6] = Iv6;
        state[7] = Iv7;
    }

    private static void Compress(ulong* state, ulong* block, ulong taken, bool last)
    {
        if (!BitConverter.IsLittleEndian)
        {
            var words = new Span<ulong>(block, BlockBytes / sizeof(ulong));
            BinaryPrimitives.ReverseEndianness(words, words);
        }

        Blake2bCompression<ulong, WordLanes64>.Compress(state, block, taken, last);
    }
}
