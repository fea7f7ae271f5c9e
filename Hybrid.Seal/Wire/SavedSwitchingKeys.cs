using Hybrid.Seal.Sampling;

namespace Hybrid.Seal.Wire;

/// <summary>
/// What SEAL calls KSwitchKeys, to be saved: a list with a place for every key that there could be, each empty or with one pair of
/// polynomials for every digit. Relinearisation and Galois keys are of this form.
/// </summary>
/// <param name="context">The parameters.</param>
/// <param name="places">How long the list is.</param>
/// <param name="keys">The keys with their places, in rising order.</param>
internal readonly struct SavedSwitchingKeys(CkksContext context, int places, IReadOnlyCollection<PlacedKey> keys) : ISealObject
{
    private const int HeadSize = ParametersId.Size + sizeof(ulong);

    public long BodySize
    {
        get
        {
            long size = HeadSize + ((long)places * sizeof(ulong));
            foreach (PlacedKey placed in keys)
            {
                for (int digit = 0; digit < placed.Key.Digits; digit++)
                {
                    size += SealHeader.Size + Digit(placed, digit).BodySize;
                }
            }

            return size;
        }
    }

    /// <summary>The most bytes that so many places and keys can take, header included.</summary>
    public static long LargestSize(CkksContext context, int places, int keys)
    {
        CkksParameters parameters = context.Parameters;
        long key = parameters.DataPrimeCount * SavedPolynomials.LargestSize(context, 2, parameters.Primes.Length);
        return SealHeader.Size + HeadSize + ((long)places * sizeof(ulong)) + (keys * key);
    }

    public void WriteBody(ref SealWriter writer)
    {
        Span<byte> id = stackalloc byte[ParametersId.Size];
        ParametersId.Compute(context.Parameters, context.Parameters.Primes.Length, id);
        writer.Bytes(id);
        writer.UInt64((ulong)places);
        int place = 0;
        foreach (PlacedKey placed in keys)
        {
            for (; place < placed.Place; place++)
            {
                writer.UInt64(0);
            }

            writer.UInt64((ulong)placed.Key.Digits);
            for (int digit = 0; digit < placed.Key.Digits; digit++)
            {
                writer.Object(Digit(placed, digit));
            }

            place++;
        }

        for (; place < places; place++)
        {
            writer.UInt64(0);
        }
    }

    private static SavedPolynomials Digit(PlacedKey placed, int digit) =>
        new(placed.Key.Context, placed.Key.Digit(digit), 2, 1, placed.Key.Seeds[digit] as SealSeed, placed.Map);
}
