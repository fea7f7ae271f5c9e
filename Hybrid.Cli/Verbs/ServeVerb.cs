using System.CommandLine;
using System.Text.Json.Serialization;
using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Models;
using Hybrid.Mpc;
using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Cli.Verbs;

/// <summary>Serves a model to clients until stopped.</summary>
internal sealed class ServeVerb : Verb
{
    private readonly Option<int> _clients = new("--max-clients")
    {
        Description = "Clients served at a time; more wait",
        HelpName = "N",
        DefaultValueFactory = _ => 16,
        CustomParser = Numbers.Within(1, 10_000),
    };

    private readonly Option<string?> _allow = new("--allow") { Description = "What clients may learn, and nothing else: plans that show more are refused before anything secret is sent" };

    private readonly ModelArguments _model;
    private readonly ListenOptions _listen;
    private readonly DealerArguments _dealer;

    public ServeVerb()
        : base("serve", "Serve a model: clients send ciphertexts or shares, and this side sees nothing else", "hybrid serve --model breast-cancer --listen 127.0.0.1:7000 --cert server.pem --key server.key")
    {
        _model = new ModelArguments(this);
        _listen = new ListenOptions(this);
        Options.Add(_clients);
        Texts.AcceptWords(_allow, [.. Enum.GetValues<Revealed>().Select(revealed => revealed.ToString().ToLowerInvariant())]);
        Options.Add(_allow);
        _dealer = new DealerArguments(this, _listen.Plaintext);
    }

    protected override async Task RunAsync(ParseResult parsed, Terminal terminal, CancellationToken stop)
    {
        IServedModel model = _model.Read(parsed).Served;
        SharesOptions? shares = _dealer.Read(parsed);
        Action<SchemeRegistry> schemes = PredictionOptions.OfferAll(shares);
        bool needsDealer = NeedsDealer(model, out ParameterException? why);
        if (needsDealer && shares is null)
        {
            throw _dealer.Wanted(why!, "where 'hybrid dealer' runs");
        }

        var server = new ModelServer(model, new SessionOptions
        {
            Schemes = schemes,
            Policy = parsed.GetValue(_allow) is { } allowed ? DisclosurePolicy.Only((Party.Client, allowed)) : DisclosurePolicy.Any,
        });
        using Listening listening = _listen.Open(parsed);
        var report = new ServeReport(
            model.Card.Name,
            listening.Address.ToString(),
            listening.Pin is not null,
            listening.Pin?.ToString(),
            shares?.Dealer.Description,
            needsDealer,
            $"hybrid query --server {listening.Reach}{listening.Trust()} --data FILE{(needsDealer ? _dealer.Said(parsed) : string.Empty)}");
        terminal.Report(report, ServeJson.Default.ServeReport, Show);
        await Console.Out.FlushAsync(CancellationToken.None);

        await new Reception(listening.Server, server.GreetAsync, server.ServeAsync, parsed.GetValue(_clients), terminal).OpenAsync(stop);
        terminal.Note("stopped.");
    }

    // Ciphertexts alone can do no more than is linear.
    private static bool NeedsDealer(IServedModel model, out ParameterException? why)
    {
        why = null;
        if (model.Card.RowShape is null)
        {
            return false;
        }

        using var registry = new SchemeRegistry(Party.Client);
        PredictionOptions.OfferAll(null)(registry);
        try
        {
            Planner.Plan(model.Program(1, Revealed.Scores).Graph, registry, LinkProfile.Lan);
            return false;
        }
        catch (ParameterException refusal) when (refusal.LacksShares)
        {
            why = refusal;
            return true;
        }
    }

    private static void Show(ServeReport report, Terminal terminal)
    {
        terminal.WriteLine($"serving {report.Model} on {report.Address}{(report.Tls ? " with TLS 1.3" : " without TLS")}");
        terminal.WriteLine($"clients connect with: {report.Query}");
        if (report.Dealer is not null)
        {
            terminal.WriteLine(report.NeedsDealer
                ? $"and compute on shares, in part at least, with the {report.Dealer}"
                : $"and compute on shares with the {report.Dealer}, if they add: --scheme shares --dealer HOST:PORT");
        }
    }
}

/// <summary>What serve tells at its start.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Address">Where it listens.</param>
/// <param name="Tls">Whether connections are encrypted.</param>
/// <param name="Pin">What clients pin the certificate by.</param>
/// <param name="Dealer">The dealer for shares, if it knows one.</param>
/// <param name="NeedsDealer">Whether clients cannot do without it.</param>
/// <param name="Query">How clients connect.</param>
internal sealed record ServeReport(string Model, string Address, bool Tls, string? Pin, string? Dealer, bool NeedsDealer, string Query);

// On one line, so that a script can read it from a process that goes on.
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ServeReport))]
internal sealed partial class ServeJson : JsonSerializerContext;
