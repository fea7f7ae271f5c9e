using Hybrid.Graph;
using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Tests.Core.Graph;

/// <summary>Graphs of any ops that fit, from a seed.</summary>
internal sealed class RandomGraph
{
    private readonly Random _random;
    private readonly OpGraph _graph = new();
    private readonly Func<Node>[] _makers;

    private RandomGraph(Random random)
    {
        _random = random;
        _makers =
        [
            () => Of(new AddOp(), Matrix(), Matrix()),
            () => Of(new SubtractOp(), Matrix(), Matrix()),
            () => Of(new NegateOp(), Any()),
            () => Of(new ScaleUpOp(random.Next(4)), Any()),
            () => Of(new TruncateOp(random.Next(3)), Any()),
            () => Of(new ReduceSumOp(Axes(), Flag()), Matrix()),
            () => Of(new ReduceMeanOp(Axes(), Flag()), Matrix()),
            () => Of(new AveragePoolOp(2, random.Next(1, 3), Moves()), Images()),
            () => Of(new MatMulOp(), Matrix(), Constant(3, 2)),
            () => Of(new Conv2dOp(Moves()), Images(), Constant(2, 2, 2, 2)),
            () => Of(new MultiplyOp(), Matrix(), Matrix()),
            () => Of(new DivideOp(), Matrix(), Matrix()),
            () => Of(new PowerOp(random.Next(-2, 4) / 2.0), Fresh(2, 3)),
            () => Of(new SoftmaxOp(random.Next(2)), Any()),
            () => Of(new LogSoftmaxOp(random.Next(2)), Any()),
            () => Of(new UnaryOp((UnaryFunction)random.Next(16)), Any()),
            () => Of(new LeakyReluOp(random.NextDouble()), Any()),
            () => Of(new ClipOp(-random.NextDouble(), Flag() ? double.PositiveInfinity : 1), Any()),
            () => Of(new MaximumOp(), Matrix(), Matrix()),
            () => Of(new MinimumOp(), Matrix(), Matrix()),
            () => Of(new WhereOp(), Of(new LessOp(), Matrix(), Matrix()), Matrix(), Matrix()),
            () => Of(new EqualOp(), Matrix(), Matrix()),
            () => Of(new ReduceMaxOp(random.Next(2), Flag(), Flag()), Any()),
            () => Of(new ArgMaxOp(random.Next(2), Flag(), Flag()), Any()),
            () => Of(new MaxPoolOp(random.Next(1, 3), 2, Moves()), Images()),
            () => Of(new ReshapeOp(new Shape(3, 1, 2)), Matrix()),
            () => Of(new TransposeOp(Flag() ? new IntegerList(1, 0) : new IntegerList(0, 1)), Matrix()),
            () => Of(new SliceOp(new IntegerList(1, 0), new IntegerList(2, 1), new IntegerList(-1, 1)), Matrix()),
            () => Of(new ConcatOp(random.Next(2)), [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Matrix())]),
            () => Of(new PadOp(new IntegerList(1, 0), new IntegerList(0, 2), random.NextDouble() - 0.5), Matrix()),
            () => Of(new GatherOp(new IntegerList(1, 0, 1, 1), random.Next(2)), Matrix()),
            () => Of(new ExpandOp(new Shape(2, 2, 3)), Fresh(2, 3)),
            () => Of(new RevealOp(Owner()), Any()),
            () => Constant(2, 3),
        ];
    }

    /// <summary>A graph of so many makings, those apart that do not fit.</summary>
    public static OpGraph Make(Random random, int count)
    {
        var graph = new RandomGraph(random);
        for (int i = 0; i < count; i++)
        {
            try
            {
                graph._makers[random.Next(graph._makers.Length)]();
            }
            catch (ParameterException)
            {
                // Random ops on random tensors need not fit.
            }
        }

        return graph._graph;
    }

    private Node Of(Op op, params ReadOnlySpan<Node> inputs) => _graph.Add(Label(), op, inputs);

    private bool Flag() => _random.Next(2) == 0;

    private Party Owner() => (Party)_random.Next(2);

    private string? Label() => _random.Next(4) switch { 0 => string.Empty, 1 => $"Größe {_random.Next(9)} 😀", _ => null };

    private IntegerList Axes() => _random.Next(3) switch { 0 => default, 1 => new IntegerList(1), _ => new IntegerList(1, 0) };

    private Conv2dGeometry Moves() => new()
    {
        StrideRows = _random.Next(1, 3),
        PadTop = _random.Next(2),
        PadRight = 1,
        DilationColumns = _random.Next(1, 3),
    };

    private Node Any() => _graph.Nodes.Count > 0 && _random.Next(3) > 0 ? _graph.Nodes[_random.Next(_graph.Nodes.Count)] : Fresh(2, 3);

    private Node Matrix() =>
        _graph.Nodes.LastOrDefault(node => node.Shape.Equals(new Shape(2, 3)) && node.Bits < 40 && _random.Next(3) == 0) ?? Fresh(2, 3);

    private Node Images() => Fresh(_random.Next(1, 3), 2, 4, 5);

    private Node Fresh(params ReadOnlySpan<int> lengths) => Flag()
        ? _graph.Input("x", Owner(), new Shape(lengths), new FixedPointFormat(4, 3))
        : _graph.Input("y", Owner(), new Shape(lengths), 4, new WordRange(_random.Next(-9, 9), 20));

    private Node Constant(params ReadOnlySpan<int> lengths)
    {
        var shape = new Shape(lengths);
        return _random.Next(4) switch
        {
            0 => _graph.Constant("Constant", Visibility.Public, shape, 4, 100),
            1 => _graph.Constant("W", Visibility.Private(Owner()), shape, 4, 100, 60),
            2 => _graph.Constant("K", Visibility.Secret, shape, 4, _random.Next(100), 60),
            _ => _graph.Constant("c", shape, 4, [.. Enumerable.Range(0, shape.ElementCount).Select(_ => _random.NextInt64(-99, 99))]),
        };
    }
}
