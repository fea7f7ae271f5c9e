using System.Collections.Immutable;
using Hybrid.Graph;
using Hybrid.Mpc.Sharing;
using Hybrid.Schemes;

namespace Hybrid.Mpc;

/// <summary>One party's share of a tensor, limb by limb. Shares are of integers: what these stand for, the node says.</summary>
internal sealed class SharesTensor : HeldTensor
{
    /// <summary>Takes shares over.</summary>
    /// <param name="node">Whose value it is.</param>
    /// <param name="limbs">The share of each limb.</param>
    public SharesTensor(Node node, ImmutableArray<ArithmeticShare> limbs)
        : base(node, Scheme.Shares) => Limbs = limbs;

    /// <summary>The share of each limb, the lowest first.</summary>
    public ImmutableArray<ArithmeticShare> Limbs { get; }

    /// <summary>The share, where integers are single words.</summary>
    public ArithmeticShare Single => Limbs is [var only] ? only : throw new InvalidOperationException($"{Node.Label} is held in {Limbs.Length} limbs.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (ArithmeticShare limb in Limbs)
                limb.Dispose();
        }

        base.Dispose(disposing);
    }
}
