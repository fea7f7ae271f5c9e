using System.Numerics;

namespace Hybrid.Seal.Evaluation;

/// <summary>
/// A polynomial as a sum of powers with coefficients and of products of a power X^m with polynomials of lower degree: a tree. With
/// Chebyshev polynomials T_m takes the place of X^m.
/// </summary>
/// <remarks>
/// Paterson and Stockmeyer (1973), arranged so that depth is least: a power is used alone only where it is ready in time, so that the leading
/// coefficients' path is split down to the first power (Bossuat et al. 2021, section 5).
/// </remarks>
internal sealed class PolynomialNode
{
    private PolynomialNode(double constant, List<(int Power, double Coefficient)> terms, List<(int Power, PolynomialNode Factor)> products)
    {
        Constant = constant;
        Terms = terms;
        Products = products;
    }

    /// <summary>The constant coefficient.</summary>
    public double Constant { get; }

    /// <summary>Powers from 1 up with coefficients that are not zero.</summary>
    public IReadOnlyList<(int Power, double Coefficient)> Terms { get; }

    /// <summary>Powers times polynomials that are not constant.</summary>
    public IReadOnlyList<(int Power, PolynomialNode Factor)> Products { get; }

    /// <summary>Levels it takes to make a power: ceil(log2 i).</summary>
    public static int DepthOf(int power) => BitOperations.Log2((uint)((2 * power) - 1));

    /// <summary>The cheapest tree of a polynomial.</summary>
    public static PolynomialNode Plan(RealPolynomial polynomial)
    {
        int levels = BitOperations.Log2((uint)polynomial.Degree) + 1;
        PolynomialNode? best = null;
        double least = double.PositiveInfinity;
        for (int split = 1; split <= levels; split++)
        {
            PolynomialNode node = Build(polynomial.Coefficients, polynomial.Basis, levels - 1, 1 << split);
            double cost = node.PowersNeeded().Count + node.Work();
            if (cost < least)
            {
                (best, least) = (node, cost);
            }
        }

        return best!;
    }

    /// <summary>The powers from 2 up that are used, with those they are made of, in rising order.</summary>
    public SortedSet<int> PowersNeeded()
    {
        var needed = new SortedSet<int>();
        Collect(needed);
        return needed;
    }

    private void Collect(SortedSet<int> needed)
    {
        foreach ((int power, _) in Terms)
        {
            Need(power, needed);
        }

        foreach ((int power, PolynomialNode factor) in Products)
        {
            Need(power, needed);
            factor.Collect(needed);
        }
    }

    private static void Need(int power, SortedSet<int> needed)
    {
        if (power > 1 && needed.Add(power))
        {
            Need((power + 1) / 2, needed);
            Need(power / 2, needed);
        }
    }

    // In products with relinearisation and rescaling: a product in a sum costs a third, relinearising and rescaling the sum the rest.
    private double Work()
    {
        const double ProductAlone = 1.0 / 3;
        double work = Products.Count == 0 ? ProductAlone : 1 - ProductAlone;
        foreach ((_, PolynomialNode factor) in Products)
        {
            work += ProductAlone + factor.Work();
        }

        return work;
    }

    // The depth is how far below the operand's level the sum is to stand, before it is rescaled; powers alone stay below the limit.
    private static PolynomialNode Build(ReadOnlySpan<double> coefficients, PolynomialBasis basis, int depth, int limit)
    {
        var terms = new List<(int, double)>();
        var products = new List<(int, PolynomialNode)>();
        double[] rest = coefficients.ToArray();
        while (true)
        {
            int degree = rest.AsSpan().LastIndexOfAnyExcept(0.0);
            if (degree < limit && AreReady(rest, degree, depth))
            {
                for (int i = 1; i <= degree; i++)
                {
                    if (rest[i] != 0)
                    {
                        terms.Add((i, rest[i]));
                    }
                }

                return new PolynomialNode(rest[0], terms, products);
            }

            int power = 1 << BitOperations.Log2((uint)degree);
            double[] quotient = Divide(rest, degree, power, basis);
            if (quotient.AsSpan(1).ContainsAnyExcept(0.0))
            {
                products.Add((power, Build(quotient, basis, depth - 1, limit)));
            }
            else
            {
                terms.Add((power, quotient[0]));
            }
        }
    }

    private static bool AreReady(double[] coefficients, int degree, int depth)
    {
        for (int i = 1; i <= degree; i++)
        {
            if (coefficients[i] != 0 && DepthOf(i) > depth)
            {
                return false;
            }
        }

        return true;
    }

    // coefficients = quotient · power + rest; the rest takes the coefficients' place.
    private static double[] Divide(double[] coefficients, int degree, int power, PolynomialBasis basis)
    {
        var quotient = new double[degree - power + 1];
        quotient[0] = coefficients[power];
        coefficients[power] = 0;
        for (int j = 1; j <= degree - power; j++)
        {
            double leading = coefficients[power + j];
            coefficients[power + j] = 0;
            if (basis == PolynomialBasis.Monomial)
            {
                quotient[j] = leading;
            }
            else
            {
                // T_(m + j) = 2 T_m T_j - T_(m - j)
                quotient[j] = 2 * leading;
                coefficients[power - j] -= leading;
            }
        }

        return quotient;
    }
}
