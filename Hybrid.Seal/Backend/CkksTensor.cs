using Hybrid.Graph;
using Hybrid.Schemes;
using Hybrid.Seal.RingPacked;

namespace Hybrid.Seal;

/// <summary>
/// One end of a matrix held as CKKS ciphertexts at the server: the stretch's inputs until its first product, then what comes out of the
/// whole stretch, for the server composes its ops.
/// </summary>
internal sealed class CkksTensor : HeldTensor
{
    public CkksTensor(Node node, CkksLayout layout, Ciphertext[]? inputs = null, RingPackedProduct? product = null)
        : base(node, Scheme.Ckks)
    {
        Layout = layout;
        Inputs = inputs;
        Product = product;
    }

    public CkksLayout Layout { get; }

    /// <summary>The ciphertexts of what entered; null at the client, and once multiplied.</summary>
    public Ciphertext[]? Inputs { get; }

    /// <summary>The stretch's product, to which the bias is added on the way out; null at the client, and until then.</summary>
    public RingPackedProduct? Product { get; }
}
