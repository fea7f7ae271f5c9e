using System.Numerics.Tensors;
using System.Text.Json.Serialization;
using Hybrid.Execution;
using Hybrid.Models;
using Hybrid.Planning;

namespace Hybrid.Cli;

/// <summary>What predict and query tell: results, how they compare with the model in the clear, and what they cost.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Rows">Rows predicted.</param>
/// <param name="Scheme">The schemes of the plan, as in ckks+shares.</param>
/// <param name="Keys">The client's keys and the dealer, in a few words.</param>
/// <param name="Accuracy">Share of rows whose label is the data's; null where there are no labels.</param>
/// <param name="R2">For a regression: the share of the variance explained; null elsewhere, and where the known values do not vary.</param>
/// <param name="Agreement">Share of rows whose label is the plaintext model's (for a regression: whose value is, within 0.001); null without the model.</param>
/// <param name="MaxError">Largest difference of a score, or of a value where only values were revealed, from the plaintext model's; null without the model or either.</param>
/// <param name="Client">The client's computing time for the queries.</param>
/// <param name="Server">The server's.</param>
/// <param name="WallSeconds">Time passed for the queries.</param>
/// <param name="BytesUp">Client to server, for the queries.</param>
/// <param name="BytesDown">Server to client, for the queries.</param>
/// <param name="Rounds">Times the client waited for the server, for the queries.</param>
/// <param name="Preparation">What getting ready for the queries took: all that depends on no row.</param>
/// <param name="SetUp">The same for keys and model card.</param>
/// <param name="Link">What plans took the connection to be like; what was measured, if that was asked for.</param>
/// <param name="Revealed">What the client learnt: scores, values or label.</param>
/// <param name="BytesDealt">What the dealer sent both parties, set-up included; null where there is none.</param>
/// <param name="Activation">What makes values of scores.</param>
/// <param name="Predictions">For each row the number of the label; for a regression the value.</param>
/// <param name="Labels">Names of the labels, their numbers where the model has no names; empty for a regression.</param>
/// <param name="Values">For each row what the activation made of its scores; null where only labels were revealed.</param>
/// <param name="Steps">What each step did cost, if asked for.</param>
/// <param name="Ledger">What each party learnt, if asked for.</param>
internal sealed record PredictionReport(
    string Model,
    int Rows,
    string Scheme,
    string Keys,
    double? Accuracy,
    double? R2,
    double? Agreement,
    double? MaxError,
    PartyReport Client,
    PartyReport Server,
    double WallSeconds,
    long BytesUp,
    long BytesDown,
    long Rounds,
    PreparationReport Preparation,
    SetUpReport SetUp,
    string Link,
    string Revealed,
    long? BytesDealt,
    string Activation,
    double[] Predictions,
    string[] Labels,
    double[][]? Values,
    StepLine[]? Steps,
    LedgerLine[]? Ledger)
{
    /// <summary>Whether the link was measured.</summary>
    [JsonIgnore]
    public bool IsLinkMeasured { get; init; }

    /// <summary>How the results compare with those of the plaintext model; null without it.</summary>
    [JsonIgnore]
    public Agreement? Comparison { get; init; }

    /// <summary>Puts a report together.</summary>
    /// <param name="client">The client that predicted.</param>
    /// <param name="prediction">What it got.</param>
    /// <param name="known">The known labels or values of the rows; null if there are none.</param>
    /// <param name="agreement">How it compares with the model in the clear, if that is at hand.</param>
    /// <param name="parts">What it is to hold besides.</param>
    public static PredictionReport Of(ModelClient client, Prediction prediction, double[]? known, Agreement? agreement, ReportParts parts)
    {
        ModelCard card = client.Card;
        int rows = prediction.Labels.Count;
        double[]? values = client.Revealed == Models.Revealed.Label ? null : Flat(prediction.Values);
        bool classifies = card.Activation != Models.Activation.None;
        double[] predictions = classifies || values is null
            ? [.. prediction.Labels.Select(label => (double)label)]
            : [.. Enumerable.Range(0, rows).Select(row => values[row * card.Outputs])];
        PhaseCost cost = prediction.Cost;
        PhaseCost setUp = client.SetUpCost;
        PhaseCost preparation = prediction.Preparation;
        return new PredictionReport(
            card.Name,
            rows,
            string.Join("+", prediction.Steps.SelectMany(step => new[] { step.Step.From, step.Step.To }).Where(scheme => scheme != Schemes.Scheme.Plain).Distinct().Order().Select(SchemeNames.Word)),
            client.Keys,
            known is not null && classifies && rows > 0 ? Enumerable.Range(0, rows).Count(row => predictions[row] == known[row]) / (double)rows : null,
            known is not null && !classifies ? ExplainedVariance(known, predictions) : null,
            agreement?.Share,
            agreement?.MaxError,
            new PartyReport(Rounded(cost.ClientSeconds)),
            new PartyReport(Rounded(cost.ServerSeconds)),
            Rounded(cost.WallSeconds),
            cost.BytesUp,
            cost.BytesDown,
            cost.Rounds,
            new PreparationReport(Rounded(preparation.WallSeconds), preparation.BytesUp, preparation.BytesDown, preparation.Rounds),
            new SetUpReport(new PartyReport(Rounded(setUp.ClientSeconds)), new PartyReport(Rounded(setUp.ServerSeconds)), Rounded(setUp.WallSeconds), setUp.BytesUp, setUp.BytesDown, setUp.Rounds),
            client.Link.ToString(),
            Word(client.Revealed),
            client.BytesDealt,
            Word(card.Activation),
            predictions,
            [.. card.Labels.Count > 0 || !classifies ? card.Labels : Enumerable.Range(0, Math.Max(2, card.Outputs)).Select(label => $"{label}")],
            values is null ? null : [.. Enumerable.Range(0, rows).Select(row => values[(row * card.Outputs)..((row + 1) * card.Outputs)])],
            parts.Steps ? StepLine.Of(prediction.Steps) : null,
            parts.Ledger ? [.. prediction.Ledger.Entries.Select(LedgerLine.Of)] : null)
        {
            IsLinkMeasured = client.Link.Name == Communication.LinkMeasurement.Name,
            Comparison = agreement,
        };
    }

    /// <summary>A tensor's numbers, row-major.</summary>
    public static double[] Flat(Tensor<double> tensor)
    {
        var flat = new double[tensor.FlattenedLength];
        tensor.FlattenTo(flat);
        return flat;
    }

    private static double? ExplainedVariance(double[] known, double[] predicted)
    {
        double mean = known.Average();
        double variance = known.Sum(y => (y - mean) * (y - mean));
        double explained = 1 - (known.Zip(predicted, (y, p) => (y - p) * (y - p)).Sum() / variance);
        return double.IsFinite(explained) ? explained : null;
    }

    private static string Word(Enum value) => value.ToString().ToLowerInvariant();

    private static double Rounded(double seconds) => Math.Round(seconds, 6);
}

/// <summary>One party's computing time.</summary>
/// <param name="Seconds">In seconds.</param>
internal sealed record PartyReport(double Seconds);

/// <summary>What getting ready for the queries cost.</summary>
internal sealed record PreparationReport(double WallSeconds, long BytesUp, long BytesDown, long Rounds);

/// <summary>What set-up cost, apart from the queries.</summary>
internal sealed record SetUpReport(PartyReport Client, PartyReport Server, double WallSeconds, long BytesUp, long BytesDown, long Rounds);

/// <summary>One step of the plan at the client, all queries together.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="Scheme">The scheme it computes in, or those that it is a way between.</param>
/// <param name="WallSeconds">Time passed.</param>
/// <param name="BytesUp">Client to server.</param>
/// <param name="BytesDown">Server to client.</param>
internal sealed record StepLine(int Number, string Purpose, string Scheme, double WallSeconds, long BytesUp, long BytesDown)
{
    /// <summary>The steps of all queries; those of a query of another size, whose plan differs, come on top.</summary>
    public static StepLine[] Of(IEnumerable<StepTrace> traces) =>
    [
        .. traces.GroupBy(trace => (trace.Step.Index, PlanExplanation.Purpose(trace.Step), trace.Step.From, trace.Step.To)).OrderBy(group => group.Key.Index).Select(group => new StepLine(
            group.Key.Index + 1,
            group.Key.Item2,
            group.Key.From == group.Key.To ? SchemeNames.Word(group.Key.To) : $"{SchemeNames.Word(group.Key.From)} to {SchemeNames.Word(group.Key.To)}",
            Math.Round(group.Sum(trace => trace.WallSeconds), 6),
            group.Sum(trace => trace.BytesSent),
            group.Sum(trace => trace.BytesReceived))),
    ];
}

/// <summary>One entry of the disclosure ledger.</summary>
internal sealed record LedgerLine(string Learner, string Value, string Extent, int Bits, string Why)
{
    public static LedgerLine Of(Disclosure entry) => new(entry.Learner.ToString().ToLowerInvariant(), entry.Value, entry.Extent, entry.Bits, entry.Why);
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PredictionReport))]
internal sealed partial class PredictionJson : JsonSerializerContext;
