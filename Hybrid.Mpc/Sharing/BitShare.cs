using System.Diagnostics;
using Hybrid.Security;
using Hybrid.Tensors;

namespace Hybrid.Mpc.Sharing;

/// <summary>One party's share of a tensor of bits: the tensor is the exclusive or of all parties' shares, 64 bits a word.</summary>
/// <remarks>
/// Bit i of the tensor, row by row, is bit i mod 64 of word i / 64; bits beyond the last mean nothing. The words are secret, live outside
/// the garbage collector's heap and are wiped on dispose.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class BitShare : IDisposable
{
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly SecretBuffer<ulong> _words;

    internal BitShare(int party, int parties, Shape shape, SecretPool? memory = null)
    {
        Party = party;
        Parties = parties;
        Shape = shape;
        _words = new SecretBuffer<ulong>((shape.ElementCount + 63) / 64, memory);
    }

    /// <summary>Whose share this is.</summary>
    public int Party { get; }

    /// <summary>How many shares the tensor has.</summary>
    public int Parties { get; }

    /// <summary>The shape of the tensor.</summary>
    public Shape Shape { get; }

    /// <summary>
    /// The words. Whoever reads them keeps the share alive meanwhile (<see cref="GC.KeepAlive"/>): the span alone does not.
    /// </summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    internal Span<ulong> Words => _words.Span;

    /// <summary>Wipes the words.</summary>
    public void Dispose() => _words.Dispose();

    /// <summary>Names party and shape, never the bits.</summary>
    public override string ToString() => $"share of party {Party} of {Parties}: bits of shape {Shape}";
}
