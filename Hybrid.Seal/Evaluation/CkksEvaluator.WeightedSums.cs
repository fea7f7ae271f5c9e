namespace Hybrid.Seal;

/// <content>Sums of ciphertexts with numbers as weights.</content>
public sealed partial class CkksEvaluator
{
    /// <summary>
    /// w_0 a_0 + w_1 a_1 + …, slot by slot, in one pass: weights are rounded to integers, each at the scale that brings its term to the sum's.
    /// </summary>
    /// <param name="terms">Ciphertexts of two polynomials, of the sum's level or above, of any scales.</param>
    /// <param name="weights">A finite number for each.</param>
    /// <param name="level">The sum's level.</param>
    /// <param name="scale">The sum's scale; over a term's scale it is what the weight is rounded at, so take it large enough.</param>
    /// <param name="destination">Where the sum goes; none of the terms.</param>
    /// <exception cref="ArgumentException">There are no terms, not as many weights as terms, or the destination is a term.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The level or the scale is out of range.</exception>
    /// <exception cref="ParameterException">Parameters, levels or sizes do not fit, or a weight is not finite or too large.</exception>
    public void WeightedSum(ReadOnlySpan<Ciphertext> terms, ReadOnlySpan<double> weights, int level, double scale, Ciphertext destination)
    {
        RequireDestination(destination);
        Context.RequireLevel(level, nameof(level));
        Context.RequireScale(scale, level, nameof(scale));
        if (terms.Length == 0 || terms.Length != weights.Length)
        {
            throw new ArgumentException($"There are {terms.Length} terms and {weights.Length} weights; give as many, and one at least.", nameof(weights));
        }

        foreach (Ciphertext term in terms)
        {
            RequireTerm(term, level, destination);
        }

        destination.Reset(2, level, scale);
        Span<nint> addresses = terms.Length <= 256 ? stackalloc nint[terms.Length] : new nint[terms.Length];
        Span<ulong> residues = terms.Length <= 256 ? stackalloc ulong[terms.Length] : new ulong[terms.Length];
        for (int prime = 0; prime <= level; prime++)
        {
            for (int i = 0; i < terms.Length; i++)
            {
                residues[i] = ConstantResidue.Of(ScaledConstant(weights[i], scale / terms[i].Scale, level), _ring.Modulus(prime));
            }

            for (int polynomial = 0; polynomial < 2; polynomial++)
            {
                for (int i = 0; i < terms.Length; i++)
                {
                    addresses[i] = terms[i].Address(polynomial, prime);
                }

                _ring.Primes[prime].Residues.WeightedSum(addresses, residues, destination.Prime(polynomial, prime));
            }
        }

        foreach (Ciphertext term in terms)
        {
            GC.KeepAlive(term);
        }
    }

    private void RequireTerm(Ciphertext term, int level, Ciphertext destination)
    {
        Require(term, "terms");
        if (term == destination)
        {
            throw new ArgumentException("The destination is one of the terms, which are read to the end; give another.", nameof(destination));
        }

        if (term.Size != 2)
        {
            throw new ParameterException(ParameterFault.Unsupported, $"A term has {term.Size} polynomials and a weighted sum takes 2; {nameof(Relinearise)} it first.");
        }

        if (term.Level < level)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"A term is at level {term.Level} and the sum is to be at level {level}; levels only sink, so take the lowest term's.");
        }
    }
}
