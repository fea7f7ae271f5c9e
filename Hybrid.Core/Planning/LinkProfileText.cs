using System.Globalization;

namespace Hybrid.Planning;

/// <summary>Link profiles as text: a name, or <c>rate/round trip</c>, or <c>rate up:rate down/round trip</c>.</summary>
internal static class LinkProfileText
{
    /// <summary>Slowest link, in bits a second.</summary>
    public const double LeastBitsPerSecond = 1e3;

    /// <summary>Fastest link, in bits a second.</summary>
    public const double MostBitsPerSecond = 1e12;

    /// <summary>Longest round trip, in seconds.</summary>
    public const double MostRoundTripSeconds = 60;

    private const int MostDigits = 12;
    private const int LongestQuoted = 60;

    private const string Forms =
        "a link is lan, wan, mobile or loopback, or a rate and a round trip such as 100mbit/40ms, or rates up and down such as "
        + "20mbit:5mbit/60ms, from 1kbit to 1000gbit and from 0ms to 60s";

    /// <summary>Reads a profile.</summary>
    /// <exception cref="ParameterException">The text is no profile, or a figure is out of its range.</exception>
    public static LinkProfile Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Named().FirstOrDefault(profile => profile.Name == text)
            ?? Figures(text)
            ?? throw new ParameterException(ParameterFault.OutOfRange, $"{Quoted(text)} is not a link: {Forms}.");
    }

    /// <summary>Writes a profile in the form that <see cref="Read"/> reads.</summary>
    public static string Write(LinkProfile profile) => Named().Contains(profile) ? profile.Name : Figures(profile);

    /// <summary>Whether figures are those of a link that this library will plan for, measure or imitate; false for what is no
    /// number.</summary>
    public static bool IsInRange(double bitsPerSecondUp, double bitsPerSecondDown, double roundTripSeconds) =>
        bitsPerSecondUp is >= LeastBitsPerSecond and <= MostBitsPerSecond
        && bitsPerSecondDown is >= LeastBitsPerSecond and <= MostBitsPerSecond
        && roundTripSeconds is >= 0 and <= MostRoundTripSeconds;

    private static LinkProfile[] Named() => [LinkProfile.Lan, LinkProfile.Wan, LinkProfile.Mobile, LinkProfile.Loopback];

    private static LinkProfile? Figures(ReadOnlySpan<char> text)
    {
        int slash = text.IndexOf('/');
        if (slash < 0)
        {
            return null;
        }

        ReadOnlySpan<char> rates = text[..slash];
        int colon = rates.IndexOf(':');
        ReadOnlySpan<char> rateUp = colon < 0 ? rates : rates[..colon];
        ReadOnlySpan<char> rateDown = colon < 0 ? rates : rates[(colon + 1)..];
        if (!TryRate(rateUp, out double up) || !TryRate(rateDown, out double down) || !TryTime(text[(slash + 1)..], out double roundTrip)
            || !IsInRange(up, down, roundTrip))
        {
            return null;
        }

        var profile = new LinkProfile("", up, down, roundTrip);
        return profile with { Name = Figures(profile) };
    }

    private static string Figures(LinkProfile profile)
    {
        string up = Rate(profile.BitsPerSecondUp);
        string down = Rate(profile.BitsPerSecondDown);
        return $"{(up == down ? up : $"{up}:{down}")}/{Time(profile.RoundTripSeconds)}";
    }

    private static string Rate(double bitsPerSecond) => bitsPerSecond switch
    {
        >= 1e9 => Number(bitsPerSecond / 1e9) + "gbit",
        >= 1e6 => Number(bitsPerSecond / 1e6) + "mbit",
        _ => Number(bitsPerSecond / 1e3) + "kbit",
    };

    private static string Time(double seconds) => seconds switch
    {
        >= 1 => Number(seconds) + "s",
        >= 1e-3 or 0 => Number(seconds * 1e3) + "ms",
        _ => Number(seconds * 1e6) + "us",
    };

    private static string Number(double value) => value.ToString("0.############", CultureInfo.InvariantCulture);

    private static bool TryRate(ReadOnlySpan<char> text, out double bitsPerSecond) =>
        TryRead(text, "kbit", 3, out bitsPerSecond)
        || TryRead(text, "mbit", 6, out bitsPerSecond)
        || TryRead(text, "gbit", 9, out bitsPerSecond);

    // "s" comes last: the other two end in it too.
    private static bool TryTime(ReadOnlySpan<char> text, out double seconds) =>
        TryRead(text, "us", -6, out seconds)
        || TryRead(text, "ms", -3, out seconds)
        || TryRead(text, "s", 0, out seconds);

    // The exponent goes into the text, so that 40ms is the very number that 0.04 is.
    private static bool TryRead(ReadOnlySpan<char> text, string unit, int exponent, out double value)
    {
        value = 0;
        return text.EndsWith(unit, StringComparison.Ordinal)
            && IsNumber(text[..^unit.Length])
            && double.TryParse($"{text[..^unit.Length]}e{exponent}", NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    private static bool IsNumber(ReadOnlySpan<char> text)
    {
        int point = text.IndexOf('.');
        return point < 0 ? IsDigits(text) : IsDigits(text[..point]) && IsDigits(text[(point + 1)..]);
    }

    private static bool IsDigits(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= MostDigits && !text.ContainsAnyExceptInRange('0', '9');

    private static string Quoted(string text) =>
        text.Length <= LongestQuoted && text.All(c => c is >= ' ' and <= '~') ? $"'{text}'" : "The text given";
}
