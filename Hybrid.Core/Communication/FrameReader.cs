using System.Globalization;
using System.Text;

namespace Hybrid.Communication;

/// <summary>
/// Reads frames from a stream. The header comes alone, so that its figures can be judged before any room is made for the payload.
/// </summary>
internal sealed class FrameReader
{
    /// <summary>Longest reason an abort may carry, in bytes of UTF-8.</summary>
    public const int MaximumReasonBytes = 500;

    private readonly Stream _stream;
    private readonly byte[] _header = new byte[FrameHeader.Bytes];
    private long _arrivals;
    private int _reading;

    public FrameReader(Stream stream) => _stream = stream;

    /// <summary>Grows whenever bytes arrive.</summary>
    public long Arrivals => Interlocked.Read(ref _arrivals);

    /// <summary>Whether a read is under way; while none is, silence says nothing about the peer.</summary>
    public bool IsReading => Volatile.Read(ref _reading) != 0;

    /// <summary>Reads up to the next step's header, past any heartbeats; or gives the reason why no step will follow.</summary>
    public async Task<(FrameHeader Header, ChannelFault? Fault)> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await FillAsync(_header, cancellationToken).ConfigureAwait(false);
                FrameHeader header = FrameHeader.Read(_header);
                if (header.IsStep)
                {
                    return (header, null);
                }

                if (header.Tag == StepTag.Abort && header.Length <= MaximumReasonBytes)
                {
                    return (header, ChannelFault.Peer(await ReadReasonAsync((int)header.Length, cancellationToken).ConfigureAwait(false)));
                }

                if (header.Length != 0 || header.Tag is not (StepTag.Heartbeat or StepTag.Goodbye))
                {
                    return (header, ChannelFault.Peer(
                        $"sent a frame no party sends (tag {header.Tag:x8}, {header.Length} bytes): use the same release on both sides"));
                }

                if (header.Tag == StepTag.Goodbye)
                {
                    return (header, ChannelFault.Goodbye);
                }
            }
        }
        catch (Exception error) when (ChannelFault.IsFromTransport(error))
        {
            return (default, ChannelFault.Lost(error));
        }
    }

    /// <summary>Reads until <paramref name="destination"/> is full.</summary>
    /// <exception cref="EndOfStreamException">The stream ended before.</exception>
    public async ValueTask FillAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        while (!destination.IsEmpty)
        {
            Volatile.Write(ref _reading, 1);
            try
            {
                int read = await _stream.ReadAsync(destination, cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    throw new EndOfStreamException();
                }

                Interlocked.Increment(ref _arrivals);
                destination = destination[read..];
            }
            finally
            {
                Volatile.Write(ref _reading, 0);
            }
        }
    }

    private async ValueTask<string> ReadReasonAsync(int length, CancellationToken cancellationToken)
    {
        byte[] utf8 = new byte[length];
        await FillAsync(utf8, cancellationToken).ConfigureAwait(false);
        string reason = Printable(Encoding.UTF8.GetString(utf8)).Trim().TrimEnd('.');
        return reason.Length == 0 ? "stopped and gave no reason" : $"stopped: {reason}";
    }

    // The peer chose this text: nothing in it may steer a terminal, forge a line of a log or turn the line's direction.
    private static string Printable(string text)
    {
        StringBuilder kept = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned))
            {
                kept.Append(rune);
            }
        }

        return kept.ToString();
    }
}
