using Hybrid.Seal.Evaluation;

namespace Hybrid.Seal;

/// <summary>Evaluates polynomials on the slots of ciphertexts.</summary>
/// <remarks>
/// <para>
/// Powers are made once, and combined with about the square root of twice the degree products of ciphertexts, in the least depth:
/// <see cref="RealPolynomial.RequiredLevels"/>. Scales are exact: from the result's scale downwards each sum's scale is fixed first, and every
/// coefficient is rounded at the scale that brings its term there. Sums of products are relinearised and rescaled once.
/// </para>
/// <para>
/// The operand's scale should be about as long as the primes, so that powers keep it. Powers of x (not Chebyshev polynomials) want
/// values within about 1. Any number of threads may share one; an evaluation takes memory for as many ciphertexts as powers.
/// Nothing is revealed. Sources: Paterson and Stockmeyer (1973); Chen, Chillotti, Song, "Improved Bootstrapping for Approximate Homomorphic
/// Encryption" (2019), section 3, for Chebyshev polynomials; Bossuat et al. (2021), section 5.
/// </para>
/// </remarks>
public sealed class PolynomialEvaluator
{
    // A power at a lower scale than this would leave hardly any digits.
    private const double LeastScaleBits = 12;

    private readonly CkksEvaluator _evaluator;
    private readonly RelinearisationKeys _keys;

    /// <summary>Makes one.</summary>
    /// <param name="evaluator">An evaluator.</param>
    /// <param name="keys">The owner's relinearisation keys.</param>
    /// <exception cref="ParameterException">The keys have other parameters.</exception>
    public PolynomialEvaluator(CkksEvaluator evaluator, RelinearisationKeys keys)
    {
        ArgumentNullException.ThrowIfNull(evaluator);
        ArgumentNullException.ThrowIfNull(keys);
        evaluator.Context.RequireSame(keys.Context, "relinearisation key");
        _evaluator = evaluator;
        _keys = keys;
    }

    /// <summary>p(x), slot by slot.</summary>
    /// <param name="x">A ciphertext of two polynomials, with at least the polynomial's required levels.</param>
    /// <param name="polynomial">p; x must be within its interval if it has Chebyshev's basis.</param>
    /// <param name="destination">Where the result goes, as many levels lower as are required; may be the operand.</param>
    /// <param name="scale">The result's scale; the operand's unless given.</param>
    /// <exception cref="ParameterException">
    /// Parameters differ, there are too few levels, the ciphertext is not relinearised, or its scale is so far from the primes that powers lose it.
    /// </exception>
    public void Evaluate(Ciphertext x, RealPolynomial polynomial, Ciphertext destination, double? scale = null)
    {
        Require(x, polynomial, destination);
        PolynomialNode plan = PolynomialNode.Plan(polynomial);
        Ciphertext first = ToUnitInterval(x, polynomial);
        double target = scale ?? x.Scale;
        int level = x.Level - polynomial.RequiredLevels;
        _evaluator.Context.RequireScale(target, level, nameof(scale));
        Dictionary<int, Ciphertext> powers = Powers(first, plan.PowersNeeded(), polynomial.Basis);
        Rescaled(plan, powers, level, target, destination);
    }

    /// <inheritdoc cref="Evaluate(Ciphertext, RealPolynomial, Ciphertext, double?)"/>
    public Ciphertext Evaluate(Ciphertext x, RealPolynomial polynomial, double? scale = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        var destination = new Ciphertext(_evaluator.Context, x.Level);
        Evaluate(x, polynomial, destination, scale);
        return destination;
    }

    private void Require(Ciphertext x, RealPolynomial polynomial, Ciphertext destination)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(polynomial);
        ArgumentNullException.ThrowIfNull(destination);
        _evaluator.Context.RequireSame(x.Context, "ciphertext");
        _evaluator.Context.RequireSame(destination.Context, "destination");
        if (x.Size != 2)
        {
            throw new ParameterException(ParameterFault.Unsupported, $"The ciphertext has {x.Size} polynomials and an evaluation takes 2; {nameof(CkksEvaluator.Relinearise)} first.");
        }

        if (x.Level < polynomial.RequiredLevels)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange,
                $"A polynomial of degree {polynomial.Degree}{(polynomial.NeedsScaling ? " on an interval of another length than 2" : string.Empty)} takes {polynomial.RequiredLevels} levels and the ciphertext has {x.Level} left; use parameters with more primes, or a lower degree.");
        }
    }

    // u = (2 x - lower - upper) / (upper - lower), at x's scale.
    private Ciphertext ToUnitInterval(Ciphertext x, RealPolynomial polynomial)
    {
        if (polynomial.Basis == PolynomialBasis.Monomial)
        {
            return x;
        }

        Ciphertext u = x;
        if (polynomial.NeedsScaling)
        {
            double prime = _evaluator.Context.Parameters.Primes[x.Level].Value;
            u = _evaluator.MultiplyConstant(x, 2 / (polynomial.Upper - polynomial.Lower), prime);
            _evaluator.Rescale(u, u);
            u.Scale = x.Scale; // x.Scale · prime / prime, but for a rounding error of doubles
        }

        double centre = (polynomial.Lower + polynomial.Upper) / (polynomial.Upper - polynomial.Lower);
        return centre == 0 ? u : _evaluator.AddConstant(u, -centre);
    }

    private Dictionary<int, Ciphertext> Powers(Ciphertext x, SortedSet<int> needed, PolynomialBasis basis)
    {
        var powers = new Dictionary<int, Ciphertext> { [1] = x };
        foreach (int power in needed)
        {
            int level = x.Level - PolynomialNode.DepthOf(power) + 1;
            Ciphertext product = ProductAt(powers[(power + 1) / 2], powers[power / 2], level);
            _evaluator.Relinearise(product, _keys, product);
            if (basis == PolynomialBasis.Chebyshev)
            {
                // T_(a + b) = 2 T_a T_b - T_(a - b), with a - b = 0 or 1
                _evaluator.Add(product, product, product);
                if (power % 2 == 0)
                {
                    _evaluator.AddConstant(product, -1, product);
                }
                else
                {
                    Ciphertext one = _evaluator.ModSwitch(x, level);
                    _evaluator.MultiplyConstant(one, 1, product.Scale / x.Scale, one);
                    _evaluator.Subtract(product, one, product);
                }
            }

            _evaluator.Rescale(product, product);
            if (Math.Log2(product.Scale) < LeastScaleBits)
            {
                throw new ParameterException(
                    ParameterFault.OutOfRange,
                    $"At the operand's scale, 2^{Math.Log2(x.Scale):F1}, power {power} would be left with scale 2^{Math.Log2(product.Scale):F1}; use a scale about as long as the primes, 2^{Math.Log2(_evaluator.Context.Parameters.Primes[x.Level].Value):F1}.");
            }

            powers.Add(power, product);
        }

        return powers;
    }

    private Ciphertext ProductAt(Ciphertext a, Ciphertext b, int level) =>
        _evaluator.Multiply(a.Level == level ? a : _evaluator.ModSwitch(a, level), b.Level == level ? b : _evaluator.ModSwitch(b, level));

    // The polynomial at a level and scale: summed one level above at a prime's times the scale, and rescaled.
    private void Rescaled(PolynomialNode node, Dictionary<int, Ciphertext> powers, int level, double scale, Ciphertext destination)
    {
        double prime = _evaluator.Context.Parameters.Primes[level + 1].Value;
        Ciphertext sum = Sum(node, powers, level + 1, scale * prime);
        _evaluator.Relinearise(sum, _keys, sum);
        _evaluator.Rescale(sum, destination);
        destination.Scale = scale; // scale · prime / prime, but for a rounding error of doubles
    }

    // The polynomial at a level and scale, as it is added up: of two polynomials, or three.
    private Ciphertext Sum(PolynomialNode node, Dictionary<int, Ciphertext> powers, int level, double scale)
    {
        Ciphertext? sum = null;
        if (node.Terms.Count > 0)
        {
            sum = new Ciphertext(_evaluator.Context, level);
            var terms = new Ciphertext[node.Terms.Count];
            var weights = new double[node.Terms.Count];
            for (int i = 0; i < terms.Length; i++)
            {
                terms[i] = powers[node.Terms[i].Power];
                weights[i] = node.Terms[i].Coefficient;
            }

            _evaluator.WeightedSum(terms, weights, level, scale, sum);
        }

        foreach ((int power, PolynomialNode factor) in node.Products)
        {
            Ciphertext by = powers[power];
            var inner = new Ciphertext(_evaluator.Context, level);
            Rescaled(factor, powers, level, scale / by.Scale, inner);
            Ciphertext product = ProductAt(inner, by, level);
            product.Scale = scale; // (scale / by) · by, but for a rounding error of doubles
            if (sum is null)
            {
                sum = product;
            }
            else
            {
                _evaluator.Add(sum, product, sum);
            }
        }

        if (node.Constant != 0)
        {
            _evaluator.AddConstant(sum!, node.Constant, sum!);
        }

        return sum!;
    }
}
