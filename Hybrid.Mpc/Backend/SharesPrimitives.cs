using System.Collections.Immutable;
using Hybrid.Mpc.Circuits;
using Hybrid.Planning;

namespace Hybrid.Mpc;

/// <summary>What shares do many times: a primitive for each count of <see cref="CircuitWork"/>.</summary>
internal static class SharesPrimitives
{
    /// <summary>The primitives, in the order of the counts. The usual times are those of two cores with AVX2, as hybrid calibrate found them.</summary>
    public static ImmutableArray<MachinePrimitive> All { get; } =
    [
        new("shares.run", 2.3e-5),
        new("shares.round", 6.5e-5),
        new("shares.gate", 0),
        new("shares.localWord", 1.25e-9),
        new("shares.sentWord", 2.0e-8),
        new("shares.dealtWord", 3.9e-9),
        new("shares.multiplyAdd", 1.9e-10),
        new("shares.keyBit", 4.3e-9),
        new("shares.treeBit", 5.8e-10),
    ];

    /// <summary>Seconds that a party takes for a circuit.</summary>
    public static double Seconds(CircuitWork work, MachineProfile machine)
    {
        double seconds = 0;
        double[] counts = work.Counts;
        for (int i = 0; i < counts.Length; i++)
            seconds += counts[i] * machine[All[i]];
        return seconds;
    }
}
