using Hybrid.Communication;
using Hybrid.Graph;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Dealing;
using Hybrid.Schemes;

namespace Hybrid.Mpc;

/// <summary>
/// Client and server meet at the dealer: the client has drawn the meeting's id and told the server, and both go there. The dealer answers once both are
/// there, so they need not tell each other. Who cannot get there tells the other why.
/// </summary>
internal static class DealerMeeting
{
    /// <summary>Meets.</summary>
    /// <param name="access">The way to the dealer.</param>
    /// <param name="meeting">Where.</param>
    /// <param name="context">The set-up's context.</param>
    /// <exception cref="HybridException">The dealer cannot be reached or refuses, or the other party did not come or left.</exception>
    public static async Task<ICorrelationProvider> JoinAsync(IDealerAccess access, MeetingId meeting, StepContext context)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.Cancellation);
        Task<ICorrelationProvider> joining = access.JoinAsync(meeting, (int)context.Role, 2, stop.Token).AsTask();
        Task end = context.Channel.EndAsync(context.Tag, stop.Token);
        try
        {
            // Whichever fails first ends the other: a party that waits at the dealer hears why its peer does not come.
            if (await Task.WhenAny(joining, end).ConfigureAwait(false) == end)
            {
                await end.ConfigureAwait(false);
            }

            ICorrelationProvider dealer = await joining.ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
            await end.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return dealer;
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await end.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ((Task)joining).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (joining.IsCompletedSuccessfully)
            {
                await (await joining.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }
    }

    /// <summary>What the client draws up and the server hears: where to meet, and how to choose.</summary>
    /// <param name="options">This party's options.</param>
    /// <param name="context">The set-up's context.</param>
    /// <exception cref="ProtocolException">The client sent something else, or wants what this server does not do.</exception>
    public static async Task<SetUpMessage> AgreeAsync(SharesOptions options, StepContext context)
    {
        if (context.Role == Party.Client)
        {
            var message = new SetUpMessage(MeetingId.Create(context.Random), options.Comparison, options.Link, options.DealerLink);
            await context.Channel.SendAsync(context.Tag, message.Write(), context.Cancellation).ConfigureAwait(false);
            return message;
        }

        using ReceivedFrame frame = await context.Channel.ReceiveAsync(context.Tag, SetUpMessage.Bytes, context.Cancellation).ConfigureAwait(false);
        string client = context.Role.Other().Name();
        SetUpMessage heard = SetUpMessage.Read(frame.Span, client, context.Tag.Name!);
        return options.Comparison is null || options.Comparison == heard.Comparison
            ? heard
            : throw new ProtocolException(
                client, context.Tag.Name!, $"asked for {(heard.Comparison is { } method ? $"comparisons by {method}" : "comparisons as its link says")} where this server compares by {options.Comparison}");
    }
}
