using Hybrid.Seal.Sampling;

namespace Hybrid.Seal.Wire;

/// <summary>The seed in place of a uniform polynomial: a SEAL UniformRandomGeneratorInfo, that is the generator's number and 64 bytes.</summary>
/// <param name="seed">The seed.</param>
internal readonly struct SavedSeed(SealSeed seed) : ISealObject
{
    /// <summary>Bytes that one takes, header included.</summary>
    public const int Size = SealHeader.Size + sizeof(byte) + SealSeed.Length;

    public long BodySize => Size - SealHeader.Size;

    public void WriteBody(ref SealWriter writer)
    {
        writer.Byte((byte)seed.Kind);
        writer.Bytes(seed.Bytes.AsSpan());
    }

    /// <summary>Reads one.</summary>
    /// <param name="reader">The object it is in.</param>
    /// <param name="name">What it is, for messages.</param>
    public static SealSeed Read(ref SealReader reader, string name)
    {
        SealReader own = reader.Nested(name);
        byte kind = own.Byte("generator");
        if (kind is not ((byte)SealGeneratorKind.Blake2xb or (byte)SealGeneratorKind.Shake256))
        {
            throw own.Refuse($"is for the generator number {kind}; SEAL's are 1, BLAKE2xb, and 2, SHAKE256: it was altered, or made with a generator of one's own");
        }

        ReadOnlySpan<byte> bytes = own.Bytes(SealSeed.Length, "seed");
        own.End();
        return new SealSeed((SealGeneratorKind)kind, [.. bytes]);
    }
}
