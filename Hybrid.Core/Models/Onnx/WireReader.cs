using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;

namespace Hybrid.Models.Onnx;

/// <summary>
/// One message of the protobuf wire format: its fields, one after the other. Nested messages are readers of their own over a part of
/// the same bytes, so nothing is copied, and a field that claims to be longer than its message is refused before it is looked at.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "Over an array there is nothing to dispose of.")]
internal sealed class WireReader
{
    private readonly byte[] _bytes;
    private readonly CodedInputStream _input;
    private uint _tag;

    /// <summary>Reads a message.</summary>
    /// <param name="what">What to call the model in errors.</param>
    /// <param name="message">The message's bytes.</param>
    public WireReader(string what, ArraySegment<byte> message)
    {
        What = what;
        Message = message;
        _bytes = message.Array!;
        _input = new CodedInputStream(_bytes, message.Offset, message.Count);
    }

    /// <summary>What to call the model in errors.</summary>
    public string What { get; }

    /// <summary>All bytes of this message.</summary>
    public ArraySegment<byte> Message { get; }

    /// <summary>The number of the field that was last moved to.</summary>
    public int Field => WireFormat.GetTagFieldNumber(_tag);

    /// <summary>Whether all numbers of a packed row have been read.</summary>
    public bool AtEnd => _input.IsAtEnd;

    /// <summary>Moves to the next field, which must then be read or skipped.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="FormatRefusedException">The bytes are none of the wire format.</exception>
    public bool Next()
    {
        _tag = Read(static input => input.ReadTag());
        return _tag != 0;
    }

    /// <summary>Skips the field.</summary>
    /// <exception cref="FormatRefusedException">It is cut off.</exception>
    public void Skip() => Read(static input =>
    {
        input.SkipLastField();
        return true;
    });

    /// <summary>The bytes of the field, in place.</summary>
    /// <exception cref="FormatRefusedException">It has none, or is cut off.</exception>
    public ArraySegment<byte> Bytes()
    {
        Require(WireFormat.WireType.LengthDelimited);
        int start = (int)_input.Position;
        Skip();
        // What was skipped is a length, as a number of several bytes, and the bytes that it counts.
        while (_bytes[start++] >= 0x80)
        {
        }

        return new ArraySegment<byte>(_bytes, start, (int)_input.Position - start);
    }

    /// <summary>The message in the field.</summary>
    /// <exception cref="FormatRefusedException">It has none, or is cut off.</exception>
    public WireReader Nested() => new(What, Bytes());

    /// <summary>The integer in the field.</summary>
    /// <exception cref="FormatRefusedException">It has none, or is cut off.</exception>
    public long Integer()
    {
        Require(WireFormat.WireType.Varint);
        return Read(static input => input.ReadInt64());
    }

    /// <summary>The integer in the field, which must be of a range.</summary>
    /// <param name="most">The largest; the smallest is 0.</param>
    /// <param name="problem">What to say of another one: the end of a sentence that starts with the model.</param>
    /// <exception cref="FormatRefusedException">It has none, is cut off, or is out of the range.</exception>
    public int Integer(int most, string problem)
    {
        long value = Integer();
        return value >= 0 && value <= most ? (int)value : throw Refused($"{problem} {value}");
    }

    /// <summary>The 32-bit float in the field.</summary>
    /// <exception cref="FormatRefusedException">It has none, or is cut off.</exception>
    public float Float()
    {
        Require(WireFormat.WireType.Fixed32);
        return Read(static input => input.ReadFloat());
    }

    /// <summary>The field's part of a repeated field of numbers: a packed row of them, or one by itself.</summary>
    /// <param name="type">How a number by itself is written.</param>
    /// <returns>A reader of them, by <see cref="AtEnd"/> and the likes of <see cref="PackedInteger"/>.</returns>
    /// <exception cref="FormatRefusedException">It has none, or is cut off.</exception>
    public WireReader Packed(WireFormat.WireType type)
    {
        if (WireFormat.GetTagWireType(_tag) == WireFormat.WireType.LengthDelimited)
        {
            return Nested();
        }

        Require(type);
        int start = (int)_input.Position;
        Skip();
        return new WireReader(What, new ArraySegment<byte>(_bytes, start, (int)_input.Position - start));
    }

    /// <summary>The next integer of a packed row.</summary>
    /// <exception cref="FormatRefusedException">It is cut off.</exception>
    public long PackedInteger() => Read(static input => input.ReadInt64());

    /// <summary>The next 32-bit float of a packed row.</summary>
    /// <exception cref="FormatRefusedException">It is cut off.</exception>
    public float PackedFloat() => Read(static input => input.ReadFloat());

    /// <summary>The name in the field.</summary>
    /// <exception cref="FormatRefusedException">It has none, is cut off, or cannot be shown.</exception>
    public string Name()
    {
        ArraySegment<byte> utf8 = Bytes();
        return OnnxText.TryDecode(utf8, OnnxLimits.NameBytes, out string? name)
            ? name
            : throw Refused($"has a name at byte {utf8.Offset} that {OnnxText.WhatIsWrong(OnnxLimits.NameBytes)}");
    }

    /// <summary>Sees to it that one more of something is within its limit.</summary>
    /// <exception cref="FormatRefusedException">It is not.</exception>
    public void RequireRoom(int count, int limit, string things)
    {
        if (count >= limit)
        {
            throw Refused($"has more than {limit} {things}, which is the limit");
        }
    }

    /// <summary>An error about the model.</summary>
    /// <param name="problem">The end of a sentence that starts with the model, without its full stop.</param>
    public FormatRefusedException Refused(string problem) => new($"{What} {problem}.");

    private FormatRefusedException Damaged(Exception? cause = null) => new(
        $"{What} is no ONNX model, or it is cut off or damaged, at byte {_input.Position}: export it or copy it again.", cause);

    private void Require(WireFormat.WireType type)
    {
        if (WireFormat.GetTagWireType(_tag) != type)
        {
            throw Damaged();
        }
    }

    private T Read<T>(Func<CodedInputStream, T> read)
    {
        try
        {
            return read(_input);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw Damaged(e);
        }
    }
}
