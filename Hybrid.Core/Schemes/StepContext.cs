using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Security;

namespace Hybrid.Schemes;

/// <summary>What one party's side of a step works with.</summary>
/// <param name="Role">Which party this is.</param>
/// <param name="Channel">The way to the other party.</param>
/// <param name="Tag">The tag of this step's frames.</param>
/// <param name="Random">Where randomness comes from.</param>
/// <param name="Bindings">The constants this party knows, and its shares of those that nobody does, by their numbers.</param>
/// <param name="Ledger">What may be opened, and to whom.</param>
/// <param name="Cancellation">Ends the step early.</param>
public sealed record StepContext(
    Party Role,
    Channel Channel,
    StepTag Tag,
    IRandomSource Random,
    IReadOnlyDictionary<int, ConstantBinding> Bindings,
    DisclosureLedger? Ledger,
    CancellationToken Cancellation)
{
    /// <summary>The values of a node's constant input.</summary>
    /// <exception cref="InvalidOperationException">This party does not know them.</exception>
    public ConstantBinding Binding(Node constant)
    {
        ArgumentNullException.ThrowIfNull(constant);
        return constant.Op is ConstantOp op && Bindings.TryGetValue(op.Number, out ConstantBinding? binding)
            ? binding
            : throw new InvalidOperationException($"The {Role.Name()} has no values bound to {constant.Label}.");
    }

    /// <summary>This party's share of a constant that nobody knows.</summary>
    /// <exception cref="InvalidOperationException">It was not given.</exception>
    public ConstantShare Share(Node constant) => Binding(constant).Share(Role)
        ?? throw new InvalidOperationException($"The {Role.Name()} has no share bound to {constant.Label}.");
}
