using Hybrid.Security;

namespace Hybrid.Seal.Wire;

/// <summary>A saved object opened for reading: its header checked and its body inflated where it was compressed.</summary>
internal readonly ref struct SealContainer : IDisposable
{
    private readonly ReadOnlySpan<byte> _body;
    private readonly SecretBuffer<byte>? _inflated;
    private readonly string _name;

    /// <summary>Opens an object that takes all of <paramref name="bytes"/>.</summary>
    /// <param name="bytes">The object.</param>
    /// <param name="name">What it should be, for messages.</param>
    /// <param name="limit">The longest that such an object can be uncompressed, header included; nothing beyond is ever reserved.</param>
    /// <exception cref="FormatRefusedException">The header is wrong, or does not fit the bytes, or the body does not inflate.</exception>
    public SealContainer(ReadOnlySpan<byte> bytes, string name, long limit)
    {
        SealHeader header = SealHeader.Read(bytes, name);
        if (header.ObjectSize != (ulong)bytes.Length)
        {
            string reason = header.ObjectSize > (ulong)bytes.Length ? "it was cut short" : "hand over one object at a time";
            throw new FormatRefusedException($"The {name} should be {header.ObjectSize} bytes long, but {bytes.Length} are there: {reason}.");
        }

        _name = name;
        _body = bytes[SealHeader.Size..];
        if (header.Compression == SealCompression.Zlib)
        {
            _inflated = Zlib.Inflate(_body, name, (int)Math.Min(limit - SealHeader.Size, Array.MaxLength), out int length);
            _body = _inflated.Span[..length];
        }
        else if (bytes.Length > limit)
        {
            throw new FormatRefusedException($"The {name} is {bytes.Length} bytes long, but under these parameters {limit} are the most that it can have.");
        }
    }

    /// <summary>Steps through the body. Valid until this is disposed of.</summary>
    public SealReader Reader => new(_body, _name);

    /// <summary>Wipes what was inflated.</summary>
    public void Dispose() => _inflated?.Dispose();
}
