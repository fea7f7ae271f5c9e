using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Graph;

/// <summary>(…, m, k) by (…, k, n): a matrix product, with the fraction bits of both; batches as in NumPy.</summary>
public sealed record MatMulOp : Op
{
    /// <inheritdoc/>
    public override string Name => "MatMul";

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs)
    {
        RequireCount(inputs, 2);
        (Node x, Node y) = (inputs[0], inputs[1]);
        return new ValueFacts(
            ProductShape(x.Shape, y.Shape), x.FractionBits + y.FractionBits, Products.Range(x.Range, y, x.Shape.Rank > 0 ? x.Shape[x.Shape.Rank - 1] : 0, y.Shape.Rank == 2));
    }

    private static Shape ProductShape(Shape left, Shape right)
    {
        if (left.Rank < 2 || right.Rank < 2 || (left.Rank == 2 && right.Rank == 2))
        {
            return Shape.MatMul(left, right);
        }

        Shape last = Shape.MatMul(new Shape(left.Lengths.AsSpan()[^2..]), new Shape(right.Lengths.AsSpan()[^2..]));
        int[] batches = Broadcasting.Join(left.Lengths.AsSpan()[..^2], right.Lengths.AsSpan()[..^2], "MatMul");
        return new Shape([.. batches, .. last.Lengths]);
    }
}

/// <summary>Images (N, C, H, W) convolved with kernels (O, C / groups, KH, KW), without flip, with the fraction bits of both.</summary>
/// <param name="Geometry">Strides, pads, dilations and groups.</param>
public sealed record Conv2dOp(Conv2dGeometry Geometry) : Op
{
    /// <inheritdoc/>
    public override string Name => "Conv";

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs)
    {
        RequireCount(inputs, 2);
        (Node x, Node y) = (inputs[0], inputs[1]);
        Shape shape = ConvolutionShape(x.Shape, y.Shape);
        // Cells of the padding are zeros, which the images' own range need not hold.
        bool isPadded = (Geometry.PadTop | Geometry.PadLeft | Geometry.PadBottom | Geometry.PadRight) != 0;
        WordRange images = isPadded ? x.Range.Union(default) : x.Range;
        return new ValueFacts(
            shape, x.FractionBits + y.FractionBits, Products.Range(images, y, (long)y.Shape[1] * y.Shape[2] * y.Shape[3], isNormed: true));
    }

    private Shape ConvolutionShape(Shape images, Shape kernels)
    {
        if (images.Rank != 4 || kernels.Rank != 4)
        {
            throw new ParameterException(
                ParameterFault.Mismatch, $"Conv takes images (N, C, H, W) and kernels (O, C / groups, KH, KW); it was given {images} and {kernels}.");
        }

        int groups = Geometry.Groups;
        if (kernels[0] % groups != 0 || images[1] != (long)kernels[1] * groups)
        {
            throw new ParameterException(
                ParameterFault.Mismatch,
                $"The channels of images {images} and kernels {kernels} do not fall into {groups} groups: {images[1]} must be {groups} times {kernels[1]}, and {kernels[0]} a multiple of {groups}.");
        }

        var grid = new WindowGrid(images[2], images[3], kernels[2], kernels[3], Geometry);
        return new Shape(images[0], kernels[0], grid.Rows, grid.Columns);
    }
}

/// <summary>x · y, element by element, with the fraction bits of both; shapes broadcast as in NumPy.</summary>
public sealed record MultiplyOp : Op
{
    /// <inheritdoc/>
    public override string Name => "Mul";

    internal override ValueFacts Infer(ReadOnlySpan<Node> inputs)
    {
        RequireCount(inputs, 2);
        (Node x, Node y) = (inputs[0], inputs[1]);
        return new ValueFacts(Joined(x, y), x.FractionBits + y.FractionBits, x == y ? x.Range.Squared() : x.Range * y.Range);
    }
}

/// <summary>What products have in common.</summary>
internal static class Products
{
    /// <summary>What a sum of so many products can be: by the constant's norm where there is one.</summary>
    public static WordRange Range(WordRange x, Node y, long terms, bool isNormed) => isNormed && y.Op is ConstantOp constant
        ? WordRange.Within(WordRange.Product(x.Magnitude, constant.NormBound))
        : (x * y.Range).Times(terms);
}
