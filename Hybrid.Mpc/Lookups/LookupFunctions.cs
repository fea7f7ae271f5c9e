namespace Hybrid.Mpc.Lookups;

/// <summary>The functions that protocols look up. Making one takes up to some milliseconds: make it once and keep it.</summary>
/// <remarks>
/// An error "to e" is absolute, on the stated domain, and includes all roundings; for e^x it is relative where e^x is above one. Outside
/// the domain results are those of a continuation that means nothing: inputs that may lie there are to be clamped first.
/// </remarks>
internal static class LookupFunctions
{
    /// <summary>1 / (1 + e^-x) on [-16, 16], to 3e-7: 49 words an element.</summary>
    /// <param name="inputFractionBits">Fraction bits of the input, 8 to 40.</param>
    public static LookupFunction Sigmoid(int inputFractionBits = 16) =>
        HarmonicFunction.Fit("sigmoid", DeterministicMath.Sigmoid, 0, inputFractionBits, periodBits: 6, harmonics: 24, -16, 16);

    /// <summary>tanh x on [-8, 8], to 6e-7: 48 words an element.</summary>
    /// <inheritdoc cref="Sigmoid"/>
    public static LookupFunction Tanh(int inputFractionBits = 16) =>
        HarmonicFunction.Fit("tanh", DeterministicMath.Tanh, 0, inputFractionBits, periodBits: 5, harmonics: 24, -8, 8);

    /// <summary>The error function on [-4, 4], to 3e-8: 24 words an element.</summary>
    /// <inheritdoc cref="Sigmoid"/>
    public static LookupFunction Erf(int inputFractionBits = 16) =>
        HarmonicFunction.Fit("erf", DeterministicMath.Erf, 0, inputFractionBits, periodBits: 4, harmonics: 12, -4, 4);

    /// <summary>x Φ(x) = x (1 + erf(x / √2)) / 2, not its approximation by tanh, on [-10, 10], to 3e-7: 27 words an element.</summary>
    /// <inheritdoc cref="Sigmoid"/>
    public static LookupFunction Gelu(int inputFractionBits = 16)
    {
        static double Exact(double x) => x / 2 * (1 + DeterministicMath.Erf(x * 0.7071067811865476));
        return HarmonicFunction.Fit("gelu", Exact, 0.5, inputFractionBits, periodBits: 5, harmonics: 13, -10, 10);
    }

    /// <summary>x / (1 + e^-x) on [-16, 16], to 7e-7: 51 words an element.</summary>
    /// <inheritdoc cref="Sigmoid"/>
    public static LookupFunction Silu(int inputFractionBits = 16)
    {
        static double Exact(double x) => x * DeterministicMath.Sigmoid(x);
        return HarmonicFunction.Fit("silu", Exact, 0.5, inputFractionBits, periodBits: 6, harmonics: 25, -16, 16);
    }

    /// <summary>ln(1 + e^x) on [-16, 16], to 3e-7: 49 words an element.</summary>
    /// <inheritdoc cref="Sigmoid"/>
    public static LookupFunction Softplus(int inputFractionBits = 16)
    {
        static double Exact(double x) => DeterministicMath.Log(1 + DeterministicMath.Exp(x));
        return HarmonicFunction.Fit("softplus", Exact, 0.5, inputFractionBits, periodBits: 6, harmonics: 24, -16, 16);
    }

    /// <summary>e^x: 4 words an element on [-24, 0] to 4e-8; wide intervals with large results cost more words and precision.</summary>
    /// <param name="lowest">Where the domain must begin; it may begin lower.</param>
    /// <param name="highest">Where it ends, at most 30.</param>
    /// <param name="inputFractionBits">Fraction bits of the input, 0 to 40.</param>
    /// <param name="tolerance">
    /// The error wanted, relative to max(1, e^x); <see cref="LookupFunction.MaximumError"/> says what was had.
    /// </param>
    public static LookupFunction Exponential(
        double lowest = -16, double highest = 0, int inputFractionBits = 16, double tolerance = 5e-7) =>
        ExponentialFunction.Create(lowest, highest, inputFractionBits, tolerance);

    /// <summary>1 / m of a mantissa m in [1, 2], to 3e-7: 18 words an element.</summary>
    /// <param name="fractionBits">F: the input is an integer in [2^F, 2^(F+1)], 8 to 46.</param>
    public static LookupFunction Reciprocal(int fractionBits = 31) => Mantissa("reciprocal", m => 1 / m, fractionBits, degree: 8);

    /// <summary>1 / √m of a mantissa m in [1, 2], to 4e-7: 16 words an element.</summary>
    /// <inheritdoc cref="Reciprocal"/>
    public static LookupFunction ReciprocalSqrt(int fractionBits = 31) => Mantissa("rsqrt", m => 1 / Math.Sqrt(m), fractionBits, degree: 7);

    /// <summary>√m of a mantissa m in [1, 2], to 3e-7: 14 words an element.</summary>
    /// <inheritdoc cref="Reciprocal"/>
    public static LookupFunction Sqrt(int fractionBits = 31) => Mantissa("sqrt", Math.Sqrt, fractionBits, degree: 6);

    /// <summary>ln m of a mantissa m in [1, 2], to 3e-7, an absolute error: 16 words an element.</summary>
    /// <inheritdoc cref="Reciprocal"/>
    public static LookupFunction Log(int fractionBits = 31) => Mantissa("log", DeterministicMath.Log, fractionBits, degree: 7);

    /// <summary>sin(2π x) of every x in turns, to 1e-8: 2 words an element.</summary>
    /// <param name="turnBits">K: fraction bits of the input, 1 to 46.</param>
    public static LookupFunction Sine(int turnBits = 24) => HarmonicFunction.Circle("sin", turnBits, 0, 1);

    /// <summary>cos(2π x) of every x in turns, to 1e-8: 2 words an element.</summary>
    /// <inheritdoc cref="Sine"/>
    public static LookupFunction Cosine(int turnBits = 24) => HarmonicFunction.Circle("cos", turnBits, 1, 0);

    // With two segments, each as wide as the domain, both polynomials need to be right on [1, 2] alone.
    private static SplineFunction Mantissa(string label, Func<double, double> function, int fractionBits, int degree) =>
        SplineFunction.Fit(label, function, 1, fractionBits, fractionBits, tableBits: 1, degree);
}
