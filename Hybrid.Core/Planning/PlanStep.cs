using Hybrid.Graph;
using Hybrid.Schemes;

namespace Hybrid.Planning;

/// <summary>One step of a plan: an op in a scheme, or, where From and To differ, the conversion of a node's value.</summary>
/// <param name="Index">Position in the plan.</param>
/// <param name="Node">The op, or the node whose value moves.</param>
/// <param name="From">How the tensor comes in.</param>
/// <param name="To">How it goes out.</param>
/// <param name="Stretch">The stretch in one scheme that the step belongs to: for a conversion the one it enters or, to plain, leaves.</param>
/// <param name="Quote">What the step is expected to cost.</param>
public sealed record PlanStep(int Index, Node Node, Scheme From, Scheme To, Stretch Stretch, Quote Quote)
{
    /// <summary>Whether the step moves a value rather than computing one.</summary>
    public bool IsConversion => From != To;

    /// <summary>Bits of the widest value until the tensor leaves its scheme.</summary>
    public int RoomBits => Stretch.RoomBits;

    /// <summary>The step in one line: the same at both parties, so it goes into the plan's hash.</summary>
    public override string ToString() =>
        IsConversion ? $"{Index}: {From} to {To} of {Node}, room for {RoomBits} bits" : $"{Index}: {Node} on {To}, room for {RoomBits} bits";
}
