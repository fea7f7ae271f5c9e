using Hybrid.Schemes;

namespace Hybrid.Cli;

/// <summary>Schemes as users write and read them.</summary>
internal static class SchemeNames
{
    /// <summary>The schemes that hide values, by the words that options take.</summary>
    public static string[] Words { get; } = [Word(Scheme.Paillier), Word(Scheme.Ckks), Word(Scheme.Shares)];

    /// <summary>The word for a scheme.</summary>
    public static string Word(Scheme scheme) => scheme.ToString().ToLowerInvariant();

    /// <summary>The scheme of a word; null if it is none that hides values.</summary>
    public static Scheme? Find(string? word) => Array.IndexOf(Words, word) >= 0 ? Enum.Parse<Scheme>(word!, ignoreCase: true) : null;

    /// <summary>The scheme of a word.</summary>
    /// <exception cref="ParameterException">It is none that hides values.</exception>
    public static Scheme Hiding(string word) => Find(word)
        ?? throw new ParameterException(ParameterFault.Unsupported, $"'{word}' is no scheme to pin an op to: choose from {string.Join(", ", Words)}.");
}
