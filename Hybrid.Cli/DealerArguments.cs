using System.CommandLine;
using Hybrid.Communication;
using Hybrid.Mpc;
using Hybrid.Mpc.Dealing;
using Hybrid.Planning;

namespace Hybrid.Cli;

/// <summary>The options that say where the dealer is, and how it is known.</summary>
internal sealed class DealerArguments
{
    // A dealer that freezes, or whom the other party does not come to, is given up as soon as a server is.
    private static readonly DealerConnectionOptions Patience = new()
    {
        MeetingTime = TimeSpan.FromSeconds(8),
        Channel = ChannelOptions.Default with { SilenceTimeout = TimeSpan.FromSeconds(7) },
    };

    private readonly Option<string?> _dealer = new("--dealer") { Description = "Where 'hybrid dealer' runs, for computing on shares", HelpName = "HOST:PORT" };
    private readonly TrustOptions _trust;
    private readonly Option<bool> _plaintext;

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="plaintext">The option that allows connections without TLS to other machines.</param>
    public DealerArguments(Command command, Option<bool> plaintext)
    {
        _plaintext = plaintext;
        command.Options.Add(_dealer);
        _trust = new TrustOptions(command, "dealer", "dealer-", "dealer");
    }

    /// <summary>The option's name.</summary>
    public string Name => _dealer.Name;

    /// <summary>The same refusal to those who can name a dealer.</summary>
    /// <param name="refusal">No scheme at hand can compute an op, and shares are not at hand.</param>
    /// <param name="which">Which dealer to name.</param>
    public ParameterException Wanted(ParameterException refusal, string which)
    {
        int advice = refusal.Message.LastIndexOf(": ", StringComparison.Ordinal);
        return new ParameterException(
            ParameterFault.Unsupported, $"{(advice < 0 ? refusal.Message : refusal.Message[..advice])}, and shares can with a dealer: add {_dealer.Name} HOST:PORT, {which}.");
    }

    /// <summary>The options as they were given, with a blank before each: for another party that comes to the same dealer.</summary>
    public string Said(ParseResult parsed) => parsed.GetValue(_dealer) is { } text ? $" {_dealer.Name} {text}{_trust.Said(parsed)}" : string.Empty;

    /// <summary>How to compute on shares with the dealer; null if none was named.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="link">The option that says how far the dealer is, where there is one.</param>
    /// <exception cref="ParameterException">The address or the trust is refused.</exception>
    public SharesOptions? Read(ParseResult parsed, Option<LinkProfile?>? link = null)
    {
        LinkProfile? distance = link is null ? null : parsed.GetValue(link);
        if (parsed.GetValue(_dealer) is not { } text)
        {
            return (_trust.Given(parsed) ?? (distance is null ? null : link!.Name)) is { } name
                ? throw new ParameterException(ParameterFault.Mismatch, $"{name} goes with a dealer: give {_dealer.Name} HOST:PORT as well.")
                : null;
        }

        ClientTls? tls = _trust.Read(parsed);
        return new SharesOptions { Dealer = new RemoteDealer(_trust.Address(text, tls, parsed.GetValue(_plaintext), "dealer"), tls, Patience, distance) };
    }
}
