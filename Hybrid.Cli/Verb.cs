using System.CommandLine;

namespace Hybrid.Cli;

/// <summary>One verb of the command line: its options, and what it does with them.</summary>
/// <remarks>
/// A verb ends by returning, or by an exception that <see cref="Failures"/> turns into a sentence and an exit code. A new
/// one is a file in Verbs/ and a line in Program.cs.
/// </remarks>
internal abstract class Verb : Command
{
    protected Verb(string name, string description, string example)
        : base(name, description)
    {
        Example = example;
        SetAction(async (parsed, stop) =>
        {
            var terminal = new Terminal(parsed.GetRequiredValue<bool>(Shell.JsonOption), Console.Out, Console.Error);
            await RunAsync(parsed, terminal, stop);
            return ExitCode.Success;
        });
    }

    /// <summary>A whole command line that works, for the help.</summary>
    public string Example { get; }

    protected abstract Task RunAsync(ParseResult parsed, Terminal terminal, CancellationToken stop);
}
