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
    private readonly RingPackedEvaluator? _evaluator;

    public CkksTensor(Node node, CkksLayout layout, RingPackedEvaluator? evaluator = null, Ciphertext[]? inputs = null, RingPackedProduct? product = null)
        : base(node, Scheme.Ckks)
    {
        Layout = layout;
        _evaluator = evaluator;
        Inputs = inputs;
        Product = product;
    }

    public CkksLayout Layout { get; }

    /// <summary>The ciphertexts of what entered; null at the client, and once multiplied.</summary>
    public Ciphertext[]? Inputs { get; private set; }

    /// <summary>The stretch's product, to which the bias is added on the way out; null at the client, and until then.</summary>
    public RingPackedProduct? Product { get; }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (Inputs is { } inputs)
        {
            Inputs = null;
            _evaluator?.Recycle(inputs);
        }

        base.Dispose(disposing);
    }
}
