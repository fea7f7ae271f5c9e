namespace Hybrid.Paillier.Arithmetic;

/// <summary>One product of a program: rows[Target] = rows[Left] · rows[Right].</summary>
internal readonly record struct RowProduct(int Target, int Left, int Right);

/// <summary>
/// How to compute prod_k c_k^{w_k} for fixed integers w_k in few products: the differences method of Bos and Coster
/// ("Addition chain heuristics", 1989), arranged in levels of products that do not depend on one another.
/// </summary>
/// <remarks>
/// For neighbours v &lt;= w in the sorted list of exponents, c^w · d^v = c^(w-v) · (c·d)^v: one product makes an exponent
/// small. Each level does so for all disjoint pairs among the large exponents, and merges all equal ones. Positive and
/// negative exponents are kept apart: the result is rows[<see cref="PositiveRow"/>] / rows[<see cref="NegativeRow"/>].
/// Zero exponents cost nothing. The order of operations depends on the exponents, which are the evaluator's own.
/// 784 random 16-bit exponents take about 2,080 products, against 2,700 by buckets and 17,600 one by one.
/// </remarks>
internal sealed class ExponentiationProgram
{
    private readonly RowProduct[] _products;
    private readonly int[] _levelEnds;

    private ExponentiationProgram(int inputs, int rows, int positiveRow, int negativeRow, List<List<RowProduct>> levels)
    {
        Inputs = inputs;
        Rows = rows;
        PositiveRow = positiveRow;
        NegativeRow = negativeRow;
        _products = [.. levels.SelectMany(level => level)];
        _levelEnds = new int[levels.Count];
        int end = 0;
        for (int i = 0; i < levels.Count; i++)
        {
            _levelEnds[i] = end += levels[i].Count;
        }
    }

    /// <summary>Terms, in rows 0 to Inputs - 1 when the program starts; it overwrites them.</summary>
    public int Inputs { get; }

    /// <summary>Rows the program works in, the inputs among them.</summary>
    public int Rows { get; }

    /// <summary>Row of the product of the terms with positive exponents; -1 if there are none.</summary>
    public int PositiveRow { get; }

    /// <summary>Row of the product of the terms with negative exponents, negated; -1 if there are none.</summary>
    public int NegativeRow { get; }

    /// <summary>Levels, done one after the other.</summary>
    public int Levels => _levelEnds.Length;

    /// <summary>Products in all.</summary>
    public int Products => _products.Length;

    /// <summary>The products of one level, in any order.</summary>
    public ReadOnlySpan<RowProduct> Level(int level)
    {
        int start = level == 0 ? 0 : _levelEnds[level - 1];
        return _products.AsSpan(start, _levelEnds[level] - start);
    }

    /// <summary>Compiles the exponents, given every <paramref name="stride"/>-th from the start of the span.</summary>
    /// <exception cref="ArgumentException">An exponent is <see cref="long.MinValue"/>, whose magnitude does not fit.</exception>
    public static ExponentiationProgram Compile(ReadOnlySpan<long> exponents, int stride = 1)
    {
        int inputs = (exponents.Length + stride - 1) / stride;
        var positive = new List<Term>();
        var negative = new List<Term>();
        for (int k = 0; k < inputs; k++)
        {
            long w = exponents[k * stride];
            if (w == long.MinValue)
            {
                throw new ArgumentException($"Exponent {k} is out of range: magnitudes go up to 2^63 - 1.", nameof(exponents));
            }

            if (w != 0)
            {
                (w > 0 ? positive : negative).Add(new Term((ulong)Math.Abs(w), k));
            }
        }

        var levels = new List<List<RowProduct>>();
        int rows = inputs;
        int positiveRow = Reduce(positive, levels, ref rows);
        int negativeRow = Reduce(negative, levels, ref rows);
        return new ExponentiationProgram(inputs, rows, positiveRow, negativeRow, levels);
    }

    private readonly record struct Term(ulong Exponent, int Row);

    private static int Reduce(List<Term> terms, List<List<RowProduct>> levels, ref int rows)
    {
        var next = new List<Term>(terms.Count);
        for (int level = 0; terms.Count > 1 || (terms.Count == 1 && terms[0].Exponent > 1); level++)
        {
            if (level == levels.Count)
            {
                levels.Add([]);
            }

            // Largest first; rows break ties, so that the program is the same everywhere.
            terms.Sort((a, b) => a.Exponent != b.Exponent ? b.Exponent.CompareTo(a.Exponent) : a.Row.CompareTo(b.Row));
            next.Clear();
            ulong half = terms[0].Exponent / 2;
            for (int i = 0; i < terms.Count; i++)
            {
                Term term = terms[i];
                Term? below = i + 1 < terms.Count ? terms[i + 1] : null;
                if (below is { } other && (term.Exponent == other.Exponent || (term.Exponent > half && other.Exponent > term.Exponent / 2)))
                {
                    levels[level].Add(new RowProduct(other.Row, term.Row, other.Row));
                    next.Add(other);
                    if (term.Exponent != other.Exponent)
                    {
                        next.Add(term with { Exponent = term.Exponent - other.Exponent });
                    }

                    i++;
                }
                else if (i == 0 && term.Exponent > 1)
                {
                    // Far above the rest: halve it, and leave the odd one behind.
                    bool odd = (term.Exponent & 1) != 0;
                    int squared = odd ? rows++ : term.Row;
                    levels[level].Add(new RowProduct(squared, term.Row, term.Row));
                    next.Add(new Term(term.Exponent / 2, squared));
                    if (odd)
                    {
                        next.Add(term with { Exponent = 1 });
                    }
                }
                else
                {
                    next.Add(term);
                }
            }

            (terms, next) = (next, terms);
        }

        return terms.Count == 0 ? -1 : terms[0].Row;
    }
}
