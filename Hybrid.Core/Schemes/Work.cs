using Hybrid.Planning;

namespace Hybrid.Schemes;

/// <summary>How often a party does each primitive of a scheme in a step: what a machine's times are multiplied by.</summary>
/// <param name="units">The scheme's primitives.</param>
public sealed class Work(WorkUnits units)
{
    private readonly double[] _counts = new double[units.Primitives.Length];
    private readonly double[] _others = new double[units.Primitives.Length];

    /// <summary>Adds a primitive that one thread does so many times.</summary>
    /// <param name="place">The primitive's place among the scheme's.</param>
    /// <param name="count">How many times.</param>
    /// <returns>This.</returns>
    public Work With(int place, double count)
    {
        _counts[place] += count;
        return this;
    }

    /// <summary>Adds a primitive that threads do at once.</summary>
    /// <param name="place">The primitive's place among the scheme's.</param>
    /// <param name="items">The items, as they are handed out.</param>
    /// <param name="each">How many times it is done for an item.</param>
    /// <returns>This.</returns>
    public Work With(int place, Spread items, double each)
    {
        _counts[place] += items.Busiest * each;
        _others[place] += items.Others * each;
        return this;
    }

    /// <summary>Adds what another step does.</summary>
    /// <returns>This.</returns>
    public Work With(Work other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
            _others[i] += other._others[i];
        }

        return this;
    }

    /// <summary>How often each primitive is done as far as time goes, if threads hold one another up so much in each.</summary>
    /// <param name="sharing">For each primitive.</param>
    public double[] Counts(ReadOnlySpan<double> sharing)
    {
        var counts = new double[_counts.Length];
        for (int i = 0; i < counts.Length; i++)
            counts[i] = _counts[i] + (sharing[i] * _others[i]);
        return counts;
    }

    /// <summary>Whether several threads do a primitive at once.</summary>
    /// <param name="place">The primitive's place.</param>
    public bool IsShared(int place) => _others[place] > 0;

    /// <summary>What it takes on a machine.</summary>
    public double Seconds(MachineProfile machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        double seconds = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            double count = _others[i] == 0 ? _counts[i] : _counts[i] + (units.SharingOf(i, machine) * _others[i]);
            seconds += count == 0 ? 0 : count * machine[units.Primitives[i]];
        }

        return seconds;
    }
}
