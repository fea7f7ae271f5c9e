using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Hybrid.Cli;

/// <summary>Where a verb speaks: results to standard output, as text or as one JSON document; all else to standard error.</summary>
internal sealed class Terminal(bool json, TextWriter output, TextWriter error)
{
    /// <summary>Whether results go out as one JSON document.</summary>
    public bool Json { get; } = json;

    /// <summary>Whether somebody watches standard error, so that a progress bar makes sense.</summary>
    public bool IsWatched => !Json && IsTerminal(Console.IsErrorRedirected);

    /// <summary>Gives a verb's results: as the one document, or as <paramref name="show"/> shows them to people.</summary>
    public void Report<T>(T results, JsonTypeInfo<T> type, Action<T, Terminal> show)
    {
        if (Json)
        {
            output.WriteLine(JsonSerializer.Serialize(results, type));
        }
        else
        {
            show(results, this);
        }
    }

    /// <summary>Writes a table or the like, for people.</summary>
    public void Write(IRenderable renderable)
    {
        if (IsTerminal(Console.IsOutputRedirected))
        {
            Open(output, redirected: false).Write(renderable);
            return;
        }

        // In a file or a pipe, the blanks that fill a table's lines are only in the way.
        using var text = new StringWriter();
        Open(text, redirected: true).Write(renderable);
        foreach (ReadOnlySpan<char> line in text.ToString().AsSpan().TrimEnd().EnumerateLines())
        {
            output.WriteLine(line.TrimEnd());
        }
    }

    /// <summary>Writes a line, for people.</summary>
    public void WriteLine(string text) => output.WriteLine(text);

    /// <summary>Says something beside the results.</summary>
    public void Note(string text) => error.WriteLine($"hybrid: {text}");

    /// <summary>A console on standard error.</summary>
    public IAnsiConsole OpenError() => Open(error, Console.IsErrorRedirected);

    private static bool IsTerminal(bool redirected) => !redirected && Environment.GetEnvironmentVariable("TERM") != "dumb";

    private static IAnsiConsole Open(TextWriter writer, bool redirected)
    {
        bool terminal = IsTerminal(redirected);
        bool colours = terminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = colours ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = terminal ? InteractionSupport.Detect : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        if (!terminal)
        {
            // A file or a pipe has no edge to wrap at.
            console.Profile.Width = 1000;
        }

        return console;
    }
}
