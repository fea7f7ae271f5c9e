using Hybrid.Graph;
using Hybrid.Tensors;

namespace Hybrid.Models.Onnx.Import;

/// <summary>Matrix products and convolutions, into which a batch normalisation that follows is folded.</summary>
internal static class Products
{
    /// <summary>The operators.</summary>
    public static readonly Translator[] All =
    [
        new("Gemm", Gemm),
        new("MatMul", MatMul),
        new("Conv", Convolution),
        new("ConvTranspose", TransposedConvolution.Translate),
    ];

    private static void Gemm(NodeImport at)
    {
        (double alpha, double beta) = (at.Float("alpha", 1), at.Float("beta", 1));
        (ImportValue a, ImportValue b) = (at.Value(0), at.Value(1));
        if (a.Shape.Rank != 2 || b.Shape.Rank != 2)
        {
            throw at.Refused($"takes two matrices; it was given shapes {a.Shape} and {b.Shape}");
        }

        a = Turned(a, at.Node.Integer("transA", 0) != 0);
        b = Turned(b, at.Node.Integer("transB", 0) != 0);
        ConstantTensor? c = at.Constant(2);
        AffineChannels? norm = b.Constant is not null && (c is not null || !at.Has(2)) ? Normalisation.Following(at, b.Shape[1]) : null;
        if (b.Constant is { } weights)
        {
            b = norm is null ? Times(weights, alpha) : weights.With(weights.Shape, norm.Scaled(Times(weights, alpha).Values, i => i % weights.Shape[1]));
        }

        SecretTensor product = at.Secret(a).MatMul(at.Secret(b));
        if (b.Constant is null && alpha != 1)
        {
            product *= alpha;
        }

        if (norm is not null)
        {
            at.Result(product + at.Secret(Bias(at, c, beta, norm)));
        }
        else if (!at.Has(2) || beta == 0)
        {
            at.Result(product);
        }
        else
        {
            at.Result(product + (c is not null ? at.Secret(Times(c, beta)) : beta == 1 ? at.Secret(2) : at.Secret(2) * beta));
        }
    }

    // The bias of a product whose results are normalised.
    private static ConstantTensor Bias(NodeImport at, ConstantTensor? c, double beta, AffineChannels norm)
    {
        double[]? bias = c is null ? null : Times(c, beta).Reshape(c.Values.Length).Expand(new Shape(norm.Shift.Length)).Values;
        return new ConstantTensor($"{at.Node.Name}/bias", new Shape(norm.Shift.Length), norm.Bias(bias), isWhole: false, isPublic: false);
    }

    private static ImportValue Turned(ImportValue matrix, bool isTurned) =>
        !isTurned ? matrix : matrix.Constant is { } constant ? constant.Transpose(1, 0) : matrix.Secret!.Transpose(1, 0);

    private static ConstantTensor Times(ConstantTensor constant, double factor) => factor == 1 ? constant : constant.Map(value => value * factor);

    private static void MatMul(NodeImport at)
    {
        (ImportValue x, ImportValue y) = (at.Value(0), at.Value(1));
        if (x.Shape.Rank == 0 || y.Shape.Rank == 0)
        {
            throw at.Refused($"takes tensors of one dimension or more; it was given shapes {x.Shape} and {y.Shape}");
        }

        bool isRow = x.Shape.Rank == 1;
        bool isColumn = y.Shape.Rank == 1;
        x = isRow ? Reshaped(x, 1, x.Shape[0]) : x;
        y = isColumn ? Reshaped(y, y.Shape[0], 1) : y;
        AffineChannels? norm = y.Constant is { Shape.Rank: 2 } && x.Shape.Rank == 2 && !isRow && !isColumn ? Normalisation.Following(at, y.Shape[1]) : null;
        if (norm is not null)
        {
            ConstantTensor weights = y.Constant!;
            y = weights.With(weights.Shape, norm.Scaled(weights.Values, i => i % weights.Shape[1]));
        }

        SecretTensor product = at.Secret(x).MatMul(at.Secret(y));
        if (norm is not null)
        {
            product += at.Secret(Bias(at, null, 0, norm));
        }

        int[] lengths = [.. product.Shape.Lengths];
        at.Result(isRow || isColumn ? product.Reshape([.. lengths[..^2], .. isRow ? [] : lengths[^2..^1], .. isColumn ? [] : lengths[^1..]]) : product);
    }

    private static ImportValue Reshaped(ImportValue value, params int[] lengths) =>
        value.Constant is { } constant ? constant.Reshape(lengths) : value.Secret!.Reshape(lengths);

    private static void Convolution(NodeImport at)
    {
        SecretTensor images = at.Secret(0);
        ImportValue kernels = at.Value(1);
        if (kernels.Shape.Rank < 3)
        {
            throw at.Refused($"takes kernels (O, C / groups, …); it was given shape {kernels.Shape}");
        }

        int rank = kernels.Shape.Rank;
        SpatialWindow[] windows = SpatialWindow.Of(at, images.Shape, Kernel(at, kernels.Shape));
        Conv2dGeometry geometry = SpatialWindow.Geometry(windows, at.Integer("group", 1, 1, Conv2dGeometry.Maximum));
        int channels = kernels.Shape[0];
        ConstantTensor? bias = at.Constant(2);
        AffineChannels? norm = kernels.Constant is not null && (bias is not null || !at.Has(2)) ? Normalisation.Following(at, channels) : null;
        if (norm is not null)
        {
            ConstantTensor weights = kernels.Constant!;
            int each = Math.Max(1, weights.Values.Length / Math.Max(1, channels));
            kernels = weights.With(weights.Shape, norm.Scaled(weights.Values, i => i / each));
        }

        if (rank == 3)
        {
            kernels = Reshaped(kernels, channels, kernels.Shape[1], 1, kernels.Shape[2]);
        }

        SecretTensor result = Planes.Raised(images).Conv2d(at.Secret(kernels), geometry);
        result = WithBias(at, result, norm is not null ? Bias(at, bias, 1, norm) : at.Has(2) ? at.Value(2) : default(ImportValue?));
        at.Result(Planes.Lowered(result, rank));
    }

    /// <summary>A bias for each channel of (N, C, H, W); null for none.</summary>
    internal static SecretTensor WithBias(NodeImport at, SecretTensor result, ImportValue? bias)
    {
        if (bias is not { } value)
        {
            return result;
        }

        return value.Shape.ElementCount == result.Shape[1]
            ? result + at.Secret(Reshaped(value, result.Shape[1], 1, 1))
            : throw at.Refused($"has a bias of shape {value.Shape} for {result.Shape[1]} channels");
    }

    /// <summary>The cells of kernels (…, …, KH, KW), which the attribute, if set, must agree with.</summary>
    internal static int[] Kernel(NodeImport at, Shape kernels)
    {
        int[] cells = kernels.Lengths.AsSpan()[2..].ToArray();
        return at.Integers("kernel_shape") is { Length: > 0 } said && !said.AsSpan().SequenceEqual(cells)
            ? throw at.Refused($"says its windows are ({string.Join(", ", said)}), and has kernels of shape {kernels}")
            : cells;
    }
}
