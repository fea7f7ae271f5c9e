using System.CommandLine;
using System.Text.Json.Serialization;
using Hybrid.Execution;
using Hybrid.Models;

namespace Hybrid.Cli.Verbs;

/// <summary>Serves a model to clients until stopped.</summary>
internal sealed class ServeVerb : Verb
{
    private readonly Option<string> _model = new("--model")
    {
        Description = $"Model file, or one of {string.Join(", ", Samples.Names)}",
        HelpName = "FILE",
        DefaultValueFactory = _ => Samples.Default,
    };

    private readonly Option<int> _clients = new("--max-clients")
    {
        Description = "Clients served at a time; more wait",
        HelpName = "N",
        DefaultValueFactory = _ => 16,
        CustomParser = Numbers.Within(1, 10_000),
    };

    private readonly ListenOptions _listen;

    public ServeVerb()
        : base("serve", "Serve a model: clients send ciphertexts, and this side sees nothing else", "hybrid serve --model breast-cancer --listen 127.0.0.1:7000 --cert server.pem --key server.key")
    {
        Texts.RequireNames(_model);
        Options.Add(_model);
        _listen = new ListenOptions(this);
        Options.Add(_clients);
    }

    protected override async Task RunAsync(ParseResult parsed, Terminal terminal, CancellationToken stop)
    {
        LinearModel model = LinearModel.Load(Samples.Model(parsed.GetRequiredValue(_model)));
        var server = new ModelServer(model, new SessionOptions { Schemes = PredictionOptions.OfferAll });
        using Listening listening = _listen.Open(parsed);
        var report = new ServeReport(
            model.Name, listening.Address.ToString(), listening.Pin is not null, listening.Pin?.ToString(), $"hybrid query --server {listening.Reach}{listening.Trust} --data FILE");
        terminal.Report(report, ServeJson.Default.ServeReport, Show);
        await Console.Out.FlushAsync(CancellationToken.None);

        await new Reception(listening.Server, server.GreetAsync, server.ServeAsync, parsed.GetValue(_clients), terminal).OpenAsync(stop);
        terminal.Note("stopped.");
    }

    private static void Show(ServeReport report, Terminal terminal)
    {
        terminal.WriteLine($"serving {report.Model} on {report.Address}{(report.Tls ? " with TLS 1.3" : " without TLS")}");
        terminal.WriteLine($"clients connect with: {report.Query}");
    }
}

/// <summary>What serve tells at its start.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Address">Where it listens.</param>
/// <param name="Tls">Whether connections are encrypted.</param>
/// <param name="Pin">What clients pin the certificate by.</param>
/// <param name="Query">How clients connect.</param>
internal sealed record ServeReport(string Model, string Address, bool Tls, string? Pin, string Query);

// On one line, so that a script can read it from a process that goes on.
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ServeReport))]
internal sealed partial class ServeJson : JsonSerializerContext;
