using Hybrid.Schemes;

namespace Hybrid.Planning;

/// <summary>What a plan is made for.</summary>
/// <param name="Link">What the connection is like.</param>
/// <param name="Objective">What to keep small.</param>
/// <param name="Pin">The scheme of every op that it can compute; the planner chooses where it is null.</param>
public sealed record PlanRequest(LinkProfile Link, PlanObjective Objective, Scheme? Pin = null)
{
    /// <summary>The schemes that may be used; null: all that are at hand.</summary>
    public IReadOnlySet<Scheme>? Among { get; init; }

    /// <summary>Whether a scheme may be used.</summary>
    public bool Allows(Scheme scheme) => Among is null || Among.Contains(scheme);

    /// <summary>The least time over a link.</summary>
    public static PlanRequest Over(LinkProfile link, Scheme? pin = null) => new(link, PlanObjective.Latency, pin);

    /// <summary>What a step counts, but for the ways that are waited for.</summary>
    internal double Work(Quote quote) =>
        (Objective.SecondsWeight * (Link.Latency(quote) - Waiting(quote))) + (Objective.MegabyteWeight * 1e-6 * (quote.BytesUp + quote.BytesDown));

    /// <summary>What the ways that a step waits for count.</summary>
    internal double Wait(Quote quote) => Objective.SecondsWeight * Waiting(quote);

    /// <summary>What a whole plan counts.</summary>
    internal double Cost(Plan plan) => plan.Steps.Sum(step => Work(step.Quote)) + (Objective.SecondsWeight * ((plan.Flights * Link.WaySeconds) + plan.DealerSeconds(Link)))
        + Part(Work(plan.SetUp) + Wait(plan.SetUp));

    /// <summary>Seconds of a query, with its part of the set-up where that counts.</summary>
    internal double Seconds(Plan plan) => plan.Seconds(Link) + Part(Link.Latency(plan.SetUp));

    private double Part(double ofSetUp) => Objective.Queries > 0 ? ofSetUp / Objective.Queries : 0;

    private double Waiting(Quote quote) => quote.Flights * Link.WaySeconds;
}
