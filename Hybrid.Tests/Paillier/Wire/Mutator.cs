using System.Text;
using System.Text.RegularExpressions;

namespace Hybrid.Tests.Paillier.Wire;

/// <summary>Makes wrong bytes out of right ones, the same every time for a seed.</summary>
internal sealed partial class Mutator(int seed)
{
    private static readonly string[] Replacements =
        ["null", "true", "-1", "0", "1e9", "\"\"", "\"\\ud800\"", "\"\\u0041\"", "{}", "[]", "[[[[[[[[[[[[[[[[[[", "\"=\"", "99999999999999999999", "\uFEFF", "//"];

    private readonly Random _random = new(seed);

    /// <summary>Yes or no.</summary>
    public bool Coin() => _random.Next(2) == 0;

    /// <summary>One to three changes: bits, bytes, cuts, additions, splices.</summary>
    public byte[] Bytes(ReadOnlySpan<byte> original)
    {
        byte[] bytes = original.ToArray();
        for (int changes = _random.Next(1, 4); changes > 0; changes--)
        {
            bytes = Change(bytes);
        }

        return bytes;
    }

    /// <summary>One change to bytes, or two tokens of the text (a name, a number, a bracket) swapped, or one dropped, repeated or replaced.</summary>
    public byte[] Json(ReadOnlySpan<byte> original)
    {
        if (Coin())
        {
            return Change(original.ToArray());
        }

        List<string> tokens = [.. Token().Matches(Encoding.UTF8.GetString(original)).Select(match => match.Value)];
        for (int changes = _random.Next(1, 3); changes > 0; changes--)
        {
            int i = _random.Next(tokens.Count), j = _random.Next(tokens.Count);
            switch (_random.Next(4))
            {
                case 0:
                    (tokens[i], tokens[j]) = (tokens[j], tokens[i]);
                    break;
                case 1:
                    tokens.RemoveAt(i);
                    break;
                case 2:
                    tokens.Insert(j, tokens[i]);
                    break;
                default:
                    tokens[i] = Replacements[_random.Next(Replacements.Length)];
                    break;
            }
        }

        return Encoding.UTF8.GetBytes(string.Concat(tokens));
    }

    private byte[] Change(byte[] bytes)
    {
        int length = bytes.Length;
        int at = _random.Next(length + 1);
        int run = Math.Min(_random.Next(1, 40), length - at);
        switch (_random.Next(7))
        {
            case 0 when at < length:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                return bytes;
            case 1 when at < length:
                bytes[at] = (byte)_random.Next(256);
                return bytes;
            case 2:
                return bytes[..at];
            case 3:
                var tail = new byte[_random.Next(1, 80)];
                _random.NextBytes(tail);
                return [.. bytes, .. tail];
            case 4:
                // A piece moved over another.
                bytes.AsSpan(at, run).CopyTo(bytes.AsSpan(_random.Next(length - run + 1)));
                return bytes;
            case 5:
                return [.. bytes[..at], .. bytes[(at + run)..]];
            default:
                // Two pieces swapped.
                int half = length / 2;
                int size = Math.Min(run, half);
                int left = _random.Next(half - size + 1), right = half + _random.Next(half - size + 1);
                byte[] kept = bytes[left..(left + size)];
                bytes.AsSpan(right, size).CopyTo(bytes.AsSpan(left));
                kept.CopyTo(bytes, right);
                return bytes;
        }
    }

    [GeneratedRegex("""("[^"]*")|-?[0-9]+|[^"0-9]""")]
    private static partial Regex Token();
}
