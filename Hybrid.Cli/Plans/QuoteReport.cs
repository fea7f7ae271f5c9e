using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Cli.Plans;

/// <summary>What something is expected to cost.</summary>
/// <param name="Seconds">From start to end over the link.</param>
/// <param name="ClientSeconds">Computing time at the client.</param>
/// <param name="ServerSeconds">Computing time at the server.</param>
/// <param name="BytesUp">From client to server.</param>
/// <param name="BytesDown">From server to client.</param>
/// <param name="Rounds">Ways between the parties that are waited for one after the other.</param>
internal sealed record QuoteReport(double Seconds, double ClientSeconds, double ServerSeconds, long BytesUp, long BytesDown, int Rounds)
{
    /// <summary>A step's or an op's.</summary>
    public static QuoteReport Of(Quote quote, LinkProfile link) =>
        new(link.Latency(quote), quote.ClientSeconds, quote.ServerSeconds, quote.BytesUp, quote.BytesDown, quote.Flights);

    /// <summary>A plan's.</summary>
    public static QuoteReport Of(Plan plan, LinkProfile link) =>
        Of(plan.Quote, link) with { Seconds = plan.Seconds(link), Rounds = plan.Flights };
}
