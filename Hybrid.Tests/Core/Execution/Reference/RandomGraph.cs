using Hybrid.Graph;
using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Tests.Core.Execution.Reference;

/// <summary>Graphs of random ops over small tensors of random ranges, with sources within their ranges, often at the ends.</summary>
internal sealed class RandomGraph
{
    private static readonly int[] Fractions = [0, 0, 4, 8, 8, 16];
    private readonly Random _random;
    private readonly Dictionary<int, long[]> _constants = [];

    public RandomGraph(int seed, int ops)
    {
        _random = new Random(seed);
        for (int i = 0; i < 6; i++)
            AddSource();
        for (int tries = 0; Graph.Nodes.Count < ops + 6 && tries < 40 * ops; tries++)
        {
            try
            {
                if (_random.Next(12) == 0)
                    AddSource();
                AddRandom();
            }
            catch (ParameterException)
            {
                // The draw does not fit.
            }
        }

        foreach (Node node in Graph.Nodes.ToArray())
            Graph.Reveal($"r{node.Id}", node, Party.Client);
    }

    public OpGraph Graph { get; } = new();

    /// <summary>Integers of a source: bound ones of a constant, others within the range.</summary>
    /// <param name="node">The source.</param>
    /// <param name="mode">0: all at the low end; 1: all at the high end; 2: each at one end; others: ends, zero or between.</param>
    public Int128[] Source(Node node, int mode) => _constants.TryGetValue(node.Id, out long[]? integers)
        ? [.. integers.Select(integer => (Int128)integer)]
        : [.. Enumerable.Range(0, node.Shape.ElementCount).Select(_ => Within(node.Range, mode))];

    public static Int128 Between(Random random, Int128 low, Int128 high)
    {
        UInt128 width = (UInt128)(high - low) + 1;
        return low + (Int128)(new UInt128((ulong)random.NextInt64(long.MinValue, long.MaxValue), (ulong)random.NextInt64(long.MinValue, long.MaxValue)) % width);
    }

    private Int128 Within(WordRange range, int mode) => (mode > 2 ? _random.Next(5) + 10 : mode == 2 ? _random.Next(2) : mode) switch
    {
        0 or 10 => range.Low,
        1 or 11 => range.High,
        12 => Int128.Clamp(_random.Next(-1, 2), range.Low, range.High),
        _ => Between(_random, range.Low, range.High),
    };

    private void AddSource()
    {
        Shape shape = RandomShape();
        int fraction = Fractions[_random.Next(Fractions.Length)];
        if (_random.Next(3) == 0)
        {
            int bits = _random.Next(1, 20);
            long[] integers = [.. Enumerable.Range(0, shape.ElementCount).Select(_ => _random.NextInt64(-(1L << bits), 1L << bits))];
            Int128 norm = ConstantNorm.Of(shape, integers);
            Int128 element = integers.Length == 0 ? 0 : integers.Max(integer => Int128.Abs(integer));
            _constants.Add(Graph.Constant($"c{Graph.Nodes.Count}", Visibility.Private(Party.Server), shape, fraction, norm, element).Id, integers);
            return;
        }

        Int128 a = Between(_random, -(Int128.One << _random.Next(50)), Int128.One << _random.Next(50));
        Int128 b = _random.Next(30) == 0 ? (Int128.One << _random.Next(50, 110)) * (_random.Next(2) == 0 ? 1 : -1) : Between(_random, -(Int128.One << _random.Next(24)), Int128.One << _random.Next(24));
        WordRange range = _random.Next(4) == 0 ? new WordRange(0, 1) : new WordRange(Int128.Min(a, b), Int128.Max(a, b));
        Graph.Input($"x{Graph.Nodes.Count}", Party.Client, shape, range == new WordRange(0, 1) ? 0 : fraction, range);
    }

    private Shape RandomShape() => _random.Next(12) switch
    {
        0 => new Shape(),
        1 => new Shape(_random.Next(0, 5)),
        2 => new Shape(3),
        3 => new Shape(2, 3),
        4 => new Shape(3, 3),
        5 => new Shape(3, 1),
        6 => new Shape(2, 3, 3),
        7 => new Shape(1, 2, 3, 3),
        8 => new Shape(2, 2, 1, 3),
        9 => new Shape(2, 2, 2, 2),
        10 => new Shape(1, 2, 4, 5),
        _ => new Shape(1, 3),
    };

    private Node Pick() => Graph.Nodes[_random.Next(Graph.Nodes.Count)];

    // Of a few nodes one of so many fraction bits, if there is one.
    private Node Like(Node other)
    {
        for (int i = 0; i < 20; i++)
        {
            if (Pick() is var node && node.FractionBits == other.FractionBits)
                return node;
        }

        return other;
    }

    private void AddRandom()
    {
        Node x = Pick();
        Node y = Like(x);
        int rank = x.Shape.Rank;
        int axis = _random.Next(Math.Max(1, rank));
        bool flag = _random.Next(2) == 0;
        int[] lengths = [.. x.Shape.Lengths];
        switch (_random.Next(36))
        {
            case 0: Graph.Add(new AddOp(), x, y); break;
            case 1: Graph.Add(new SubtractOp(), x, y); break;
            case 2: Graph.Add(new NegateOp(), x); break;
            case 3: Graph.Add(new ScaleUpOp(_random.Next(12)), x); break;
            case 4 or 5: Graph.Add(new TruncateOp(_random.Next(x.FractionBits + 1)), x); break;
            case 6: Graph.Add(new ReduceSumOp(Axes(rank), flag), x); break;
            case 7: Graph.Add(new ReduceMeanOp(Axes(rank), flag), x); break;
            case 8: Graph.Add(new AveragePoolOp(_random.Next(1, 4), _random.Next(1, 4), Geometry()), x); break;
            case 9 or 10: Graph.Add(new MatMulOp(), x, Pick()); break;
            case 11 or 12: Convolve(x); break;
            case 13: Graph.Add(new MultiplyOp(), x, flag ? x : Pick()); break;
            case 14: Graph.Add(new LeakyReluOp(new[] { 0.01, 0.2, -0.5, 1.5, 0 }[_random.Next(5)]), x); break;
            case 15:
                double low = (_random.NextDouble() * 20) - 10;
                Graph.Add(new ClipOp(flag ? low : double.NegativeInfinity, low + (_random.NextDouble() * 5)), x);
                break;
            case 16: Graph.Add(new MaximumOp(), x, y); break;
            case 17: Graph.Add(new MinimumOp(), x, y); break;
            case 18: Graph.Add(new LessOp(), x, y); break;
            case 19: Graph.Add(new EqualOp(), x, flag ? x : y); break;
            case 20 or 21:
                Node condition = Graph.Nodes.Where(node => node.FractionBits == 0 && node.Range.Low >= 0 && node.Range.High <= 1).MinBy(_ => _random.Next()) ?? x;
                Graph.Add(new WhereOp(), condition, x, y);
                break;
            case 22: Graph.Add(new DivideOp(), x, y); break;
            case 23: Graph.Add(new PowerOp(new[] { 2, 3, 0, 1, -1, -2, 0.5, -0.5, 1.7, 100 }[_random.Next(10)]), x); break;
            case 24: Graph.Add(new SoftmaxOp(axis), x); break;
            case 25: Graph.Add(new LogSoftmaxOp(axis), x); break;
            case 26: Graph.Add(new ReduceMaxOp(axis, flag, _random.Next(2) == 0), x); break;
            case 27: Graph.Add(new ArgMaxOp(axis, flag, _random.Next(2) == 0), x); break;
            case 28: Graph.Add(new MaxPoolOp(_random.Next(1, 4), _random.Next(1, 4), Geometry()), x); break;
            case 29: Graph.Add(new ReshapeOp(flag ? new Shape(x.Shape.ElementCount) : new Shape(1, x.Shape.ElementCount, 1)), x); break;
            case 30: Graph.Add(new TransposeOp(new IntegerList([.. Enumerable.Range(0, rank).OrderBy(_ => _random.Next())])), x); break;
            case 31: Slice(x); break;
            case 32: Graph.Add(new ConcatOp(axis), flag ? [x, y] : [x, x, y]); break;
            case 33: Graph.Add(new PadOp(new IntegerList(Some(rank, 2)), new IntegerList(Some(rank, 2)), flag ? 0 : _random.Next(-9, 9) / 2.0), x); break;
            case 34:
                if (rank > 0 && lengths[axis] > 0)
                    Graph.Add(new GatherOp(new IntegerList(Some(_random.Next(4), lengths[axis])), axis), x);
                break;
            default:
                if (flag)
                    Graph.Add(new ExpandOp(new Shape([_random.Next(1, 3), .. lengths.Select(length => length == 1 ? _random.Next(1, 4) : length)])), x);
                else
                    Graph.Add(new UnaryOp((UnaryFunction)_random.Next(Enum.GetValues<UnaryFunction>().Length)), x);
                break;
        }

        Graph.Add(new UnaryOp((UnaryFunction)_random.Next(Enum.GetValues<UnaryFunction>().Length)), Pick());
    }

    private void Convolve(Node x)
    {
        if (x.Shape.Rank != 4)
        {
            return;
        }

        int groups = _random.Next(2) == 0 ? 1 : x.Shape[1];
        Shape shape = new(groups * _random.Next(1, 3), x.Shape[1] / Math.Max(1, groups), _random.Next(1, 4), _random.Next(1, 4));
        Node kernel;
        if (_random.Next(2) == 0)
        {
            Int128 a = _random.Next(-9, 9);
            kernel = Graph.Input($"k{Graph.Nodes.Count}", Party.Server, shape, 4, new WordRange(a, a + _random.Next(9)));
        }
        else
        {
            long[] integers = [.. Enumerable.Range(0, shape.ElementCount).Select(_ => _random.NextInt64(-99, 99))];
            kernel = Graph.Constant($"k{Graph.Nodes.Count}", Visibility.Private(Party.Server), shape, 4, ConstantNorm.Of(shape, integers));
            _constants.Add(kernel.Id, integers);
        }

        Graph.Add(new Conv2dOp(Geometry() with { Groups = Math.Max(1, groups) }), x, kernel);
    }

    private void Slice(Node x)
    {
        int rank = x.Shape.Rank;
        var (starts, sizes, steps) = (new int[rank], new int[rank], new int[rank]);
        for (int i = 0; i < rank; i++)
        {
            int length = x.Shape[i];
            steps[i] = new[] { -2, -1, 1, 2 }[_random.Next(4)];
            starts[i] = _random.Next(Math.Max(1, length));
            int room = steps[i] > 0 ? length - 1 - starts[i] : starts[i];
            sizes[i] = length == 0 ? 0 : _random.Next(2 + (room / Math.Abs(steps[i])));
        }

        Graph.Add(new SliceOp(new IntegerList(starts), new IntegerList(sizes), new IntegerList(steps)), x);
    }

    private Conv2dGeometry Geometry() => new()
    {
        StrideRows = _random.Next(1, 3),
        StrideColumns = _random.Next(1, 4),
        PadTop = _random.Next(3),
        PadLeft = _random.Next(3),
        PadBottom = _random.Next(3),
        PadRight = _random.Next(3),
        DilationRows = _random.Next(1, 3),
        DilationColumns = _random.Next(1, 3),
    };

    private IntegerList Axes(int rank) => new([.. Enumerable.Range(0, rank).Where(_ => _random.Next(2) == 0)]);

    private int[] Some(int count, int below) => [.. Enumerable.Range(0, count).Select(_ => _random.Next(below))];
}
