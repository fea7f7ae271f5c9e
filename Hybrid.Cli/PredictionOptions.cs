using System.CommandLine;
using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Models;
using Hybrid.Mpc;
using Hybrid.Paillier;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Seal;

namespace Hybrid.Cli;

/// <summary>The options that predict and query have in common, and what they make of a session.</summary>
internal sealed class PredictionOptions
{
    private const string Auto = "auto";
    private const string Measure = "measure";
    private const string Latency = "latency";
    private const string Bytes = "bytes";

    // What is measured later, until it is.
    private static readonly LinkProfile ToMeasure = LinkProfile.Lan with { Name = LinkMeasurement.Name };

    private readonly Option<string> _scheme = new("--scheme")
    {
        Description = "The scheme of every op that it can compute; auto: what the planner finds cheapest",
        DefaultValueFactory = _ => Auto,
    };

    private readonly Option<string?> _reveal = new("--reveal")
    {
        Description = "What the client learns: scores, what the activation makes of them, or the label alone; scores, and on shares the values",
    };

    private readonly Option<LinkProfile> _link = new("--link")
    {
        Description = "What the planner takes the connection to be like: a name, figures such as 100mbit/40ms, or what it measures",
        HelpName = "lan|wan|mobile|loopback|RATE/TIME|measure",
        DefaultValueFactory = _ => LinkProfile.Lan,
        CustomParser = result => result.Tokens[^1].Value == Measure ? ToMeasure : Links.Read(result),
    };

    private readonly Option<LinkProfile?> _dealerLink = Links.DealerOption();

    private readonly Option<double> _queries = QueriesOption.Make();

    private readonly Option<string> _objective = new("--objective") { Description = "What the plan keeps small", DefaultValueFactory = _ => Latency };

    private readonly Option<double?> _divide = new("--divide")
    {
        Description = "Divide all numbers of the rows by N, such as 255 for pixels",
        HelpName = "N",
        CustomParser = result => Numbers.Within(1e-6, 1e6)(result),
    };

    private readonly Option<int?> _rows = new("--rows")
    {
        Description = "Predict the first N rows only",
        HelpName = "N",
        CustomParser = result => Numbers.Within(1, int.MaxValue)(result),
    };

    private readonly Option<int> _keyBits = new("--key-bits")
    {
        Description = $"Bits of a fresh key: a multiple of 128 from {PaillierPublicKey.MinimumBits} to {PaillierPublicKey.MaximumBits}",
        HelpName = "N",
        DefaultValueFactory = _ => PaillierPublicKey.DefaultBits,
    };

    private readonly Option<string?> _keys = new("--keys") { Description = "Directory of a Paillier key made by keygen; without it a fresh key is made", HelpName = "DIR" };

    private readonly Option<bool> _ledger = new("--ledger") { Description = "Show what each party learnt" };

    private readonly Option<bool> _steps = new("--steps") { Description = "Show what each step of the plan did cost" };

    private readonly DealerArguments _dealer;

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="plaintext">The option that allows connections without TLS to other machines.</param>
    public PredictionOptions(Command command, Option<bool> plaintext)
    {
        Texts.AcceptWords(_scheme, [Auto, .. SchemeNames.Words]);
        Texts.AcceptWords(_reveal, [.. Enum.GetNames<Revealed>().Select(name => name.ToLowerInvariant())]);
        Texts.AcceptWords(_objective, Latency, Bytes);
        foreach (Option option in new Option[] { _scheme, _reveal, _link, _dealerLink, _objective, _queries, _rows, _divide, _keyBits, _keys, _steps, _ledger })
        {
            command.Options.Add(option);
        }

        _dealer = new DealerArguments(command, plaintext);
    }

    /// <summary>The rows to predict: all of a file's, or as many as asked for.</summary>
    /// <exception cref="FormatRefusedException">The file is missing or malformed, or has no rows.</exception>
    public DataTable LoadRows(ParseResult parsed, string path)
    {
        DataTable data = DataTable.Load(path);
        return data.Rows > 0
            ? data.Take(parsed.GetValue(_rows) ?? int.MaxValue)
            : throw new FormatRefusedException($"{path} has a header line and no rows below it: there is nothing to predict.");
    }

    /// <summary>What the report is to hold besides results and costs.</summary>
    public ReportParts Parts(ParseResult parsed) => new(parsed.GetValue(_ledger), parsed.GetValue(_steps));

    /// <summary>What the numbers of rows are divided by.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="data">The data that was named, if any was.</param>
    /// <param name="model">The model that was named, if any was.</param>
    public double Divisor(ParseResult parsed, string? data, string? model) => parsed.GetValue(_divide) ?? Samples.Divisor(data, model);

    /// <summary>The client's key from its directory; null to have a fresh one made.</summary>
    public PaillierPrivateKey? LoadKey(ParseResult parsed, Terminal terminal) =>
        parsed.GetValue(_keys) is { } directory ? new KeyDirectory(directory).LoadPrivate(terminal) : null;

    /// <summary>Bits of the client's key: the given one's, or the fresh one's.</summary>
    /// <exception cref="ParameterException">The size is refused.</exception>
    public int KeyBits(ParseResult parsed, PaillierPrivateKey? key)
    {
        int bits = key?.PublicKey.Bits ?? parsed.GetValue(_keyBits);
        PaillierPublicKey.RequireSupported(bits);
        return bits;
    }

    /// <summary>How to compute on shares with the dealer that was named; null if none was.</summary>
    /// <exception cref="ParameterException">Its address or the trust in it is refused.</exception>
    public SharesOptions? Shares(ParseResult parsed) => _dealer.Read(parsed, _dealerLink);

    /// <summary>The client's end of a session: every scheme at hand, for the planner to choose from. A key given is Paillier's, which then has every op that it can compute.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="key">The client's Paillier key, if it has one.</param>
    /// <param name="shares">How to compute on shares, if there is a dealer.</param>
    /// <exception cref="ParameterException">A key was given for a scheme that it is not for, or its size is refused, or a dealer is missing.</exception>
    public SessionOptions Client(ParseResult parsed, PaillierPrivateKey? key, SharesOptions? shares)
    {
        int bits = KeyBits(parsed, key);
        Scheme? pin = SchemeNames.Find(parsed.GetValue(_scheme));
        if (key is not null && (pin ??= Scheme.Paillier) != Scheme.Paillier)
        {
            throw new ParameterException(
                ParameterFault.Mismatch, $"{_keys.Name} names a Paillier key and {_scheme.Name} is {SchemeNames.Word(pin.Value)}, which {(pin == Scheme.Shares ? "needs no key" : "makes a fresh key for each session")}; leave one of them out.");
        }

        if (pin == Scheme.Shares && shares is null)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"{_scheme.Name} {SchemeNames.Word(Scheme.Shares)} needs a dealer: add {_dealer.Name} HOST:PORT, the same one that the server was started with.");
        }

        LinkProfile link = parsed.GetRequiredValue(_link);
        return new SessionOptions
        {
            Schemes = schemes =>
            {
                schemes.UsePaillier(new PaillierOptions { Key = key, KeyBits = bits });
                schemes.UseCkks();
                if (shares is not null)
                {
                    schemes.UseShares(shares with { Link = link });
                }
            },
            Pin = pin,
            Reveal = parsed.GetValue(_reveal) is { } word ? Enum.Parse<Revealed>(word, ignoreCase: true) : null,
            Link = link,
            MeasuresLink = link == ToMeasure,
            Objective = QueriesOption.Objective(parsed.GetValue(_objective) == Bytes, parsed.GetValue(_queries)),
        };
    }

    /// <summary>The same refusal to those who can name a dealer.</summary>
    /// <param name="refusal">No scheme at hand can compute an op, and shares are not at hand.</param>
    public ParameterException WithDealer(ParameterException refusal) => _dealer.Wanted(refusal, "the same one that the server was started with");

    /// <summary>What a server offers for clients to choose from: every scheme there is, shares if it knows a dealer.</summary>
    public static Action<SchemeRegistry> OfferAll(SharesOptions? shares) => schemes =>
    {
        schemes.UsePaillier();
        schemes.UseCkks();
        if (shares is not null)
        {
            schemes.UseShares(shares);
        }
    };
}
