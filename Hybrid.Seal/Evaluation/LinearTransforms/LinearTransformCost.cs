using System.Numerics;

namespace Hybrid.Seal.Evaluation;

/// <summary>What the parts of a linear transform cost, in units of a product of two polynomials modulo one prime.</summary>
/// <remarks>Only ratios matter, and they are about the same on all machines: a transform is log2 N passes of butterflies.</remarks>
internal readonly record struct LinearTransformCost
{
    // Measured at N = 8192: of a transform for each level of butterflies; of a product with a plaintext in the pass that rotates, and as a
    // term of a sum; of reading and writing a sum.
    private const double ButterflyLevel = 0.45;
    private const double FusedProduct = 0.6;
    private const double SumProduct = 1.1;
    private const double SumAccess = 0.65;

    private readonly int _level;
    private readonly int _foldLevel;
    private readonly double _transform;

    public LinearTransformCost(int degree, int level, bool rescale)
    {
        _level = level;
        _foldLevel = rescale ? level - 1 : level;
        Rescale = rescale;
        _transform = ButterflyLevel * BitOperations.Log2((uint)degree);
    }

    /// <summary>Whether the result is rescaled before it is folded.</summary>
    public bool Rescale { get; }

    /// <summary>Cutting the operand into digits, and the division at the end.</summary>
    public double Fixed => Decomposition(_level) + (2 * (Rescale ? (_level + 2) * _transform : Division(_level)));

    /// <summary>A rotation that shares its digits and its division with others.</summary>
    public double HoistedRotation => Hoisted(_level);

    /// <summary>A product with a plaintext that goes into a sum.</summary>
    /// <param name="isFused">Whether it is taken in the pass that rotates.</param>
    public double PlainProduct(bool isFused) => 2 * (_level + 2) * (isFused ? FusedProduct : SumProduct);

    /// <summary>A giant step's rotation: its second polynomial is divided and cut into digits for itself.</summary>
    public double GiantRotation => Division(_level) + Decomposition(_level) + Hoisted(_level);

    /// <summary>Adding to a ciphertext so many rotations of itself, less one.</summary>
    public double Fold(int radix) => Decomposition(_foldLevel) + (2 * Division(_foldLevel)) + ((radix - 1) * Hoisted(_foldLevel));

    private double Decomposition(int level) => (level + 1) * (level + 2) * _transform;

    private double Division(int level) => (level + 2) * _transform;

    private static double Hoisted(int level) => (level + 2) * ((2 * (level + 1)) + (2 * SumAccess));
}
