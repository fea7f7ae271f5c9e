using System.Buffers;
using Hybrid.Seal.Wire;

namespace Hybrid.Seal;

public static partial class SealFormat
{
    private const string RelinearisationKeysName = "relinearisation keys";

    /// <summary>Writes relinearisation keys as SEAL's RelinKeys: seeded, so of half the size, if the seeds are known.</summary>
    public static byte[] WriteRelinearisationKeys(RelinearisationKeys keys, SealCompression compression = SealCompression.None) =>
        SealSaver.Save(Saved(keys), compression);

    /// <inheritdoc cref="WriteRelinearisationKeys(RelinearisationKeys, SealCompression)"/>
    public static void WriteRelinearisationKeys(IBufferWriter<byte> destination, RelinearisationKeys keys, SealCompression compression = SealCompression.None) =>
        SealSaver.Save(destination, Saved(keys), compression);

    /// <summary>Reads SEAL's RelinKeys: the key for s².</summary>
    /// <param name="context">The parameters they must be under.</param>
    /// <param name="bytes">The whole object, nothing after it.</param>
    /// <exception cref="FormatRefusedException">The bytes are no such object, are damaged, or are for other powers than s².</exception>
    /// <exception cref="ParameterException">They are under other parameters, or these have no special prime.</exception>
    public static RelinearisationKeys ReadRelinearisationKeys(CkksContext context, ReadOnlySpan<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var container = new SealContainer(bytes, RelinearisationKeysName, SavedSwitchingKeys.LargestSize(context, 1, 1));
        var list = new SealSwitchingKeys(container.Reader, context, "digit of the relinearisation keys");
        if (list.Places != 1 || !list.Next())
        {
            throw container.Reader.Refuse($"have {list.Places} places where 1 with the key for s² belongs: they are Galois keys, or were altered");
        }

        KeySwitchingKey key = list.Read(map: null);
        list.End();
        return new RelinearisationKeys(key);
    }

    private static SavedSwitchingKeys Saved(RelinearisationKeys keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return new SavedSwitchingKeys(keys.Context, 1, [new PlacedKey(0, keys.Key, null)]);
    }
}
