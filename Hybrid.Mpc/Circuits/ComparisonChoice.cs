using Hybrid.Mpc.Correlations;
using Hybrid.Planning;

namespace Hybrid.Mpc.Circuits;

/// <summary>Chooses how a circuit compares, by what it costs over a link: rounds and computing, and what the dealer sends.</summary>
public static class ComparisonChoice
{
    /// <summary>The cheaper of the same circuit by tree and by function sharing.</summary>
    /// <param name="options">The options besides the comparison. More than two parties compare by tree.</param>
    /// <param name="link">The link between the parties, and from the dealer.</param>
    /// <param name="build">Draws up the circuit with the options it is given; the same in every call.</param>
    public static Circuit Cheapest(CircuitOptions options, LinkProfile link, Func<CircuitOptions, Circuit> build)
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
        return Seconds(sharing.Cost, link) < Seconds(tree.Cost, link) ? sharing : tree;
    }

    /// <summary>About how long a run takes over a link, with what is dealt sent over one like it meanwhile.</summary>
    public static double Seconds(CircuitCost cost, LinkProfile link)
    {
        ArgumentNullException.ThrowIfNull(cost);
        ArgumentNullException.ThrowIfNull(link);
        int last = cost.BytesFrom.Length - 1;
        double dealt = cost.Demand.DealtBytes(last, cost.BytesFrom.Length);
        double slower = Math.Min(link.BitsPerSecondUp, link.BitsPerSecondDown);
        return SharesPrimitives.Seconds(cost.Work, MachineProfile.Default)
            + (cost.Ways.Longest * link.WaySeconds)
            + (8 * ((cost.BytesFrom.Max() / slower) + (dealt / link.BitsPerSecondDown)));
    }
}
