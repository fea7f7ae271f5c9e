using Hybrid.Seal;

namespace Hybrid.Tests.Seal.Evaluation;

[TestClass]
public sealed class PolynomialEvaluatorTests
{
    private const int Seed = 56;

    // Room for degree 63 on an interval: seven levels.
    private static readonly int[] Bits = [50, 40, 40, 40, 40, 40, 40, 40, 50];

    [TestMethod]
    public void Evaluates_in_the_levels_it_says_and_at_the_operands_scale()
    {
        using var party = new LinearTransformParty(256, Bits);
        var evaluator = new PolynomialEvaluator(party.Evaluator, party.Keys.CreateRelinearisationKeys());
        double[] x = LinearTransformParty.Numbers(128, Seed);
        Ciphertext ciphertext = party.Encrypt(x);
        foreach (int degree in new[] { 1, 2, 3, 4, 5, 6, 7, 8, 12, 15, 16, 31, 63, 100, 127 })
        {
            double[] coefficients = LinearTransformParty.Numbers(degree + 1, Seed + 1);
            foreach (RealPolynomial polynomial in new[] { RealPolynomial.Monomial(coefficients), RealPolynomial.Chebyshev(coefficients) })
            {
                Ciphertext result = evaluator.Evaluate(ciphertext, polynomial);
                string what = $"{polynomial.Basis}, degree {degree}, seed {Seed}";
                Assert.AreEqual(ciphertext.Level - polynomial.RequiredLevels, result.Level, what);
                Assert.AreEqual(ciphertext.Scale, result.Scale, what);
                AssertClose(polynomial, x, party.Decrypt(result), what);
            }
        }
    }

    [TestMethod]
    public void Evaluates_on_other_intervals_with_one_level_more()
    {
        using var party = new LinearTransformParty(256, Bits);
        var evaluator = new PolynomialEvaluator(party.Evaluator, party.Keys.CreateRelinearisationKeys());
        foreach ((double lower, double upper, int levels) in new[] { (-8.0, 8.0, 5), (0.0, 2.0, 4), (1.0, 5.0, 5) })
        {
            RealPolynomial polynomial = RealPolynomial.Interpolate(t => 1 / (1 + Math.Exp(-t)), 15, lower, upper);
            Assert.AreEqual(levels, polynomial.RequiredLevels);
            double[] x = [.. LinearTransformParty.Numbers(128, Seed).Select(u => (((upper - lower) * u) + upper + lower) / 2)];
            Ciphertext ciphertext = party.Encrypt(x);
            evaluator.Evaluate(ciphertext, polynomial, ciphertext);
            AssertClose(polynomial, x, party.Decrypt(ciphertext), $"[{lower}, {upper}]");
        }
    }

    [TestMethod]
    public void Odd_and_even_polynomials_skip_what_they_do_not_need()
    {
        using var party = new LinearTransformParty(256, Bits);
        var evaluator = new PolynomialEvaluator(party.Evaluator, party.Keys.CreateRelinearisationKeys());
        double[] x = LinearTransformParty.Numbers(128, Seed);
        foreach (RealPolynomial polynomial in new[]
        {
            RealPolynomial.Monomial(0, 0.5, 0, -0.25, 0, 0.125, 0, 1), RealPolynomial.Monomial(0, 0, 1), RealPolynomial.Monomial(0, 0, 0, 0, 0, 0, 0, 0, 1),
            RealPolynomial.Chebyshev([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]), RealPolynomial.Chebyshev([1, 0, 0, 0, 0, 0, 1]),
        })
        {
            AssertClose(polynomial, x, party.Decrypt(evaluator.Evaluate(party.Encrypt(x), polynomial)), $"{polynomial.Basis} {string.Join(" ", polynomial.Coefficients.ToArray())}");
        }
    }

    [TestMethod]
    public void The_results_scale_can_be_chosen_and_is_met_exactly()
    {
        using var party = new LinearTransformParty(256, Bits);
        var evaluator = new PolynomialEvaluator(party.Evaluator, party.Keys.CreateRelinearisationKeys());
        double[] x = LinearTransformParty.Numbers(128, Seed);
        double scale = Math.ScaleB(1.25, 38);
        RealPolynomial polynomial = RealPolynomial.Monomial(0.25, -0.5, 0.1, 0.7, 0.3);
        Ciphertext result = evaluator.Evaluate(party.Encrypt(x, scale: Math.ScaleB(1.1, 39)), polynomial, scale);
        Assert.AreEqual(scale, result.Scale);
        AssertClose(polynomial, x, party.Decrypt(result), "scale");
    }

    [TestMethod]
    public void What_does_not_fit_is_refused_with_a_reason()
    {
        using var party = new LinearTransformParty(256, [50, 40, 40, 40, 50]);
        var evaluator = new PolynomialEvaluator(party.Evaluator, party.Keys.CreateRelinearisationKeys());
        double[] x = LinearTransformParty.Numbers(128, Seed);
        RealPolynomial degree8 = RealPolynomial.Chebyshev([0, 0, 0, 0, 0, 0, 0, 0, 1]);
        Refused(() => evaluator.Evaluate(party.Encrypt(x), degree8), "takes 4 levels and the ciphertext has 3 left");
        RealPolynomial onInterval = RealPolynomial.Chebyshev([0, 0, 0, 0, 1], 0, 3);
        Refused(() => evaluator.Evaluate(party.Encrypt(x), onInterval), "another length than 2");
        Refused(() => evaluator.Evaluate(party.Encrypt(x, scale: Math.ScaleB(1, 24)), RealPolynomial.Monomial(0, 1, 1)), "scale about as long as the primes");
        Refused(() => evaluator.Evaluate(party.Evaluator.Square(party.Encrypt(x)), RealPolynomial.Monomial(0, 1)), nameof(CkksEvaluator.Relinearise));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => evaluator.Evaluate(party.Encrypt(x), RealPolynomial.Monomial(0, 1), Math.ScaleB(1, 140)));
        using var other = new LinearTransformParty(512, [50, 40, 50]);
        Refused(() => evaluator.Evaluate(other.Encrypt(x), RealPolynomial.Monomial(0, 1)), "other parameters");
    }

    // Coefficients are about 1, so a few hundred noises of 2^-28 each add up, which later levels may square: 2^-15 is far above.
    private static void AssertClose(RealPolynomial polynomial, double[] x, double[] actual, string what) =>
        LinearTransformParty.AssertClose([.. x.Select(polynomial.Evaluate)], actual, 1e-5 * Math.Max(1, polynomial.Degree / 8), what);

    private static void Refused(Func<object> action, string reason) =>
        StringAssert.Contains(Assert.ThrowsExactly<ParameterException>(action).Message, reason);
}
