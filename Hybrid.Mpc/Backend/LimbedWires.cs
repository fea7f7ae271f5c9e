using System.Collections.Immutable;
using Hybrid.Mpc.Circuits;

namespace Hybrid.Mpc;

/// <summary>
/// A node's value within a circuit: its limbs. A value of one limb has the node's fraction bits; several have none, for they stand for
/// integers wider than words.
/// </summary>
/// <param name="Form">How the integers are cut.</param>
/// <param name="Limbs">The limbs, the lowest first.</param>
internal sealed record LimbedWires(LimbForm Form, ImmutableArray<Wire> Limbs)
{
    /// <summary>The value, where it is one limb.</summary>
    public Wire Single => Limbs.Length == 1
        ? Limbs[0]
        : throw new ParameterException(ParameterFault.OutOfRange, "Only sums, products with weights and truncations are computed of integers that do not fit a share.");

    /// <summary>A value of one limb.</summary>
    public static LimbedWires Of(Wire wire) => new(LimbForm.Whole(wire.Range), [wire]);
}
