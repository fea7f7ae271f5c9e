using Hybrid.Graph;
using Hybrid.Tensors;

namespace Hybrid.Models.Onnx.Import;

/// <summary>
/// ConvTranspose as a convolution: zeros between the cells of the images for the strides, around them for the kernels' reach, and kernels
/// turned by half a turn, with their channels exchanged.
/// </summary>
internal static class TransposedConvolution
{
    /// <summary>Translates a node.</summary>
    public static void Translate(NodeImport at)
    {
        SecretTensor images = at.Secret(0);
        ConstantTensor kernels = at.RequireConstant(1, "its kernels");
        int rank = kernels.Shape.Rank - 2;
        if (rank is not (1 or 2) || images.Shape.Rank != rank + 2)
        {
            throw at.Refused($"takes images (N, C, H, W) or (N, C, L) and kernels of as many dimensions; it was given {images.Shape} and {kernels.Shape}");
        }

        int groups = at.Integer("group", 1, 1, Conv2dGeometry.Maximum);
        if (kernels.Shape[0] != images.Shape[1] || kernels.Shape[0] % groups != 0)
        {
            throw at.Refused($"has kernels of shape {kernels.Shape} in {groups} groups for images of shape {images.Shape}");
        }

        int[] kernel = Products.Kernel(at, kernels.Shape);
        int[] strides = SpatialWindow.List(at, "strides", rank, 1);
        int[] dilations = SpatialWindow.List(at, "dilations", rank, 1);
        int[] more = SpatialWindow.List(at, "output_padding", rank, 0);
        if (strides.Contains(0) || kernel.Contains(0))
        {
            throw at.Refused("has a stride or a kernel of length 0");
        }

        (long Begin, long End)[] cuts = Cuts(at, images.Shape, kernel, strides, dilations, more);
        SecretTensor planes = Planes.Raised(images);
        var windows = new SpatialWindow[rank];
        long[] starts = new long[rank];
        long[] ends = new long[rank];
        for (int i = 0; i < rank; i++)
        {
            planes = Spread(planes, 4 - rank + i, strides[i]);
            // What the kernel reaches beyond the images, less what is cut off; a cut that goes further is made afterwards.
            long reach = (kernel[i] - 1L) * dilations[i];
            long begin = reach - cuts[i].Begin;
            long end = reach - cuts[i].End;
            windows[i] = new SpatialWindow(kernel[i], 1, dilations[i], Pad(at, begin), Pad(at, end), 0);
            (starts[i], ends[i]) = (Math.Max(0, -begin), Math.Max(0, -end));
        }

        SecretTensor result = planes.Conv2d(at.Secret(Turned(kernels, groups)), SpatialWindow.Geometry(windows, groups));
        for (int i = 0; i < rank; i++)
        {
            int axis = 4 - rank + i;
            result = starts[i] + ends[i] == 0
                ? result
                : result.Slice(axis, at.Fit(starts[i], "pad", 0), at.Fit(result.Shape[axis] - starts[i] - ends[i], "length of the result", 1));
        }

        result = Products.WithBias(at, result, at.Has(2) ? at.Value(2) : default(ImportValue?));
        at.Result(Planes.Lowered(result, rank + 2));
    }

    private static int Pad(NodeImport at, long cells) => at.Fit(Math.Max(0, cells), "padding", 0, Conv2dGeometry.Maximum);

    // What is cut off the full result in front and behind; negative where the result has more cells than that, which only get the bias.
    private static (long Begin, long End)[] Cuts(NodeImport at, Shape images, int[] kernel, int[] strides, int[] dilations, int[] more)
    {
        int rank = kernel.Length;
        int[] pads = SpatialWindow.Pads(at, rank);
        int[] wanted = at.Integers("output_shape", 1);
        string auto = at.Node.Text("auto_pad", "NOTSET");
        if (wanted.Length > 0 && wanted.Length != rank)
        {
            throw at.Refused($"has an output_shape of {wanted.Length} lengths for {rank} dimensions");
        }

        var cuts = new (long, long)[rank];
        for (int i = 0; i < rank; i++)
        {
            long full = ((images[i + 2] - 1L) * strides[i]) + ((kernel[i] - 1L) * dilations[i]) + 1;
            if (wanted.Length == 0 && auto is "NOTSET" or "")
            {
                cuts[i] = (pads[i], pads[rank + i] - (long)more[i]);
                continue;
            }

            long length = wanted.Length > 0 ? wanted[i] : auto == "VALID" ? full + more[i] : (long)images[i + 2] * strides[i];
            // ONNX: of what is too much the greater half goes behind for SAME_UPPER, else in front; what is too little comes behind.
            long total = Math.Max(0, full + more[i] - length);
            long begin = auto == "SAME_UPPER" ? total / 2 : total - (total / 2);
            cuts[i] = (begin, full - length - begin);
        }

        return cuts;
    }

    // Zeros between the cells of one dimension: each cell becomes a row of it and zeros, and the last zeros go.
    private static SecretTensor Spread(SecretTensor planes, int axis, int stride)
    {
        if (stride == 1)
        {
            return planes;
        }

        int[] lengths = [.. planes.Shape.Lengths];
        int[] after = new int[5];
        after[axis + 1] = stride - 1;
        SecretTensor rows = planes.Reshape([.. lengths[..(axis + 1)], 1, .. lengths[(axis + 1)..]]).Pad(new int[5], after);
        return rows.Reshape([.. lengths[..axis], lengths[axis] * stride, .. lengths[(axis + 1)..]]).Slice(axis, 0, ((lengths[axis] - 1) * stride) + 1);
    }

    // (C, O / groups, KH, KW) as (O, C / groups, KH, KW), each kernel from its end to its beginning.
    private static ConstantTensor Turned(ConstantTensor kernels, int groups)
    {
        Shape shape = kernels.Shape;
        (int channels, int outputs) = (shape[0] / groups, shape[1]);
        (int height, int width) = shape.Rank == 4 ? (shape[2], shape[3]) : (1, shape[2]);
        var values = new double[kernels.Values.Length];
        int cells = height * width;
        for (int group = 0; group < groups; group++)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                for (int output = 0; output < outputs; output++)
                {
                    Span<double> kernel = values.AsSpan(((((group * outputs) + output) * channels) + channel) * cells, cells);
                    kernels.Values.AsSpan(((((group * channels) + channel) * outputs) + output) * cells, cells).CopyTo(kernel);
                    kernel.Reverse();
                }
            }
        }

        return kernels.With(new Shape(outputs * groups, channels, height, width), values);
    }
}
