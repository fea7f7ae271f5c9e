using System.Collections.Concurrent;

namespace Hybrid.Mpc.Lookups;

/// <summary>Look-up functions made once and kept: making one takes milliseconds, and circuits ask for the same ones again and again.</summary>
internal sealed class LookupCatalogue
{
    private readonly ConcurrentDictionary<(Func<int, LookupFunction> Make, int Bits), LookupFunction> _functions = new();
    private readonly ConcurrentDictionary<(double Lowest, double Highest, int Bits), LookupFunction> _exponentials = new();

    /// <summary>A function of the catalogue at so many input bits.</summary>
    /// <param name="make">One of <see cref="LookupFunctions"/>' methods.</param>
    /// <param name="bits">What it takes.</param>
    public LookupFunction Get(Func<int, LookupFunction> make, int bits) => _functions.GetOrAdd((make, bits), static key => key.Make(key.Bits));

    /// <summary>e^x on a domain.</summary>
    public LookupFunction Exponential(double lowest, double highest, int bits) =>
        _exponentials.GetOrAdd((lowest, highest, bits), static key => LookupFunctions.Exponential(key.Lowest, key.Highest, key.Bits));
}
