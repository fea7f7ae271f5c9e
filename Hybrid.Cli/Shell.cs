using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace Hybrid.Cli;

/// <summary>Runs one command line: parses it, lets a verb work, and makes an exit code of however that ends.</summary>
internal sealed class Shell(IReadOnlyList<Verb> verbs)
{
    /// <summary>The option every verb has.</summary>
    public const string JsonOption = "--json";

    public async Task<int> RunAsync(string[] arguments)
    {
        using var interruption = new Interruption();
        try
        {
            ParseResult parsed = BuildRoot().Parse(arguments);
            if (parsed.Action is ParseErrorAction)
            {
                return Refuse(parsed);
            }

            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(configuration, interruption.Token);
        }
        catch (Exception error)
        {
            return Failures.Report(error, interruption.ExitCode, Console.Error, Failures.IsTraced);
        }
    }

    private RootCommand BuildRoot()
    {
        var root = new RootCommand("Compute on data you cannot read: homomorphic encryption and secret sharing.");
        foreach (Verb verb in verbs)
        {
            root.Subcommands.Add(verb);
        }

        root.Options.Add(new Option<bool>(JsonOption)
        {
            Description = "Print one JSON document and nothing else on standard output",
            Recursive = true,
        });
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExample((HelpAction)help.Action!);
        return root;
    }

    // One sentence on standard error; standard output, where results go, stays empty.
    private static int Refuse(ParseResult parsed)
    {
        // An unknown verb also makes the parser miss a known one: what was typed says more.
        string? unmatched = parsed.UnmatchedTokens is [var first, ..] ? first : null;
        ParseError error = parsed.Errors.FirstOrDefault(e => unmatched is not null && e.Message.Contains($"'{unmatched}'", StringComparison.Ordinal)) ?? parsed.Errors[0];
        string verb = parsed.CommandResult.Command is Verb known ? $" {known.Name}" : string.Empty;
        Console.Error.WriteLine($"hybrid: {error.Message} See 'hybrid{verb} --help'.");
        return ExitCode.Usage;
    }

    private sealed class HelpWithExample(HelpAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            int code = help.Invoke(parseResult);
            if (parseResult.CommandResult.Command is Verb verb)
            {
                parseResult.InvocationConfiguration.Output.WriteLine($"Example:{Environment.NewLine}  {verb.Example}");
            }

            return code;
        }
    }
}
