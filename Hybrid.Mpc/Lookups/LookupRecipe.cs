namespace Hybrid.Mpc.Lookups;

/// <summary>The functions of the catalogue, by their numbers on the wire, for good: a number is never given to another function.</summary>
internal enum LookupName : byte
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

/// <summary>How a look-up function is made: in a few bytes, what every party and the dealer make the same tables from.</summary>
/// <param name="Name">Which function.</param>
/// <param name="Bits">Its input's fraction bits, in [1, 46].</param>
/// <param name="Lowest">Where the domain of an exponential begins, a whole number in [-64, 30); otherwise 0.</param>
/// <param name="Highest">Where it ends, above that and at most 30; otherwise 0.</param>
internal readonly record struct LookupRecipe(LookupName Name, int Bits, int Lowest = 0, int Highest = 0)
{
    /// <summary>Whether there is such a function.</summary>
    public bool IsSound => Enum.IsDefined(Name)
        && Bits >= 1
        && Bits <= MostBits
        && (Name == LookupName.Exponential ? Lowest >= -64 && Lowest < Highest && Highest <= 30 : Lowest == 0 && Highest == 0)
        && (Name is LookupName.Sine or LookupName.Cosine || Bits >= LeastBits);

    private int LeastBits => Name == LookupName.Exponential ? 1 : 8;

    private int MostBits => Name >= LookupName.Reciprocal ? 46 : 40;

    /// <summary>Makes the function; takes milliseconds.</summary>
    /// <exception cref="ParameterException">There is no such function.</exception>
    public LookupFunction Make()
    {
        if (!IsSound)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange, $"There is no look-up {Name} for {Bits} fraction bits: give the tensor between 8 and 40, such as 16.");
        }

        return Name switch
        {
            LookupName.Sigmoid => LookupFunctions.Sigmoid(Bits),
            LookupName.Tanh => LookupFunctions.Tanh(Bits),
            LookupName.Erf => LookupFunctions.Erf(Bits),
            LookupName.Gelu => LookupFunctions.Gelu(Bits),
            LookupName.Silu => LookupFunctions.Silu(Bits),
            LookupName.Softplus => LookupFunctions.Softplus(Bits),
            LookupName.Exponential => LookupFunctions.Exponential(Lowest, Highest, Bits),
            LookupName.Reciprocal => LookupFunctions.Reciprocal(Bits),
            LookupName.ReciprocalSqrt => LookupFunctions.ReciprocalSqrt(Bits),
            LookupName.Sqrt => LookupFunctions.Sqrt(Bits),
            LookupName.Log => LookupFunctions.Log(Bits),
            LookupName.Sine => LookupFunctions.Sine(Bits),
            _ => LookupFunctions.Cosine(Bits),
        };
    }
}
