using Hybrid.Schemes;

namespace Hybrid.Planning;

/// <summary>Where the time of steps goes, one after the other.</summary>
/// <param name="Client">Seconds in which the client alone computes.</param>
/// <param name="Server">Seconds in which the server alone computes.</param>
/// <param name="Both">Seconds in which both compute at once, until the slower one is done.</param>
/// <param name="Sending">Seconds that bytes take at the link's rates.</param>
/// <param name="Waiting">Seconds that messages are under way: what a way takes, for each that is waited for; and for what a dealer sends, where it is late.</param>
public readonly record struct PlanTime(double Client, double Server, double Both, double Sending, double Waiting)
{
    /// <summary>Seconds from start to end.</summary>
    public double Total => Client + Server + Both + Sending + Waiting;

    /// <summary>The time of a step by itself over a link: the parts add up to <see cref="LinkProfile.Latency"/>. What others hide behind is named in full.</summary>
    public static PlanTime Of(Quote quote, LinkProfile link)
    {
        ArgumentNullException.ThrowIfNull(link);
        double up = 8 * quote.BytesUp / link.BitsPerSecondUp;
        double down = 8 * quote.BytesDown / link.BitsPerSecondDown;
        double waiting = quote.Flights * link.WaySeconds;
        if (quote.IsMutual)
        {
            return new PlanTime(0, 0, Math.Max(quote.ClientSeconds, quote.ServerSeconds), Math.Max(up, down), waiting);
        }

        double rest = 1 - (1.0 / quote.Pieces);
        if (quote.Ahead.Seconds > 0)
        {
            double hidden = rest * Math.Min(quote.Ahead.Seconds, 8 * quote.Ahead.BytesUp / link.BitsPerSecondUp);
            return new PlanTime(quote.ClientSeconds, quote.ServerSeconds - hidden, 0, up + down, waiting);
        }

        // A pipeline: each stage's share of one piece, and the longest stage's of the others.
        double longest = Math.Max(up + down, Math.Max(quote.ClientSeconds, quote.ServerSeconds));
        double others = rest * longest;
        PlanTime first = new(quote.ClientSeconds / quote.Pieces, quote.ServerSeconds / quote.Pieces, 0, (up + down) / quote.Pieces, waiting);
        return longest == up + down ? first with { Sending = first.Sending + others }
            : longest == quote.ServerSeconds ? first with { Server = first.Server + others }
            : first with { Client = first.Client + others };
    }

    /// <summary>The time of a plan over a link: the parts add up to <see cref="Plan.Seconds"/>, where ways that overlap are waited for once.</summary>
    public static PlanTime Of(Plan plan, LinkProfile link)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(link);
        PlanTime sum = plan.Steps.Aggregate(default(PlanTime), (sum, step) => sum + Of(step.Quote, link));
        return sum with { Waiting = (plan.Flights * link.WaySeconds) + plan.DealerSeconds(link) };
    }

    /// <summary>Both, one after the other.</summary>
    public static PlanTime operator +(PlanTime left, PlanTime right) => new(
        left.Client + right.Client, left.Server + right.Server, left.Both + right.Both, left.Sending + right.Sending, left.Waiting + right.Waiting);

    /// <summary>Both, one after the other.</summary>
    public static PlanTime Add(PlanTime left, PlanTime right) => left + right;
}
