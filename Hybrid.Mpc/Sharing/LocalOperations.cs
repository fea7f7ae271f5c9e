using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Hybrid.Mpc.Ring64;
using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Mpc.Sharing;

/// <summary>
/// What each party computes on its own shares alone: linear maps with public coefficients. No bytes, no rounds, nothing revealed.
/// </summary>
/// <remarks>
/// Every party calls the same operation on its own share; then their results are shares of the result. Results wrap modulo 2^64:
/// whoever plans a computation bounds it to [-2^63, 2^63) first. A product with an integer that itself is a fixed-point number of
/// g fraction bits has f + g fraction bits, exactly; truncating it is a protocol, not a local operation.
/// </remarks>
public static class LocalOperations
{
    /// <summary>A share of x + y.</summary>
    /// <exception cref="ParameterException">The shares are of different parties, shapes or fraction bits.</exception>
    public static ArithmeticShare Add(ArithmeticShare x, ArithmeticShare y) => WithResult(x, y, Add);

    /// <summary>A share of x + y, written to <paramref name="destination"/>, which may be x or y.</summary>
    /// <exception cref="ParameterException">The shares are of different parties, shapes or fraction bits.</exception>
    public static void Add(ArithmeticShare x, ArithmeticShare y, ArithmeticShare destination)
    {
        RequireSame(x, y, destination);
        RingVector.Add(x.Words, y.Words, destination.Words);
        KeepAlive(x, y, destination);
    }

    /// <summary>A share of x − y.</summary>
    /// <exception cref="ParameterException">The shares are of different parties, shapes or fraction bits.</exception>
    public static ArithmeticShare Subtract(ArithmeticShare x, ArithmeticShare y) => WithResult(x, y, Subtract);

    /// <summary>A share of x − y, written to <paramref name="destination"/>, which may be x or y.</summary>
    /// <exception cref="ParameterException">The shares are of different parties, shapes or fraction bits.</exception>
    public static void Subtract(ArithmeticShare x, ArithmeticShare y, ArithmeticShare destination)
    {
        RequireSame(x, y, destination);
        RingVector.Subtract(x.Words, y.Words, destination.Words);
        KeepAlive(x, y, destination);
    }

    /// <summary>A share of −x.</summary>
    public static ArithmeticShare Negate(ArithmeticShare x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var result = new ArithmeticShare(x.Layout);
        Negate(x, result);
        return result;
    }

    /// <summary>A share of −x, written to <paramref name="destination"/>, which may be x.</summary>
    /// <exception cref="ParameterException">The shares are of different parties, shapes or fraction bits.</exception>
    public static void Negate(ArithmeticShare x, ArithmeticShare destination)
    {
        RequireSame(x, x, destination);
        RingVector.Negate(x.Words, destination.Words);
        KeepAlive(x, x, destination);
    }

    /// <summary>A share of x + y for public real numbers y, rounded to x's fraction bits: party 0 adds them, the others copy.</summary>
    /// <param name="x">The share.</param>
    /// <param name="y">The numbers, of x's shape, in [-2^(62-f), 2^(62-f)].</param>
    /// <exception cref="ParameterException">
    /// The shapes differ, or an element of y is not a number, infinite or too large; its index is named. All parties refuse alike.
    /// </exception>
    public static ArithmeticShare AddPublic(ArithmeticShare x, in ReadOnlyTensorSpan<double> y)
    {
        ArgumentNullException.ThrowIfNull(x);
        x.Layout.RequireShape(y.Lengths);
        var numbers = new double[x.Shape.ElementCount];
        var words = new ulong[numbers.Length];
        y.FlattenTo(numbers);
        x.Layout.Format.Encode(numbers, MemoryMarshal.Cast<ulong, long>(words.AsSpan()));
        return AddWords(x, words);
    }

    /// <summary>A share of x + y · 2^-f for public integers y, f being x's fraction bits: party 0 adds them, the others copy.</summary>
    /// <param name="x">The share.</param>
    /// <param name="y">The integers, of x's shape, already with x's fraction bits.</param>
    /// <exception cref="ParameterException">The shapes differ.</exception>
    public static ArithmeticShare AddPublic(ArithmeticShare x, in ReadOnlyTensorSpan<long> y)
    {
        ArgumentNullException.ThrowIfNull(x);
        x.Layout.RequireShape(y.Lengths);
        return AddWords(x, Flatten(y));
    }

    /// <summary>A share of x · y · 2^-g, element by element, for public integers y.</summary>
    /// <param name="x">The share.</param>
    /// <param name="y">The integers, of x's shape.</param>
    /// <param name="fractionBits">g, how many of y's bits are fraction bits; the result has f + g.</param>
    /// <exception cref="ParameterException">The shapes differ, or g or f + g is outside [0, 62].</exception>
    public static ArithmeticShare Multiply(ArithmeticShare x, in ReadOnlyTensorSpan<long> y, int fractionBits = 0)
    {
        ArgumentNullException.ThrowIfNull(x);
        x.Layout.RequireShape(y.Lengths);
        var result = new ArithmeticShare(x.Layout.With(x.Shape, ProductBits(x, fractionBits)));
        RingVector.Multiply(x.Words, Flatten(y), result.Words);
        GC.KeepAlive(x);
        return result;
    }

    /// <summary>A share of the matrix product x · y · 2^-g, with a public matrix of integers on the right.</summary>
    /// <param name="x">The share of a matrix, m × k.</param>
    /// <param name="y">The integers, k × n.</param>
    /// <param name="fractionBits">g, how many of y's bits are fraction bits; the result has f + g.</param>
    /// <returns>The share of the product, m × n.</returns>
    /// <exception cref="ParameterException">One is not a matrix, or the inner sizes differ, or g or f + g is outside [0, 62].</exception>
    public static ArithmeticShare MatMul(ArithmeticShare x, in ReadOnlyTensorSpan<long> y, int fractionBits = 0)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArithmeticShare result = ProductShare(x, x.Shape, Shape.Of(y.Lengths), fractionBits);
        MatrixProduct.Multiply(x.Words, Flatten(y), result.Words, result.Shape[0], x.Shape[1], result.Shape[1]);
        GC.KeepAlive(x);
        return result;
    }

    /// <summary>A share of the matrix product x · y · 2^-g, with a public matrix of integers on the left.</summary>
    /// <param name="x">The integers, m × k.</param>
    /// <param name="y">The share of a matrix, k × n.</param>
    /// <param name="fractionBits">g, how many of x's bits are fraction bits; the result has f + g.</param>
    /// <returns>The share of the product, m × n.</returns>
    /// <exception cref="ParameterException">One is not a matrix, or the inner sizes differ, or g or f + g is outside [0, 62].</exception>
    public static ArithmeticShare MatMul(in ReadOnlyTensorSpan<long> x, ArithmeticShare y, int fractionBits = 0)
    {
        ArgumentNullException.ThrowIfNull(y);
        ArithmeticShare result = ProductShare(y, Shape.Of(x.Lengths), y.Shape, fractionBits);
        MatrixProduct.Multiply(Flatten(x), y.Words, result.Words, result.Shape[0], y.Shape[0], result.Shape[1]);
        GC.KeepAlive(y);
        return result;
    }

    private static ArithmeticShare WithResult(
        ArithmeticShare x, ArithmeticShare y, Action<ArithmeticShare, ArithmeticShare, ArithmeticShare> operation)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        x.Layout.RequireSame(y.Layout);
        var result = new ArithmeticShare(x.Layout);
        operation(x, y, result);
        return result;
    }

    // Were every party to add the public words, the sum would have them once for each party.
    private static ArithmeticShare AddWords(ArithmeticShare x, ReadOnlySpan<ulong> words)
    {
        var result = new ArithmeticShare(x.Layout);
        x.CopyTo(result.Words);
        if (x.Party == 0)
        {
            RingVector.Add(result.Words, words, result.Words);
        }

        return result;
    }

    private static ArithmeticShare ProductShare(ArithmeticShare share, Shape left, Shape right, int fractionBits) =>
        new(share.Layout.With(Shape.MatMul(left, right), ProductBits(share, fractionBits)));

    private static int ProductBits(ArithmeticShare share, int fractionBits)
    {
        // Checked first, so that the sum cannot wrap; the layout of the product checks the sum.
        return share.FractionBits + FixedPointFormat.Widest(fractionBits).FractionBits;
    }

    private static ulong[] Flatten(in ReadOnlyTensorSpan<long> integers)
    {
        var words = new ulong[integers.FlattenedLength];
        integers.FlattenTo(MemoryMarshal.Cast<ulong, long>(words.AsSpan()));
        return words;
    }

    private static void RequireSame(ArithmeticShare x, ArithmeticShare y, ArithmeticShare destination)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(destination);
        x.Layout.RequireSame(y.Layout);
        x.Layout.RequireSame(destination.Layout);
    }

    // A share nobody else holds on to could otherwise be finalised, and wiped, while its span is in use.
    private static void KeepAlive(ArithmeticShare x, ArithmeticShare y, ArithmeticShare destination)
    {
        GC.KeepAlive(x);
        GC.KeepAlive(y);
        GC.KeepAlive(destination);
    }
}
