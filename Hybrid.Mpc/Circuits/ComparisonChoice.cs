using Hybrid.Mpc.Correlations;
using Hybrid.Planning;

namespace Hybrid.Mpc.Circuits;

/// <summary>Chooses how a circuit compares, by what it costs over a link: rounds and computing, and what the dealer sends.</summary>
public static class ComparisonChoice
{
    // Of the shorter of running and dealing, which overlap: of ways that take as long, the one that takes less in all.
    private const double Shorter = 1e-3;

    /// <summary>The cheaper of the same circuit by tree and by function sharing.</summary>
    /// <param name="options">The options besides the comparison. More than two parties compare by tree.</param>
    /// <param name="link">The link between the parties.</param>
    /// <param name="build">Draws up the circuit with the options it is given; the same in every call.</param>
    /// <param name="dealer">The links to the dealer; as between the parties unless given.</param>
    public static Circuit Cheapest(CircuitOptions options, LinkProfile link, Func<CircuitOptions, Circuit> build, LinkProfile? dealer = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(link);
        ArgumentNullException.ThrowIfNull(build);
        Circuit tree = build(options with { Comparison = ComparisonMethod.Tree });
        if (options.Parties > 2)
        {
            return tree;
        }

        Circuit sharing = build(options with { Comparison = ComparisonMethod.FunctionSharing });
        return Seconds(sharing.Cost, link, dealer ?? link) < Seconds(tree.Cost, link, dealer ?? link) ? sharing : tree;
    }

    /// <summary>About how long a run takes over a link, with what is dealt sent meanwhile.</summary>
    /// <param name="cost">What the circuit costs.</param>
    /// <param name="link">The link between the parties.</param>
    /// <param name="dealer">The links to the dealer.</param>
    /// <param name="before">Seconds that the dealer has been sending before the run begins.</param>
    public static double Seconds(CircuitCost cost, LinkProfile link, LinkProfile dealer, double before = 0)
    {
        ArgumentNullException.ThrowIfNull(cost);
        ArgumentNullException.ThrowIfNull(link);
        double slower = Math.Min(link.BitsPerSecondUp, link.BitsPerSecondDown);
        double run = SharesPrimitives.Seconds(cost.Work, MachineProfile.Default) + (cost.Ways.Longest * link.WaySeconds) + (8 * cost.BytesFrom.Max() / slower);
        double dealing = Math.Max(0, DealtSeconds(cost, dealer) - before);
        return Math.Max(run, dealing) + (Shorter * Math.Min(run, dealing));
    }

    /// <summary>Seconds that what is dealt takes to the party that is sent most.</summary>
    /// <param name="cost">What the circuit costs.</param>
    /// <param name="dealer">The links to the dealer.</param>
    public static double DealtSeconds(CircuitCost cost, LinkProfile dealer)
    {
        ArgumentNullException.ThrowIfNull(cost);
        ArgumentNullException.ThrowIfNull(dealer);
        int parties = cost.BytesFrom.Length;
        return 8 * Enumerable.Range(0, parties).Max(party => (double)cost.Demand.DealtBytes(party, parties)) / dealer.BitsPerSecondDown;
    }
}
