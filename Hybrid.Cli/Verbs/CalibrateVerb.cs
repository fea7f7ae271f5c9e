using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Serialization;
using Hybrid.Execution;
using Hybrid.Mpc;
using Hybrid.Mpc.Calibration;
using Hybrid.Paillier;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Seal;
using Spectre.Console;

namespace Hybrid.Cli.Verbs;

/// <summary>Measures this machine, so that plans are made by what it takes.</summary>
internal sealed class CalibrateVerb : Verb
{
    private readonly Option<string?> _out = new("--out") { Description = "File to write; without it the profile that plan, compare, predict, serve and query read by themselves", HelpName = "FILE" };

    private readonly Option<string> _name = new("--name") { Description = "What the profile is called", HelpName = "NAME", DefaultValueFactory = _ => Environment.MachineName };

    public CalibrateVerb()
        : base("calibrate", "Measure this machine, so that plans go by what it takes", "hybrid calibrate --out server.json")
    {
        Texts.RequireNames(_out);
        Options.Add(_out);
        Options.Add(_name);
    }

    protected override async Task RunAsync(ParseResult parsed, Terminal terminal, CancellationToken stop)
    {
        string path = parsed.GetValue(_out) ?? MachineFile.DefaultPath;
        MachineProfile profile = await Progress.RunAsync(terminal, "Measuring", report => MeasureAsync(parsed.GetRequiredValue(_name), report, stop), stop);
        Write(path, profile);
        terminal.Report(new CalibrationReport(path, profile.Name, profile.Processor, profile.Values), CalibrationJson.Default.CalibrationReport, Show);
    }

    private static async Task<MachineProfile> MeasureAsync(string name, IProgressReport report, CancellationToken stop)
    {
        var values = ImmutableSortedDictionary.CreateBuilder<string, double>(StringComparer.Ordinal);
        report.Report(0, "shares");
        values.AddRange(await SharesCalibration.MeasureAsync(new Progress<double>(done => report.Report(0.6 * done, "shares")), stop));
        var shares = new SharesOptions { Dealer = new InProcessDealer(), Link = LinkProfile.Loopback };
        report.Report(0.6, "ckks");
        values.AddRange(await CipherCalibration.MeasureAsync(Scheme.Ckks, schemes =>
        {
            schemes.UseCkks(new CkksOptions());
            schemes.UseShares(shares);
        },
            stop));
        report.Report(0.7, "paillier");
        using PaillierPrivateKey key = PaillierPrivateKey.Generate();
        values.AddRange(await CipherCalibration.MeasureAsync(
            Scheme.Paillier,
            schemes =>
            {
                schemes.UsePaillier(schemes.Role == Graph.Party.Client ? new PaillierOptions { Key = key } : new PaillierOptions());
                schemes.UseShares(shares);
            },
            stop));
        report.Report(1, "done");
        return new MachineProfile(name, MachineProfile.ThisProcessor(), values.ToImmutable());
    }

    // Beside the old one first: an interrupted write leaves no half profile.
    private static void Write(string path, MachineProfile profile)
    {
        try
        {
            string directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
            Directory.CreateDirectory(directory);
            string draft = Path.Combine(directory, $".{Path.GetFileName(path)}.{Environment.ProcessId}");
            File.WriteAllBytes(draft, MachineFile.Write(profile));
            File.Move(draft, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FormatRefusedException($"The machine profile cannot be written to {path}: name a file in a directory that you may write to, with --out.");
        }
    }

    private static void Show(CalibrationReport report, Terminal terminal)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumn("primitive").AddColumn(new TableColumn("takes").RightAligned());
        foreach ((string name, double value) in report.Values)
            table.AddRow(name, name.EndsWith(".sharing", StringComparison.Ordinal) ? $"{value:P0} of other threads' time" : $"{value * 1e9:N2} ns");
        terminal.Write(table);
        terminal.WriteLine($"{report.Processor}: written to {report.File}");
    }
}

/// <summary>What calibrate found.</summary>
internal sealed record CalibrationReport(string File, string Name, string Processor, IReadOnlyDictionary<string, double> Values);

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CalibrationReport))]
internal sealed partial class CalibrationJson : JsonSerializerContext;
