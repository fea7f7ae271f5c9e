using Hybrid.Security;

namespace Hybrid.Seal.Sampling;

/// <summary>Numbers of some distribution made from blocks of random bytes; <see cref="ByteBlocks"/> runs it.</summary>
internal unsafe interface IByteBlocks
{
    /// <summary>Bytes of a block.</summary>
    static abstract int BlockBytes { get; }

    /// <summary>Numbers that a block gives, at most <see cref="ByteBlocks.MaximumNumbers"/>.</summary>
    static abstract int BlockNumbers { get; }

    /// <summary>Blocks drawn at a time.</summary>
    static abstract int BatchBlocks { get; }

    /// <summary>Draws the bytes of whole blocks.</summary>
    static abstract void Draw(IRandomSource random, Span<byte> bytes);

    /// <summary>Turns so many blocks into numbers.</summary>
    static abstract void Convert<TVector, TLanes>(byte* bytes, long* numbers, int blocks)
        where TVector : unmanaged
        where TLanes : struct, IByteLanes<TVector>;
}
