using System.Text.Json.Serialization;
using Hybrid.Planning;

namespace Hybrid.Cli.Plans;

/// <summary>What compare tells: whole plans beside one another, and every op in every scheme.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Rows">Rows at a time.</param>
/// <param name="Reveal">What the client learns.</param>
/// <param name="Link">The link.</param>
/// <param name="Objective">What the chosen plan keeps small.</param>
/// <param name="Machine">What it was computed on.</param>
/// <param name="Variants">The plans; the chosen one is last.</param>
/// <param name="Ops">The ops of the chosen plan, each in every scheme that can compute it.</param>
internal sealed record CompareReport(
    string Model, int Rows, string Reveal, string Link, string Objective, string Machine, VariantReport[] Variants, OpReport[] Ops)
{
    /// <summary>Puts a report together.</summary>
    /// <param name="subject">What was planned.</param>
    /// <param name="comparison">The plans.</param>
    /// <param name="measured">What they did cost, by their names, where they were run.</param>
    public static CompareReport Of(PlanSubject subject, SchemeComparison comparison, IReadOnlyDictionary<string, Measurement> measured) => new(
        subject.Model.Card.Name,
        subject.Rows,
        subject.Revealed.ToString().ToLowerInvariant(),
        subject.Link,
        subject.Request.Objective.MegabyteWeight > 0 ? "bytes" : "latency",
        subject.Machine,
        [.. comparison.Variants.Select(variant => VariantReport.Of(variant, subject.Request.Link, measured.GetValueOrDefault(variant.SameAs ?? variant.Name)))],
        [.. comparison.Chosen.Ops.Select(op => OpReport.Of(op, subject.Request))]);

    /// <summary>Whether plans were run.</summary>
    [JsonIgnore]
    public bool IsMeasured => Variants.Any(variant => variant.Measured is not null);

    /// <summary>Plans that were not run where others were: they would have taken long.</summary>
    [JsonIgnore]
    public IEnumerable<VariantReport> Skipped => Variants.Where(variant => IsMeasured && variant is { Cost: not null, SameAs: null, Measured: null });
}

/// <summary>One whole plan.</summary>
/// <param name="Name">Its name.</param>
/// <param name="SameAs">An earlier variant that is the same plan; null if there is none.</param>
/// <param name="Refusal">Why there is no such plan; null if there is one.</param>
/// <param name="Schemes">The schemes it uses.</param>
/// <param name="Cost">What it is expected to cost.</param>
/// <param name="SetUp">About what a session costs before its first query.</param>
/// <param name="Time">Where the time is expected to go.</param>
/// <param name="Error">Bound on the error of results that computing adds; null if none is known.</param>
/// <param name="BytesDealt">What a dealer is expected to send both parties; null where none is needed.</param>
/// <param name="DealerSeconds">Seconds of what it is expected to cost in which it waits for a dealer; a trial has what is dealt before it runs.</param>
/// <param name="Measured">What it did cost; null if it was not run.</param>
/// <param name="Steps">Its steps.</param>
internal sealed record VariantReport(
    string Name,
    string? SameAs,
    string? Refusal,
    string[] Schemes,
    QuoteReport? Cost,
    QuoteReport? SetUp,
    TimeReport? Time,
    double? Error,
    long? BytesDealt,
    double DealerSeconds,
    MeasuredReport? Measured,
    VariantStepReport[] Steps)
{
    /// <summary>Seconds that a trial is expected to take.</summary>
    [JsonIgnore]
    public double TrialSeconds => (Cost?.Seconds ?? 0) - DealerSeconds;

    public static VariantReport Of(PlanVariant variant, LinkProfile link, Measurement? measured) => new(
        variant.Name,
        variant.SameAs,
        variant.Refusal,
        [.. variant.Plan?.Schemes.Order().Select(SchemeNames.Word) ?? []],
        variant.Plan is null ? null : QuoteReport.Of(variant.Plan, link),
        variant.Plan is null ? null : QuoteReport.Of(variant.Plan.SetUp, link),
        variant.Plan is null ? null : TimeReport.Of(PlanTime.Of(variant.Plan, link)),
        variant.Error,
        variant.BytesDealt,
        variant.Plan?.DealerSeconds(link) ?? 0,
        measured?.Total,
        [.. variant.Plan?.Steps.Select(step => new VariantStepReport(StepReport.Of(step, link), measured?.Steps[step.Index])) ?? []]);
}

/// <summary>Where a plan's time goes: seconds of one party or both computing, of sending, and of waiting for what is under way.</summary>
internal sealed record TimeReport(double Client, double Server, double Both, double Sending, double Waiting)
{
    public static TimeReport Of(PlanTime time) => new(time.Client, time.Server, time.Both, time.Sending, time.Waiting);
}

/// <summary>A step, as expected and as it was.</summary>
internal sealed record VariantStepReport(StepReport Predicted, MeasuredStepReport? Measured);

/// <summary>What a step did cost: computing times, and bytes.</summary>
internal sealed record MeasuredStepReport(double ClientSeconds, double ServerSeconds, long BytesUp, long BytesDown);

/// <summary>What a plan did cost.</summary>
/// <param name="Runs">How often it ran after a first time that does not count; times are medians.</param>
/// <param name="Seconds">From start to end.</param>
/// <param name="ClientSeconds">Computing time at the client.</param>
/// <param name="ServerSeconds">Computing time at the server.</param>
/// <param name="BytesUp">From client to server.</param>
/// <param name="BytesDown">From server to client.</param>
/// <param name="BytesDealt">What a dealer sent both parties for a run.</param>
/// <param name="SetUpSeconds">Keys, and weights sent masked: once for all runs.</param>
/// <param name="PreparationSeconds">What does not depend on rows, before every run.</param>
/// <param name="Error">Largest difference of a result from the same graph in real numbers.</param>
internal sealed record MeasuredReport(
    int Runs,
    double Seconds,
    double ClientSeconds,
    double ServerSeconds,
    long BytesUp,
    long BytesDown,
    long? BytesDealt,
    double SetUpSeconds,
    double PreparationSeconds,
    double Error);

/// <summary>What a variant did cost, whole and step by step.</summary>
internal sealed record Measurement(MeasuredReport Total, MeasuredStepReport[] Steps);

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CompareReport))]
internal sealed partial class CompareJson : JsonSerializerContext;
