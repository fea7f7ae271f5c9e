using Hybrid.Mpc.Sharing;
using Hybrid.Tensors;

namespace Hybrid.Tests.Mpc.Sharing;

internal static class ShareTestTools
{
    /// <summary>Every party's share, in their order.</summary>
    public static ArithmeticShare[] Expand(ShareSet set)
    {
        var shares = new ArithmeticShare[set.Explicit.Parties];
        shares[set.Explicit.Party] = set.Explicit;
        foreach (SeededShare seeded in set.Seeded)
            shares[seeded.Party] = seeded.Expand();
        return shares;
    }

    /// <summary>Splits words among parties, explicit share to the last.</summary>
    public static ArithmeticShare[] Split(ulong[] words, Shape shape, int fractionBits, int parties, RandomWords random) =>
        Expand(AdditiveSharing.Split(words, shape, fractionBits, parties, parties - 1, random.Source));

    public static ulong[] Words(ArithmeticShare share)
    {
        var words = new ulong[share.Shape.ElementCount];
        share.CopyTo(words);
        return words;
    }

    public static ulong[] Reconstruct(params ArithmeticShare[] shares)
    {
        var words = new ulong[shares[0].Shape.ElementCount];
        AdditiveSharing.Reconstruct(shares, words);
        return words;
    }
}
