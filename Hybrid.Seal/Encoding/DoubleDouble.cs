namespace Hybrid.Seal.Encoding;

/// <summary>A number as the unevaluated sum of two doubles, some 105 bits: for tables whose entries are to be rounded once.</summary>
/// <remarks>Dekker, "A floating-point technique for extending the available precision" (1971), products by fused multiply-add.</remarks>
internal readonly struct DoubleDouble
{
    private readonly double _low;

    private DoubleDouble(double high, double low)
    {
        High = high;
        _low = low;
    }

    /// <summary>The number, rounded to a double.</summary>
    public double High { get; }

    /// <summary>A double is exact.</summary>
    public static implicit operator DoubleDouble(double value) => new(value, 0);

    /// <summary>x + y.</summary>
    public static DoubleDouble operator +(DoubleDouble x, DoubleDouble y)
    {
        double sum = x.High + y.High;
        double part = sum - x.High;
        double error = (x.High - (sum - part)) + (y.High - part);
        return Normal(sum, error + (x._low + y._low));
    }

    /// <summary>-x.</summary>
    public static DoubleDouble operator -(DoubleDouble x) => new(-x.High, -x._low);

    /// <summary>x - y.</summary>
    public static DoubleDouble operator -(DoubleDouble x, DoubleDouble y) => x + -y;

    /// <summary>x y.</summary>
    public static DoubleDouble operator *(DoubleDouble x, DoubleDouble y)
    {
        double product = x.High * y.High;
        double error = Math.FusedMultiplyAdd(x.High, y.High, -product);
        return Normal(product, error + (x.High * y._low + x._low * y.High));
    }

    /// <summary>The square root of a positive number: one Newton step from the double's.</summary>
    public static DoubleDouble Sqrt(DoubleDouble x)
    {
        double root = Math.Sqrt(x.High);
        DoubleDouble rest = x - (DoubleDouble)root * root;
        return Normal(root, rest.High / (2 * root));
    }

    private static DoubleDouble Normal(double high, double low)
    {
        double sum = high + low;
        return new(sum, low - (sum - high));
    }
}
