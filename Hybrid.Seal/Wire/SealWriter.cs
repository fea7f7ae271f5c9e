using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Hybrid.Seal.Wire;

/// <summary>
/// Writes an object as Microsoft SEAL saves it, uncompressed, into memory of exactly its size. Every size is known before the
/// first byte is written, so nothing grows, is copied or left behind.
/// </summary>
internal ref struct SealWriter
{
    private Span<byte> _rest;

    /// <param name="destination">Exactly as many bytes as will be written.</param>
    public SealWriter(Span<byte> destination) => _rest = destination;

    /// <summary>An object, header and all.</summary>
    public void Object<T>(in T saved)
        where T : ISealObject, allows ref struct
    {
        SealHeader.Write(Take(SealHeader.Size), SealCompression.None, checked((int)(SealHeader.Size + saved.BodySize)));
        saved.WriteBody(ref this);
    }

    /// <summary>Asserts that all of the memory was written to.</summary>
    public readonly void End() => Debug.Assert(_rest.IsEmpty, "An object announced more bytes than it wrote.");

    /// <summary>A byte.</summary>
    public void Byte(byte value) => Take(sizeof(byte))[0] = value;

    /// <summary>A 64-bit integer.</summary>
    public void UInt64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(sizeof(ulong)), value);

    /// <summary>A binary64 number.</summary>
    public void Double(double value) => BinaryPrimitives.WriteDoubleLittleEndian(Take(sizeof(double)), value);

    /// <summary>Bytes as they are.</summary>
    public void Bytes(scoped ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    /// <summary>64-bit integers.</summary>
    public void Words(scoped ReadOnlySpan<ulong> words)
    {
        Span<byte> destination = Take(words.Length * sizeof(ulong));
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(words).CopyTo(destination);
        }
        else
        {
            BinaryPrimitives.ReverseEndianness(words, MemoryMarshal.Cast<byte, ulong>(destination));
        }
    }

    private Span<byte> Take(int count)
    {
        Span<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
