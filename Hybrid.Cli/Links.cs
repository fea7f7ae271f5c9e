using System.CommandLine;
using System.CommandLine.Parsing;
using Hybrid.Planning;

namespace Hybrid.Cli;

/// <summary>Reads the link profiles that options take.</summary>
internal static class Links
{
    /// <summary>The option that says how far the dealer is.</summary>
    public static Option<LinkProfile?> DealerOption() => new("--dealer-link")
    {
        Description = "What the connections to the dealer are like; as --link unless given",
        HelpName = "lan|wan|mobile|loopback|RATE/TIME",
        CustomParser = Read,
    };

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
