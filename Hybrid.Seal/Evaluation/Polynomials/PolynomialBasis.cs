namespace Hybrid.Seal;

/// <summary>What the coefficients of a polynomial multiply.</summary>
public enum PolynomialBasis
{
    /// <summary>Powers 1, x, x², …</summary>
    Monomial,

    /// <summary>Chebyshev polynomials 1, u, 2 u² - 1, … of u, which runs from -1 to 1 as x runs through an interval.</summary>
    Chebyshev,
}
