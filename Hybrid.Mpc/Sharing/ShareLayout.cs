using System.Numerics.Tensors;

namespace Hybrid.Mpc.Sharing;

/// <summary>What is public about one party's share of a tensor: shape, fraction bits, and which of how many shares it is.</summary>
internal sealed class ShareLayout
{
    /// <summary>The most elements of one share: 2 GiB of words.</summary>
    public const int MaxCount = int.MaxValue / sizeof(ulong);

    private readonly nint[] _lengths;

    /// <summary>Checks and copies.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than two parties, or a party that is not one of them.</exception>
    /// <exception cref="ArgumentException">
    /// The shape has no dimension, a negative one, or more than <see cref="MaxCount"/> elements.
    /// </exception>
    /// <exception cref="ParameterException">The fraction bits are outside [0, 62].</exception>
    public ShareLayout(int party, int parties, ReadOnlySpan<nint> lengths, int fractionBits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parties, 2);
        ArgumentOutOfRangeException.ThrowIfNegative(party);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(party, parties);
        FixedPointEncoding.CheckFractionBits(fractionBits);
        Party = party;
        Parties = parties;
        FractionBits = fractionBits;
        Count = CountOf(lengths);
        _lengths = lengths.ToArray();
    }

    public int Party { get; }

    public int Parties { get; }

    public ReadOnlySpan<nint> Lengths => _lengths;

    public int FractionBits { get; }

    /// <summary>Number of elements.</summary>
    public int Count { get; }

    /// <summary>The same tensor's share of another party.</summary>
    public ShareLayout For(int party) => new(party, Parties, _lengths, FractionBits);

    /// <summary>The same party's share of a tensor of another shape.</summary>
    public ShareLayout WithLengths(ReadOnlySpan<nint> lengths, int fractionBits) => new(Party, Parties, lengths, fractionBits);

    /// <summary>Whether both are shares of tensors of one shape and scale, among as many parties.</summary>
    public bool SameTensor(ShareLayout other) =>
        Parties == other.Parties && FractionBits == other.FractionBits && Lengths.SequenceEqual(other.Lengths);

    /// <summary>Refuses another party's share, or one of another shape or scale.</summary>
    /// <exception cref="ArgumentException">They differ.</exception>
    public void CheckSame(ShareLayout other, string name)
    {
        if (Party != other.Party || !SameTensor(other))
        {
            throw new ArgumentException($"This needs another {this}; it was given a {other}.", name);
        }
    }

    /// <summary>Refuses a plaintext of another shape.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void CheckShape<T>(in ReadOnlyTensorSpan<T> plain, string name)
    {
        if (!Lengths.SequenceEqual(plain.Lengths))
        {
            throw new ArgumentException(
                $"The shapes differ: the share has {Describe(Lengths)}, the plain tensor {Describe(plain.Lengths)}.", name);
        }
    }

    /// <summary>Refuses more or fewer words than the shape has elements.</summary>
    /// <exception cref="ArgumentException">They are not as many.</exception>
    public void CheckCount(int words, string name)
    {
        if (words != Count)
        {
            throw new ArgumentException($"A tensor of shape {Describe(Lengths)} has {Count} elements; here are {words} words.", name);
        }
    }

    public override string ToString() =>
        $"share of party {Party} of {Parties}: shape {Describe(Lengths)}, {FractionBits} fraction bits";

    /// <summary>A shape as people write it: [2, 3].</summary>
    public static string Describe(ReadOnlySpan<nint> lengths) => $"[{string.Join(", ", lengths.ToArray())}]";

    private static int CountOf(ReadOnlySpan<nint> lengths)
    {
        if (lengths.IsEmpty)
        {
            throw new ArgumentException("A shared tensor has at least one dimension; give a single number the shape [1].", nameof(lengths));
        }

        // A zero anywhere makes the tensor empty, however long the other dimensions are.
        long count = lengths.Contains(0) ? 0 : 1;
        foreach (nint length in lengths)
        {
            if (length is < 0 or > MaxCount || (count *= length) > MaxCount)
            {
                throw new ArgumentException(
                    $"The shape {Describe(lengths)} has a negative dimension or more than {MaxCount} elements.", nameof(lengths));
            }
        }

        return (int)count;
    }
}
