using System.Collections.Immutable;
using Hybrid.Graph;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Sharing;
using Hybrid.Schemes;

namespace Hybrid.Mpc;

/// <summary>
/// One party's share of a tensor, limb by limb, and the correlations that are left for the rest of its stretch. Shares are of integers:
/// what these stand for, the node says.
/// </summary>
internal sealed class SharesTensor : HeldTensor
{
    private readonly IDisposable? _owner;
    private ICorrelationSource? _source;

    /// <summary>Takes shares over.</summary>
    /// <param name="node">Whose value it is.</param>
    /// <param name="limbs">The share of each limb.</param>
    /// <param name="owner">What owns the shares, to be disposed of with the tensor.</param>
    /// <param name="source">What the rest of the stretch draws from, to be disposed of with the tensor that has it last.</param>
    public SharesTensor(Node node, ImmutableArray<ArithmeticShare> limbs, IDisposable? owner, ICorrelationSource source)
        : base(node, Scheme.Shares)
    {
        Limbs = limbs;
        _owner = owner;
        _source = source;
    }

    /// <summary>The share of each limb, the lowest first.</summary>
    public ImmutableArray<ArithmeticShare> Limbs { get; }

    /// <summary>What the rest of the stretch draws from.</summary>
    public ICorrelationSource Source => _source ?? throw new InvalidOperationException("The correlations have gone on to the next step.");

    /// <summary>Hands the correlations on to the next step's tensor.</summary>
    public ICorrelationSource TakeSource()
    {
        ICorrelationSource source = Source;
        _source = null;
        return source;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (ArithmeticShare limb in Limbs)
                limb.Dispose();
            _owner?.Dispose();
            _source?.Dispose();
        }

        base.Dispose(disposing);
    }
}
