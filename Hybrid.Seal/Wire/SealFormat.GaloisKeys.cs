using System.Buffers;
using Hybrid.Seal.Ring;
using Hybrid.Seal.Wire;

namespace Hybrid.Seal;

public static partial class SealFormat
{
    private const string GaloisKeysName = "Galois keys";

    // Residues are random: 64-bit words of the shortest primes that have transforms (7 bits, 97) shrink ten times.
    private const int MostThatKeysShrink = 16;

    /// <summary>Writes Galois keys as SEAL's GaloisKeys: seeded, so of half the size, where the seeds are known.</summary>
    /// <remarks>About 16 N (8 N if seeded) times data primes times all primes, for each element; 8 N more in all.</remarks>
    /// <exception cref="ParameterException">They take more than 2 GiB.</exception>
    public static byte[] WriteGaloisKeys(GaloisKeys keys, SealCompression compression = SealCompression.None) =>
        SealSaver.Save(Saved(keys), compression);

    /// <inheritdoc cref="WriteGaloisKeys(GaloisKeys, SealCompression)"/>
    public static void WriteGaloisKeys(IBufferWriter<byte> destination, GaloisKeys keys, SealCompression compression = SealCompression.None) =>
        SealSaver.Save(destination, Saved(keys), compression);

    /// <summary>Reads SEAL's GaloisKeys.</summary>
    /// <param name="context">The parameters they must be under.</param>
    /// <param name="bytes">The whole object, nothing after it.</param>
    /// <exception cref="FormatRefusedException">The bytes are no such object, or are damaged.</exception>
    /// <exception cref="ParameterException">They are under other parameters, or these have no special prime.</exception>
    public static GaloisKeys ReadGaloisKeys(CkksContext context, ReadOnlySpan<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(context);
        int degree = context.Degree;
        long limit = Math.Min(
            SavedSwitchingKeys.LargestSize(context, degree, degree),
            SavedSwitchingKeys.LargestSize(context, degree, 0) + ((long)MostThatKeysShrink * bytes.Length));
        using var container = new SealContainer(bytes, GaloisKeysName, limit);
        var list = new SealSwitchingKeys(container.Reader, context, "digit of the Galois keys");
        if (list.Places > (ulong)degree)
        {
            throw container.Reader.Refuse($"have {list.Places} places where {degree}, one for each odd power, are possible: they were altered");
        }

        var keys = new GaloisKeys(context);
        for (uint place = 0; place < list.Places; place++)
        {
            if (!list.Next())
            {
                continue;
            }

            if (place == 0)
            {
                throw container.Reader.Refuse("begin with a key for X itself, which needs none: they are relinearisation keys, or were altered");
            }

            // Kept with the inverse map applied.
            uint element = (2 * place) + 1;
            KeySwitchingKey key = list.Read(new Automorphism(degree, Automorphism.InverseElement(degree, element)));
            keys.Add(new GaloisKey(new Automorphism(degree, element), key));
        }

        list.End();
        return keys;
    }

    private static SavedSwitchingKeys Saved(GaloisKeys keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        PlacedKey[] placed = [.. keys.Keys.Select(key => new PlacedKey((int)(key.Automorphism.Element / 2), key.Key, key.Automorphism))];
        return new SavedSwitchingKeys(keys.Context, keys.Context.Degree, placed);
    }
}
