using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Mpc.Circuits;

/// <summary>A tensor that all parties know, as integers with fraction bits.</summary>
public sealed class PublicTensor
{
    private readonly ulong[] _words;

    /// <summary>Integers that stand for w · 2^-f.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="fractionBits">f, in [0, 62].</param>
    /// <param name="integers">As many as the shape has elements, row by row; copied.</param>
    /// <exception cref="ParameterException">They are not as many, or f is outside its range.</exception>
    public PublicTensor(Shape shape, int fractionBits, ReadOnlySpan<long> integers)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (integers.Length != shape.ElementCount)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"A tensor of shape {shape} has {shape.ElementCount} elements; {integers.Length} were given.");
        }

        Shape = shape;
        FractionBits = FixedPointFormat.Widest(fractionBits).FractionBits;
        _words = MemoryMarshal.Cast<long, ulong>(integers).ToArray();
        (long low, long high) = integers.IsEmpty ? (0, 0) : (TensorPrimitives.Min(integers), TensorPrimitives.Max(integers));
        Range = new WordRange(low, high);
    }

    /// <summary>The shape.</summary>
    public Shape Shape { get; }

    /// <summary>How many fraction bits.</summary>
    public int FractionBits { get; }

    /// <summary>The least and the greatest integer.</summary>
    public WordRange Range { get; }

    internal ReadOnlySpan<ulong> Words => _words;

    internal ReadOnlySpan<long> Integers => MemoryMarshal.Cast<ulong, long>(_words);

    /// <summary>Numbers, rounded to so many fraction bits.</summary>
    /// <exception cref="ParameterException">A number is not finite, or too large.</exception>
    public static PublicTensor Of(in ReadOnlyTensorSpan<double> numbers, int fractionBits)
    {
        var flat = new double[numbers.FlattenedLength];
        numbers.FlattenTo(flat);
        var integers = new long[flat.Length];
        FixedPointFormat.Widest(fractionBits).Encode(flat, integers);
        return new PublicTensor(Shape.Of(numbers.Lengths), fractionBits, integers);
    }

    /// <summary>One number as a tensor of shape (1).</summary>
    /// <exception cref="ParameterException">The number is not finite, or too large.</exception>
    public static PublicTensor Of(double number, int fractionBits)
    {
        var integers = new long[1];
        FixedPointFormat.Widest(fractionBits).Encode([number], integers);
        return new PublicTensor(new Shape(1), fractionBits, integers);
    }

    /// <summary>Shape, fraction bits, and a digest of the integers: two with the same text are equal.</summary>
    public override string ToString() =>
        $"{Shape}, f = {FractionBits}, {Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(_words.AsSpan())))}";
}
