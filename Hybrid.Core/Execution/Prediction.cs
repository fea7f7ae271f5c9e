using System.Numerics.Tensors;

namespace Hybrid.Execution;

/// <summary>What the client gets for its rows.</summary>
/// <param name="Scores">(rows, outputs): the model's scores, before the activation; null where the client learnt the values only.</param>
/// <param name="Values">(rows, outputs): the scores after the activation.</param>
/// <param name="Labels">For each row the label they say; -1 for a regression.</param>
/// <param name="Cost">What the queries cost.</param>
/// <param name="Steps">What each step cost at the client, query after query.</param>
/// <param name="Ledger">What either party learnt.</param>
public sealed record Prediction(
    Tensor<double>? Scores,
    Tensor<double> Values,
    IReadOnlyList<int> Labels,
    PhaseCost Cost,
    IReadOnlyList<StepTrace> Steps,
    DisclosureLedger Ledger)
{
    /// <summary>What getting ready for the queries cost, with what does not depend on the rows: agreeing on the plan, asking the dealer.</summary>
    public PhaseCost Preparation { get; init; }
}
