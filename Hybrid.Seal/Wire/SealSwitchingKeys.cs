using Hybrid.Seal.Ring;

namespace Hybrid.Seal.Wire;

/// <summary>What SEAL calls KSwitchKeys, found in bytes: a list of keys, each read when its turn comes.</summary>
internal ref struct SealSwitchingKeys
{
    private readonly CkksContext _context;
    private readonly string _digitName;
    private SealReader _reader;

    /// <param name="reader">The object, from its parms_id on, up to its end.</param>
    /// <param name="context">The parameters it must be under.</param>
    /// <param name="digitName">What one digit of one key is, for messages.</param>
    /// <exception cref="FormatRefusedException">The bytes are nothing that SEAL saves.</exception>
    /// <exception cref="ParameterException">It is under other parameters, or these have no special prime.</exception>
    public SealSwitchingKeys(SealReader reader, CkksContext context, string digitName)
    {
        _ = context.SpecialPrime;
        _context = context;
        _digitName = digitName;
        CkksParameters parameters = context.Parameters;
        ReadOnlySpan<byte> id = reader.Bytes(ParametersId.Size, "parms_id");
        reader.RequireParameters(id, (ulong)context.Degree, (ulong)parameters.Primes.Length, parameters, isKey: true);
        Places = reader.UInt64("number of keys");
        _reader = reader;
    }

    /// <summary>How many places the list has, unchecked.</summary>
    public ulong Places { get; }

    /// <summary>Steps to the next place.</summary>
    /// <returns>Whether there is a key, to be read before the next step.</returns>
    public bool Next()
    {
        ulong digits = _reader.UInt64("number of digits");
        if (digits != 0 && digits != (ulong)_context.Parameters.DataPrimeCount)
        {
            throw _reader.Refuse($"have a key of {digits} digits where {_context.Parameters.DataPrimeCount} belong: they were altered");
        }

        return digits != 0;
    }

    /// <summary>The key at this place.</summary>
    /// <param name="map">Applied to its residues, if not null.</param>
    public KeySwitchingKey Read(Automorphism? map)
    {
        int digits = _context.Parameters.DataPrimeCount;

        // Only if so many bytes are there is room for them reserved.
        if (_reader.Remaining < digits * SavedPolynomials.SmallestPair(_context, _context.Parameters.Primes.Length))
        {
            throw _reader.Refuse("end in a key: they were cut short");
        }

        var key = new KeySwitchingKey(_context);
        using WorkspacePool.Loan found = _context.Workspaces.Borrow(map is null ? 0 : key.Digit(0).Length);
        for (int digit = 0; digit < digits; digit++)
        {
            var pair = new SealPolynomials(_reader.Nested(_digitName), _context, isKey: true);
            Span<ulong> residues = key.Digit(digit);
            pair.CopyTo(map is null ? residues : found.Span);
            for (int start = 0; map is not null && start < residues.Length; start += _context.Degree)
            {
                map.Apply(found.Span.Slice(start, _context.Degree), residues.Slice(start, _context.Degree));
            }

            key.Seeds[digit] = pair.Seed;
        }

        return key;
    }

    /// <summary>Refuses anything more.</summary>
    public readonly void End() => _reader.End();
}
