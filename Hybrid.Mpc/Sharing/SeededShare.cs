using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Hybrid.Security;
using Hybrid.Tensors;

namespace Hybrid.Mpc.Sharing;

/// <summary>
/// One party's additive share in 16 bytes: the seed and stream number that <see cref="AesCtrGenerator"/> expands to the share's words.
/// </summary>
/// <remarks>
/// Whoever knows the seed knows the share. One pair of seed and stream number masks one tensor: used for two, the difference of
/// the tensors shows. A seed agreed beforehand therefore takes a new stream number for every tensor, and costs no bytes at all.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class SeededShare : IDisposable
{
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly SecretBuffer<byte> _seed;

    /// <summary>Makes the share of a seed that was received or agreed upon.</summary>
    /// <param name="party">Whose share it is, in [0, parties).</param>
    /// <param name="parties">How many shares the tensor has, at least 2.</param>
    /// <param name="shape">Shape; at least one dimension.</param>
    /// <param name="fractionBits">Fraction bits of the tensor, in [0, 62].</param>
    /// <param name="seed">16 bytes, uniformly random; copied.</param>
    /// <param name="stream">Which stream of the seed.</param>
    /// <exception cref="ArgumentException">The party or the shape is impossible, or the seed is not 16 bytes long.</exception>
    /// <exception cref="ParameterException">The fraction bits are outside their range.</exception>
    public SeededShare(
        int party, int parties, Shape shape, int fractionBits, ReadOnlySpan<byte> seed, ulong stream = 0)
        : this(new ShareLayout(party, parties, shape, fractionBits), seed, stream)
    {
    }

    internal SeededShare(ShareLayout layout, ReadOnlySpan<byte> seed, ulong stream)
    {
        if (seed.Length != AesCtrGenerator.SeedBytes)
        {
            throw new ArgumentException($"A seed has {AesCtrGenerator.SeedBytes} bytes; this one has {seed.Length}.", nameof(seed));
        }

        Layout = layout;
        Stream = stream;
        _seed = new SecretBuffer<byte>(seed);
    }

    /// <summary>Whose share this is, in [0, <see cref="Parties"/>).</summary>
    public int Party => Layout.Party;

    /// <summary>How many shares the tensor has.</summary>
    public int Parties => Layout.Parties;

    /// <summary>The shape of the tensor.</summary>
    public Shape Shape => Layout.Shape;

    /// <summary>How many fraction bits the tensor has.</summary>
    public int FractionBits => Layout.FractionBits;

    /// <summary>Which stream of the seed holds the share.</summary>
    public ulong Stream { get; }

    internal ShareLayout Layout { get; }

    /// <summary>Copies the 16-byte seed, to send it to the share's party and nobody else.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than a seed.</exception>
    /// <exception cref="ObjectDisposedException">The share has been disposed of.</exception>
    public void CopySeedTo(Span<byte> destination)
    {
        _seed.Span.CopyTo(destination);
        GC.KeepAlive(this);
    }

    /// <summary>Expands the seed to the share it stands for; the same one every time.</summary>
    /// <exception cref="ObjectDisposedException">The share has been disposed of.</exception>
    public ArithmeticShare Expand()
    {
        var share = new ArithmeticShare(Layout);
        Expand(share.Words);
        return share;
    }

    /// <summary>Wipes the seed.</summary>
    public void Dispose() => _seed.Dispose();

    /// <summary>Names party, shape and fraction bits, never the seed.</summary>
    public override string ToString() => $"seeded {Layout}";

    /// <summary>Expands the seed to words of eight output bytes each, little endian on every machine.</summary>
    internal void Expand(Span<ulong> words)
    {
        using var generator = new AesCtrGenerator(_seed.Span, Stream);
        GC.KeepAlive(this);
        generator.Fill(MemoryMarshal.AsBytes(words));
        if (!BitConverter.IsLittleEndian)
        {
            System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(words, words);
        }
    }

    /// <summary>Whether both have the same seed, in time that does not depend on it.</summary>
    internal bool SameSeed(SeededShare other)
    {
        bool same = CryptographicOperations.FixedTimeEquals(_seed.Span, other._seed.Span);
        GC.KeepAlive(this);
        GC.KeepAlive(other);
        return same;
    }
}
