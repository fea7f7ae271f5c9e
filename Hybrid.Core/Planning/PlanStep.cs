using Hybrid.Graph;
using Hybrid.Schemes;

namespace Hybrid.Planning;

/// <summary>One step of a plan: a stretch of ops in a scheme, or, where From and To differ, the conversion of a node's value.</summary>
/// <param name="Index">Position in the plan.</param>
/// <param name="Node">The node whose value moves, or the stretch's last op.</param>
/// <param name="From">How tensors come in.</param>
/// <param name="To">How they go out.</param>
/// <param name="Stretch">The stretch that is computed; for a conversion the one in ciphertexts or shares that the value enters or leaves.</param>
/// <param name="Quote">What the step is expected to cost.</param>
public sealed record PlanStep(int Index, Node Node, Scheme From, Scheme To, Stretch Stretch, Quote Quote)
{
    /// <summary>Whether the step moves a value rather than computing some.</summary>
    public bool IsConversion => From != To;

    /// <summary>Bits of the widest value until the tensor leaves its scheme.</summary>
    public int RoomBits => Stretch.RoomBits;

    /// <summary>What a person calls the step.</summary>
    public string Title { get; } = From != To ? $"{From} to {To}" : string.Join(", ", Stretch.Ops.ToArray().Select(op => op.Op.Name).Distinct());

    /// <summary>The step in one line: the same at both parties, so it goes into the plan's hash.</summary>
    public override string ToString() => IsConversion
        ? $"{Index}: {From} to {To} of {Node}{(Stretch.Leaving.IsAny && To == Scheme.Shares ? $" times 2^{Stretch.Leaving.ExtraBits}" : string.Empty)}, room for {RoomBits} bits"
        : $"{Index}: {Stretch} on {To}, room for {RoomBits} bits";
}
