namespace Hybrid.Numerics;

/// <summary>What the integers of a secret tensor can be, whatever the inputs within their ranges; public.</summary>
/// <param name="Low">The least.</param>
/// <param name="High">The greatest, at least the least.</param>
public readonly record struct WordRange(Int128 Low, Int128 High)
{
    /// <summary>Every integer that a truncation takes: [−2^62, 2^62).</summary>
    public static WordRange Widest { get; } = OfBits(62);

    /// <summary>The greater of the bounds' magnitudes.</summary>
    public Int128 Magnitude => Int128.Max(Int128.Abs(Low), Int128.Abs(High));

    /// <summary>n, for the least [−2^(n−1), 2^(n−1)) that holds the range.</summary>
    public int Bits => 129 - (int)Int128.LeadingZeroCount(Int128.Max(High, ~Low));

    /// <summary>[−2^bits, 2^bits).</summary>
    public static WordRange OfBits(int bits) => new(-(Int128.One << bits), (Int128.One << bits) - 1);

    /// <summary>[−magnitude, magnitude].</summary>
    public static WordRange Within(Int128 magnitude) => new(-magnitude, magnitude);

    /// <summary>x · y, or the end of 128 bits that it is beyond: were it to wrap, sums of wide products would seem narrow.</summary>
    public static Int128 Product(Int128 x, Int128 y) =>
        x == 0 || Int128.Abs(y) <= Int128.MaxValue / Int128.Abs(x) ? x * y : (x < 0) == (y < 0) ? Int128.MaxValue : -Int128.MaxValue;

    /// <summary>x + y, or the end of 128 bits that it is beyond.</summary>
    public static Int128 Sum(Int128 x, Int128 y)
    {
        Int128 sum = unchecked(x + y);
        return x < 0 == y < 0 && sum < 0 != x < 0 ? (x < 0 ? -Int128.MaxValue : Int128.MaxValue) : sum;
    }

    /// <summary>x · 2^bits, or the end of 128 bits that it is beyond.</summary>
    public static Int128 Shift(Int128 x, int bits) => bits > 126 ? Product(x, Int128.MaxValue) : Product(x, Int128.One << bits);

    /// <summary>What sums can be.</summary>
    public static WordRange operator +(WordRange x, WordRange y) => new(Sum(x.Low, y.Low), Sum(x.High, y.High));

    /// <summary>What differences can be.</summary>
    public static WordRange operator -(WordRange x, WordRange y) => new(Sum(x.Low, -y.High), Sum(x.High, -y.Low));

    /// <summary>What products can be.</summary>
    public static WordRange operator *(WordRange x, WordRange y)
    {
        (Int128 a, Int128 b, Int128 c, Int128 d) =
            (Product(x.Low, y.Low), Product(x.Low, y.High), Product(x.High, y.Low), Product(x.High, y.High));
        return new(Int128.Min(Int128.Min(a, b), Int128.Min(c, d)), Int128.Max(Int128.Max(a, b), Int128.Max(c, d)));
    }

    /// <summary>What sums can be.</summary>
    public static WordRange Add(WordRange x, WordRange y) => x + y;

    /// <summary>What differences can be.</summary>
    public static WordRange Subtract(WordRange x, WordRange y) => x - y;

    /// <summary>What products can be.</summary>
    public static WordRange Multiply(WordRange x, WordRange y) => x * y;

    /// <summary>What the sum of <paramref name="terms"/> such integers can be; bounds that 128 bits cannot hold become the widest.</summary>
    public WordRange Times(long terms) => new(Product(Low, terms), Product(High, terms));

    /// <summary>What squares can be.</summary>
    public WordRange Squared() => new(
        Low <= 0 && High >= 0 ? 0 : Int128.Min(Product(Low, Low), Product(High, High)), Product(Magnitude, Magnitude));

    /// <summary>What is in either.</summary>
    public WordRange Union(WordRange other) => new(Int128.Min(Low, other.Low), Int128.Max(High, other.High));

    /// <summary>What is left of it below or above a bound.</summary>
    public WordRange Clamped(Int128 low, Int128 high) => new(Int128.Clamp(Low, low, high), Int128.Clamp(High, low, high));

    /// <summary>What they are times 2^bits.</summary>
    public WordRange Shifted(int bits) => new(Shift(Low, bits), Shift(High, bits));

    /// <summary>What is left after dividing by 2^bits and rounding either way.</summary>
    public WordRange Truncated(int bits) => new(Low >> bits, (High >> bits) + 1);
}
