using Hybrid.Security;

namespace Hybrid.Mpc.Correlations;

/// <summary>Where a party draws its part of correlated randomness from: a dealer's seed, or a protocol between the parties.</summary>
/// <remarks>
/// What will be drawn is settled before the plan runs: its <see cref="CorrelationDemand"/>, in order. All parties draw the same; a
/// mismatch is noticed here or at the next message they exchange. Of what was drawn, each part is read to its end before the next
/// part's late vectors are read.
/// </remarks>
public interface ICorrelationSource : IDisposable
{
    /// <summary>Whose parts come from here.</summary>
    int Party { get; }

    /// <summary>How many parties there are.</summary>
    int Parties { get; }

    /// <summary>How many draws of the demand are left.</summary>
    int DrawsLeft { get; }

    /// <summary>Draws this party's part of the next correlation.</summary>
    /// <param name="draw">What is drawn: the next of the demand.</param>
    /// <param name="memory">Where the memory for it comes from, if from a pool.</param>
    /// <returns>The part, to be used once and disposed of.</returns>
    /// <exception cref="ParameterException">Something else is next, or nothing is left.</exception>
    Correlation Draw(CorrelationDraw draw, SecretPool? memory = null);
}
