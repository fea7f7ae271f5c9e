using System.Numerics.Tensors;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Protocols;
using Hybrid.Mpc.Ring64;
using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Mpc.Functions;

/// <summary>Sums and products of tensors. Shapes broadcast as in NumPy; what does not fit is refused with <see cref="ParameterException"/>.</summary>
public static class Linear
{
    /// <summary>x + y. Local. Both have the same fraction bits, or the one with fewer is scaled up.</summary>
    public static Wire Add(this Wire x, Wire y) => Combine(x, y, "add", (a, b) => a + b, RingVector.Add);

    /// <summary>x + y where one of each two is zero, so that the sum is in the range of either. Local.</summary>
    internal static Wire AddExclusive(this Wire x, Wire y) => Combine(x, y, "add", (a, b) => a.Union(b).Union(default), RingVector.Add);

    /// <summary>x + y where only the sum, modulo 2^64, is known to be in x's range: x and y by themselves may be any words. Local.</summary>
    internal static Wire AddParts(this Wire x, Wire y) => Combine(x, y, "add", (a, _) => a, RingVector.Add);

    /// <summary>x − y. Local.</summary>
    public static Wire Subtract(this Wire x, Wire y) => Combine(x, y, "subtract", (a, b) => a - b, RingVector.Subtract);

    /// <summary>x − y where each y is x or zero, so that the difference is in x's range or zero. Local.</summary>
    internal static Wire Without(this Wire x, Wire y) => Combine(x, y, "subtract", (a, _) => a.Union(default), RingVector.Subtract);

    /// <summary>−x. Local.</summary>
    public static Wire Negate(this Wire x)
    {
        Circuit circuit = Of(x);
        Wire result = circuit.NewWire("negate", x.Shape, x.FractionBits, new WordRange(-x.Range.High, -x.Range.Low));
        return circuit.AddLocal("negate", result, [x], values => RingVector.Negate(values.Words(x.Id), values.New(result)));
    }

    /// <summary>x + y for public y, with x's fraction bits at least y's. Local.</summary>
    public static Wire Add(this Wire x, PublicTensor y)
    {
        Circuit circuit = Of(x);
        ArgumentNullException.ThrowIfNull(y);
        if (y.FractionBits > x.FractionBits)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"The public tensor has {y.FractionBits} fraction bits and the {x}: give it as many at most.");
        }

        int shift = x.FractionBits - y.FractionBits;
        Shape shape = new ElementwiseMap(x.Shape, y.Shape).Result;
        Wire spread = x.BroadcastTo(shape);
        Wire result = circuit.NewWire("add", shape, x.FractionBits, x.Range + new WordRange(y.Range.Low << shift, y.Range.High << shift));
        return circuit.AddLocal($"add {y}", result, [spread], values =>
        {
            Span<ulong> sum = values.New(result);
            values.Words(spread.Id).CopyTo(sum);
            if (values.IsFirst)
            {
                // Were every party to add the public words, the sum would have them once for each.
                var words = new ulong[shape.ElementCount];
                TensorShuffle.BroadcastTo(y.Words, y.Shape, shape, words);
                TensorPrimitives.ShiftLeft<ulong>(words, shift, words);
                RingVector.Add(sum, words, sum);
            }
        });
    }

    /// <summary>x + y for a public number. Local.</summary>
    public static Wire Add(this Wire x, double y) => Add(x, PublicTensor.Of(y, Of(x).WireBits(x)));

    /// <summary>x · y for public y, with the fraction bits of both. Local.</summary>
    public static Wire Product(this Wire x, PublicTensor y)
    {
        Circuit circuit = Of(x);
        ArgumentNullException.ThrowIfNull(y);
        Shape shape = new ElementwiseMap(x.Shape, y.Shape).Result;
        Wire spread = x.BroadcastTo(shape);
        Wire result = circuit.NewWire("multiply", shape, x.FractionBits + y.FractionBits, x.Range * y.Range);
        return circuit.AddLocal($"multiply {y}", result, [spread], values =>
        {
            Span<ulong> product = values.New(result);
            if (y.Shape.ElementCount == 1)
            {
                RingVector.Multiply(values.Words(spread.Id), y.Words[0], product);
                return;
            }

            var words = new ulong[shape.ElementCount];
            TensorShuffle.BroadcastTo(y.Words, y.Shape, shape, words);
            RingVector.Multiply(values.Words(spread.Id), words, product);
        });
    }

    /// <summary>x · y for public y, truncated to x's fraction bits. One round.</summary>
    public static Wire Multiply(this Wire x, PublicTensor y) => Product(x, y).Rescale(x.FractionBits);

    /// <summary>
    /// x · y for a public number: exactly, if it is whole; else with as many fraction bits of y as fit beside x, and truncated, in one
    /// round.
    /// </summary>
    public static Wire Multiply(this Wire x, double y)
    {
        Circuit circuit = Of(x);
        if (double.IsInteger(y) && Math.Abs(y) < 1L << 53)
        {
            return Product(x, PublicTensor.Of(y, 0));
        }

        int room = 61 - x.Range.Bits - (int)Math.Ceiling(Math.Log2(Math.Max(1, Math.Abs(y))));
        return Multiply(x, PublicTensor.Of(y, Math.Min(Math.Clamp(room, circuit.Options.FractionBits, 40), 62 - x.FractionBits)));
    }

    /// <summary>x · y, element by element, with the fraction bits of both. One round, 16 bytes each way for one.</summary>
    public static Wire Product(this Wire x, Wire y)
    {
        Circuit circuit = Of(x);
        circuit.Own(y);
        var map = new ElementwiseMap(x.Shape, y.Shape);
        Wire result = circuit.NewWire("multiply", map.Result, x.FractionBits + y.FractionBits, x.Range * y.Range);
        return x.Count == 0 || y.Count == 0 ? circuit.Empty(result)
            : x.Id == y.Id && x.Shape.Equals(y.Shape) ? circuit.Add(new SquareGate(x, result), result)
            : x.Shape.Equals(y.Shape) ? circuit.Add(new ElementwiseGate(x, y, result), result)
            : circuit.Add(new BilinearGate(map, x, y, result), result);
    }

    /// <summary>x · w, element by element, with opened private weights, with the fraction bits of both. One round, 8 bytes a word of x to the weights' owner.</summary>
    public static Wire Product(this Wire x, WeightSpecification weights)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weights);
        return Weighted(new ElementwiseMap(x.Shape, weights.Shape), x, weights);
    }

    /// <summary>x · y, element by element, truncated to the larger number of fraction bits. Two rounds, 24 bytes each way for one.</summary>
    public static Wire Multiply(this Wire x, Wire y) => Product(x, y).Rescale(Math.Max(x.FractionBits, y.FractionBits));

    /// <summary>x², with twice the fraction bits. One round, 8 bytes each way for one.</summary>
    public static Wire SquareProduct(this Wire x)
    {
        Circuit circuit = Of(x);
        Wire result = circuit.NewWire("square", x.Shape, 2 * x.FractionBits, x.Range.Squared());
        return x.Count == 0 ? circuit.Empty(result) : circuit.Add(new SquareGate(x, result), result);
    }

    /// <summary>x², truncated to x's fraction bits. Two rounds, 16 bytes each way for one.</summary>
    public static Wire Square(this Wire x) => SquareProduct(x).Rescale(x.FractionBits);

    /// <summary>The matrix product x · y, with the fraction bits of both; batches as in NumPy. One round, 8 bytes each way for each word of x and y.</summary>
    public static Wire MatMulProduct(this Wire x, Wire y)
    {
        Of(x).Own(y);
        var map = new MatMulMap(x.Shape, y.Shape);
        return Bilinear(map, x, y, (x.Range * y.Range).Times(x.Shape[x.Shape.Rank - 1]));
    }

    /// <summary>The matrix product x · y, truncated to the larger number of fraction bits. Two rounds.</summary>
    public static Wire MatMul(this Wire x, Wire y) => MatMulProduct(x, y).Rescale(Math.Max(x.FractionBits, y.FractionBits));

    /// <summary>The matrix product x · W with opened private weights, with the fraction bits of both. One round, 8 bytes a word of x to the weights' owner.</summary>
    public static Wire MatMulProduct(this Wire x, WeightSpecification weights)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weights);
        return Weighted(new MatMulMap(x.Shape, weights.Shape), x, weights);
    }

    /// <summary>The matrix product W · x with opened private weights, with the fraction bits of both. One round, 8 bytes a word of x to the weights' owner.</summary>
    public static Wire MatMulProduct(this WeightSpecification weights, Wire x)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(x);
        return Weighted(new SwappedMap(new MatMulMap(weights.Shape, x.Shape)), x, weights);
    }

    /// <summary>
    /// The matrix product x · W with opened private weights, two-dimensional ones, where x is what a ReLU selected: the round that opens the
    /// selection's bits is the product's, too. 16 bytes a word of x to the weights' owner, and dealt words for each weight and row of x.
    /// </summary>
    /// <param name="x">The factors.</param>
    /// <param name="weights">The weights.</param>
    internal static Wire SelectedMatMulProduct(this Wire x, WeightSpecification weights)
    {
        Circuit circuit = Of(x);
        if (x.Count == 0 || weights.Shape.Rank != 2 || circuit.SelectionOf(x) is not { } selection)
        {
            return x.MatMulProduct(weights);
        }

        var map = new MatMulMap(x.Shape, weights.Shape);
        Wire result = Result(map, x, weights);
        int operand = circuit.NewValue();
        circuit.Add(new SelectedOperandGate(selection, weights.Shape[0], weights.Shape[1], weights.Mask, operand));
        return circuit.Add(
            new LocalGate(
                $"{map.Name} with {weights.Mask.Name}", [operand, selection.Opened.Id, selection.Product.Id], [result.Id],
                values => SelectedProductStep.Run(values, map, selection, operand, weights.Mask, result), 2 * map.Products),
            result);
    }

    /// <summary>The matrix product x · y with a public matrix, with the fraction bits of both. Local.</summary>
    public static Wire MatMulProduct(this Wire x, PublicTensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        return Public(new MatMulMap(x.Shape, y.Shape), x, y, x.Shape[x.Shape.Rank - 1]);
    }

    /// <summary>The convolution of images (N, C, H, W) with secret kernels (O, C / groups, KH, KW), with the fraction bits of both. One round.</summary>
    public static Wire ConvolutionProduct(this Wire x, Wire kernels, Conv2dGeometry geometry)
    {
        Of(x).Own(kernels);
        return Bilinear(new Conv2dMap(x.Shape, kernels.Shape, geometry), x, kernels, (x.Range * kernels.Range).Times(Terms(kernels.Shape)));
    }

    /// <summary>The convolution with opened private kernels, with the fraction bits of both. One round.</summary>
    public static Wire ConvolutionProduct(this Wire x, WeightSpecification kernels, Conv2dGeometry geometry)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(kernels);
        return Weighted(new Conv2dMap(x.Shape, kernels.Shape, geometry), x, kernels);
    }

    /// <summary>The convolution with public kernels, with the fraction bits of both. Local.</summary>
    public static Wire ConvolutionProduct(this Wire x, PublicTensor kernels, Conv2dGeometry geometry)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(kernels);
        return Public(new Conv2dMap(x.Shape, kernels.Shape, geometry), x, kernels, Terms(kernels.Shape));
    }

    /// <summary>x with so many fraction bits: truncated, in one round and 8 bytes each way for one, or scaled up, locally.</summary>
    public static Wire Rescale(this Wire x, int fractionBits)
    {
        Circuit circuit = Of(x);
        int bits = x.FractionBits - fractionBits;
        if (bits == 0)
        {
            return x;
        }

        if (bits < 0)
        {
            Wire scaled = circuit.NewWire("scale up", x.Shape, fractionBits, new WordRange(x.Range.Low << -bits, x.Range.High << -bits));
            return circuit.AddLocal($"scale up by {-bits}", scaled, [x], values =>
                TensorPrimitives.ShiftLeft<ulong>(values.Words(x.Id), -bits, values.New(scaled)));
        }

        Wire result = circuit.NewWire("truncate", x.Shape, fractionBits, x.Range.Truncated(bits));
        return x.Count == 0 ? circuit.Empty(result) : circuit.Add(new TruncateGate(x, bits, result), result);
    }

    /// <summary>The same integers, said to have other fraction bits: x · 2^(f − g) exactly. Local, and free.</summary>
    internal static Wire Relabel(this Wire x, int fractionBits) =>
        Of(x).Alias("relabel", x, x.Shape, fractionBits, x.Range);

    /// <summary>A tensor that the caller knows to be in a narrower range than can be seen from how it came about. Free.</summary>
    internal static Wire Narrow(this Wire x, WordRange range) => Of(x).Alias("narrow", x, x.Shape, x.FractionBits, range);

    internal static Circuit Of(Wire x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.Circuit;
    }

    private static long Terms(Shape kernels) => (long)kernels[1] * kernels[2] * kernels[3];

    private static Wire Combine(
        Wire x, Wire y, string name, Func<WordRange, WordRange, WordRange> range, Action<ReadOnlySpan<ulong>, ReadOnlySpan<ulong>, Span<ulong>> kernel)
    {
        Circuit circuit = Of(x);
        circuit.Own(y);
        int bits = Math.Max(x.FractionBits, y.FractionBits);
        Shape shape = new ElementwiseMap(x.Shape, y.Shape).Result;
        Wire left = x.Rescale(bits).BroadcastTo(shape);
        Wire right = y.Rescale(bits).BroadcastTo(shape);
        Wire result = circuit.NewWire(name, shape, bits, range(left.Range, right.Range));
        return circuit.AddLocal(name, result, [left, right], values => kernel(values.Words(left.Id), values.Words(right.Id), values.New(result)));
    }

    private static Wire Bilinear(BilinearMap map, Wire x, Wire y, WordRange range)
    {
        Wire result = x.Circuit.NewWire(map.Name, map.Result, x.FractionBits + y.FractionBits, range);
        return x.Count == 0 || y.Count == 0 ? x.Circuit.Empty(result) : x.Circuit.Add(new BilinearGate(map, x, y, result), result);
    }

    private static Wire Weighted(BilinearMap map, Wire x, WeightSpecification weights)
    {
        Wire result = Result(map, x, weights);
        return x.Count == 0 ? x.Circuit.Empty(result) : x.Circuit.Add(new WeightedGate(map, x, weights, result), result);
    }

    private static Wire Result(BilinearMap map, Wire x, WeightSpecification weights) => x.Circuit.NewWire(
        map.Name, map.Result, x.FractionBits + weights.FractionBits, WordRange.Within(WordRange.Product(x.Range.Magnitude, weights.Norm)));

    private static Wire Public(BilinearMap map, Wire x, PublicTensor y, long terms)
    {
        Wire result = x.Circuit.NewWire(map.Name, map.Result, x.FractionBits + y.FractionBits, (x.Range * y.Range).Times(terms));
        return x.Circuit.AddLocal($"{map.Name} by {y}", result, [x], values => map.MultiplyAdd(values.Words(x.Id), y.Words, values.New(result)), map.Products);
    }
}
