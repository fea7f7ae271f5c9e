using System.Text;

namespace Hybrid.Tests.Core;

/// <summary>Spoils bytes in the ways that files and wires do, and in a few that only an enemy does.</summary>
internal static class Mutations
{
    private static readonly string[] Tokens =
    [
        "null", "true", "-1", "0", "1e999", "-1e999", "NaN", "99999999999999999999", "2147483647", "4294967296", "1e-400", "\"\"", "\"\\ud800\"", "\\u0000",
        "{", "}", "[", "]", "[[[[[[[[[[", ",", ",,", ":", "\"", "\\", "\n", "\r", "\uFEFF", "label", "é", "\u202E", "0x10", "+5", "1_000", "1,5", ";", "\t",
    ];

    /// <summary>One to four changes to a copy of the bytes.</summary>
    public static byte[] Mutate(Random random, byte[] original)
    {
        var bytes = new List<byte>(original);
        for (int changes = random.Next(1, 5); changes > 0; changes--)
        {
            int at = random.Next(bytes.Count + 1);
            int length = Math.Min(random.Next(1, 24), bytes.Count - at);
            switch (random.Next(8))
            {
                case 0 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                    break;
                case 4:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Tokens[random.Next(Tokens.Length)]));
                    break;
                case 5:
                    bytes.RemoveRange(at, length);
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Tokens[random.Next(Tokens.Length)]));
                    break;
                case 6 when random.Next(4) == 0:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
            }
        }

        return [.. bytes];
    }
}
