using Hybrid.Mpc.Sharing;

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
    public static ArithmeticShare[] Split(ulong[] words, nint[] lengths, int fractionBits, int parties, RandomWords random) =>
        Expand(AdditiveSharing.Split(words, lengths, fractionBits, parties, parties - 1, random.Source));

    public static ulong[] Words(ArithmeticShare share)
    {
        var words = new ulong[share.Count];
        share.CopyTo(words);
        return words;
    }

    public static ulong[] Reconstruct(params ArithmeticShare[] shares)
    {
        var words = new ulong[shares[0].Count];
        AdditiveSharing.Reconstruct(shares, words);
        return words;
    }
}
