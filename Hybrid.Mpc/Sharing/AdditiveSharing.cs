using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Hybrid.Mpc.Ring64;
using Hybrid.Numerics;
using Hybrid.Security;
using Hybrid.Tensors;

namespace Hybrid.Mpc.Sharing;

/// <summary>Splits fixed-point tensors into additive shares over Z_2^64, and joins them again.</summary>
/// <remarks>
/// All shares but one are streams of pseudo-random words, known by their 16-byte seed; the explicit one is the tensor minus their
/// sum (Demmler, Schneider and Zohner, "ABY", 2015, section III-A, with its random share drawn from a seed). Any set of parties
/// short of one learns nothing, as long as AES-128 cannot be told from random.
/// </remarks>
public static class AdditiveSharing
{
    /// <summary>Splits real numbers x, as round(x · 2^f), into one share for each party.</summary>
    /// <param name="values">The numbers, in [-2^(62-f), 2^(62-f)]; any shape of at least one dimension.</param>
    /// <param name="fractionBits">f, in [0, 62].</param>
    /// <param name="parties">How many parties, at least 2.</param>
    /// <param name="explicitParty">Who gets the share that is not a seed: best the party that splits, which need not send it.</param>
    /// <param name="random">Where the seeds come from.</param>
    /// <returns>The shares, which together are the tensor.</returns>
    /// <exception cref="ParameterException">
    /// The fraction bits are outside their range, or an element is not a number, infinite or too large; its index is named, never
    /// its value.
    /// </exception>
    /// <exception cref="ArgumentException">The parties or the shape are impossible.</exception>
    public static ShareSet Split(
        in ReadOnlyTensorSpan<double> values, int fractionBits, int parties, int explicitParty, IRandomSource random)
    {
        var layout = new ShareLayout(explicitParty, parties, Shape.Of(values.Lengths), fractionBits);
        using SecretBuffer<ulong> words = Encode(values, layout);
        return Split(words.Span, layout, random);
    }

    /// <summary>Splits words, which already are fixed-point numbers with f fraction bits, into one share for each party.</summary>
    /// <param name="words">The words, row by row.</param>
    /// <param name="shape">The shape they have; at least one dimension.</param>
    /// <param name="fractionBits">f, in [0, 62].</param>
    /// <param name="parties">How many parties, at least 2.</param>
    /// <param name="explicitParty">Who gets the share that is not a seed: best the party that splits, which need not send it.</param>
    /// <param name="random">Where the seeds come from.</param>
    /// <returns>The shares, which together are the tensor.</returns>
    /// <exception cref="ParameterException">The fraction bits are outside their range.</exception>
    /// <exception cref="ArgumentException">
    /// The parties or the shape are impossible, or the words are not as many as the shape has elements.
    /// </exception>
    public static ShareSet Split(
        ReadOnlySpan<ulong> words, Shape shape, int fractionBits, int parties, int explicitParty, IRandomSource random)
    {
        var layout = new ShareLayout(explicitParty, parties, shape, fractionBits);
        layout.RequireCount(words.Length, nameof(words));
        return Split(words, layout, random);
    }

    /// <summary>The one share that is missing when all other parties have theirs by seed: the real numbers minus those shares.</summary>
    /// <param name="values">The numbers, of the shape and within the range of the other shares.</param>
    /// <param name="others">The other parties' shares, one for each, with different seeds.</param>
    /// <returns>The share of the party that is not among <paramref name="others"/>.</returns>
    /// <exception cref="ParameterException">
    /// The shapes differ, or an element is not a number, infinite or too large; its index is named, never its value.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// The others are not all parties but one, or two have the same seed.
    /// </exception>
    public static ArithmeticShare Complete(in ReadOnlyTensorSpan<double> values, params ReadOnlySpan<SeededShare> others)
    {
        ShareLayout layout = MissingLayout(others);
        layout.RequireShape(values.Lengths);
        using SecretBuffer<ulong> words = Encode(values, layout);
        return Complete(words.Span, layout, others);
    }

    /// <summary>The one share that is missing when all other parties have theirs by seed: the words minus those shares.</summary>
    /// <param name="words">The words, row by row, as many as the other shares have.</param>
    /// <param name="others">The other parties' shares, one for each, with different seeds.</param>
    /// <returns>The share of the party that is not among <paramref name="others"/>.</returns>
    /// <exception cref="ArgumentException">
    /// The lengths differ, or the others are not all parties but one, or two have the same seed.
    /// </exception>
    public static ArithmeticShare Complete(ReadOnlySpan<ulong> words, params ReadOnlySpan<SeededShare> others)
    {
        ShareLayout layout = MissingLayout(others);
        layout.RequireCount(words.Length, nameof(words));
        return Complete(words, layout, others);
    }

    /// <summary>Joins the shares of all parties to the tensor, as real numbers; this reveals it to the caller.</summary>
    /// <param name="shares">One share of each party, in any order.</param>
    /// <returns>The numbers, each rounded to the 53 bits of a double.</returns>
    /// <exception cref="ArgumentException">A share is missing, there twice, or of another tensor's shape or fraction bits.</exception>
    public static Tensor<double> Reconstruct(params ReadOnlySpan<ArithmeticShare> shares)
    {
        ShareLayout layout = CheckComplete(shares);
        using var words = new SecretBuffer<ulong>(layout.Shape.ElementCount);
        Sum(shares, words.Span);
        var values = new double[layout.Shape.ElementCount];
        for (int index = 0; index < values.Length; index++)
        {
            values[index] = FixedPointFormat.Decode(unchecked((long)words.Span[index]), layout.FractionBits);
        }

        return Tensor.Create(values, [.. layout.Shape.Lengths.Select(length => (nint)length)]);
    }

    /// <summary>Joins the shares of all parties to the tensor's words, row by row; this reveals it to the caller.</summary>
    /// <param name="shares">One share of each party, in any order.</param>
    /// <param name="destination">As many words as a share has.</param>
    /// <exception cref="ArgumentException">
    /// A share is missing, there twice, or of another shape or other fraction bits; or the destination has another length.
    /// </exception>
    public static void Reconstruct(ReadOnlySpan<ArithmeticShare> shares, Span<ulong> destination)
    {
        ShareLayout layout = CheckComplete(shares);
        layout.RequireCount(destination.Length, nameof(destination));
        Sum(shares, destination);
    }

    private static ShareSet Split(ReadOnlySpan<ulong> words, ShareLayout layout, IRandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var seeded = new SeededShare[layout.Parties - 1];
        Span<byte> seed = stackalloc byte[AesCtrGenerator.SeedBytes];
        try
        {
            for (int index = 0; index < seeded.Length; index++)
            {
                random.Fill(seed);
                seeded[index] = new SeededShare(layout.For(index < layout.Party ? index : index + 1), seed, stream: 0);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }

        return new ShareSet(seeded, Complete(words, layout, seeded));
    }

    private static ArithmeticShare Complete(ReadOnlySpan<ulong> words, ShareLayout layout, ReadOnlySpan<SeededShare> others)
    {
        var share = new ArithmeticShare(layout);
        Span<ulong> rest = share.Words;
        words.CopyTo(rest);
        using var mask = new SecretBuffer<ulong>(layout.Shape.ElementCount);
        foreach (SeededShare other in others)
        {
            other.Expand(mask.Span);
            RingVector.Subtract(rest, mask.Span, rest);
        }

        return share;
    }

    private static void Sum(ReadOnlySpan<ArithmeticShare> shares, Span<ulong> destination)
    {
        destination.Clear();
        foreach (ArithmeticShare share in shares)
        {
            RingVector.Add(destination, share.Words, destination);
            GC.KeepAlive(share);
        }
    }

    private static SecretBuffer<ulong> Encode(in ReadOnlyTensorSpan<double> values, ShareLayout layout)
    {
        using var flat = new SecretBuffer<double>(layout.Shape.ElementCount);
        values.FlattenTo(flat.Span);
        var words = new SecretBuffer<ulong>(layout.Shape.ElementCount);
        try
        {
            layout.Format.Encode(flat.Span, MemoryMarshal.Cast<ulong, long>(words.Span));
            return words;
        }
        catch
        {
            words.Dispose();
            throw;
        }
    }

    private static ShareLayout MissingLayout(ReadOnlySpan<SeededShare> others)
    {
        if (others.IsEmpty || others.Length != others[0].Parties - 1)
        {
            string parties = others.IsEmpty ? "at least 2" : $"{others[0].Parties}";
            throw new ArgumentException(
                $"The shares of all parties but one are needed; of {parties} there are {others.Length}.", nameof(others));
        }

        var present = new bool[others[0].Parties];
        for (int index = 0; index < others.Length; index++)
        {
            SeededShare other = others[index];
            if (!other.Layout.SameTensor(others[0].Layout) || present[other.Party])
            {
                throw new ArgumentException(
                    $"The other shares are not of one tensor and different parties: {other} does not fit.", nameof(others));
            }

            present[other.Party] = true;
            for (int earlier = 0; earlier < index; earlier++)
            {
                if (other.SameSeed(others[earlier]))
                {
                    throw new ArgumentException(
                        $"Parties {others[earlier].Party} and {other.Party} have the same seed; each needs its own.", nameof(others));
                }
            }
        }

        return others[0].Layout.For(Array.IndexOf(present, false));
    }

    private static ShareLayout CheckComplete(ReadOnlySpan<ArithmeticShare> shares)
    {
        if (shares.IsEmpty || shares.Length != shares[0].Parties)
        {
            string parties = shares.IsEmpty ? "at least 2" : $"{shares[0].Parties}";
            throw new ArgumentException($"One share of each party is needed; of {parties} there are {shares.Length}.", nameof(shares));
        }

        ShareLayout layout = shares[0].Layout;
        var present = new bool[layout.Parties];
        foreach (ArithmeticShare share in shares)
        {
            if (!share.Layout.SameTensor(layout) || present[share.Party])
            {
                throw new ArgumentException(
                    $"The shares are not of one tensor and different parties: {share} does not fit.", nameof(shares));
            }

            present[share.Party] = true;
        }

        return layout;
    }
}
