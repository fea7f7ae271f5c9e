using Hybrid.Graph;
using Hybrid.Planning;

namespace Hybrid.Schemes;

/// <summary>The two-party step that moves a tensor from one scheme to another.</summary>
public interface IConversion
{
    /// <summary>How the tensor is held before.</summary>
    Scheme From { get; }

    /// <summary>How it is held after.</summary>
    Scheme To { get; }

    /// <summary>What it would cost; null if it cannot be done.</summary>
    /// <param name="node">The node whose value moves.</param>
    /// <param name="stretch">The encrypted or shared stretch that it leads into or, to plain, out of.</param>
    Quote? Quote(Node node, Stretch stretch);

    /// <summary>This party's side of it. Both parties call it for the same step.</summary>
    Task<HeldTensor> ExecuteAsync(PlanStep step, HeldTensor input, StepContext context);
}
