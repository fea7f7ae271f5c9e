using System.Globalization;
using System.Text;

namespace Hybrid.Models;

/// <summary>
/// Keeps what a file or a peer calls things from steering a terminal, forging a line of a log or turning a line's direction.
/// </summary>
internal static class Printable
{
    private const int MessageCharacters = 40;

    /// <summary>Whether a text can be printed as it is.</summary>
    public static bool Is(ReadOnlySpan<char> text)
    {
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (!Is(rune))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The beginning of a text as an error may quote it.</summary>
    public static string Shortened(ReadOnlySpan<char> text)
    {
        var kept = new StringBuilder();
        foreach (Rune rune in text[..Math.Min(text.Length, MessageCharacters)].EnumerateRunes())
        {
            kept.Append(Is(rune) ? rune.ToString() : "?");
        }

        return text.Length <= MessageCharacters ? kept.ToString() : kept.Append('…').ToString();
    }

    private static bool Is(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
