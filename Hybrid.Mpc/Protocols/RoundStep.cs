using Hybrid.Mpc.Correlations;

namespace Hybrid.Mpc.Protocols;

/// <summary>One protocol's part of a round: what it draws, what it sends, and what it makes of what comes.</summary>
internal abstract class RoundStep
{
    /// <summary>What messages call it.</summary>
    public abstract string Name { get; }

    /// <summary>What it costs alone; the words each party sends are these.</summary>
    public abstract ProtocolCost Cost { get; }

    /// <summary>The correlation it uses, if any: one kind.</summary>
    public CorrelationKind? Kind => Cost.Demand.Kinds.SingleOrDefault();

    /// <summary>Fills this party's words, which the other party will see.</summary>
    /// <param name="correlation">What was drawn; null if it needs none.</param>
    /// <param name="mine">As many words as the party sends.</param>
    public abstract void Send(Correlation? correlation, Span<ulong> mine);

    /// <summary>Computes the result.</summary>
    /// <param name="correlation">What was drawn; null if it needs none. Its words may be overwritten.</param>
    /// <param name="mine">What <see cref="Send"/> wrote; may be overwritten.</param>
    /// <param name="theirs">The other party's words.</param>
    public abstract void Finish(Correlation? correlation, Span<ulong> mine, ReadOnlySpan<ulong> theirs);
}
