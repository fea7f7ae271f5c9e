using System.CommandLine;
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

    private readonly Option<string> _scheme = new("--scheme")
    {
        Description = "The scheme of every op; auto takes the cheapest by the planner's quotes",
        DefaultValueFactory = _ => Auto,
    };

    private readonly Option<string> _link = new("--link")
    {
        Description = "What the planner takes the connection to be like",
        DefaultValueFactory = _ => LinkProfile.Lan.Name,
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

    private readonly LinkProfile[] _links = [LinkProfile.Lan, LinkProfile.Wan, LinkProfile.Mobile];

    private readonly DealerArguments _dealer;

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="plaintext">The option that allows connections without TLS to other machines.</param>
    public PredictionOptions(Command command, Option<bool> plaintext)
    {
        Texts.AcceptWords(_scheme, Auto, Name(Scheme.Paillier), Name(Scheme.Ckks), Name(Scheme.Shares));
        Texts.AcceptWords(_link, [.. _links.Select(link => link.Name)]);
        foreach (Option option in new Option[] { _scheme, _link, _rows, _keyBits, _keys, _ledger })
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

    public bool ShowLedger(ParseResult parsed) => parsed.GetValue(_ledger);

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
    /// <exception cref="ParameterException">It was named for a scheme that needs none, or is refused.</exception>
    public SharesOptions? Shares(ParseResult parsed)
    {
        SharesOptions? shares = _dealer.Read(parsed);
        return shares is null || OnShares(parsed)
            ? shares
            : throw new ParameterException(ParameterFault.Mismatch, $"{_dealer.Name} is for shares: add {_scheme.Name} {Name(Scheme.Shares)}, or leave it out.");
    }

    /// <summary>Whether the user asked for shares.</summary>
    public bool OnShares(ParseResult parsed) => parsed.GetValue(_scheme) == Name(Scheme.Shares);

    /// <summary>The client's end of a session. A key given is Paillier's, and is then what the session runs on.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="key">The client's Paillier key, if it has one.</param>
    /// <param name="shares">How to compute on shares, if that is what was asked for.</param>
    /// <exception cref="ParameterException">A key was given for a scheme that it is not for, or its size is refused, or a dealer is missing.</exception>
    public SessionOptions Client(ParseResult parsed, PaillierPrivateKey? key, SharesOptions? shares)
    {
        int bits = KeyBits(parsed, key);
        Scheme? pin = Enum.GetValues<Scheme>().Where(scheme => Name(scheme) == parsed.GetValue(_scheme)).Cast<Scheme?>().FirstOrDefault();
        if (key is not null && (pin ??= Scheme.Paillier) != Scheme.Paillier)
        {
            throw new ParameterException(
                ParameterFault.Mismatch, $"{_keys.Name} names a Paillier key and {_scheme.Name} is {Name(pin.Value)}, which {(pin == Scheme.Shares ? "needs no key" : "makes a fresh key for each session")}; leave one of them out.");
        }

        if (pin == Scheme.Shares && shares is null)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"{_scheme.Name} {Name(Scheme.Shares)} needs a dealer: add {_dealer.Name} HOST:PORT, the same one that the server was started with.");
        }

        LinkProfile link = _links.Single(profile => profile.Name == parsed.GetValue(_link));
        return new SessionOptions
        {
            Schemes = schemes =>
            {
                if (shares is not null)
                {
                    schemes.UseShares(shares with { Link = link });
                    return;
                }

                schemes.UsePaillier(new PaillierOptions { Key = key, KeyBits = bits });
                schemes.UseCkks();
            },
            Pin = pin,
            Link = link,
        };
    }

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

    private static string Name(Scheme scheme) => scheme.ToString().ToLowerInvariant();
}
