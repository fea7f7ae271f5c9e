using System.CommandLine;

namespace Hybrid.Cli;

/// <summary>Says what texts options take.</summary>
internal static class Texts
{
    /// <summary>Makes an option take one of some words, which its help lists.</summary>
    public static void AcceptWords(Option option, params string[] words)
    {
        option.HelpName = string.Join('|', words);
        option.CompletionSources.Add(words);
        option.Validators.Add(result =>
        {
            if (result.Tokens is [.., var last] && !words.Contains(last.Value))
            {
                result.AddError($"{option.Name} takes {string.Join(" or ", words)}, not '{last.Value}'.");
            }
        });
    }

    /// <summary>Makes options refuse the empty name of a file, which is what a script passes for a variable that was never set.</summary>
    public static void RequireNames(params ReadOnlySpan<Option> options)
    {
        foreach (Option option in options)
        {
            option.Validators.Add(result =>
            {
                if (result.Tokens is [.., var last] && string.IsNullOrWhiteSpace(last.Value))
                {
                    result.AddError($"{option.Name} takes the name of a file.");
                }
            });
        }
    }
}
