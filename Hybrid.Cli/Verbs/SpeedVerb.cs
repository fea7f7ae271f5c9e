using System.CommandLine;
using System.Text.Json.Serialization;
using Hybrid.Cli.Speed;
using Spectre.Console;

namespace Hybrid.Cli.Verbs;

/// <summary>Times the primitives on this machine, as "openssl speed" does.</summary>
internal sealed class SpeedVerb : Verb
{
    private readonly IReadOnlyList<Func<ISpeedSuite>> _suites;

    private readonly Option<string> _filter = new("--filter")
    {
        Description = "Time only what has one of these in its name; separated by commas",
        HelpName = "X,Y",
        DefaultValueFactory = _ => string.Empty,
    };

    private readonly Option<int[]> _keyBits = new("--key-bits")
    {
        Description = "Key size for schemes that have one; may be repeated [default: 2048 and 3072]",
        HelpName = "N",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<double> _seconds = new("--seconds")
    {
        Description = "Time to spend on each figure",
        HelpName = "S",
        DefaultValueFactory = _ => 1,
        CustomParser = Numbers.Within(0.001, 3600.0),
    };

    public SpeedVerb(IReadOnlyList<Func<ISpeedSuite>> suites)
        : base("speed", "Time the cryptographic operations on this machine, on one thread and on all", "hybrid speed --filter paillier/encrypt,paillier/decrypt --key-bits 3072")
    {
        _suites = suites;
        Options.Add(_filter);
        Options.Add(_keyBits);
        Options.Add(_seconds);
    }

    protected override async Task RunAsync(ParseResult parsed, Terminal terminal, CancellationToken stop)
    {
        int all = Environment.ProcessorCount;
        var settings = new SpeedSettings(parsed.GetValue(_keyBits) is { Length: > 0 } bits ? [.. bits.Distinct()] : [2048, 3072], all > 1 ? [1, all] : [1]);
        var time = TimeSpan.FromSeconds(parsed.GetValue(_seconds));
        ISpeedSuite[] suites = [.. _suites.Select(make => make())];
        try
        {
            SpeedCase[] cases = Choose([.. suites.SelectMany(suite => suite.Cases(settings))], parsed.GetValue(_filter)!);
            List<SpeedFigure> figures = await Progress.RunAsync(terminal, "Measuring", report => Measure(cases, time, report, stop), stop);
            terminal.Report(figures, SpeedJson.Default.ListSpeedFigure, Show);
        }
        finally
        {
            // An interrupted measurement still uses what the suites hold; the process ends and takes it along.
            if (!stop.IsCancellationRequested)
            {
                Array.ForEach(suites, suite => suite.Dispose());
            }
        }
    }

    private static SpeedCase[] Choose(SpeedCase[] cases, string filter)
    {
        string[] parts = filter.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string? unknown = parts.FirstOrDefault(part => !cases.Any(c => c.Name.Contains(part, StringComparison.OrdinalIgnoreCase)));
        if (unknown is not null)
        {
            string names = string.Join(", ", cases.Select(c => c.Name).Distinct());
            throw new ParameterException(ParameterFault.Unsupported, $"Nothing to time has \"{unknown}\" in its name: choose from {names}.");
        }

        return parts.Length == 0 ? cases : [.. cases.Where(c => parts.Any(part => c.Name.Contains(part, StringComparison.OrdinalIgnoreCase)))];
    }

    private static List<SpeedFigure> Measure(SpeedCase[] cases, TimeSpan time, IProgressReport report, CancellationToken stop)
    {
        var figures = new List<SpeedFigure>(cases.Length);
        foreach (SpeedCase speedCase in cases)
        {
            report.Report((double)figures.Count / cases.Length, $"{speedCase.Name} ({speedCase.Parameters})");
            figures.Add(SpeedRunner.Measure(speedCase, time, stop));
        }

        return figures;
    }

    private static void Show(List<SpeedFigure> figures, Terminal terminal)
    {
        Table table = new Table().Border(TableBorder.Simple)
            .AddColumn("operation")
            .AddColumn("parameters")
            .AddColumn(new TableColumn("microseconds").RightAligned())
            .AddColumn(new TableColumn("per second").RightAligned());
        foreach (SpeedFigure figure in figures)
        {
            table.AddRow(figure.Name, figure.Parameters, $"{figure.Microseconds:N2}", $"{figure.PerSecond:N1}");
        }

        terminal.Write(table);
    }
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(List<SpeedFigure>))]
internal sealed partial class SpeedJson : JsonSerializerContext;
