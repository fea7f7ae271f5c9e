using System.Collections.Immutable;
using Hybrid.Planning;

namespace Hybrid.Schemes;

/// <summary>What a scheme's steps are made of, and a machine is measured by.</summary>
/// <param name="Primitives">What is done.</param>
/// <param name="Sharing">
/// How much of what its other threads do a thread is held up by, from 0 where each has a core to itself to 1 where threads gain nothing: no time,
/// but a part of one. Where a profile has none for a primitive of its own, which goes by <see cref="SharingName"/>.
/// </param>
public sealed record WorkUnits(ImmutableArray<MachinePrimitive> Primitives, MachinePrimitive Sharing)
{
    private readonly ImmutableArray<string> _sharings = [.. Primitives.Select(primitive => $"{primitive.Name}.sharing")];

    /// <summary>What profiles call the sharing of one primitive.</summary>
    /// <param name="place">The primitive's place.</param>
    public string SharingName(int place) => _sharings[place];

    /// <summary>How much threads hold one another up in a primitive on a machine.</summary>
    /// <param name="place">The primitive's place.</param>
    /// <param name="machine">The machine.</param>
    public double SharingOf(int place, MachineProfile machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        return machine.Values.TryGetValue(_sharings[place], out double sharing) ? sharing : machine[Sharing];
    }
}
