using Hybrid.Graph;
using Hybrid.Planning;

namespace Hybrid.Communication;

/// <summary>Makes a connection as slow as a link profile says, within one process or over a socket, to try and to time what a plan
/// would be like there.</summary>
/// <remarks>
/// <para>
/// Each direction by itself: a byte leaves no earlier than it is written, nor than 8 / rate after the one before it, and arrives half a
/// round trip later, 0.1 ms late or so and never early; long messages arrive piece by piece. There is no loss, no slow start and
/// no overhead of packets. A sender waits once 4 MiB have not left yet, as at a socket's buffer.
/// </para>
/// <para>
/// Closing an end returns at once; the other reads the end of the stream after all that was sent has arrived. An end that takes nothing
/// for 5 s after that is given up. Costs a thread a direction, nearly always asleep, and reveals nothing the stream below does not.
/// </para>
/// <para>With <see cref="LinkProfile.Loopback"/> nothing is held back.</para>
/// </remarks>
public static class ShapedLink
{
    /// <summary>Makes two connected duplex streams of one process with a link between them.</summary>
    /// <param name="profile">The link: 1 kbit/s to 1 Tbit/s each way, 0 to 60 s of round trip.</param>
    /// <exception cref="ParameterException">The profile is out of that range.</exception>
    public static (Stream Client, Stream Server) CreatePair(LinkProfile profile)
    {
        Check(profile);
        (Stream client, Stream server) = InProcessTransport.CreatePair();
        return (Wrap(client, profile, Party.Client), Wrap(server, profile, Party.Server));
    }

    /// <summary>Puts what one party sends over a link. Both parties wrap their own end with the same profile; what the connection takes
    /// itself comes on top.</summary>
    /// <param name="stream">A duplex stream; it is disposed of some time after the returned one is.</param>
    /// <param name="profile">The link: 1 kbit/s to 1 Tbit/s each way, 0 to 60 s of round trip.</param>
    /// <param name="role">Who holds this end: the client sends at the rate up, the server at the rate down.</param>
    /// <exception cref="ParameterException">The profile is out of that range.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The party is neither client nor server.</exception>
    public static Stream Wrap(Stream stream, LinkProfile profile, Party role)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Check(profile);
        double bitsPerSecond = role switch
        {
            Party.Client => profile.BitsPerSecondUp,
            Party.Server => profile.BitsPerSecondDown,
            _ => throw new ArgumentOutOfRangeException(nameof(role), role, "A link joins a client and a server."),
        };
        return profile == LinkProfile.Loopback ? stream : new ShapedStream(stream, bitsPerSecond, profile.RoundTripSeconds / 2);
    }

    private static void Check(LinkProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        if (!LinkProfileText.IsInRange(profile.BitsPerSecondUp, profile.BitsPerSecondDown, profile.RoundTripSeconds))
        {
            throw new ParameterException(
                ParameterFault.OutOfRange, "A link has 1 kbit/s to 1 Tbit/s each way and a round trip of 0 to 60 s; this profile has not.");
        }
    }
}
