using System.Text.Json.Serialization;
using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Cli.Plans;

/// <summary>What plan tells: the plan, op by op and step by step.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Rows">Rows at a time.</param>
/// <param name="Reveal">What the client learns.</param>
/// <param name="Link">The link.</param>
/// <param name="Objective">What the plan keeps small.</param>
/// <param name="Cost">What the whole plan is expected to cost.</param>
/// <param name="SetUp">About what a session costs before its first query.</param>
/// <param name="BytesDealt">What a dealer would send both parties; null where none is needed.</param>
/// <param name="Error">Bound on the error of results that computing adds; 0 if it is exact, null if no bound is known.</param>
/// <param name="Ops">The ops.</param>
/// <param name="Steps">The steps.</param>
/// <param name="Ledger">What each party would learn, if asked for.</param>
internal sealed record PlanReport(
    string Model,
    int Rows,
    string Reveal,
    string Link,
    string Objective,
    QuoteReport Cost,
    QuoteReport SetUp,
    long? BytesDealt,
    double? Error,
    OpReport[] Ops,
    StepReport[] Steps,
    LedgerLine[]? Ledger)
{
    /// <summary>Puts a report together.</summary>
    public static PlanReport Of(PlanSubject subject, PlanExplanation explanation, SchemeRegistry registry, bool withLedger)
    {
        Plan plan = explanation.Plan;
        LinkProfile link = subject.Request.Link;
        return new PlanReport(
            subject.Model.Card.Name,
            subject.Rows,
            subject.Revealed.ToString().ToLowerInvariant(),
            subject.Link,
            subject.Request.Objective.MegabyteWeight > 0 ? "bytes" : "latency",
            QuoteReport.Of(plan, link),
            QuoteReport.Of(plan.SetUp, link),
            registry.Backend(Scheme.Shares) is { } shares && plan.Schemes.Contains(Scheme.Shares) ? shares.BytesToDeal(plan) : null,
            RoundingError.Of(plan.Graph, plan.Assignment),
            [.. explanation.Ops.Select(op => OpReport.Of(op, subject.Request))],
            [.. plan.Steps.Select(step => StepReport.Of(step, link))],
            withLedger ? PlanSubject.Ledger(plan) : null);
    }
}

/// <summary>One op of a plan.</summary>
/// <param name="Number">Its number in the graph.</param>
/// <param name="Label">Its label.</param>
/// <param name="Op">What it does.</param>
/// <param name="Shape">The shape of its value.</param>
/// <param name="Bits">Bits of its value.</param>
/// <param name="Scheme">Where it is computed; plain: in the clear, by a party that has all that goes in.</param>
/// <param name="Why">Why there.</param>
/// <param name="Step">The number of the step that computes it, from 1; null if it needs none.</param>
/// <param name="Error">Bound on what its own rounding adds; null if none is known.</param>
/// <param name="Schemes">The op in every scheme that can compute it.</param>
internal sealed record OpReport(
    int Number, string Label, string Op, string Shape, int Bits, string Scheme, string Why, int? Step, double? Error, AlternativeReport[] Schemes)
{
    public static OpReport Of(OpExplanation op, PlanRequest request) => new(
        op.Op.Id,
        op.Op.Label,
        op.Op.Op.Name,
        op.Op.Shape.ToString(),
        op.Op.Bits,
        SchemeNames.Word(op.Scheme),
        op.Why,
        op.Step?.Index + 1,
        op.AddedError,
        [.. op.Alternatives.Where(alternative => alternative.IsAble).Select(alternative => AlternativeReport.Of(alternative, op.Scheme, request.Link))]);
}

/// <summary>An op in one scheme.</summary>
/// <param name="Scheme">The scheme.</param>
/// <param name="IsChosen">Whether the plan has the op there.</param>
/// <param name="Alone">The op by itself, with the conversions that its values then need.</param>
/// <param name="StandsAlone">Whether it can be by itself; if not, Alone is its part of a longer chain, without conversions.</param>
/// <param name="Plan">The best whole plan that has the op there; null if there is none.</param>
internal sealed record AlternativeReport(string Scheme, bool IsChosen, QuoteReport Alone, bool StandsAlone, QuoteReport? Plan)
{
    /// <summary>The scheme with a star where it is the chosen one, and a dagger where the op cannot be by itself.</summary>
    [JsonIgnore]
    public string Marked => $"{Scheme}{(IsChosen ? " *" : string.Empty)}{(StandsAlone ? string.Empty : " †")}";

    public static AlternativeReport Of(SchemeAlternative alternative, Scheme chosen, LinkProfile link) => new(
        SchemeNames.Word(alternative.Scheme),
        alternative.Scheme == chosen,
        QuoteReport.Of(alternative.Quote!.Value, link),
        alternative.StandsAlone,
        alternative.Plan is { } plan ? QuoteReport.Of(plan, link) : null);
}

/// <summary>One step of a plan.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Title">What it is called.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="From">How values come in.</param>
/// <param name="To">How they go out.</param>
/// <param name="Cost">What it is expected to cost by itself.</param>
internal sealed record StepReport(int Number, string Title, string Purpose, string From, string To, QuoteReport Cost)
{
    public static StepReport Of(PlanStep step, LinkProfile link) => new(
        step.Index + 1, step.Title, PlanExplanation.Purpose(step), SchemeNames.Word(step.From), SchemeNames.Word(step.To), QuoteReport.Of(step.Quote, link));
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PlanReport))]
internal sealed partial class PlanJson : JsonSerializerContext;
