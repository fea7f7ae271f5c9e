using Hybrid.Tensors;

namespace Hybrid.Tests.Mpc.Protocols;

/// <summary>The convolution modulo 2^64 by its definition.</summary>
internal static class PlainConvolution
{
    public static ulong[] Compute(ulong[] images, Shape x, ulong[] kernels, Shape w, Conv2dGeometry g)
    {
        int rows = Size(x[2], w[2], g.PadTop + g.PadBottom, g.DilationRows, g.StrideRows);
        int columns = Size(x[3], w[3], g.PadLeft + g.PadRight, g.DilationColumns, g.StrideColumns);
        int inGroup = w[1];
        int outGroup = w[0] / g.Groups;
        var result = new List<ulong>();
        foreach (int n in Enumerable.Range(0, x[0]))
        {
            foreach (int o in Enumerable.Range(0, w[0]))
            {
                for (int row = 0; row < rows; row++)
                {
                    for (int column = 0; column < columns; column++)
                    {
                        ulong sum = 0;
                        for (int cell = 0; cell < inGroup * w[2] * w[3]; cell++)
                        {
                            (int c, int i, int j) = (cell / (w[2] * w[3]), cell / w[3] % w[2], cell % w[3]);
                            int r = (row * g.StrideRows) + (i * g.DilationRows) - g.PadTop;
                            int s = (column * g.StrideColumns) + (j * g.DilationColumns) - g.PadLeft;
                            if (r < 0 || r >= x[2] || s < 0 || s >= x[3])
                                continue;
                            int channel = (o / outGroup * inGroup) + c;
                            ulong pixel = images[(((((n * x[1]) + channel) * x[2]) + r) * x[3]) + s];
                            sum = unchecked(sum + (pixel * kernels[(((((o * inGroup) + c) * w[2]) + i) * w[3]) + j]));
                        }

                        result.Add(sum);
                    }
                }
            }
        }

        return [.. result];
    }

    public static int Size(int image, int window, int pads, int dilation, int stride) => ((image + pads - (((window - 1) * dilation) + 1)) / stride) + 1;
}
