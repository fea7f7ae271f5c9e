using Hybrid.Tensors;

namespace Hybrid.Models.Onnx.Import;

/// <summary>How a window moves along one dimension of an image.</summary>
/// <param name="Kernel">Its cells.</param>
/// <param name="Stride">Cells from one window to the next.</param>
/// <param name="Dilation">Cells from one of its cells to the next.</param>
/// <param name="Begin">Padding in front.</param>
/// <param name="End">Padding behind, as the file has it.</param>
/// <param name="Beyond">Padding behind that, where windows may stand over the end.</param>
internal readonly record struct SpatialWindow(int Kernel, int Stride, int Dilation, int Begin, int End, int Beyond)
{
    /// <summary>The windows of a node over images (N, C, …): one for each dimension after the second.</summary>
    /// <param name="at">The node, with ONNX's attributes for strides, pads, dilations, auto_pad and ceil_mode.</param>
    /// <param name="images">The images' shape.</param>
    /// <param name="kernel">Cells of the window in each dimension.</param>
    public static SpatialWindow[] Of(NodeImport at, Shape images, ReadOnlySpan<int> kernel)
    {
        int rank = kernel.Length;
        if (rank is not (1 or 2))
        {
            throw at.Refused($"has windows of {rank} dimensions; those of one and two can be computed");
        }

        if (images.Rank != rank + 2)
        {
            throw at.Refused($"has windows of {rank} dimensions, and images of shape {images} where (N, C, {(rank == 1 ? "L" : "H, W")}) is due");
        }

        int[] strides = List(at, "strides", rank, 1);
        int[] dilations = List(at, "dilations", rank, 1);
        int[] pads = Pads(at, rank);
        string auto = at.Node.Text("auto_pad", "NOTSET");
        bool ceil = at.Node.Integer("ceil_mode", 0) != 0;
        var windows = new SpatialWindow[rank];
        for (int i = 0; i < rank; i++)
        {
            long reach = ((kernel[i] - 1L) * dilations[i]) + 1;
            var window = new SpatialWindow(kernel[i], strides[i], dilations[i], pads[i], pads[rank + i], 0);
            windows[i] = auto switch
            {
                "NOTSET" or "" => ceil ? window with { Beyond = Over(at, window, images[i + 2], reach) } : window,
                "VALID" => window with { Begin = 0, End = 0 },
                "SAME_UPPER" or "SAME_LOWER" => Same(at, window, images[i + 2], reach, auto == "SAME_UPPER"),
                _ => throw at.Refused($"has the auto_pad {Printable.Shortened(auto)}, which is none"),
            };
        }

        return windows;
    }

    /// <summary>Two-dimensional windows, in height and width; one dimension is images of height 1.</summary>
    public static Conv2dGeometry Geometry(ReadOnlySpan<SpatialWindow> windows, int groups = 1)
    {
        SpatialWindow columns = windows[^1];
        SpatialWindow rows = windows.Length == 2 ? windows[0] : new SpatialWindow(1, 1, 1, 0, 0, 0);
        return new Conv2dGeometry
        {
            StrideRows = rows.Stride,
            StrideColumns = columns.Stride,
            DilationRows = rows.Dilation,
            DilationColumns = columns.Dilation,
            PadTop = rows.Begin,
            PadLeft = columns.Begin,
            PadBottom = rows.End + rows.Beyond,
            PadRight = columns.End + columns.Beyond,
            Groups = groups,
        };
    }

    /// <summary>A list attribute with one entry for each dimension.</summary>
    public static int[] List(NodeImport at, string name, int rank, int fallback)
    {
        int[] list = at.Integers(name, least: 0, most: Conv2dGeometry.Maximum);
        return list.Length == 0 ? [.. Enumerable.Repeat(fallback, rank)]
            : list.Length == rank ? list
            : throw at.Refused($"has {list.Length} {name} for {rank} dimensions");
    }

    /// <summary>The pads, those in front before those behind.</summary>
    public static int[] Pads(NodeImport at, int rank) => List(at, "pads", 2 * rank, 0);

    /// <summary>How many cells the window has in a place, that count for its mean.</summary>
    /// <param name="place">The window's number.</param>
    /// <param name="length">The image's length.</param>
    /// <param name="padsToo">Whether padding counts.</param>
    public int Cells(int place, int length, bool padsToo)
    {
        long start = ((long)place * Stride) - Begin;
        long first = Math.Max(start, padsToo ? -Begin : 0);
        long end = Math.Min(start + Kernel, padsToo ? (long)length + End : length);
        return (int)Math.Max(0, end - first);
    }

    // One more window stands over the end, if it starts before it.
    private static int Over(NodeImport at, SpatialWindow window, int length, long reach)
    {
        long room = length + (long)window.Begin + window.End - reach;
        if (room < 0 || window.Stride == 0 || room % window.Stride == 0)
        {
            return 0;
        }

        long next = ((room / window.Stride) + 1) * window.Stride;
        return next < length + (long)window.Begin ? at.Fit(next - room, "padding") : 0;
    }

    private static SpatialWindow Same(NodeImport at, SpatialWindow window, int length, long reach, bool isUpper)
    {
        if (window.Stride == 0)
        {
            throw at.Refused("has a stride of 0");
        }

        long count = (length + (long)window.Stride - 1) / window.Stride;
        int total = at.Fit(Math.Max(0, ((count - 1) * window.Stride) + reach - length), "padding");
        int less = total / 2;
        return isUpper ? window with { Begin = less, End = total - less } : window with { Begin = total - less, End = less };
    }
}
