using Hybrid.Seal.RingPacked;

namespace Hybrid.Seal;

/// <summary>
/// How a stretch is computed on CKKS ciphertexts: exactly, with numbers in coefficients (see <see cref="RingPacking"/>). Both parties
/// derive the same one.
/// </summary>
/// <remarks>
/// Results are exact modulo 2^64. Where that is too short, inputs are cut into limbs, balanced and all of the same length, which are
/// further rows of the product; the client puts the results together again. Primes and degree follow from bounds only, not from the
/// number of rows, so that one key serves all queries; tiles follow from all of it.
/// </remarks>
internal sealed class CkksLayout
{
    /// <summary>Statistical security of replies: noise tells of the weights 2^-40 at most, a coefficient.</summary>
    public const int RevealBits = 40;

    // A result with its sign that needs no limbs.
    private const int WordBits = 64;

    // A limb's result with its sign, with bits to spare for a limb that is balanced and for what the bias adds.
    private const int ResultBits = 62;

    private CkksLayout(LinearStretch stretch, int limbs, int limbBits, RingPacking packing)
    {
        Stretch = stretch;
        Limbs = limbs;
        LimbBits = limbBits;
        Packing = packing;
    }

    /// <summary>What is computed.</summary>
    public LinearStretch Stretch { get; }

    /// <summary>Limbs of an input.</summary>
    public int Limbs { get; }

    /// <summary>Bits of a limb: x = sum x_j 2^(j bits), with x_j in [-2^(bits - 1), 2^(bits - 1)], but for the highest.</summary>
    public int LimbBits { get; }

    /// <summary>The product of all rows' limbs, row by row within a limb, with the weights.</summary>
    public RingPacking Packing { get; }

    /// <summary>Degree and primes.</summary>
    public CkksParameters Parameters => Packing.Parameters;

    /// <summary>The layout of a stretch; null if CKKS cannot compute it.</summary>
    /// <param name="linear">What is computed.</param>
    /// <param name="candidates">Parameter sets to choose from, smaller ones first.</param>
    public static CkksLayout? Of(LinearStretch linear, IEnumerable<CkksParameters> candidates)
    {
        int normBits = 128 - (int)Int128.LeadingZeroCount(linear.NormBound);
        int limbBits = linear.OutputBits <= WordBits ? linear.InputBits : Math.Min(linear.InputBits, ResultBits - 1 - normBits);
        if (limbBits < 1)
        {
            return null;
        }

        // The highest limb of a bias is as long as what the others leave of it.
        int limbs = (linear.InputBits + limbBits - 1) / limbBits;
        if (linear.OutputBits - ((limbs - 1) * limbBits) > (limbs == 1 ? WordBits : ResultBits) || (long)linear.Rows * limbs * Math.Max(linear.Inputs, linear.Outputs) > Tensors.Shape.MaximumElements)
        {
            return null;
        }

        var options = new RingPackedOptions
        {
            LargestWeight = (long)Int128.Min(linear.NormBound, long.MaxValue),
            LargestNorm = (double)linear.NormBound,
            RevealBits = RevealBits,
        };
        foreach (CkksParameters parameters in candidates)
        {
            if (Carries(parameters, linear, options))
            {
                return new CkksLayout(linear, limbs, limbBits, new MatMulShape(linear.Rows * limbs, linear.Inputs, linear.Outputs).Pack(parameters, options));
            }
        }

        return null;
    }

    // The noise is largest where all columns meet in one polynomial, so parameters that carry that carry any tile and any rows.
    private static bool Carries(CkksParameters parameters, LinearStretch linear, RingPackedOptions options)
    {
        try
        {
            _ = new MatMulPacking(
                new MatMulShape(1, linear.Inputs, linear.Outputs), parameters, options, new MatMulTile(1, 1, Math.Min(linear.Outputs, parameters.Degree)));
            return true;
        }
        catch (ParameterException refusal) when (refusal.Fault == ParameterFault.OutOfRange)
        {
            return false; // a larger set may do, and where none does another scheme must
        }
    }
}
