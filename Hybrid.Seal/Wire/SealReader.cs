using System.Buffers.Binary;

namespace Hybrid.Seal.Wire;

/// <summary>
/// Steps through the body of a saved object, straight over the caller's bytes, and refuses what does not belong with one
/// sentence that names the object and the field.
/// </summary>
internal ref struct SealReader
{
    private readonly string _name;
    private ReadOnlySpan<byte> _rest;

    /// <param name="body">What follows the object's header, up to the object's end.</param>
    /// <param name="name">What the object is, for messages.</param>
    public SealReader(ReadOnlySpan<byte> body, string name)
    {
        _rest = body;
        _name = name;
    }

    /// <summary>What the object is, for messages.</summary>
    public readonly string Name => _name;

    /// <summary>How many bytes are left.</summary>
    public readonly int Remaining => _rest.Length;

    /// <summary>The error for what is wrong here.</summary>
    /// <param name="problem">The end of a sentence that begins with the object.</param>
    public readonly FormatRefusedException Refuse(string problem) => new($"The {_name} {problem}.");

    /// <summary>The next byte.</summary>
    public byte Byte(string field) => Bytes(sizeof(byte), field)[0];

    /// <summary>The next 64-bit integer.</summary>
    public ulong UInt64(string field) => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(sizeof(ulong), field));

    /// <summary>The next binary64 number, whatever it is.</summary>
    public double Double(string field) => BinaryPrimitives.ReadDoubleLittleEndian(Bytes(sizeof(double), field));

    /// <summary>The next bytes.</summary>
    public ReadOnlySpan<byte> Bytes(int count, string field)
    {
        if (_rest.Length < count)
        {
            throw Refuse($"ends in its {field}: it was cut short");
        }

        ReadOnlySpan<byte> bytes = _rest[..count];
        _rest = _rest[count..];
        return bytes;
    }

    /// <summary>A 64-bit integer that must have this value.</summary>
    public void Expect(ulong value, string field)
    {
        ulong found = UInt64(field);
        if (found != value)
        {
            throw Refuse($"has {found} as its {field} where {value} belongs: it was altered, or made under other parameters");
        }
    }

    /// <summary>Refuses what was made under other parameters.</summary>
    /// <param name="id">Its parms_id.</param>
    /// <param name="degree">Its N.</param>
    /// <param name="primes">How many primes it says that it has.</param>
    /// <param name="parameters">Those it must be under.</param>
    /// <param name="isKey">Whether it must have all primes, rather than one to all of those for data.</param>
    public readonly void RequireParameters(ReadOnlySpan<byte> id, ulong degree, ulong primes, CkksParameters parameters, bool isKey)
    {
        bool isPossible = degree == (ulong)parameters.Degree && primes > 0 && primes <= (ulong)parameters.Primes.Length;
        if (!isPossible || !ParametersId.Matches(id, parameters, (int)primes))
        {
            throw new ParameterException(ParameterFault.Mismatch, $"The {_name} is under other parameters than {parameters}, or was altered: both sides must have the same degree and the very same primes.");
        }

        int least = isKey ? parameters.Primes.Length : 1;
        int most = isKey ? parameters.Primes.Length : parameters.DataPrimeCount;
        if (primes < (ulong)least || primes > (ulong)most)
        {
            throw Refuse(isKey
                ? $"is modulo {primes} primes where a key has all {most}: it is no key, or was altered"
                : $"is modulo {primes} primes, the special one among them: it is a key, not a value");
        }
    }

    /// <summary>Refuses a scale that is not positive and below the modulus, or not 1 for a key.</summary>
    public readonly void RequireScale(double scale, bool isKey, CkksContext context, int primes)
    {
        if (isKey ? scale != 1 : !double.IsNormal(scale) || scale < 0 || Math.Log2(scale) >= context.BitsAt(primes - 1))
        {
            throw Refuse(isKey
                ? $"has the scale {scale:R} where a key has 1: it is no key, or was altered"
                : $"has the scale {scale:R}, which is not a positive number below its modulus, 2^{context.BitsAt(primes - 1):F1}: it was altered");
        }
    }

    /// <summary>
    /// The object nested here, its header checked: it must lie within this one. SEAL compresses only the outermost object,
    /// so one that is compressed in here is refused.
    /// </summary>
    public SealReader Nested(string name)
    {
        SealHeader header = SealHeader.Read(_rest, name);
        if (header.Compression != SealCompression.None)
        {
            throw new FormatRefusedException($"The {name} is compressed inside of an object, which no Microsoft SEAL writes: it was altered.");
        }

        if (header.ObjectSize > (ulong)_rest.Length)
        {
            throw new FormatRefusedException($"The {name} should be {header.ObjectSize} bytes long, but {_rest.Length} are there: it was cut short or altered.");
        }

        ReadOnlySpan<byte> body = Bytes((int)header.ObjectSize, name)[SealHeader.Size..];
        return new SealReader(body, name);
    }

    /// <summary>Refuses anything more in this object.</summary>
    public readonly void End()
    {
        if (!_rest.IsEmpty)
        {
            throw Refuse($"has {_rest.Length} bytes more than belong there: it was altered, or made under other parameters");
        }
    }
}
