using Hybrid.Graph;

namespace Hybrid.Execution;

/// <summary>What parties may learn of values: a ledger that shows more is refused before the plan runs.</summary>
public sealed class DisclosurePolicy
{
    private readonly HashSet<(Party Learner, string Value)>? _allowed;

    private DisclosurePolicy(HashSet<(Party, string)>? allowed) => _allowed = allowed;

    /// <summary>Whatever the graph reveals.</summary>
    public static DisclosurePolicy Any { get; } = new(null);

    /// <summary>Nothing but these values, by the names that the ledger gives them.</summary>
    /// <param name="allowed">Who may learn what, as in (Party.Client, "scores").</param>
    public static DisclosurePolicy Only(params ReadOnlySpan<(Party Learner, string Value)> allowed) => new([.. allowed.ToArray()]);

    /// <summary>Checks a ledger. Sizes, keys and public descriptions, which have no bits of values, are always allowed.</summary>
    /// <exception cref="ParameterException">It shows a value that is not allowed.</exception>
    public void Require(DisclosureLedger ledger)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        if (_allowed is null)
        {
            return;
        }

        foreach (Disclosure entry in ledger.Entries)
        {
            if (entry.Bits > 0 && !_allowed.Contains((entry.Learner, entry.Value)))
            {
                throw new ParameterException(
                    ParameterFault.Unsupported,
                    $"The plan would show {entry.Value} {entry.Extent} to the {entry.Learner.Name()}, which the policy does not allow: allow it, or reveal something else.");
            }
        }
    }
}
