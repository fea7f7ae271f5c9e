using Hybrid.Graph;
using Hybrid.Tensors;

namespace Hybrid.Models.Onnx.Import;

/// <summary>Pooling over windows, and over whole images.</summary>
internal static class Pooling
{
    /// <summary>The operators.</summary>
    public static readonly Translator[] All =
    [
        new("MaxPool", Greatest),
        new("AveragePool", Mean),
        new("GlobalAveragePool", at => at.Result(at.Secret(0).Mean(Inner(at, at.Secret(0).Shape), keepDimensions: true))),
        new("GlobalMaxPool", GreatestOfAll),
    ];

    private static void Greatest(NodeImport at)
    {
        at.RequireUnused(1, "places of the greatest elements");
        SecretTensor images = at.Secret(0);
        (int height, int width, SpatialWindow[] windows) = Windows(at, images.Shape);
        at.Result(Planes.Lowered(Planes.Raised(images).MaxPool(height, width, SpatialWindow.Geometry(windows)), images.Shape.Rank));
    }

    private static void Mean(NodeImport at)
    {
        SecretTensor images = at.Secret(0);
        (int height, int width, SpatialWindow[] windows) = Windows(at, images.Shape);
        if (windows.Any(window => window.Dilation != 1))
        {
            throw at.Refused("has dilations, which means over windows cannot have here: use a convolution");
        }

        SecretTensor planes = Planes.Raised(images);
        SecretTensor means = planes.AveragePool(height, width, SpatialWindow.Geometry(windows));
        SpatialWindow rows = windows.Length == 2 ? windows[0] : new SpatialWindow(1, 1, 1, 0, 0, 0);
        if (Corrections(at, planes.Shape, means.Shape, rows, windows[^1]) is { } corrections)
        {
            means *= at.Secret(corrections);
        }

        at.Result(Planes.Lowered(means, images.Shape.Rank));
    }

    // What to multiply means of whole windows with, where not all cells count; null if all do.
    private static ConstantTensor? Corrections(NodeImport at, Shape images, Shape means, SpatialWindow rows, SpatialWindow columns)
    {
        bool padsToo = at.Node.Integer("count_include_pad", 0) != 0;
        at.Import.Spend(at.Node, (long)means[2] * means[3]);
        var factors = new double[means[2] * means[3]];
        bool isWhole = true;
        for (int i = 0; i < means[2]; i++)
        {
            for (int j = 0; j < means[3]; j++)
            {
                long cells = (long)rows.Cells(i, images[2], padsToo) * columns.Cells(j, images[3], padsToo);
                if (cells == 0)
                {
                    throw at.Refused("has a window of which no cell counts");
                }

                long all = (long)rows.Kernel * columns.Kernel;
                isWhole &= cells == all;
                factors[(i * means[3]) + j] = (double)all / cells;
            }
        }

        return isWhole ? null : new ConstantTensor("cells", new Shape(means[2], means[3]), factors, isWhole: false, isPublic: true);
    }

    private static (int Height, int Width, SpatialWindow[] Windows) Windows(NodeImport at, Shape images)
    {
        int[] kernel = at.Integers("kernel_shape", 1, Conv2dGeometry.Maximum);
        SpatialWindow[] windows = SpatialWindow.Of(at, images, kernel);
        return (windows.Length == 2 ? windows[0].Kernel : 1, windows[^1].Kernel, windows);
    }

    private static void GreatestOfAll(NodeImport at)
    {
        SecretTensor images = at.Secret(0);
        int[] inner = Inner(at, images.Shape);
        Shape shape = images.Shape;
        int cells = shape.ElementCount / Math.Max(1, shape[0] * shape[1]);
        at.Result(images.Reshape(shape[0], shape[1], cells).Max(2).Reshape([shape[0], shape[1], .. Enumerable.Repeat(1, inner.Length)]));
    }

    // The dimensions of (N, C, …) after the second.
    private static int[] Inner(NodeImport at, Shape images) => images.Rank > 2
        ? [.. Enumerable.Range(2, images.Rank - 2)]
        : throw at.Refused($"takes images (N, C, …); it was given shape {images}");
}
