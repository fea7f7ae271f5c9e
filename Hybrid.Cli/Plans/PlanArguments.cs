using System.CommandLine;
using Hybrid.Models;
using Hybrid.Mpc;
using Hybrid.Paillier;
using Hybrid.Planning;
using Hybrid.Seal;

namespace Hybrid.Cli.Plans;

/// <summary>The options that plan and compare have in common: what to plan, and for what.</summary>
internal sealed class PlanArguments
{
    private const string Auto = "auto";
    private const string Latency = "latency";
    private const string Bytes = "bytes";

    private readonly Option<string> _model = new("--model")
    {
        Description = $"Model file (JSON or ONNX), or one of {string.Join(", ", [.. Samples.Names, .. Samples.Networks])}",
        HelpName = "FILE",
        DefaultValueFactory = _ => Samples.Default,
    };

    private readonly Option<int> _rows = new("--rows")
    {
        Description = "Rows that are asked for at a time",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
        CustomParser = Numbers.Within(1, 1_000_000),
    };

    private readonly Option<string> _reveal = new("--reveal")
    {
        Description = "What the client learns: scores, what the activation makes of them, or the label alone",
        DefaultValueFactory = _ => Word(Revealed.Scores),
    };

    private readonly Option<LinkProfile> _link = new("--link")
    {
        Description = "What the connection is like: a name, or figures such as 100mbit/40ms",
        HelpName = "lan|wan|mobile|loopback|RATE/TIME",
        DefaultValueFactory = _ => LinkProfile.Lan,
        CustomParser = result => Links.Read(result),
    };

    private readonly Option<LinkProfile?> _dealerLink = Links.DealerOption();

    private readonly Option<string> _objective = new("--objective") { Description = "What the plan keeps small", DefaultValueFactory = _ => Latency };

    private readonly Option<double> _queries = QueriesOption.Make();

    private readonly Option<string> _scheme = new("--scheme") { Description = "The scheme of every op that it can compute", DefaultValueFactory = _ => Auto };

    private readonly Option<string[]> _pins = new("--pin")
    {
        Description = "The scheme of one op, by its label or number; may be repeated",
        HelpName = "OP=SCHEME",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<int> _keyBits = new("--key-bits")
    {
        Description = $"Bits of a Paillier key: a multiple of 128 from {PaillierPublicKey.MinimumBits} to {PaillierPublicKey.MaximumBits}",
        HelpName = "N",
        DefaultValueFactory = _ => PaillierPublicKey.DefaultBits,
    };

    private readonly Option<string?> _machine = new("--machine") { Description = "Profile of the machines, made by calibrate; the user's own if there is one", HelpName = "FILE" };

    private readonly Option<string?> _serverMachine = new("--server-machine") { Description = "Profile of the server's machine, where it is another", HelpName = "FILE" };

    /// <summary>Adds the options to a verb.</summary>
    public PlanArguments(Command verb)
    {
        Texts.RequireNames(_model, _machine, _serverMachine);
        Texts.AcceptWords(_reveal, [.. Enum.GetValues<Revealed>().Select(Word)]);
        Texts.AcceptWords(_objective, Latency, Bytes);
        Texts.AcceptWords(_scheme, [Auto, .. SchemeNames.Words]);
        foreach (Option option in new Option[] { _model, _rows, _reveal, _link, _dealerLink, _objective, _queries, _scheme, _pins, _keyBits, _machine, _serverMachine })
        {
            verb.Options.Add(option);
        }
    }

    /// <summary>Reads the model and what to plan it for.</summary>
    /// <exception cref="HybridException">The model cannot be read or computed, or a pin or key size is refused.</exception>
    public PlanSubject Read(ParseResult parsed, Terminal terminal)
    {
        int keyBits = parsed.GetValue(_keyBits);
        PaillierPublicKey.RequireSupported(keyBits);
        string name = parsed.GetRequiredValue(_model);
        IServedModel model = ServedModels.Load(name);
        int rows = parsed.GetValue(_rows);
        Revealed revealed = Enum.GetValues<Revealed>().Single(value => Word(value) == parsed.GetValue(_reveal));
        ModelProgram program = model.Program(rows, revealed);
        OpPins.Apply(program.Graph, parsed.GetValue(_pins) ?? []);
        LinkProfile link = parsed.GetRequiredValue(_link);
        PlanObjective objective = QueriesOption.Objective(parsed.GetValue(_objective) == Bytes, parsed.GetValue(_queries));
        MachineProfile machine = Machines.Load(parsed.GetValue(_machine), terminal);
        MachineProfile server = parsed.GetValue(_serverMachine) is { } file ? Machines.Load(file, terminal, isHere: false) : machine;
        LinkProfile dealer = parsed.GetValue(_dealerLink) ?? link;
        var shares = new SharesOptions { Dealer = new InProcessDealer(link: dealer == LinkProfile.Loopback ? null : dealer), Link = link };
        var request = new PlanRequest(link, objective, SchemeNames.Find(parsed.GetValue(_scheme)));
        return new PlanSubject(
            model,
            name,
            rows,
            revealed,
            program,
            request,
            schemes =>
            {
                // What is run is what was planned for.
                (schemes.PlansFor, schemes.ClientMachine, schemes.ServerMachine) = (request, machine, server);
                schemes.UsePaillier(new PaillierOptions { KeyBits = keyBits });
                schemes.UseCkks();
                schemes.UseShares(shares);
            })
        {
            ClientMachine = machine,
            ServerMachine = server,
        };
    }

    private static string Word(Revealed revealed) => revealed.ToString().ToLowerInvariant();
}
