using Hybrid.Mpc.Ring64;
using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Tests.Mpc.Ring64;

[TestClass]
public sealed class Conv2dMapTests
{
    private static readonly (int[] Input, int[] Kernel, Conv2dGeometry Geometry)[] Cases =
    [
        ([1, 1, 1, 1], [1, 1, 1, 1], new()),
        ([2, 3, 5, 7], [4, 3, 3, 3], new()),
        ([2, 3, 5, 7], [9, 3, 3, 2], new() { PadTop = 1, PadLeft = 2, PadBottom = 0, PadRight = 3 }),
        ([1, 4, 9, 8], [6, 2, 3, 3], new() { Groups = 2, StrideRows = 2, StrideColumns = 3, PadTop = 1, PadBottom = 2 }),
        ([1, 5, 6, 6], [10, 1, 3, 3], new() { Groups = 5, PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 }),
        ([1, 2, 11, 13], [8, 2, 3, 4], new() { DilationRows = 3, DilationColumns = 2, StrideColumns = 2, PadLeft = 3, PadRight = 1 }),
        // One dimension, kernels of one cell, a window as large as the image, a window only of padding, and pads wider than the image.
        ([2, 3, 1, 50], [5, 3, 1, 7], new() { PadLeft = 3, PadRight = 3, DilationColumns = 2 }),
        ([2, 9, 4, 5], [11, 9, 1, 1], new()),
        ([1, 9, 7, 5], [8, 9, 1, 1], new() { StrideRows = 2, StrideColumns = 2 }),
        ([1, 2, 4, 5], [8, 2, 4, 5], new()),
        ([1, 1, 2, 2], [8, 1, 2, 2], new() { PadTop = 4, PadLeft = 5, PadBottom = 3, PadRight = 2 }),
        ([1, 1, 1, 3], [1, 1, 1, 1], new() { PadLeft = 2, PadTop = 1, StrideRows = 2, StrideColumns = 7 }),
        ([1, 1, 3, 3], [2, 1, 2, 2], new() { DilationRows = 9, DilationColumns = 9, PadTop = 8, PadLeft = 8, PadBottom = 8, PadRight = 8 }),
        // Over several blocks of windows and of depth, and above the parallel threshold.
        ([2, 33, 13, 13], [37, 33, 3, 3], new() { PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 }),
        ([1, 300, 7, 19], [34, 300, 1, 1], new()),
        ([1, 64, 5, 5], [130, 64, 3, 3], new() { PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 }),
        ([1, 16, 40, 41], [64, 8, 3, 3], new() { Groups = 2, StrideRows = 2, PadLeft = 1 }),
        ([1, 3, 50, 50], [16, 3, 7, 7], new() { StrideRows = 2, StrideColumns = 2, PadTop = 3, PadLeft = 3, PadBottom = 3, PadRight = 3 }),
        ([0, 2, 3, 3], [2, 2, 2, 2], new()),
        ([1, 0, 3, 3], [2, 0, 2, 2], new()),
    ];

    public static IEnumerable<object[]> Widths => MatrixProductTests.Widths;

    [TestMethod]
    [DynamicData(nameof(Widths))]
    public void Every_width_agrees_with_the_definition(string name)
    {
        KernelWidth width = MatrixProductTests.SupportedOrSkip(name);
        foreach ((int[] input, int[] kernel, Conv2dGeometry geometry) in Cases)
        {
            var map = new Conv2dMap(new Shape(input), new Shape(kernel), geometry);
            BilinearMapTests.Check(map, width, [1, 3], (x, y, sums) => AddTo(map, x, y, sums));
            Assert.AreEqual((long)map.Result.ElementCount * kernel[1] * kernel[2] * kernel[3], map.Products);
        }
    }

    [TestMethod]
    public void Result_shapes_follow_ONNX()
    {
        Assert.AreEqual(
            new Shape(1, 64, 112, 112),
            new Conv2dMap(
                new Shape(1, 3, 224, 224),
                new Shape(64, 3, 7, 7),
                new Conv2dGeometry { StrideRows = 2, StrideColumns = 2, PadTop = 3, PadLeft = 3, PadBottom = 3, PadRight = 3 }).Result);
        Assert.AreEqual(new Shape(1, 1, 2, 1), new Conv2dMap(new Shape(1, 1, 6, 5), new Shape(1, 1, 3, 3), new Conv2dGeometry { StrideRows = 2, DilationColumns = 2 }).Result);
    }

    [TestMethod]
    public void Shapes_and_settings_that_do_not_fit_are_refused()
    {
        var image = new Shape(1, 4, 5, 5);
        BilinearMapTests.Refused(() => new Conv2dMap(new Shape(4, 5, 5), new Shape(2, 4, 3, 3), new Conv2dGeometry()), ParameterFault.Mismatch);
        BilinearMapTests.Refused(() => new Conv2dMap(image, new Shape(2, 4, 3), new Conv2dGeometry()), ParameterFault.Mismatch);
        BilinearMapTests.Refused(() => new Conv2dMap(image, new Shape(2, 3, 3, 3), new Conv2dGeometry()), ParameterFault.Mismatch);
        BilinearMapTests.Refused(() => new Conv2dMap(image, new Shape(3, 2, 3, 3), new Conv2dGeometry { Groups = 2 }), ParameterFault.Mismatch);
        BilinearMapTests.Refused(() => new Conv2dMap(image, new Shape(2, 4, 6, 3), new Conv2dGeometry()), ParameterFault.Mismatch);
        BilinearMapTests.Refused(() => new Conv2dMap(image, new Shape(2, 4, 3, 3), new Conv2dGeometry { DilationColumns = 3 }), ParameterFault.Mismatch);
        BilinearMapTests.Refused(() => new Conv2dMap(image, new Shape(2, 4, 0, 3), new Conv2dGeometry()), ParameterFault.OutOfRange);
        BilinearMapTests.Refused(() => new Conv2dGeometry { StrideRows = 0 }, ParameterFault.OutOfRange);
        BilinearMapTests.Refused(() => new Conv2dGeometry { PadLeft = -1 }, ParameterFault.OutOfRange);
        BilinearMapTests.Refused(() => new Conv2dGeometry { DilationRows = int.MaxValue }, ParameterFault.OutOfRange);
        BilinearMapTests.Refused(() => new Conv2dGeometry { Groups = 0 }, ParameterFault.OutOfRange);
        BilinearMapTests.Refused(
            () => new Conv2dMap(image, new Shape(2, 4, 1, 1), new Conv2dGeometry { PadTop = Conv2dGeometry.Maximum, PadRight = Conv2dGeometry.Maximum }),
            ParameterFault.OutOfRange);
    }

    private static void AddTo(Conv2dMap map, ulong[] x, ulong[] y, ulong[] sums)
    {
        Conv2dGeometry g = map.Geometry;
        int kernels = map.Right[0] / g.Groups;
        int i = 0;
        foreach (int[] at in NaiveTensor.Indices(map.Result))
        {
            ulong sum = 0;
            for (int channel = 0; channel < map.Right[1]; channel++)
            {
                for (int row = 0; row < map.Right[2]; row++)
                {
                    for (int column = 0; column < map.Right[3]; column++)
                    {
                        int line = (at[2] * g.StrideRows) - g.PadTop + (row * g.DilationRows);
                        int place = (at[3] * g.StrideColumns) - g.PadLeft + (column * g.DilationColumns);
                        if (line >= 0 && line < map.Left[2] && place >= 0 && place < map.Left[3])
                        {
                            int source = (at[0] * map.Left[1]) + (at[1] / kernels * map.Right[1]) + channel;
                            int weight = (((((at[1] * map.Right[1]) + channel) * map.Right[2]) + row) * map.Right[3]) + column;
                            sum = unchecked(sum + (x[(((source * map.Left[2]) + line) * map.Left[3]) + place] * y[weight]));
                        }
                    }
                }
            }

            sums[i] = unchecked(sums[i] + sum);
            i++;
        }
    }
}
