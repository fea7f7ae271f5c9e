using System.Runtime.InteropServices;

namespace Hybrid.Seal.Ring;

/// <summary>Residues of RNS polynomials in one block: zero at first, aligned to cache lines, never moved by the collector.</summary>
/// <remarks>For values that are no secrets: ciphertexts, public keys, constants. Secrets live in a <see cref="Security.SecretBuffer{T}"/>.</remarks>
internal sealed unsafe class ResidueBlock
{
    private const int LineBytes = 64;

    private readonly ulong[] _memory;
    private readonly int _start;

    public ResidueBlock(long length)
    {
        // An array's length is an int; more than that is no polynomial of any allowed parameters.
        _memory = GC.AllocateArray<ulong>(checked((int)length + LineBytes / sizeof(ulong)), pinned: true);
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(_memory, 0);
        _start = (int)(-address & (LineBytes - 1)) / sizeof(ulong);
        Length = (int)length;
    }

    /// <summary>How many residues it holds.</summary>
    public int Length { get; }

    /// <summary>All of them.</summary>
    public Span<ulong> Span => _memory.AsSpan(_start, Length);

    /// <summary>Where they start. Valid for as long as the block is referenced.</summary>
    public ulong* Pointer => (ulong*)Marshal.UnsafeAddrOfPinnedArrayElement(_memory, _start);
}
