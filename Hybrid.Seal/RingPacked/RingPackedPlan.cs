namespace Hybrid.Seal.RingPacked;

/// <summary>What a packed layer will send and compute, a run.</summary>
/// <param name="CiphertextsUp">Ciphertexts from the key's owner to the evaluator, each with c_1 as a seed.</param>
/// <param name="Products">Products of a ciphertext and a weight polynomial.</param>
/// <param name="Sums">Result polynomials that the products add up to.</param>
/// <param name="KeySwitches">Key switches that merge them.</param>
/// <param name="CiphertextsDown">Ciphertexts back, of as many results as there are sums where nothing is merged.</param>
/// <param name="WeightPolynomials">Weight polynomials, transformed once a model.</param>
/// <param name="OwnerTransforms">Transforms modulo one prime that the key's owner computes.</param>
/// <param name="EvaluatorTransforms">The same of the evaluator, without those of weights.</param>
/// <param name="BytesUp">Bytes of the ciphertexts up, as <see cref="RingPackedWire"/> writes them.</param>
/// <param name="BytesDown">Bytes of the ciphertexts down, as it writes them.</param>
/// <param name="WeightBytes">Memory of the weight polynomials.</param>
/// <param name="ReplyLevel">Level of the ciphertexts down: primes above it are dropped.</param>
/// <param name="InputDroppedBits">Low bits of the coefficients' residues modulo the first prime that the ciphertexts up leave out.</param>
/// <param name="DroppedBits">Low bits of the coefficients' residues modulo the first prime that the ciphertexts down leave out.</param>
/// <param name="NoiseBits">log2 of the bound on the noise of a result, dropped bits included.</param>
/// <param name="LimitBits">log2 of what it must stay below: Q / 2^65 of the reply where results are to be exact.</param>
/// <param name="Seconds">Estimated seconds of both parties, one core each, and of the link.</param>
public sealed record RingPackedPlan(
    int CiphertextsUp,
    long Products,
    int Sums,
    long KeySwitches,
    int CiphertextsDown,
    int WeightPolynomials,
    long OwnerTransforms,
    long EvaluatorTransforms,
    long BytesUp,
    long BytesDown,
    long WeightBytes,
    int ReplyLevel,
    int InputDroppedBits,
    int DroppedBits,
    double NoiseBits,
    double LimitBits,
    double Seconds);
