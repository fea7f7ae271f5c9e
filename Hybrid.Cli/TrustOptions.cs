using System.CommandLine;
using System.Net;
using Hybrid.Communication;

namespace Hybrid.Cli;

/// <summary>
/// The options by which a peer that is connected to is known, one of a pin, an authority, and what this machine trusts; and by which it knows
/// this side.
/// </summary>
internal sealed class TrustOptions
{
    private readonly string _peer;
    private readonly Option<string?> _pin;
    private readonly Option<string?> _authority;
    private readonly Option<bool> _tls;
    private readonly Option<string?> _certificate;
    private readonly Option<string?> _key;

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="peer">What messages call the peer.</param>
    /// <param name="prefix">What the options' names begin with.</param>
    /// <param name="printer">The verb that prints the pin.</param>
    public TrustOptions(Command command, string peer, string prefix, string printer)
    {
        _peer = peer;
        _pin = new Option<string?>($"--{prefix}pin") { Description = $"TLS: accept only the {peer}'s certificate with this fingerprint, as {printer} prints it", HelpName = "sha256:HEX" };
        _authority = new Option<string?>($"--{prefix}ca") { Description = $"TLS: accept a certificate of the {peer} from this authority (PEM)", HelpName = "FILE" };
        _tls = new Option<bool>($"--{prefix}tls") { Description = $"TLS: accept a certificate of the {peer} that this machine trusts" };
        _certificate = new Option<string?>($"--{prefix}cert") { Description = $"TLS: this side's own certificate, for the {peer} (PEM)", HelpName = "FILE" };
        _key = new Option<string?>($"--{prefix}key") { Description = "TLS: its private key (PEM)", HelpName = "FILE" };
        Texts.RequireNames(_authority, _certificate, _key);
        foreach (Option option in All)
        {
            command.Options.Add(option);
        }
    }

    private Option[] All => [_pin, _authority, _tls, _certificate, _key];

    /// <summary>How to know the peer; null for a connection without TLS.</summary>
    /// <exception cref="ParameterException">More than one way was given.</exception>
    /// <exception cref="FormatRefusedException">A pin or a certificate cannot be read.</exception>
    public ClientTls? Read(ParseResult parsed)
    {
        string? pin = parsed.GetValue(_pin);
        string? authority = parsed.GetValue(_authority);
        bool system = parsed.GetValue(_tls);
        if ((pin is null ? 0 : 1) + (authority is null ? 0 : 1) + (system ? 1 : 0) > 1)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"A {_peer} is trusted in one way: give one of {Names("and")}.");
        }

        ClientTls? tls = pin is not null ? ClientTls.Pinned(pin) : authority is not null ? ClientTls.TrustingAuthority(authority) : system ? ClientTls.TrustingSystem() : null;
        string? certificate = parsed.GetValue(_certificate);
        string? key = parsed.GetValue(_key);
        if (certificate is null && key is null)
        {
            return tls;
        }

        if (certificate is null || key is null)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"A certificate goes with its private key: give both {_certificate.Name} and {_key.Name}, or neither.");
        }

        return tls?.WithCertificate(certificate, key)
            ?? throw new ParameterException(ParameterFault.Mismatch, $"A client certificate needs TLS: give one of {Names("and")} as well.");
    }

    /// <summary>The first of the options that was given; null if none was.</summary>
    public string? Given(ParseResult parsed) => All.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false })?.Name;

    /// <summary>How the peer is known, as others would say it, with a blank before each option; what proves this side is its own.</summary>
    public string Said(ParseResult parsed) =>
        parsed.GetValue(_pin) is { } pin ? $" {_pin.Name} {pin}"
        : parsed.GetValue(_authority) is { } authority ? $" {_authority.Name} {authority}"
        : parsed.GetValue(_tls) ? $" {_tls.Name}"
        : string.Empty;

    /// <summary>The address, checked to be one that can be connected to, safely or by the user's wish.</summary>
    /// <param name="text">The address.</param>
    /// <param name="tls">How the peer is known.</param>
    /// <param name="plaintext">Whether the user allows a connection without TLS to another machine.</param>
    /// <param name="printer">The verb that prints the port.</param>
    /// <exception cref="ParameterException">It is not.</exception>
    public HostAndPort Address(string text, ClientTls? tls, bool plaintext, string printer)
    {
        HostAndPort address = HostAndPort.Parse(text);
        if (address.Port == 0)
        {
            throw new ParameterException(ParameterFault.OutOfRange, $"{address} has port 0, which no {_peer} has: give the port that {printer} printed.");
        }

        bool local = address.Host == "localhost" || (IPAddress.TryParse(address.Host, out IPAddress? ip) && IPAddress.IsLoopback(ip));
        return tls is not null || local || plaintext
            ? address
            : throw new ParameterException(
                ParameterFault.Insecure, $"{address} is another machine: give {Names("or")} for TLS, or --plaintext if something else protects the connection.");
    }

    private string Names(string conjunction) => $"{_pin.Name}, {_authority.Name} {conjunction} {_tls.Name}";
}
