using System.Buffers;
using System.Text;
using Google.Protobuf;

namespace Hybrid.Tests.Core.Models.Onnx;

/// <summary>One message of the protobuf wire format in the making; fields are written in the order of the calls.</summary>
internal sealed class WireMessage
{
    // Tag and number, or tag and length, of five and ten bytes at most.
    private const int MostBytes = 15;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    public WireMessage Integer(int field, long value) => Write(field, WireFormat.WireType.Varint, output => output.WriteInt64(value));

    public WireMessage Float(int field, float value) => Write(field, WireFormat.WireType.Fixed32, output => output.WriteFloat(value));

    public WireMessage Double(int field, double value) => Write(field, WireFormat.WireType.Fixed64, output => output.WriteDouble(value));

    public WireMessage Bytes(int field, ReadOnlySpan<byte> value)
    {
        int length = value.Length;
        Write(field, WireFormat.WireType.LengthDelimited, output => output.WriteLength(length));
        return Junk(value);
    }

    public WireMessage Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public WireMessage Nested(int field, WireMessage value) => Bytes(field, value.ToBytes());

    public WireMessage PackedIntegers(int field, ReadOnlySpan<long> values)
    {
        var packed = new byte[values.Length * MostBytes];
        using var output = new CodedOutputStream(packed);
        foreach (long value in values)
        {
            output.WriteInt64(value);
        }

        return Bytes(field, packed.AsSpan(0, (int)output.Position));
    }

    /// <summary>Bytes as they are: for files that are wrong.</summary>
    public WireMessage Junk(params ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    public byte[] ToBytes() => _bytes.WrittenSpan.ToArray();

    private WireMessage Write(int field, WireFormat.WireType type, Action<CodedOutputStream> value)
    {
        var bytes = new byte[MostBytes];
        using var output = new CodedOutputStream(bytes);
        output.WriteTag(field, type);
        value(output);
        return Junk(bytes.AsSpan(0, (int)output.Position));
    }
}
