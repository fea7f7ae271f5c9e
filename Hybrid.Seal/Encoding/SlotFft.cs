namespace Hybrid.Seal.Encoding;

/// <summary>The computing core behind <see cref="SlotTransform"/>, for n = N / 2 slots: operands have been checked.</summary>
/// <remarks>
/// A polynomial c with N real coefficients has, at zeta^e with zeta = exp(i pi / N) and e = 1 mod 4, the value of the complex polynomial
/// u_j = c_j + i c_(j+n), j &lt; n, since zeta^(e n) = i there. Position j of the values is e = 4 reverse(j) + 1.
/// Complex numbers are split: n real parts, then n imaginary ones, which makes u the coefficients themselves.
/// </remarks>
internal abstract unsafe class SlotFft
{
    /// <summary>
    /// From N coefficients to n values by position, times <paramref name="scale"/>, with those of the upper half conjugated.
    /// The source may be the destination.
    /// </summary>
    public abstract void Forward(double* coefficients, double* values, double scale);

    /// <summary>
    /// From n values, of which position j has <c>real[slots[j]]</c> and <c>imaginary[slots[j]]</c>, times <paramref name="scale"/> and
    /// with those of the upper half conjugated, to N coefficients, without the division by n. Imaginary parts may be null: zeros.
    /// </summary>
    public abstract void Inverse(double* real, double* imaginary, int* slots, double* coefficients, double scale);

    /// <summary><c>destination[i] = source[positions[i]]</c> for i &lt; count.</summary>
    public abstract void Collect(double* source, int* positions, double* destination, int count);
}
