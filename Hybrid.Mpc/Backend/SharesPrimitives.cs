using System.Collections.Immutable;
using Hybrid.Mpc.Circuits;
using Hybrid.Planning;

namespace Hybrid.Mpc;

/// <summary>What shares do many times: a primitive for each count of <see cref="CircuitWork"/>.</summary>
internal static class SharesPrimitives
{
    /// <summary>The primitives, in the order of the counts. Usual times: docs/performance.md says on which machine.</summary>
    public static ImmutableArray<MachinePrimitive> All { get; } =
    [
        new("shares.run", 1e-4),
        new("shares.round", 5e-5),
        new("shares.gate", 2e-6),
        new("shares.localWord", 1e-9),
        new("shares.sentWord", 4e-9),
        new("shares.dealtWord", 2e-9),
        new("shares.multiplyAdd", 1e-9),
        new("shares.keyBit", 5e-9),
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
