using System.Buffers.Binary;
using System.Diagnostics;
using Hybrid.Graph;
using Hybrid.Planning;

namespace Hybrid.Communication;

/// <summary>Measures what the connection under a channel is like, so that both parties plan for the link they have.</summary>
/// <remarks>
/// <para>
/// The client asks and takes the time, the server answers. Pings give the round trip, their median. Then a block goes up, and one
/// down, of 8 KiB, then 64 KiB, then twice as much each time, until one takes 50 ms besides the round trip, or 2 ms and 20 round trips,
/// or has 4 MiB; the last, or the faster of two where it took less than 50 ms, gives the rate. The client sends what it found, to three
/// digits, and both return that.
/// </para>
/// <para>
/// Takes 20 ms or so within a machine, a second over the internet, and longer than two only below 100 kbit/s; at most 25 pings and
/// 24 MiB. The rate is the channel's: what hashing a transcript or TLS takes is in it. Reveals the figures to both.
/// </para>
/// </remarks>
public static class LinkMeasurement
{
    /// <summary>The name of a measured profile.</summary>
    public const string Name = "measured";

    /// <summary>Largest message in bytes; the channel's own limit must not be below it.</summary>
    public const int MaximumBlockBytes = 4 << 20;

    // The client's messages differ in length: so many bytes to send back, a block to acknowledge with one byte, or what was found.
    private const int RequestBytes = 4;
    private const int ProfileBytes = 3 * sizeof(double);
    private const int AnswerBytes = 1;
    private const int FirstBlockBytes = 8 << 10;
    private const int SecondBlockBytes = 64 << 10;

    private const int SurePings = 5;
    private const int MostPings = 25;
    private const double SurePingsSeconds = 0.4;
    private const double MorePingsSeconds = 0.005;
    private const double LongBlockSeconds = 0.05;
    private const double ShortBlockSeconds = 0.002;
    private const double ShortBlockRoundTrips = 20;
    private const double LeastSeconds = 1e-7;

    // Pings, and blocks of eight lengths each way, each twice at most.
    private const int MostRequests = MostPings + 32;

    /// <summary>Measures the link; both parties call it at the same point of their conversation.</summary>
    /// <param name="channel">The channel, with nothing under way.</param>
    /// <param name="role">Which party this is.</param>
    /// <param name="tag">The step its messages belong to.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The same profile at both, named <see cref="Name"/>: 1 kbit/s to 1 Tbit/s each way, 0 to 60 s of round trip.</returns>
    /// <exception cref="ProtocolException">The peer sent what is no part of a measurement, stopped, vanished or fell silent.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The party is neither client nor server.</exception>
    public static Task<LinkProfile> MeasureAsync(Channel channel, Party role, StepTag tag, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return role switch
        {
            Party.Client => AskAsync(channel, tag, cancellationToken),
            Party.Server => AnswerAsync(channel, tag, cancellationToken),
            _ => throw new ArgumentOutOfRangeException(nameof(role), role, "A link joins a client and a server."),
        };
    }

    private static async Task<LinkProfile> AskAsync(Channel channel, StepTag tag, CancellationToken cancellationToken)
    {
        double ping = await PingAsync(channel, tag, cancellationToken).ConfigureAwait(false);
        double up = await RateAsync(channel, tag, ping, isUp: true, cancellationToken).ConfigureAwait(false);
        double down = await RateAsync(channel, tag, ping, isUp: false, cancellationToken).ConfigureAwait(false);
        double sending = (8 * (FrameHeader.Bytes + RequestBytes) / up) + (8 * (FrameHeader.Bytes + AnswerBytes) / down);
        var profile = new LinkProfile(
            Name,
            Rounded(up, LinkProfileText.LeastBitsPerSecond, LinkProfileText.MostBitsPerSecond),
            Rounded(down, LinkProfileText.LeastBitsPerSecond, LinkProfileText.MostBitsPerSecond),
            Rounded(ping - sending, 0, LinkProfileText.MostRoundTripSeconds)) { WakeSeconds = 0 };
        await channel.SendAsync(tag, Write(profile), cancellationToken).ConfigureAwait(false);
        return profile;
    }

    private static async Task<LinkProfile> AnswerAsync(Channel channel, StepTag tag, CancellationToken cancellationToken)
    {
        byte[] block = new byte[MaximumBlockBytes];
        FillBlock(block);
        for (int requests = 0; requests <= MostRequests; requests++)
        {
            int answer;
            using (ReceivedFrame frame = await channel.ReceiveAsync(tag, MaximumBlockBytes, cancellationToken).ConfigureAwait(false))
            {
                if (frame.Span.Length == ProfileBytes)
                {
                    return Read(frame.Span, channel.Peer, tag);
                }

                answer = AnswerTo(frame.Span, channel.Peer, tag);
            }

            await channel.SendAsync(tag, block.AsMemory(0, answer), cancellationToken).ConfigureAwait(false);
        }

        throw new ProtocolException(channel.Peer, tag.ToString(), $"asked more than {MostRequests} times where a measurement takes fewer");
    }

    private static int AnswerTo(ReadOnlySpan<byte> request, string peer, StepTag tag)
    {
        if (request.Length >= FirstBlockBytes)
        {
            return AnswerBytes;
        }

        int bytes = request.Length == RequestBytes ? BinaryPrimitives.ReadInt32LittleEndian(request) : 0;
        return bytes is > 0 and <= MaximumBlockBytes
            ? bytes
            : throw new ProtocolException(peer, tag.ToString(), "sent something that is no part of a measurement");
    }

    private static async Task<double> PingAsync(Channel channel, StepTag tag, CancellationToken cancellationToken)
    {
        byte[] request = new byte[RequestBytes];
        BinaryPrimitives.WriteInt32LittleEndian(request, AnswerBytes);
        var pings = new List<double>(MostPings);
        long started = Stopwatch.GetTimestamp();
        do
        {
            pings.Add(await TimeAsync(channel, tag, request, AnswerBytes, cancellationToken).ConfigureAwait(false));
        }
        while (pings.Count < MostPings
            && Stopwatch.GetElapsedTime(started).TotalSeconds < (pings.Count < SurePings ? SurePingsSeconds : MorePingsSeconds));

        pings.Sort();
        return pings[pings.Count / 2];
    }

    // Bits a second of the last of blocks that grow.
    private static async Task<double> RateAsync(Channel channel, StepTag tag, double ping, bool isUp, CancellationToken cancellationToken)
    {
        byte[] request = new byte[isUp ? MaximumBlockBytes : RequestBytes];
        FillBlock(request);
        for (int bytes = FirstBlockBytes; ; bytes = bytes == FirstBlockBytes ? SecondBlockBytes : 2 * bytes)
        {
            if (!isUp)
            {
                BinaryPrimitives.WriteInt32LittleEndian(request, bytes);
            }

            (int sent, int answered) = isUp ? (bytes, AnswerBytes) : (RequestBytes, bytes);
            double seconds = await TimeAsync(channel, tag, request.AsMemory(0, sent), answered, cancellationToken).ConfigureAwait(false);
            if (IsEnough(seconds - ping, ping, bytes) && seconds - ping < LongBlockSeconds)
            {
                // A pause of a party's own, as when its code runs for the first time, could make up much of so short a time.
                double again = await TimeAsync(channel, tag, request.AsMemory(0, sent), answered, cancellationToken).ConfigureAwait(false);
                seconds = Math.Min(seconds, again);
            }

            if (IsEnough(seconds - ping, ping, bytes))
            {
                // The ping had a request or an answer of its own.
                return 8 * (bytes - (isUp ? RequestBytes : AnswerBytes)) / Math.Max(seconds - ping, LeastSeconds);
            }
        }
    }

    private static bool IsEnough(double seconds, double ping, int bytes) =>
        seconds > LongBlockSeconds || (seconds > ShortBlockSeconds && seconds > ShortBlockRoundTrips * ping) || bytes == MaximumBlockBytes;

    private static async Task<double> TimeAsync(
        Channel channel, StepTag tag, ReadOnlyMemory<byte> request, int answer, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        await channel.SendAsync(tag, request, cancellationToken).ConfigureAwait(false);
        using ReceivedFrame frame = await channel.ReceiveAsync(tag, answer, cancellationToken).ConfigureAwait(false);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return frame.Span.Length == answer
            ? seconds
            : throw new ProtocolException(channel.Peer, tag.ToString(), $"answered {frame.Span.Length} bytes where {answer} were asked");
    }

    // Nothing secret: bytes that a compressing tunnel cannot make fewer, the same again every 64 KiB to lose no time.
    private static void FillBlock(Span<byte> block)
    {
        uint state = 1;
        for (int i = 0; i < Math.Min(block.Length, SecondBlockBytes); i++)
        {
            state = (state * 1664525) + 1013904223;
            block[i] = (byte)(state >> 24);
        }

        for (int done = SecondBlockBytes; done < block.Length; done *= 2)
        {
            block[..Math.Min(done, block.Length - done)].CopyTo(block[done..]);
        }
    }

    // Three digits: more would be noise, and a reader's burden.
    private static double Rounded(double value, double least, double most)
    {
        double clamped = Math.Clamp(value, least, most);
        if (clamped == 0)
        {
            return 0;
        }

        int exponent = 2 - (int)Math.Floor(Math.Log10(clamped));
        double power = Math.Pow(10, Math.Abs(exponent));
        double rounded = exponent < 0 ? Math.Round(clamped / power) * power : Math.Round(clamped * power) / power;
        return Math.Clamp(rounded, least, most);
    }

    private static byte[] Write(LinkProfile profile)
    {
        byte[] bytes = new byte[ProfileBytes];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, profile.BitsPerSecondUp);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(8), profile.BitsPerSecondDown);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(16), profile.RoundTripSeconds);
        return bytes;
    }

    private static LinkProfile Read(ReadOnlySpan<byte> bytes, string peer, StepTag tag)
    {
        double up = BinaryPrimitives.ReadDoubleLittleEndian(bytes);
        double down = BinaryPrimitives.ReadDoubleLittleEndian(bytes[8..]);
        double roundTrip = BinaryPrimitives.ReadDoubleLittleEndian(bytes[16..]);
        return LinkProfileText.IsInRange(up, down, roundTrip)
            ? new LinkProfile(Name, up, down, roundTrip) { WakeSeconds = 0 }
            : throw new ProtocolException(peer, tag.ToString(), "sent figures of a link that no link has");
    }
}
