using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Hybrid.Numerics;
using Hybrid.Security;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal.Sampling;

/// <summary>
/// The byte stream that Microsoft SEAL expands a seed to, byte for byte: blocks of 4096 bytes, block i being BLAKE2Xb(key: seed, input: i)
/// or SHAKE256(seed ‖ i), with i as 64 bits, little endian.
/// </summary>
/// <remarks>
/// Seeds stand in for the uniform polynomial of ciphertexts and keys. The stream has been the same since SEAL 3.6, and is in all of 4.x.
/// An instance is used by one thread at a time. Disposing it wipes the seed and the unread output.
/// </remarks>
internal sealed class SealGenerator : IRandomSource, IDisposable
{
    /// <summary>Length of a seed in bytes.</summary>
    public const int SeedBytes = 64;

    private const int BlockBytes = 4096;

    private readonly SealGeneratorKind _kind;
    private readonly KernelWidth _width;

    // The seed and, behind it, the number of the block.
    private readonly byte[] _seed = GC.AllocateArray<byte>(SeedBytes + sizeof(ulong), pinned: true);
    private readonly byte[] _block = GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true);
    private ulong _nextBlock;
    private int _unread;
    private bool _disposed;

    /// <summary>Makes the generator of a seed.</summary>
    /// <param name="kind">Which function expands it.</param>
    /// <param name="seed">64 bytes, as they lie in SEAL's files; copied.</param>
    /// <param name="width">Which kernels are to compute; the same bytes come out of each.</param>
    /// <exception cref="ArgumentException">The seed is not 64 bytes long.</exception>
    /// <exception cref="ParameterException">There is no such kind, the platform lacks SHAKE256, or the machine does not run the width.</exception>
    public SealGenerator(SealGeneratorKind kind, ReadOnlySpan<byte> seed, KernelWidth width = KernelWidth.Auto)
    {
        if (seed.Length != SeedBytes)
        {
            throw new ArgumentException($"A seed of Microsoft SEAL has {SeedBytes} bytes; this one has {seed.Length}.", nameof(seed));
        }

        if (kind is not (SealGeneratorKind.Blake2xb or SealGeneratorKind.Shake256))
        {
            throw new ParameterException(
                ParameterFault.Unsupported, $"There is no generator number {(byte)kind}; use 1 for BLAKE2Xb or 2 for SHAKE256.");
        }

        if (kind == SealGeneratorKind.Shake256 && !Shake256.IsSupported)
        {
            throw new ParameterException(
                ParameterFault.Unsupported,
                "This platform lacks SHAKE256 (OpenSSL 1.1.1 or Windows 11 24H2 have it); have the sender use SEAL's default, BLAKE2Xb.");
        }

        _kind = kind;
        _width = SamplingWidths.Choose(width);
        seed.CopyTo(_seed);
    }

    /// <summary>Takes the next bytes of the stream.</summary>
    /// <exception cref="ObjectDisposedException">The generator has been disposed of.</exception>
    public void Fill(Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        TakeUnread(ref destination);
        for (; destination.Length >= BlockBytes; destination = destination[BlockBytes..])
        {
            Write(destination[..BlockBytes]);
        }

        if (!destination.IsEmpty)
        {
            Write(_block);
            _unread = BlockBytes;
            TakeUnread(ref destination);
        }
    }

    /// <summary>The uniform polynomial that SEAL 3.6 to 4.x samples from this place of the stream, residue for residue.</summary>
    /// <param name="moduli">The primes, in the order of the chain.</param>
    /// <param name="degree">Residues of a prime.</param>
    /// <param name="destination">The residues of the first prime, then those of the next: moduli × degree in all.</param>
    /// <remarks>
    /// All words are drawn at once, and one that is not below k p - 1 is replaced, in its turn, by the next ones after all of them; k p is
    /// the largest multiple of p below 2^64. (That it is not k p makes the residue p - 1 a little rarer: SEAL's choice, kept for its
    /// streams.) With BLAKE2Xb a residue takes about 4 ns at a width of 512 bits.
    /// </remarks>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    /// <exception cref="ObjectDisposedException">The generator has been disposed of.</exception>
    public void FillUniform(ReadOnlySpan<Modulus> moduli, int degree, Span<ulong> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(degree);
        if (destination.Length != (long)moduli.Length * degree)
        {
            throw new ArgumentException(
                $"{moduli.Length} primes of {degree} residues each do not fill {destination.Length}.", nameof(destination));
        }

        Fill(MemoryMarshal.AsBytes(destination));
        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(destination, destination);
        }

        foreach (Modulus modulus in moduli)
        {
            ReduceUniform(destination[..degree], modulus);
            destination = destination[degree..];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _unread = 0;
        CryptographicOperations.ZeroMemory(_seed);
        CryptographicOperations.ZeroMemory(_block);
    }

    private void ReduceUniform(Span<ulong> words, Modulus modulus)
    {
        ulong bound = ulong.MaxValue - modulus.Reduce(ulong.MaxValue) - 1;
        while (!words.IsEmpty)
        {
            words = words[WordReduction.ReduceBelow(words, modulus.Value, bound, _width)..];
            if (words.IsEmpty)
            {
                break;
            }

            ulong word = words[0];
            while (word >= bound)
            {
                word = NextWord();
            }

            words[0] = modulus.Reduce(word);
            words = words[1..];
        }
    }

    private ulong NextWord()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    private void Write(Span<byte> block)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_seed.AsSpan(SeedBytes), _nextBlock++);
        if (_kind == SealGeneratorKind.Blake2xb)
        {
            Blake2Xb.Fill(_seed.AsSpan(SeedBytes), _seed.AsSpan(0, SeedBytes), block, _width);
        }
        else
        {
            Shake256.HashData(_seed, block);
        }
    }

    private void TakeUnread(ref Span<byte> destination)
    {
        int taken = Math.Min(_unread, destination.Length);
        Span<byte> source = _block.AsSpan(BlockBytes - _unread, taken);
        source.CopyTo(destination);
        source.Clear();
        _unread -= taken;
        destination = destination[taken..];
    }
}
