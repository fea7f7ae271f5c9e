namespace Hybrid.Mpc.Correlations;

/// <summary>Where a party draws its part of correlated randomness from: a dealer's seed, or a protocol between the two parties.</summary>
/// <remarks>
/// What can be drawn is settled before the plan runs, from its <see cref="CorrelationDemand"/>. Both parties draw the same counts of
/// each kind in the same order; a mismatch is noticed at the next message they exchange. One draw is under way at a time.
/// </remarks>
public interface ICorrelationSource : IDisposable
{
    /// <summary>Whose parts come from here, 0 or 1.</summary>
    int Party { get; }

    /// <summary>What is left to draw.</summary>
    CorrelationDemand Left { get; }

    /// <summary>Draws this party's part of the next units of a kind.</summary>
    /// <param name="kind">What to draw.</param>
    /// <param name="count">How many units, 0 or more.</param>
    /// <param name="cancellationToken">Gives up; the source is then of no more use, as the parties no longer agree on what was drawn.</param>
    /// <returns>The part, to be used once and disposed of.</returns>
    /// <exception cref="ParameterException">Less than that is left.</exception>
    /// <exception cref="FormatRefusedException">The dealer sent something else.</exception>
    /// <exception cref="InvalidOperationException">Another draw is under way, or an earlier one failed.</exception>
    ValueTask<Correlation> DrawAsync(CorrelationKind kind, int count, CancellationToken cancellationToken = default);
}
