using System.CommandLine.Parsing;
using Hybrid.Planning;

namespace Hybrid.Cli;

/// <summary>Reads the link profiles that options take.</summary>
internal static class Links
{
    /// <summary>Reads an option's profile; a refusal is the option's error.</summary>
    public static LinkProfile Read(ArgumentResult result)
    {
        try
        {
            return LinkProfile.Parse(result.Tokens[^1].Value);
        }
        catch (ParameterException refusal)
        {
            result.AddError($"{(result.Parent is OptionResult { IdentifierToken: { } token } ? token.Value : "The option")}: {refusal.Message}");
            return LinkProfile.Lan;
        }
    }
}
