using Hybrid.Communication;
using Hybrid.Graph;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Dealing;
using Hybrid.Schemes;

namespace Hybrid.Mpc;

/// <summary>
/// Client and server meet at the dealer: the client draws the meeting's id and sends it to the server over the session's channel, both go
/// there, and tell each other once they have met. Two messages and one back. Who cannot get there tells the other why.
/// </summary>
internal static class DealerMeeting
{
    /// <summary>Meets.</summary>
    /// <param name="access">The way to the dealer.</param>
    /// <param name="context">The set-up's context.</param>
    /// <exception cref="HybridException">The dealer cannot be reached or refuses, or the other party did not come or left.</exception>
    public static async Task<ICorrelationProvider> JoinAsync(IDealerAccess access, StepContext context)
    {
        MeetingId meeting = await AgreeAsync(context).ConfigureAwait(false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.Cancellation);
        Task<ICorrelationProvider> joining = access.JoinAsync(meeting, (int)context.Role, 2, stop.Token).AsTask();
        Task arrival = ArrivalAsync(context, stop.Token);
        try
        {
            // Whichever fails first ends the other: a party that waits at the dealer hears why its peer does not come.
            if (await Task.WhenAny(joining, arrival).ConfigureAwait(false) == arrival)
            {
                await arrival.ConfigureAwait(false);
            }

            ICorrelationProvider dealer = await joining.ConfigureAwait(false);
            await context.Channel.SendAsync(context.Tag, ReadOnlyMemory<byte>.Empty, context.Cancellation).ConfigureAwait(false);
            await arrival.ConfigureAwait(false);
            return dealer;
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await arrival.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ((Task)joining).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (joining.IsCompletedSuccessfully)
            {
                await (await joining.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }
    }

    private static async Task ArrivalAsync(StepContext context, CancellationToken cancellation)
    {
        using ReceivedFrame frame = await context.Channel.ReceiveAsync(context.Tag, 0, cancellation).ConfigureAwait(false);
    }

    private static async Task<MeetingId> AgreeAsync(StepContext context)
    {
        var bytes = new byte[MeetingId.Bytes];
        if (context.Role == Party.Client)
        {
            MeetingId meeting = MeetingId.Create(context.Random);
            meeting.Write(bytes);
            await context.Channel.SendAsync(context.Tag, bytes, context.Cancellation).ConfigureAwait(false);
            return meeting;
        }

        using ReceivedFrame frame = await context.Channel.ReceiveAsync(context.Tag, MeetingId.Bytes, context.Cancellation).ConfigureAwait(false);
        return frame.Span.Length == MeetingId.Bytes
            ? MeetingId.Read(frame.Span)
            : throw new ProtocolException(
                context.Role.Other().Name(), context.Tag.Name!, $"sent the id of a meeting in {frame.Span.Length} bytes where {MeetingId.Bytes} make one: use the same release on both sides");
    }
}
