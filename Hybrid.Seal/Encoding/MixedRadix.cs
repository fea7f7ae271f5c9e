namespace Hybrid.Seal.Encoding;

/// <summary>The computing core behind <see cref="CoefficientComposition"/>: operands have been checked.</summary>
/// <remarks>
/// Garner's algorithm: the integer x in (-Q/2, Q/2) is v_0 + v_1 q_0 + v_2 q_0 q_1 + … with digits |v_i| &lt; q_i / 2, and digit i is
/// (… ((x mod q_i - v_0) / q_0 - v_1) / q_1 …) / q_(i-1) mod q_i. Digits with a sign centre x by themselves, and the sum of all below one
/// that is not zero is less than half of its worth: Horner's rule loses nothing to cancellation.
/// </remarks>
internal abstract unsafe class MixedRadix
{
    /// <summary>How many coefficients go at a time, for their digits to stay in the first cache; kernels take at most so many.</summary>
    public const int Strip = 64;

    /// <summary>Writes the digits of coefficients: digit i of coefficient j to <c>digits[i * Strip + j]</c>.</summary>
    /// <param name="residues">Canonical residues modulo q_0 of the first coefficient on.</param>
    /// <param name="stride">How far the residues of one prime are from those of the next.</param>
    /// <param name="primes">How many primes.</param>
    /// <param name="count">How many coefficients, at most <see cref="Strip"/>.</param>
    /// <param name="digits">Takes primes * Strip integers.</param>
    public abstract void ToDigits(ulong* residues, int stride, int primes, int count, long* digits);

    /// <summary>Writes the integers nearest doubles, by way of digits: <paramref name="workspace"/> has primes * Strip numbers.</summary>
    public abstract void ToDoubles(ulong* residues, int stride, int primes, int count, long* workspace, double* destination);
}
