namespace Hybrid.Tensors;

/// <summary>How a window moves over an image, by ONNX's conventions: strides, pads, dilations, and groups of channels.</summary>
/// <remarks>
/// An image of h rows under a window of k rows gives ⌊(h + top + bottom − ((k − 1) · dilation + 1)) / stride⌋ + 1 rows, and likewise
/// columns. Padding cells are zeros of a convolution. One dimension is the same with images of height 1.
/// </remarks>
public sealed record Conv2dGeometry
{
    /// <summary>The largest stride, pad, dilation and number of groups.</summary>
    public const int Maximum = 1 << 20;

    private readonly int _strideRows = 1;
    private readonly int _strideColumns = 1;
    private readonly int _padTop;
    private readonly int _padLeft;
    private readonly int _padBottom;
    private readonly int _padRight;
    private readonly int _dilationRows = 1;
    private readonly int _dilationColumns = 1;
    private readonly int _groups = 1;

    /// <summary>Rows from one window to the one below, 1 to <see cref="Maximum"/>.</summary>
    /// <exception cref="ParameterException">It is out of range.</exception>
    public int StrideRows { get => _strideRows; init => _strideRows = Check(value, 1, "stride"); }

    /// <summary>Columns from one window to the next, 1 to <see cref="Maximum"/>.</summary>
    /// <exception cref="ParameterException">It is out of range.</exception>
    public int StrideColumns { get => _strideColumns; init => _strideColumns = Check(value, 1, "stride"); }

    /// <summary>Rows of padding above, 0 to <see cref="Maximum"/>.</summary>
    /// <exception cref="ParameterException">It is out of range.</exception>
    public int PadTop { get => _padTop; init => _padTop = Check(value, 0, "pad"); }

    /// <summary>Columns of padding on the left, 0 to <see cref="Maximum"/>.</summary>
    /// <exception cref="ParameterException">It is out of range.</exception>
    public int PadLeft { get => _padLeft; init => _padLeft = Check(value, 0, "pad"); }

    /// <summary>Rows of padding below, 0 to <see cref="Maximum"/>.</summary>
    /// <exception cref="ParameterException">It is out of range.</exception>
    public int PadBottom { get => _padBottom; init => _padBottom = Check(value, 0, "pad"); }

    /// <summary>Columns of padding on the right, 0 to <see cref="Maximum"/>.</summary>
    /// <exception cref="ParameterException">It is out of range.</exception>
    public int PadRight { get => _padRight; init => _padRight = Check(value, 0, "pad"); }

    /// <summary>Rows from one cell of a window to the one below, 1 (no gaps) to <see cref="Maximum"/>.</summary>
    /// <exception cref="ParameterException">It is out of range.</exception>
    public int DilationRows { get => _dilationRows; init => _dilationRows = Check(value, 1, "dilation"); }

    /// <summary>Columns from one cell of a window to the next, 1 (no gaps) to <see cref="Maximum"/>.</summary>
    /// <exception cref="ParameterException">It is out of range.</exception>
    public int DilationColumns { get => _dilationColumns; init => _dilationColumns = Check(value, 1, "dilation"); }

    /// <summary>Groups of channels, each convolved by itself, 1 to <see cref="Maximum"/>; as many as channels is depthwise.</summary>
    /// <exception cref="ParameterException">It is out of range.</exception>
    public int Groups { get => _groups; init => _groups = Check(value, 1, "number of groups"); }

    /// <summary>
    /// The settings, as in strides (1, 1), pads (0, 0, 0, 0), dilations (1, 1), groups 1; pads are top, left, bottom, right.
    /// </summary>
    public override string ToString() =>
        $"strides ({StrideRows}, {StrideColumns}), pads ({PadTop}, {PadLeft}, {PadBottom}, {PadRight}), "
        + $"dilations ({DilationRows}, {DilationColumns}), groups {Groups}";

    private static int Check(int value, int least, string what) => value >= least && value <= Maximum
        ? value
        : throw new ParameterException(ParameterFault.OutOfRange, $"A {what} of {value} was asked for: choose {least} to {Maximum}.");
}
