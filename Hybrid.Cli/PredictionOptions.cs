using System.CommandLine;
using Hybrid.Execution;
using Hybrid.Models;
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

    public PredictionOptions(Command command)
    {
        Texts.AcceptWords(_scheme, Auto, Name(Scheme.Paillier), Name(Scheme.Ckks));
        Texts.AcceptWords(_link, [.. _links.Select(link => link.Name)]);
        foreach (Option option in new Option[] { _scheme, _link, _rows, _keyBits, _keys, _ledger })
        {
            command.Options.Add(option);
        }
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

    /// <summary>The client's end of a session. A key given is Paillier's, and is then what the session runs on.</summary>
    /// <exception cref="ParameterException">A key was given for a scheme that it is not for, or its size is refused.</exception>
    public SessionOptions Client(ParseResult parsed, PaillierPrivateKey? key)
    {
        int bits = KeyBits(parsed, key);
        Scheme? pin = Enum.GetValues<Scheme>().Where(scheme => Name(scheme) == parsed.GetValue(_scheme)).Cast<Scheme?>().FirstOrDefault();
        if (key is not null && (pin ??= Scheme.Paillier) != Scheme.Paillier)
        {
            throw new ParameterException(
                ParameterFault.Mismatch, $"{_keys.Name} names a Paillier key and {_scheme.Name} is {Name(pin.Value)}, which makes a fresh key for each session; leave one of them out.");
        }

        return new SessionOptions
        {
            Schemes = schemes =>
            {
                schemes.UsePaillier(new PaillierOptions { Key = key, KeyBits = bits });
                schemes.UseCkks();
            },
            Pin = pin,
            Link = _links.Single(link => link.Name == parsed.GetValue(_link)),
        };
    }

    /// <summary>What a server offers: every scheme there is, for clients to choose.</summary>
    public static void OfferAll(SchemeRegistry schemes)
    {
        schemes.UsePaillier();
        schemes.UseCkks();
    }

    private static string Name(Scheme scheme) => scheme.ToString().ToLowerInvariant();
}
