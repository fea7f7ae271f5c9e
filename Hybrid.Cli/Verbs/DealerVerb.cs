using System.CommandLine;
using System.Text.Json.Serialization;
using Hybrid.Mpc.Dealing;

namespace Hybrid.Cli.Verbs;

/// <summary>Deals correlated randomness to parties that compute on shares, until stopped.</summary>
internal sealed class DealerVerb : Verb
{
    private readonly ListenOptions _listen;

    private readonly Option<int> _meetings = new("--max-meetings")
    {
        Description = "Meetings of parties at a time; more are refused",
        HelpName = "N",
        DefaultValueFactory = _ => DealerOptions.Default.MaximumMeetings,
        CustomParser = Numbers.Within(1, 1000),
    };

    public DealerVerb()
        : base("dealer", "Deal randomness to parties that compute on shares: this side sees sizes, and no data", "hybrid dealer --listen 127.0.0.1:7001 --cert dealer.pem --key dealer.key")
    {
        _listen = new ListenOptions(this);
        Options.Add(_meetings);
    }

    protected override async Task RunAsync(ParseResult parsed, Terminal terminal, CancellationToken stop)
    {
        var options = new DealerOptions { MaximumMeetings = parsed.GetValue(_meetings) };
        var dealer = new DealerService(options);
        using Listening listening = _listen.Open(parsed);
        var report = new DealerReport(
            listening.Address.ToString(), listening.Pin is not null, listening.Pin?.ToString(), $"{listening.Reach}{listening.Trust}");
        terminal.Report(report, DealerJson.Default.DealerReport, Show);
        await Console.Out.FlushAsync(CancellationToken.None);

        // A place for every party: the dealer itself turns away what is too much, where a queue could part those who wait for each other.
        int parties = (options.MaximumMeetings + 1) * options.MaximumParties;
        await new Reception(listening.Server, dealer.GreetAsync, dealer.ServeAsync, parties, terminal).OpenAsync(stop);
        terminal.Note("stopped.");
    }

    private static void Show(DealerReport report, Terminal terminal)
    {
        terminal.WriteLine($"dealing on {report.Address}{(report.Tls ? " with TLS 1.3" : " without TLS")}");
        terminal.WriteLine($"parties connect to: {report.Connect}");
    }
}

/// <summary>What dealer tells at its start.</summary>
/// <param name="Address">Where it listens.</param>
/// <param name="Tls">Whether connections are encrypted.</param>
/// <param name="Pin">What parties pin the certificate by.</param>
/// <param name="Connect">What parties need to connect.</param>
internal sealed record DealerReport(string Address, bool Tls, string? Pin, string Connect);

// On one line, so that a script can read it from a process that goes on.
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DealerReport))]
internal sealed partial class DealerJson : JsonSerializerContext;
