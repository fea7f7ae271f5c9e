using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Hybrid.Communication;

/// <summary>Where a server listens: a host name or address, and a port. Written <c>host:port</c>, or <c>[address]:port</c> for
/// IPv6.</summary>
public sealed record HostAndPort
{
    private const int MaximumHostLength = 253;
    private const string Expected = "an address is written host:port or [IPv6 address]:port, with a port from 0 to 65535";

    private HostAndPort(string host, int port)
    {
        Host = host;
        Port = port;
    }

    /// <summary>The name or address, without brackets.</summary>
    public string Host { get; }

    /// <summary>The port, 0 to 65535.</summary>
    public int Port { get; }

    /// <summary>Reads an address.</summary>
    /// <exception cref="FormatRefusedException">The text is not an address.</exception>
    public static HostAndPort Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out HostAndPort? address)
            ? address
            : throw new FormatRefusedException($"{Quoted(text)} is not an address: {Expected}.");
    }

    /// <summary>Reads an address: no blanks, no sign, no scheme, nothing left out.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out HostAndPort? address)
    {
        address = null;
        int colon = text is null ? -1 : text.LastIndexOf(':');
        if (colon <= 0 || !TryReadPort(text.AsSpan(colon + 1), out int port))
        {
            return false;
        }

        string host = text![..colon];
        bool bracketed = host.Length > 2 && host[0] == '[' && host[^1] == ']';
        if (bracketed)
        {
            host = host[1..^1];
        }

        if (bracketed ? !IsIPv6(host) : !IsNameOrIPv4(host))
        {
            return false;
        }

        address = new HostAndPort(host, port);
        return true;
    }

    /// <summary>The form that <see cref="Parse"/> reads.</summary>
    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    private static string Quoted(string text) =>
        text.Length <= MaximumHostLength && text.All(c => c is >= ' ' and <= '~') ? $"'{text}'" : "The text given";

    private static bool TryReadPort(ReadOnlySpan<char> text, out int port)
    {
        port = 0;
        if (text.Length is 0 or > 5 || (text.Length > 1 && text[0] == '0'))
        {
            return false;
        }

        foreach (char c in text)
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }

            port = (port * 10) + (c - '0');
        }

        return port <= IPEndPoint.MaxPort;
    }

    private static bool IsIPv6(string host) =>
        IPAddress.TryParse(host, out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetworkV6 && !host.Contains('[');

    // A name of digits and dots only must be a whole IPv4 address: systems read 127.1 or 2130706433 as one too, and not all alike.
    private static bool IsNameOrIPv4(string host)
    {
        if (host.Length > MaximumHostLength)
        {
            return false;
        }

        string[] labels = host.Split('.');
        if (labels.All(label => label.All(char.IsAsciiDigit)))
        {
            return labels.Length == 4 && IPAddress.TryParse(host, out IPAddress? address) && address.ToString() == host;
        }

        return labels.All(IsLabel);
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-'
        && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
