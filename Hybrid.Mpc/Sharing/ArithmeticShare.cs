using System.Diagnostics;
using Hybrid.Security;
using Hybrid.Tensors;

namespace Hybrid.Mpc.Sharing;

/// <summary>
/// One party's additive share of a fixed-point tensor over Z_2^64: the tensor is the sum of all parties' shares modulo 2^64.
/// </summary>
/// <remarks>
/// The words are secret: they live outside the garbage collector's heap and are wiped on dispose. Alone, or with the shares of
/// all other parties but one, they are uniformly random and reveal nothing. Shape, fraction bits and party are public.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class ArithmeticShare : IDisposable
{
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly SecretBuffer<ulong> _words;

    /// <summary>A share that came from elsewhere: opened from a message, or made by a protocol.</summary>
    /// <param name="party">Whose share it is, in [0, parties).</param>
    /// <param name="parties">How many shares the tensor has, at least 2.</param>
    /// <param name="shape">Shape; at least one dimension.</param>
    /// <param name="fractionBits">Fraction bits of the tensor, in [0, 62].</param>
    /// <param name="words">The share, row by row; copied.</param>
    /// <exception cref="ArgumentException">
    /// The party or the shape is impossible, or the words are not as many as the shape has elements.
    /// </exception>
    /// <exception cref="ParameterException">The fraction bits are outside their range.</exception>
    public ArithmeticShare(int party, int parties, Shape shape, int fractionBits, ReadOnlySpan<ulong> words)
    {
        Layout = new ShareLayout(party, parties, shape, fractionBits);
        Layout.RequireCount(words.Length, nameof(words));
        _words = new SecretBuffer<ulong>(words);
    }

    /// <summary>A share of all zeros, for the caller to fill.</summary>
    internal ArithmeticShare(ShareLayout layout, SecretPool? memory = null)
    {
        Layout = layout;
        _words = new SecretBuffer<ulong>(layout.Shape.ElementCount, memory);
    }

    /// <summary>Whose share this is, in [0, <see cref="Parties"/>).</summary>
    public int Party => Layout.Party;

    /// <summary>How many shares the tensor has.</summary>
    public int Parties => Layout.Parties;

    /// <summary>The shape of the tensor.</summary>
    public Shape Shape => Layout.Shape;

    /// <summary>How many fraction bits the tensor has: a word w stands for w · 2^-f.</summary>
    public int FractionBits => Layout.FractionBits;

    internal ShareLayout Layout { get; }

    /// <summary>
    /// The words, row by row. Whoever reads them keeps the share alive meanwhile (<see cref="GC.KeepAlive"/>): the span alone does not.
    /// </summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    internal Span<ulong> Words => _words.Span;

    /// <summary>Copies the words, row by row: this party's whole knowledge of the tensor, to be guarded like a key.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than the share.</exception>
    /// <exception cref="ObjectDisposedException">The share has been disposed of.</exception>
    public void CopyTo(Span<ulong> destination)
    {
        Words.CopyTo(destination);
        GC.KeepAlive(this);
    }

    /// <summary>Wipes the words.</summary>
    public void Dispose() => _words.Dispose();

    /// <summary>Names party, shape and fraction bits, never the words.</summary>
    public override string ToString() => Layout.ToString();
}
