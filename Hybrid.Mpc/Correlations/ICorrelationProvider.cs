namespace Hybrid.Mpc.Correlations;

/// <summary>One party's relation to whoever deals: sources for one demand after the other.</summary>
/// <remarks>
/// All parties ask for equal demands in the same order. Masks of weights that one demand deals serve the products of later ones.
/// </remarks>
public interface ICorrelationProvider : IAsyncDisposable
{
    /// <summary>Whose sources come from here.</summary>
    int Party { get; }

    /// <summary>How many parties there are.</summary>
    int Parties { get; }

    /// <summary>
    /// A source for a demand, known before anything is drawn. The next may be asked for while this one is on its way, and is given once this one is
    /// used up or disposed of; after that, it is not asked for before.
    /// </summary>
    /// <param name="demand">What will be drawn.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The source; the caller disposes of it.</returns>
    /// <exception cref="ParameterException">The dealer cannot serve the demand, or another party asked for another one.</exception>
    /// <exception cref="ProtocolException">The dealer vanished or fell silent.</exception>
    ValueTask<ICorrelationSource> PrepareAsync(CorrelationDemand demand, CancellationToken cancellationToken = default);
}
