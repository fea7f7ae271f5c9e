using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Hybrid.Numerics;
using Hybrid.Security;
using Hybrid.Tensors;

namespace Hybrid.Graph;

/// <summary>
/// One party's additive share of a constant that neither party knows, such as a model that was trained on shares, or that its owner has split
/// between two servers: the constant's integers, round(x · 2^f), are the sum of client's and server's words modulo 2^64.
/// </summary>
/// <remarks>
/// The words are secret: they live outside the garbage collector's heap and are wiped on disposal. Alone they are uniformly random and tell
/// nothing of the constant; both together are the constant. Holder, shape, fraction bits and bounds are public, and the same at both parties.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class ConstantShare : IDisposable
{
    // Shares hold integers of 63 bits, the sign included, and bounds are powers of two.
    private const int MostBits = FixedPointFormat.MaximumBits - 1;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly SecretBuffer<ulong> _words;

    /// <summary>A share that came from elsewhere: from the owner of the constant, or from a computation on shares.</summary>
    /// <param name="holder">Whose share it is, the client's or the server's.</param>
    /// <param name="shape">The constant's shape: at least one dimension, and one element.</param>
    /// <param name="fractionBits">f, in [0, 62]: what the constant was split with.</param>
    /// <param name="words">The share, row by row; copied. Any words will do: nobody can tell from a share what it is a share of.</param>
    /// <param name="bound">
    /// No number of the constant is larger in magnitude; rounded up, as an integer, to a power of two, at most 2^61. Public. Nobody can check
    /// it: were it exceeded, results would be wrong.
    /// </param>
    /// <param name="norm">
    /// A bound on the sum of magnitudes in a column of a matrix, or in one kernel, rounded up likewise; what follows from
    /// <paramref name="bound"/> if null. Public. Tighter ones leave more room in products.
    /// </param>
    /// <exception cref="ParameterException">The holder, the shape, the fraction bits or a bound is out of range, or there are more or fewer words than elements.</exception>
    public ConstantShare(Party holder, Shape shape, int fractionBits, ReadOnlySpan<ulong> words, double bound, double? norm = null)
        : this(holder, shape, fractionBits, BoundsOf(shape, fractionBits, bound, norm))
    {
        if (words.Length != shape.ElementCount)
        {
            throw new ParameterException(
                ParameterFault.Mismatch, $"The {holder.Name()}'s share of a constant of shape {shape} has {shape.ElementCount} words; it was given {words.Length}: give one for each element.");
        }

        words.CopyTo(_words.Span);
    }

    private ConstantShare(Party holder, Shape shape, int fractionBits, ConstantBounds bounds)
    {
        if (holder is not (Party.Client or Party.Server))
        {
            throw new ParameterException(ParameterFault.OutOfRange, $"A share was to be the {holder.Name()}'s: client and server hold one each.");
        }

        Holder = holder;
        Shape = shape;
        FractionBits = fractionBits;
        Bounds = bounds;
        _words = new SecretBuffer<ulong>(shape.ElementCount);
    }

    /// <summary>Whose share it is.</summary>
    public Party Holder { get; }

    /// <summary>The constant's shape.</summary>
    public Shape Shape { get; }

    /// <summary>How many fraction bits the constant has: its integer n stands for n · 2^-f.</summary>
    public int FractionBits { get; }

    /// <summary>No number of the constant is larger in magnitude. Public.</summary>
    public double Bound => Math.ScaleB((double)Bounds.Element, -FractionBits);

    /// <summary>No sum of magnitudes in a column of a matrix, or in one kernel, is larger; of other shapes, no magnitude. Public.</summary>
    public double Norm => Math.ScaleB((double)Bounds.Norm, -FractionBits);

    /// <summary>The bounds as integers.</summary>
    internal ConstantBounds Bounds { get; }

    /// <summary>
    /// The words, row by row. Whoever reads them keeps the share alive meanwhile (<see cref="GC.KeepAlive"/>): the span alone does not.
    /// </summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    internal ReadOnlySpan<ulong> Words => _words.Span;

    /// <summary>
    /// Splits a tensor into the client's and the server's share, to send each to its party and forget: whoever has both has the tensor.
    /// </summary>
    /// <param name="values">The numbers, in [-2^(61-f), 2^(61-f)]; at least one dimension and one element.</param>
    /// <param name="fractionBits">f, in [0, 62]: numbers are rounded to multiples of 2^-f.</param>
    /// <param name="bound">
    /// No number is larger in magnitude; becomes public, rounded up to a power of two of units. If null, the least power of two that is none of
    /// them exceeds, which then tells that of the largest.
    /// </param>
    /// <param name="norm">Likewise for the sum of magnitudes in a column of a matrix, or in one kernel.</param>
    /// <param name="random">Where randomness comes from; the operating system's if null. 8 bytes are drawn for each element.</param>
    /// <returns>The shares, 8 bytes for each element either; the caller disposes of them.</returns>
    /// <exception cref="ParameterException">
    /// The shape or the fraction bits are out of range, or a number is not finite, too large, or beyond a bound that was given: its index or
    /// column may be named, its value never.
    /// </exception>
    public static (ConstantShare Client, ConstantShare Server) Split(
        in ReadOnlyTensorSpan<double> values, int fractionBits = 16, double? bound = null, double? norm = null, IRandomSource? random = null)
    {
        Shape shape = Shape.Of(values.Lengths);
        Require(shape, fractionBits);
        using var flat = new SecretBuffer<double>(shape.ElementCount);
        values.FlattenTo(flat.Span);
        using var integers = new SecretBuffer<long>(shape.ElementCount);
        FixedPointFormat.Widest(fractionBits).Encode(flat.Span, integers.Span);
        ConstantBounds bounds = ConstantBounds.Of(shape, integers.Span);
        if (bound is { } least)
        {
            bounds = BoundsOf(shape, fractionBits, least, norm);
        }
        else if (norm is { } sums)
        {
            bounds = bounds with { Norm = ConstantBounds.Of($"A constant of shape {shape}", shape, fractionBits, 0, sums).Norm };
        }

        RequireHeld(shape, fractionBits, bounds);
        bounds.Require($"The tensor of shape {shape}", shape, integers.Span);
        var client = new ConstantShare(Party.Client, shape, fractionBits, bounds);
        var server = new ConstantShare(Party.Server, shape, fractionBits, bounds);
        (random ?? OsRandom.Instance).Fill(MemoryMarshal.AsBytes(client._words.Span));
        TensorPrimitives.Subtract<ulong>(MemoryMarshal.Cast<long, ulong>(integers.Span), client._words.Span, server._words.Span);
        return (client, server);
    }

    /// <summary>Joins both parties' shares to the tensor; this reveals it to the caller.</summary>
    /// <param name="one">One party's share.</param>
    /// <param name="other">The other's.</param>
    /// <returns>The numbers, each rounded to the 53 bits of a double.</returns>
    /// <exception cref="ParameterException">They are not the two parties' shares of one constant: holder, shape, fraction bits and bounds tell.</exception>
    public static Tensor<double> Reconstruct(ConstantShare one, ConstantShare other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        using var integers = new SecretBuffer<long>(one.Shape.ElementCount);
        Join(one, other, integers.Span);
        var values = new double[integers.Length];
        FixedPointFormat.Decode(integers.Span, one.FractionBits, values);
        return Tensor.Create(values, [.. one.Shape.Lengths.Select(length => (nint)length)]);
    }

    /// <summary>Copies the words, row by row: all that this party has of the constant, to be guarded like a key.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than the share.</exception>
    /// <exception cref="ObjectDisposedException">The share has been disposed of.</exception>
    public void CopyTo(Span<ulong> destination)
    {
        Words.CopyTo(destination);
        GC.KeepAlive(this);
    }

    /// <summary>Wipes the words. Programs that were given the share cannot be run afterwards.</summary>
    public void Dispose() => _words.Dispose();

    /// <summary>Names holder, shape, fraction bits and bounds, never the words.</summary>
    public override string ToString() => $"the {Holder.Name()}'s share of a constant of shape {Shape}, f = {FractionBits}, within {Bound:g6}, norm {Norm:g6}";

    /// <summary>The integers that two shares come to, row by row; this reveals them.</summary>
    internal static void Join(ConstantShare one, ConstantShare other, Span<long> integers)
    {
        RequirePair(one, other);
        TensorPrimitives.Add(one.Words, other.Words, MemoryMarshal.Cast<long, ulong>(integers));
        GC.KeepAlive(one);
        GC.KeepAlive(other);
    }

    /// <summary>Refuses what are not the two shares of one constant.</summary>
    /// <exception cref="ParameterException">Both are one party's, or they differ in what is public.</exception>
    internal static void RequirePair(ConstantShare one, ConstantShare other)
    {
        if (one.Holder == other.Holder || !one.Shape.Equals(other.Shape) || one.FractionBits != other.FractionBits || one.Bounds != other.Bounds)
        {
            throw new ParameterException(
                ParameterFault.Mismatch, $"These are not the two shares of one constant: {one}, and {other}; give the client's and the server's, as they were split.");
        }
    }

    /// <summary>Bounds that were stated, for a constant that shares can hold.</summary>
    /// <exception cref="ParameterException">The shape, the fraction bits or a bound is out of range.</exception>
    internal static ConstantBounds BoundsOf(Shape shape, int fractionBits, double bound, double? norm)
    {
        Require(shape, fractionBits);
        ConstantBounds bounds = ConstantBounds.Of($"A constant of shape {shape}", shape, fractionBits, bound, norm);
        RequireHeld(shape, fractionBits, bounds);
        return bounds;
    }

    private static void Require(Shape shape, int fractionBits)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Rank == 0 || shape.ElementCount == 0)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange, $"A constant of shape {shape} cannot be shared: it takes at least one dimension and one element; give a single number the shape (1).");
        }

        _ = FixedPointFormat.Widest(fractionBits);
    }

    private static void RequireHeld(Shape shape, int fractionBits, ConstantBounds bounds)
    {
        if (bounds.Element > Int128.One << MostBits)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange,
                $"A constant of shape {shape} within {Math.ScaleB((double)bounds.Element, -fractionBits):g6}, with {fractionBits} fraction bits, is beyond 2^{MostBits} as integers, where shares could wrap: use fewer fraction bits or a tighter bound.");
        }
    }
}
