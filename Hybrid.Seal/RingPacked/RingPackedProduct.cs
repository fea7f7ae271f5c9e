namespace Hybrid.Seal.RingPacked;

/// <summary>
/// A layer's results before they are fit to be sent: their noise, and coefficients that are no results, tell of the weights. Only
/// <see cref="RingPackedEvaluator.MaskUniform"/>, <see cref="RingPackedEvaluator.RevealTo"/> and what writes the same let ciphertexts out, once.
/// </summary>
public sealed class RingPackedProduct
{
    private Ciphertext[]? _ciphertexts;

    internal RingPackedProduct(RingPacking packing, Ciphertext[] ciphertexts)
    {
        Packing = packing;
        _ciphertexts = ciphertexts;
    }

    /// <summary>The layer.</summary>
    public RingPacking Packing { get; }

    /// <summary>The ciphertexts, for tests.</summary>
    internal ReadOnlySpan<Ciphertext> Ciphertexts => _ciphertexts;

    /// <summary>Hands out the ciphertexts, once: two maskings of the same ones would show their difference.</summary>
    internal Ciphertext[] Take() =>
        Interlocked.Exchange(ref _ciphertexts, null)
        ?? throw new InvalidOperationException("These results have been masked or revealed already, and a second time would tell of the weights; multiply again.");
}
