using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Mpc.Sharing;

/// <summary>What is public about one party's share of a tensor: shape, fraction bits, and which of how many shares it is.</summary>
internal sealed class ShareLayout
{
    /// <summary>Checks and keeps.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than two parties, or a party that is not one of them.</exception>
    /// <exception cref="ArgumentException">The shape has no dimension.</exception>
    /// <exception cref="ParameterException">The fraction bits are outside [0, 62].</exception>
    public ShareLayout(int party, int parties, Shape shape, int fractionBits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parties, 2);
        ArgumentOutOfRangeException.ThrowIfNegative(party);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(party, parties);
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Rank == 0)
        {
            throw new ArgumentException("A shared tensor has at least one dimension; give a single number the shape (1).", nameof(shape));
        }

        Format = FixedPointFormat.Widest(fractionBits);
        Party = party;
        Parties = parties;
        Shape = shape;
    }

    public int Party { get; }

    public int Parties { get; }

    public Shape Shape { get; }

    /// <summary>How real numbers come to the tensor's integers.</summary>
    public FixedPointFormat Format { get; }

    public int FractionBits => Format.FractionBits;

    /// <summary>The same tensor's share of another party.</summary>
    public ShareLayout For(int party) => new(party, Parties, Shape, FractionBits);

    /// <summary>The same party's share of another tensor.</summary>
    public ShareLayout With(Shape shape, int fractionBits) => new(Party, Parties, shape, fractionBits);

    /// <summary>Whether both are shares of tensors of one shape and as many fraction bits, among as many parties.</summary>
    public bool SameTensor(ShareLayout other) =>
        Parties == other.Parties && FractionBits == other.FractionBits && Shape.Equals(other.Shape);

    /// <summary>Refuses another party's share, or one of another shape or other fraction bits.</summary>
    /// <exception cref="ParameterException">They differ.</exception>
    public void RequireSame(ShareLayout other)
    {
        if (Party != other.Party || !SameTensor(other))
        {
            throw new ParameterException(ParameterFault.Mismatch, $"This needs another {this}; it was given a {other}.");
        }
    }

    /// <summary>Refuses a plaintext of another shape.</summary>
    /// <exception cref="ParameterException">The shapes differ.</exception>
    public void RequireShape(ReadOnlySpan<nint> plainLengths)
    {
        Shape plain = Shape.Of(plainLengths);
        if (!Shape.Equals(plain))
        {
            throw new ParameterException(ParameterFault.Mismatch, $"The shapes differ: the share has {Shape}, the plain tensor {plain}.");
        }
    }

    /// <summary>Refuses more or fewer words than the shape has elements.</summary>
    /// <exception cref="ArgumentException">They are not as many.</exception>
    public void RequireCount(int words, string name)
    {
        if (words != Shape.ElementCount)
        {
            throw new ArgumentException($"A tensor of shape {Shape} has {Shape.ElementCount} elements; here are {words} words.", name);
        }
    }

    public override string ToString() => $"share of party {Party} of {Parties}: shape {Shape}, {FractionBits} fraction bits";
}
