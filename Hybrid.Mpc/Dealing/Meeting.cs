using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Hybrid.Communication;
using Hybrid.Mpc.Correlations;

namespace Hybrid.Mpc.Dealing;

/// <summary>The parties that belong together: gathers them, then deals to them until they say goodbye or one of them fails.</summary>
/// <remarks>
/// One thread of work deals; a batch goes to every party at the same time, so that no party waits for corrections which lie with the
/// dealer while another takes none. What ends a meeting ends it for all its parties at once, and for no other meeting.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "The source has neither timer nor handle, and who comes late may still ask it.")]
internal sealed class Meeting
{
    private const string Name = "meeting";

    private readonly DealerOptions _options;
    private readonly Action _onEnd;
    private readonly Seat?[] _seats;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private bool _hasEnded;
    private Int128 _remembered;

    /// <summary>A meeting without parties yet.</summary>
    /// <param name="parties">How many there will be.</param>
    /// <param name="options">The dealer's limits.</param>
    /// <param name="onEnd">Called once, when the meeting is over.</param>
    public Meeting(int parties, DealerOptions options, Action onEnd)
    {
        _options = options;
        _onEnd = onEnd;
        _seats = new Seat?[parties];
        _ = LimitAsync();
    }

    private int Parties => _seats.Length;

    private IEnumerable<Seat> Seats => _seats.OfType<Seat>();

    /// <summary>Gives a party its place; when it is the last, dealing begins.</summary>
    /// <exception cref="ProtocolException">The place is taken, or the party means another meeting.</exception>
    public Seat Join(int party, int parties, Channel channel)
    {
        lock (_gate)
        {
            string? problem = _hasEnded ? "came when its meeting had just ended"
                : parties != Parties ? $"came to a meeting of {Parties} parties for one of {parties}"
                : _seats[party] is not null ? $"came as party {party}, who is already in the meeting: give every party a number of its own"
                : null;
            if (problem is not null)
            {
                throw new ProtocolException(channel.Peer, DealerMessages.Hello.Name!, problem);
            }

            var seat = new Seat(party, channel, Fail);
            _seats[party] = seat;
            seat.Listen();
            if (Seats.Count() == Parties)
            {
                _ = Task.Run(RunAsync);
            }

            return seat;
        }
    }

    /// <summary>Ends the meeting because of one party.</summary>
    public void Fail(Seat party, Exception error) => End(party.Party, error);

    private void End(int? party, Exception error)
    {
        if (!Finish())
        {
            return;
        }

        string reason = error is HybridException ? error.Message : "its connection was closed by the dealer.";
        foreach (Seat seat in Seats)
        {
            seat.End(party is null || party == seat.Party
                ? error
                : new ProtocolException(Name, "dealing", $"has ended, since party {party} is out of it: {reason}"));
        }

        _stop.Cancel();
    }

    // Whether it was this call that ended the meeting.
    private bool Finish()
    {
        lock (_gate)
        {
            if (_hasEnded)
            {
                return false;
            }

            _hasEnded = true;
        }

        _onEnd();
        return true;
    }

    private async Task LimitAsync()
    {
        await Task.Delay(_options.MeetingTime, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        string missing;
        lock (_gate)
        {
            missing = string.Join(", ", Enumerable.Range(0, Parties).Where(party => _seats[party] is null));
        }

        if (missing.Length > 0)
        {
            End(null, new ProtocolException(
                Name,
                DealerMessages.Met.Name!,
                FormattableString.Invariant($"was not complete within {_options.MeetingTime.TotalSeconds:0.###} s, ")
                    + $"without party {missing} of {Parties}: start all parties within that time."));
        }
    }

    private async Task RunAsync()
    {
        using var memory = new DealerMemory();
        try
        {
            await SendAllAsync(DealerMessages.Met, _ => default).ConfigureAwait(false);
            while (await DealAsync(memory).ConfigureAwait(false))
            {
            }

            Finish();
            foreach (Seat seat in Seats)
                seat.End();
            await _stop.CancelAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Nothing new, if a party's failure was what ended it.
            End(null, e);
        }

        foreach (Seat seat in Seats)
            await seat.WipeAsync().ConfigureAwait(false);
    }

    // One demand of all parties; false at their goodbye.
    private async Task<bool> DealAsync(DealerMemory memory)
    {
        CorrelationDemand? demand = await AgreeAsync().ConfigureAwait(false);
        if (demand is null)
        {
            return false;
        }

        DemandCost cost = DemandCost.Of(demand, Parties);
        cost.Require(_options, _remembered);
        _remembered += cost.MaskBytes;
        DealerSeeds seeds;
        lock (_options.Random)
        {
            seeds = new DealerSeeds(Parties, _options.Random);
        }

        using (seeds)
        {
            using var work = new DealerWork(demand, seeds, memory);
            RequireMasks(demand, memory);
            foreach (Seat seat in Seats)
                seat.Listen();
            byte[][] copies = [.. Seats.Select(seat => seeds.Of(seat.Party).ToArray())];
            await SendAllAsync(DealerMessages.Seed, seat => copies[seat.Party]).ConfigureAwait(false);
            foreach (byte[] copy in copies)
                CryptographicOperations.ZeroMemory(copy);
            await StreamAsync(work).ConfigureAwait(false);
        }

        return true;
    }

    // Found missing while dealing, a mask would be news to those only who are sent something.
    private static void RequireMasks(CorrelationDemand demand, DealerMemory memory)
    {
        foreach (CorrelationDraw draw in demand.Draws)
        {
            if (draw.Kind.Mask is { } mask)
            {
                _ = memory.Of(mask);
            }
        }
    }

    // The demand that all parties sent; null where all said goodbye.
    private async Task<CorrelationDemand?> AgreeAsync()
    {
        var frames = new ReceivedFrame[Parties];
        try
        {
            foreach (Seat seat in Seats)
                frames[seat.Party] = await seat.Next.WaitAsync(_stop.Token).ConfigureAwait(false);
            if (frames.All(frame => frame.Payload.IsEmpty))
            {
                return null;
            }

            for (int party = 0; party < Parties; party++)
            {
                if (frames[party].Payload.IsEmpty)
                {
                    throw new ProtocolException(
                        Name, DealerMessages.Demand.Name!, $"is over: party {party} said goodbye while another sent a demand.");
                }

                if (!frames[party].Span.SequenceEqual(frames[0].Span))
                {
                    throw new ParameterException(
                        ParameterFault.Mismatch,
                        $"Party {party} demands other correlations than party 0: use the same plan and release at all parties.");
                }
            }

            return DemandFormat.Read(frames[0].Span, _options.Lookups);
        }
        finally
        {
            foreach (ReceivedFrame? frame in frames)
                frame?.Dispose();
        }
    }

    private async Task StreamAsync(DealerWork work)
    {
        while (work.MoveNext())
        {
            _stop.Token.ThrowIfCancellationRequested();
            foreach (Seat seat in Seats)
            {
                if (seat.IsFullFor(work.Message(seat.Party).Length))
                {
                    await SendBatchesAsync().ConfigureAwait(false);
                }
            }

            foreach (Seat seat in Seats)
                seat.Append(work.Message(seat.Party).Span);
        }

        await SendBatchesAsync().ConfigureAwait(false);
        await SentAsync().ConfigureAwait(false);
    }

    private async Task SendBatchesAsync()
    {
        await SentAsync().ConfigureAwait(false);
        foreach (Seat seat in Seats)
            seat.SendBatch();
    }

    private async Task SendAllAsync(StepTag tag, Func<Seat, ReadOnlyMemory<byte>> payload)
    {
        foreach (Seat seat in Seats)
            seat.Send(tag, payload(seat));
        await SentAsync().ConfigureAwait(false);
    }

    private async Task SentAsync()
    {
        foreach (Seat seat in Seats)
            await seat.Sent.WaitAsync(_stop.Token).ConfigureAwait(false);
    }
}
