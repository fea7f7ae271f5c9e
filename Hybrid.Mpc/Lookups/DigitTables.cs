namespace Hybrid.Mpc.Lookups;

/// <summary>
/// A function with f(x + y) = f(x) f(y), tabulated by digits of a public integer so that a few products give its values.
/// </summary>
internal static class DigitTables
{
    /// <summary>A table of 2^11 reals is half a first-level cache, and two of them do for most inputs.</summary>
    private const int WidestDigit = 11;

    /// <summary>The width of the digits that split <paramref name="bits"/> bits most evenly; at least one.</summary>
    public static int DigitBits(int bits)
    {
        int digits = (bits + WidestDigit - 1) / WidestDigit;
        return digits == 0 ? 1 : (bits + digits - 1) / digits;
    }

    /// <summary>The values at every digit of every place: those of place p from p · 2^digitBits · M on, M reals for each digit.</summary>
    /// <param name="bits">How many bits the integer has.</param>
    /// <param name="reals">M: how many reals a value takes.</param>
    /// <param name="write">Writes the value at an integer.</param>
    public static double[] Build(int bits, int reals, Action<long, Span<double>> write)
    {
        int digitBits = DigitBits(bits);
        int places = Math.Max(1, (bits + digitBits - 1) / digitBits);
        var table = new double[places * reals << digitBits];
        for (int entry = 0; entry < table.Length / reals; entry++)
        {
            int place = entry >> digitBits;
            long digit = entry & ((1 << digitBits) - 1);
            write(digit << (place * digitBits), table.AsSpan(entry * reals, reals));
        }

        return table;
    }
}
