using Hybrid.Tensors;

namespace Hybrid.Tests.Mpc.Ring64;

[TestClass]
public sealed class TensorShuffleTests
{
    private const ulong Outside = 0x8000000000000001;

    private static readonly int[][] Shapes = [[], [1], [7], [3, 5], [1, 5], [4, 1, 3], [2, 3, 4, 5], [2, 1, 1, 6], [3, 0, 2], [17, 9, 33]];

    private static readonly (int[] Images, int Height, int Width, Conv2dGeometry Geometry)[] Windows =
    [
        ([1, 1, 1, 1], 1, 1, new()),
        ([2, 3, 6, 8], 2, 2, new() { StrideRows = 2, StrideColumns = 2 }),
        ([1, 2, 7, 9], 3, 3, new() { StrideRows = 2, StrideColumns = 2, PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 }),
        ([2, 1, 5, 4], 3, 2, new() { PadTop = 2, PadRight = 3, DilationRows = 2 }),
        ([1, 3, 4, 4], 4, 4, new()),
        ([1, 2, 1, 20], 1, 5, new() { StrideColumns = 3, PadLeft = 4 }),
        ([1, 1, 2, 2], 1, 1, new() { PadTop = 3, PadLeft = 3, PadBottom = 3, PadRight = 3 }),
    ];

    [TestMethod]
    public void Transpositions_agree_with_their_definition()
    {
        foreach (Shape shape in All())
        {
            foreach (int[] permutation in Permutations(shape.Rank))
            {
                ulong[] source = Words(shape);
                Shape result = TensorShuffle.TransposedShape(shape, permutation);
                Check(
                    result,
                    words => TensorShuffle.Transpose(source, shape, permutation, words),
                    index =>
                    {
                        var at = new int[shape.Rank];
                        for (int i = 0; i < at.Length; i++)
                            at[permutation[i]] = index[i];
                        return source[NaiveTensor.Place(shape, at)];
                    },
                    $"{shape} by ({string.Join(", ", permutation)})");
            }
        }
    }

    [TestMethod]
    public void Pads_surround_with_the_public_word()
    {
        foreach (Shape shape in All())
        {
            int[] before = [.. Enumerable.Range(0, shape.Rank).Select(i => i % 3)];
            int[] after = [.. Enumerable.Range(0, shape.Rank).Select(i => (i + 1) % 2)];
            ulong[] source = Words(shape);
            Check(
                TensorShuffle.PaddedShape(shape, before, after),
                words => TensorShuffle.Pad(source, shape, before, after, Outside, words),
                index =>
                {
                    int[] at = [.. index.Zip(before, (i, pad) => i - pad)];
                    bool inside = at.Zip(shape.Lengths, (i, length) => i >= 0 && i < length).All(x => x);
                    return inside ? source[NaiveTensor.Place(shape, at)] : Outside;
                },
                $"{shape}");
        }
    }

    [TestMethod]
    public void Slices_start_step_and_go_backwards()
    {
        foreach (Shape shape in All())
        {
            foreach (int step in new[] { 1, 2, 3, -1, -2 })
            {
                int[] steps = [.. Enumerable.Range(0, shape.Rank).Select(i => i % 2 == 1 ? 1 : step)];
                int[] starts = [.. steps.Select((s, i) => shape[i] == 0 ? 0 : s > 0 ? Math.Min(1, shape[i] - 1) : shape[i] - 1)];
                int[] sizes = [.. steps.Select((s, i) => shape[i] == 0 ? 0 : s > 0 ? ((shape[i] - 1 - starts[i]) / s) + 1 : (starts[i] / -s) + 1)];
                ulong[] source = Words(shape);
                Check(
                    TensorShuffle.SlicedShape(shape, starts, sizes, steps),
                    words => TensorShuffle.Slice(source, shape, starts, sizes, steps, words),
                    index => source[NaiveTensor.Place(shape, [.. index.Select((x, i) => starts[i] + (x * steps[i]))])],
                    $"{shape} in steps of {step}");
            }
        }
    }

    [TestMethod]
    public void Concatenations_put_the_parts_one_after_the_other()
    {
        foreach (Shape shape in All())
        {
            for (int axis = 0; axis < shape.Rank; axis++)
            {
                Shape[] parts = [.. new[] { 1, 0, 3 }.Select(extra => new Shape([.. shape.Lengths.Select((length, i) => i == axis ? length + extra : length)]))];
                int[] starts = [0, parts[0][axis], parts[0][axis] + parts[1][axis], parts.Sum(part => part[axis])];
                ulong[][] sources = [.. parts.Select((part, i) => Words(part, (byte)i))];
                Shape result = TensorShuffle.ConcatenatedShape(parts, axis);
                int dimension = axis;
                Check(
                    result,
                    words =>
                    {
                        for (int i = 0; i < parts.Length; i++)
                            TensorShuffle.ConcatPart(sources[i], parts[i], dimension, starts[i], words, result);
                    },
                    index =>
                    {
                        int part = Enumerable.Range(0, 3).First(i => index[dimension] < starts[i + 1]);
                        int[] at = [.. index];
                        at[dimension] -= starts[part];
                        return sources[part][NaiveTensor.Place(parts[part], at)];
                    },
                    $"{shape} along {axis}");
            }
        }
    }

    [TestMethod]
    public void Gathers_take_slices_in_the_order_of_the_indices()
    {
        foreach (Shape shape in All())
        {
            for (int axis = 0; axis < shape.Rank; axis++)
            {
                int dimension = axis;
                int length = shape[axis];
                var indexShape = new Shape(length == 0 ? [0] : [2, 2]);
                int[] indices = length == 0 ? [] : [length - 1, 0, length / 2, length - 1];
                ulong[] source = Words(shape);
                Check(
                    TensorShuffle.GatheredShape(shape, indices, indexShape, axis),
                    words => TensorShuffle.Gather(source, shape, indices, dimension, words),
                    index => source[NaiveTensor.Place(
                        shape,
                        [.. index[..dimension], indices[(index[dimension] * 2) + index[dimension + 1]], .. index[(dimension + 2)..]])],
                    $"{shape} along {axis}");
            }
        }
    }

    [TestMethod]
    public void Broadcasts_repeat_by_the_rule_of_NumPy()
    {
        foreach ((int[] from, int[] to) in new (int[], int[])[]
        {
            ([], []), ([], [3, 4]), ([1], [5]), ([5], [3, 5]), ([3, 1], [3, 5]), ([2, 1, 4], [2, 3, 4]), ([1, 3, 1, 1], [2, 3, 4, 5]), ([1, 4], [0, 4]),
        })
        {
            var shape = new Shape(from);
            ulong[] source = Words(shape);
            Shape target = TensorShuffle.BroadcastShape(shape, new Shape(to));
            Check(target, words => TensorShuffle.BroadcastTo(source, shape, target, words), index => source[NaiveTensor.Place(shape, index)], $"{shape} to {target}");
        }
    }

    [TestMethod]
    public void Sums_along_any_dimensions_agree_with_their_definition()
    {
        foreach (Shape shape in All())
        {
            for (int set = 0; set < 1 << shape.Rank; set++)
            {
                int[] axes = [.. Enumerable.Range(0, shape.Rank).Where(i => (set >> i & 1) == 1)];
                ulong[] source = Words(shape);
                Shape kept = TensorShuffle.ReducedShape(shape, axes, keepDimensions: true);
                var expected = new ulong[kept.ElementCount];
                foreach (int[] index in NaiveTensor.Indices(shape))
                {
                    int place = NaiveTensor.Place(kept, index);
                    expected[place] = unchecked(expected[place] + source[NaiveTensor.Place(shape, index)]);
                }

                var words = new ulong[kept.ElementCount];
                words.AsSpan().Fill(Outside);
                TensorShuffle.ReduceSum(source, shape, axes, words);
                CollectionAssert.AreEqual(expected, words, $"{shape} along ({string.Join(", ", axes)})");
                Shape dropped = TensorShuffle.ReducedShape(shape, axes, keepDimensions: false);
                Assert.AreEqual(shape.Rank - axes.Length, dropped.Rank);
                Assert.AreEqual(kept.ElementCount, dropped.ElementCount);
            }
        }
    }

    [TestMethod]
    public void Windows_and_their_sums_agree_with_their_definition()
    {
        foreach ((int[] images, int height, int width, Conv2dGeometry geometry) in Windows)
        {
            var shape = new Shape(images);
            ulong[] source = Words(shape);
            Shape result = TensorShuffle.SummedWindowsShape(shape, height, width, geometry);
            string where = $"{shape}, {height} by {width}, {geometry}";
            ulong Cell(int[] at, int row, int column, ulong outside)
            {
                int line = (at[2] * geometry.StrideRows) - geometry.PadTop + (row * geometry.DilationRows);
                int place = (at[3] * geometry.StrideColumns) - geometry.PadLeft + (column * geometry.DilationColumns);
                return line < 0 || line >= shape[2] || place < 0 || place >= shape[3] ? outside : source[NaiveTensor.Place(shape, [at[0], at[1], line, place])];
            }

            Check(
                result,
                words => TensorShuffle.SumWindows(source, shape, height, width, geometry, words),
                at => Enumerable.Range(0, height * width).Aggregate(0UL, (sum, cell) => unchecked(sum + Cell(at, cell / width, cell % width, 0))),
                where);
            int[][] indices = [.. NaiveTensor.Indices(result)];
            Shape planes = TensorShuffle.WindowsShape(shape, height, width, geometry);
            Assert.AreEqual(new Shape(height * width, result.ElementCount), planes);
            Check(
                planes,
                words => TensorShuffle.Windows(source, shape, height, width, geometry, Outside, words),
                at => Cell(indices[at[1]], at[0] / width, at[0] % width, Outside),
                where);
        }
    }

    [TestMethod]
    public void Settings_that_do_not_fit_are_refused()
    {
        var shape = new Shape(2, 3, 4);
        Refused(() => TensorShuffle.TransposedShape(shape, [0, 1]), ParameterFault.Mismatch);
        Refused(() => TensorShuffle.TransposedShape(shape, [0, 1, 1]), ParameterFault.OutOfRange);
        Refused(() => TensorShuffle.TransposedShape(shape, [0, 1, 3]), ParameterFault.OutOfRange);
        Refused(() => TensorShuffle.PaddedShape(shape, [0, 0], [0, 0, 0]), ParameterFault.Mismatch);
        Refused(() => TensorShuffle.PaddedShape(shape, [0, 0, 0], [0, -1, 0]), ParameterFault.OutOfRange);
        Refused(() => TensorShuffle.PaddedShape(shape, [0, int.MaxValue, 0], [0, 1, 0]), ParameterFault.OutOfRange);
        Refused(() => TensorShuffle.SlicedShape(shape, [0], [1], [1]), ParameterFault.Mismatch);
        Refused(() => TensorShuffle.SlicedShape(shape, [0, 0, 0], [1, 1, 3], [1, 1, 2]), ParameterFault.OutOfRange);
        Refused(() => TensorShuffle.SlicedShape(shape, [0, 0, 0], [1, 1, 1], [1, 0, 1]), ParameterFault.OutOfRange);
        Refused(() => TensorShuffle.SlicedShape(shape, [0, 2, 0], [1, -1, 1], [1, 1, 1]), ParameterFault.OutOfRange);
        Refused(() => TensorShuffle.SlicedShape(shape, [0, 3, 0], [1, 1, 1], [1, 1, 1]), ParameterFault.OutOfRange);
        Refused(() => TensorShuffle.ConcatenatedShape([], 0), ParameterFault.OutOfRange);
        Refused(() => TensorShuffle.ConcatenatedShape([shape], 3), ParameterFault.OutOfRange);
        Refused(() => TensorShuffle.ConcatenatedShape([shape, new Shape(2, 4, 4)], 0), ParameterFault.Mismatch);
        Refused(() => TensorShuffle.ConcatenatedShape([shape, new Shape(2, 3)], 2), ParameterFault.Mismatch);
        Refused(() => TensorShuffle.GatheredShape(shape, [3], new Shape(1), 1), ParameterFault.OutOfRange);
        Refused(() => TensorShuffle.GatheredShape(shape, [-1], new Shape(1), 1), ParameterFault.OutOfRange);
        Refused(() => TensorShuffle.GatheredShape(shape, [0, 1], new Shape(3), 1), ParameterFault.Mismatch);
        Refused(() => TensorShuffle.GatheredShape(shape, [0], new Shape(1), -1), ParameterFault.OutOfRange);
        Refused(() => TensorShuffle.BroadcastShape(shape, new Shape(2, 3, 5)), ParameterFault.Mismatch);
        Refused(() => TensorShuffle.BroadcastShape(shape, new Shape(1, 4)), ParameterFault.Mismatch);
        Refused(() => TensorShuffle.ReducedShape(shape, [1, 1], keepDimensions: true), ParameterFault.OutOfRange);
        Refused(() => TensorShuffle.WindowsShape(shape, 1, 1, new Conv2dGeometry()), ParameterFault.Mismatch);
        Refused(() => TensorShuffle.WindowsShape(new Shape(1, 1, 3, 3), 4, 1, new Conv2dGeometry()), ParameterFault.Mismatch);
        Refused(() => TensorShuffle.WindowsShape(new Shape(1, 1, 3, 3), 0, 1, new Conv2dGeometry()), ParameterFault.OutOfRange);
    }

    private static void Refused(Func<Shape> make, ParameterFault fault) => BilinearMapTests.Refused(make, fault);

    private static IEnumerable<Shape> All() => Shapes.Select(lengths => new Shape(lengths));

    private static ulong[] Words(Shape shape, byte seed = 23) => new RandomWords(seed).Next(shape.ElementCount);

    private static IEnumerable<int[]> Permutations(int rank)
    {
        if (rank == 0)
        {
            return [[]];
        }

        return Permutations(rank - 1).SelectMany(
            shorter => Enumerable.Range(0, rank).Select(place => (int[])[.. shorter[..place], rank - 1, .. shorter[place..]]));
    }

    private static void Check(Shape shape, Action<ulong[]> kernel, Func<int[], ulong> word, string where)
    {
        ulong[] expected = [.. NaiveTensor.Indices(shape).Select(word)];
        var words = new ulong[shape.ElementCount];
        kernel(words);
        CollectionAssert.AreEqual(expected, words, where);
    }
}
