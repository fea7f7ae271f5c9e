using System.Collections.Immutable;
using Hybrid.Mpc.Circuits;
using Hybrid.Planning;

namespace Hybrid.Mpc;

/// <summary>What shares do many times: a primitive for each count of <see cref="CircuitWork"/>.</summary>
internal static class SharesPrimitives
{
    /// <summary>The primitives, in the order of the counts. The usual times are what hybrid calibrate finds on two cores with AVX2.</summary>
    public static ImmutableArray<MachinePrimitive> All { get; } =
    [
        new("shares.run", 3e-5),
        new("shares.round", 8e-5),
        new("shares.gate", 3e-6),
        new("shares.localWord", 1.5e-9),
        new("shares.sentWord", 1.5e-8),
        new("shares.dealtWord", 3.6e-9),
        new("shares.multiplyAdd", 1.6e-10),
        new("shares.keyBit", 4.3e-9),
        new("shares.treeBit", 6e-10),
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
