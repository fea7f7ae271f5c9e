using Hybrid.Graph;
using Hybrid.Schemes;
using Hybrid.Seal.RingPacked;

namespace Hybrid.Seal;

/// <summary>
/// One end of a matrix held as CKKS ciphertexts at the server: the products of the stretch's inputs, which are made as these come, then what comes
/// out of the whole stretch, for the server composes its ops.
/// </summary>
internal sealed class CkksTensor(Node node, CkksLayout layout, RingPackedSums? sums = null, RingPackedProduct? product = null) : HeldTensor(node, Scheme.Ckks)
{
    public CkksLayout Layout => layout;

    /// <summary>The products of what entered, not merged yet; null at the client, and afterwards.</summary>
    public RingPackedSums? Sums => sums;

    /// <inheritdoc/>
    public override double SecondsAhead => sums?.Seconds ?? 0;

    /// <summary>The stretch's product, to which the bias is added on the way out; null at the client, and until then.</summary>
    public RingPackedProduct? Product => product;
}
