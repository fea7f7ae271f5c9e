using Hybrid.Seal;
using Hybrid.Seal.Evaluation;

namespace Hybrid.Tests.Seal.Evaluation;

[TestClass]
public sealed class PolynomialNodeTests
{
    private const int Seed = 55;

    [TestMethod]
    public void The_tree_is_the_polynomial_in_the_least_depth()
    {
        foreach (PolynomialBasis basis in Enum.GetValues<PolynomialBasis>())
        {
            for (int degree = 1; degree <= 130; degree++)
            {
                foreach (int step in new[] { 1, 2 })
                {
                    double[] coefficients = LinearTransformParty.Numbers(degree + 1, Seed);
                    for (int i = degree - 1; step == 2 && i >= 0; i -= 2)
                    {
                        coefficients[i] = 0; // odd or even
                    }

                    RealPolynomial polynomial = basis == PolynomialBasis.Monomial ? RealPolynomial.Monomial(coefficients) : RealPolynomial.Chebyshev(coefficients);
                    string what = $"{basis}, degree {degree}, every {step}, seed {Seed}";
                    Assert.AreEqual((int)Math.Ceiling(Math.Log2(degree + 1)), polynomial.RequiredLevels, what);
                    PolynomialNode plan = PolynomialNode.Plan(polynomial);
                    SortedSet<int> powers = plan.PowersNeeded();
                    Assert.IsTrue(powers.Count + Products(plan) <= 3 + (2.5 * Math.Sqrt(degree)), $"{what}: {powers.Count} powers and {Products(plan)} products");
                    foreach (double x in new[] { -1, -0.3, 0.7, 1 })
                    {
                        double value = Value(plan, basis, x, polynomial.RequiredLevels - 1, powers);
                        Assert.AreEqual(polynomial.Evaluate(x), value, 1e-10, what);
                    }
                }
            }
        }
    }

    [TestMethod]
    public void Odd_polynomials_have_only_odd_terms()
    {
        double[] coefficients = LinearTransformParty.Numbers(32, Seed);
        for (int i = 0; i < coefficients.Length; i += 2)
        {
            coefficients[i] = 0;
        }

        AssertOdd(PolynomialNode.Plan(RealPolynomial.Chebyshev(coefficients)));
        AssertOdd(PolynomialNode.Plan(RealPolynomial.Monomial(coefficients)));

        static void AssertOdd(PolynomialNode node)
        {
            Assert.AreEqual(0, node.Constant);
            Assert.IsTrue(node.Terms.All(term => term.Power % 2 == 1) && node.Products.All(product => product.Power % 2 == 0));
            foreach ((_, PolynomialNode factor) in node.Products)
            {
                AssertOdd(factor);
            }
        }
    }

    [TestMethod]
    public void Polynomials_evaluate_and_interpolate_in_doubles()
    {
        Assert.AreEqual(1 + (2 * 3) + (4 * 9.0), RealPolynomial.Monomial(1, 2, 4).Evaluate(3));
        Assert.AreEqual(2, RealPolynomial.Monomial(1, 2, 4, 0, 0).Degree);
        RealPolynomial chebyshev = RealPolynomial.Chebyshev([0.5, 1, 2, 3], 0, 4);
        const double U = (2 * 3.0 / 4) - 1;
        Assert.AreEqual(0.5 + U + (2 * ((2 * U * U) - 1)) + (3 * ((4 * U * U * U) - (3 * U))), chebyshev.Evaluate(3), 1e-14);
        RealPolynomial sigmoid = RealPolynomial.Interpolate(x => 1 / (1 + Math.Exp(-x)), 31, -8, 8);
        for (double x = -8; x <= 8; x += 0.25)
        {
            Assert.AreEqual(1 / (1 + Math.Exp(-x)), sigmoid.Evaluate(x), 1e-4);
        }
    }

    [TestMethod]
    public void What_is_no_polynomial_is_refused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => RealPolynomial.Monomial(1));
        Assert.ThrowsExactly<ArgumentException>(() => RealPolynomial.Monomial(1, 0, 0));
        Assert.ThrowsExactly<ArgumentException>(() => RealPolynomial.Monomial(1, double.NaN));
        Assert.ThrowsExactly<ArgumentException>(() => RealPolynomial.Chebyshev([1, 2], 1, 1));
        Assert.ThrowsExactly<ArgumentException>(() => RealPolynomial.Chebyshev(Enumerable.Repeat(1.0, 1025).ToArray()));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => RealPolynomial.Interpolate(Math.Sin, 0));
    }

    private static int Products(PolynomialNode node) => node.Products.Sum(product => 1 + Products(product.Factor));

    // Fails where a power would not be ready at the depth it is used at.
    private static double Value(PolynomialNode node, PolynomialBasis basis, double x, int depth, SortedSet<int> powers)
    {
        double Power(int i)
        {
            Assert.IsTrue(PolynomialNode.DepthOf(i) <= depth, $"power {i} at depth {depth}");
            Assert.IsTrue(i == 1 || powers.Contains(i));
            return basis == PolynomialBasis.Monomial ? Math.Pow(x, i) : Math.Cos(i * Math.Acos(x));
        }

        return node.Constant
            + node.Terms.Sum(term => term.Coefficient * Power(term.Power))
            + node.Products.Sum(product => Power(product.Power) * Value(product.Factor, basis, x, depth - 1, powers));
    }
}
