using System.Buffers.Binary;

namespace Hybrid.Communication;

/// <summary>The 8 bytes before every payload: its length and its step's number, both 32 bits, little endian.</summary>
internal readonly record struct FrameHeader(uint Length, uint Tag)
{
    public const int Bytes = 8;

    public bool IsStep => Tag < StepTag.FirstReserved;

    public static FrameHeader Read(ReadOnlySpan<byte> source) =>
        new(BinaryPrimitives.ReadUInt32LittleEndian(source), BinaryPrimitives.ReadUInt32LittleEndian(source[4..]));

    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, Length);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], Tag);
    }
}
