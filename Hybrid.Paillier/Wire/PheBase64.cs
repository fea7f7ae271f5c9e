namespace Hybrid.Paillier;

/// <summary>
/// Base64 as phe's keys have it: base64url or plain, padded or not (RFC 4648, sections 4 and 5). No branch and no index
/// depends on a character but to refuse the text, for the primes of private keys go through here.
/// </summary>
internal static class PheBase64
{
    /// <summary>Characters that so many bytes take, padding included.</summary>
    public static int CharactersFor(int bytes) => (bytes + 2) / 3 * 4;

    /// <summary>Decodes into the front of <paramref name="bytes"/>; false if the text is empty, no base64, or too long.</summary>
    public static bool TryDecode(Span<byte> bytes, ReadOnlySpan<byte> text, out int length)
    {
        length = 0;
        ReadOnlySpan<byte> body = text.TrimEnd((byte)'=');
        bool padded = body.Length != text.Length;
        if (body.IsEmpty || body.Length % 4 == 1 || (padded && (text.Length % 4 != 0 || text.Length - body.Length > 2)) || body.Length * 3 / 4 > bytes.Length)
        {
            return false;
        }

        int bits = 0;
        int bitCount = 0;
        int invalid = 0;
        foreach (byte character in body)
        {
            int value = Value(character);
            invalid |= value;
            bits = (bits << 6) | (value & 63);
            bitCount += 6;
            if (bitCount >= 8)
            {
                bitCount -= 8;
                bytes[length++] = (byte)(bits >> bitCount);
                bits &= (1 << bitCount) - 1;
            }
        }

        return invalid >= 0;
    }

    // 0 to 63, or -1.
    private static int Value(int c) =>
        (Within(c, 'A', 'Z') & (c - 'A' + 1))
        + (Within(c, 'a', 'z') & (c - 'a' + 27))
        + (Within(c, '0', '9') & (c - '0' + 53))
        + ((Within(c, '-', '-') | Within(c, '+', '+')) & 63)
        + ((Within(c, '_', '_') | Within(c, '/', '/')) & 64)
        - 1;

    // All ones if first <= c <= last, else zero.
    private static int Within(int c, int first, int last) => ((first - 1 - c) & (c - last - 1)) >> 31;
}
