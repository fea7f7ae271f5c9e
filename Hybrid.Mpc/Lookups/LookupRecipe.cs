namespace Hybrid.Mpc.Lookups;

/// <summary>The numbers of the catalogue's functions on the wire, for good: a number is never given to another function.</summary>
internal enum LookupNumber : byte
{
    Sigmoid = 1,
    Tanh = 2,
    Erf = 3,
    Gelu = 4,
    Silu = 5,
    Softplus = 6,
    Exponential = 7,
    Reciprocal = 8,
    ReciprocalSqrt = 9,
    Sqrt = 10,
    Log = 11,
    Sine = 12,
    Cosine = 13,
}

/// <summary>By which numbers a function of the catalogue was made: who makes it anew by them, such as a dealer, has an equal one.</summary>
/// <param name="Number">Which function.</param>
/// <param name="Bits">Fraction bits of its input.</param>
/// <param name="Lowest">For an exponential, where its domain begins; 0 for others.</param>
/// <param name="Highest">For an exponential, where its domain ends; 0 for others.</param>
internal readonly record struct LookupRecipe(LookupNumber Number, int Bits, int Lowest = 0, int Highest = 0)
{
    /// <summary>The widest domain of an exponential, either way.</summary>
    public const int MaximumExponent = 64;

    /// <summary>Makes the function. Takes up to some milliseconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such function, or a number is outside its range.</exception>
    public LookupFunction Make() => Number switch
    {
        LookupNumber.Sigmoid => LookupFunctions.Sigmoid(Within(8, 40)),
        LookupNumber.Tanh => LookupFunctions.Tanh(Within(8, 40)),
        LookupNumber.Erf => LookupFunctions.Erf(Within(8, 40)),
        LookupNumber.Gelu => LookupFunctions.Gelu(Within(8, 40)),
        LookupNumber.Silu => LookupFunctions.Silu(Within(8, 40)),
        LookupNumber.Softplus => LookupFunctions.Softplus(Within(8, 40)),
        LookupNumber.Exponential => LookupFunctions.Exponential(Math.Max(Lowest, -MaximumExponent), Highest, Within(0, 40)),
        LookupNumber.Reciprocal => LookupFunctions.Reciprocal(Within(8, 46)),
        LookupNumber.ReciprocalSqrt => LookupFunctions.ReciprocalSqrt(Within(8, 46)),
        LookupNumber.Sqrt => LookupFunctions.Sqrt(Within(8, 46)),
        LookupNumber.Log => LookupFunctions.Log(Within(8, 46)),
        LookupNumber.Sine => LookupFunctions.Sine(Within(1, 46)),
        LookupNumber.Cosine => LookupFunctions.Cosine(Within(1, 46)),
        _ => throw new ArgumentOutOfRangeException(nameof(Number), Number, "There is no such function in the catalogue."),
    };

    private int Within(int least, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Bits, least);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Bits, most);
        return Bits;
    }
}
