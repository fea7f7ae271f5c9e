using Hybrid.Graph;
using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Tests.Core.Planning;

/// <summary>Graphs of many ops, with products that do not make values wider.</summary>
internal static class LongGraphs
{
    public static OpGraph Of(GraphForm form, int ops)
    {
        var graph = new OpGraph();
        Node value = graph.Input("x", Party.Client, new Shape(2, 3), new FixedPointFormat(0, 4));
        Node? other = null;
        for (int i = 0; i < ops; i++)
        {
            Node before = value;
            value = (i % 4) switch
            {
                0 => graph.MatMul(value, graph.Constant($"W{i}", Visibility.Private(Party.Server), new Shape(3, 3), 0, 1)),
                1 => graph.Add(value, graph.Constant($"c{i}", Visibility.Private(Party.Server), new Shape(3), 0, 1)),
                2 => graph.Add(new UnaryOp(UnaryFunction.Relu), value),
                _ when form == GraphForm.Residual && other is not null => graph.Add(new MaximumOp(), value, other),
                _ => graph.Add(new NegateOp(), value),
            };
            if (i % 4 == 3)
            {
                other = before;
            }

            if (form == GraphForm.Tree && i % 10 == 9)
            {
                graph.Reveal($"y{i}", value, Party.Client);
            }
        }

        graph.Reveal("y", value, Party.Client);
        return graph;
    }
}
