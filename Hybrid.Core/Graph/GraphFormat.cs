using Hybrid.Tensors;

namespace Hybrid.Graph;

/// <summary>
/// A graph as bytes, so that a party that has a model can tell another what it computes. Constants that all know go along; other
/// values and pins do not. What can be inferred is not written: whoever reads infers it again, so nobody can state it falsely.
/// </summary>
/// <remarks>
/// Little-endian. Header: the letters HGRF, a byte for the version, and the number of nodes. Each node: its op's code, a byte; its
/// label; then, of inputs and constants, what they are, and of all others how many nodes each operand is back, and the op's settings.
/// Whole numbers are LEB128, those that can be negative in zigzag order; see <see cref="OpCodes"/> for the ops.
/// </remarks>
public static class GraphFormat
{
    /// <summary>The version that this program writes and reads.</summary>
    internal const byte Version = 1;

    /// <summary>The code of an input.</summary>
    internal const byte Input = 1;

    /// <summary>The code of a constant without its values.</summary>
    internal const byte BoundedConstant = 2;

    /// <summary>The code of a constant with its values.</summary>
    internal const byte PublicConstant = 3;

    /// <summary>What graphs start with.</summary>
    internal static ReadOnlySpan<byte> Magic => "HGRF"u8;

    /// <summary>Writes a graph, without its pins; takes time and bytes in proportion to its nodes and public integers.</summary>
    /// <param name="graph">The graph.</param>
    /// <exception cref="ParameterException">It is beyond <see cref="GraphLimits"/>, or a label cannot be printed.</exception>
    public static byte[] Write(OpGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var writer = new GraphWriter();
        writer.Bytes(Magic).Byte(Version).Count(graph.Nodes.Count, GraphLimits.MaximumNodes, "nodes");
        int operands = 0;
        foreach (Node node in graph.Nodes)
        {
            operands += node.Inputs.Length;
            if (operands > GraphLimits.MaximumOperands)
            {
                throw GraphWriter.TooMany(operands, GraphLimits.MaximumOperands, "operands");
            }

            WriteNode(writer, node);
        }

        return writer.ToArray();
    }

    /// <summary>Reads what <see cref="Write"/> wrote: a graph with the same nodes.</summary>
    /// <param name="bytes">The bytes; whatever they are, time and memory stay in proportion to their number.</param>
    /// <param name="what">What they are, for errors, as in "The server's graph".</param>
    /// <exception cref="FormatRefusedException">They are no graph, one beyond the limits, or one whose ops do not fit.</exception>
    public static OpGraph Read(ReadOnlyMemory<byte> bytes, string what)
    {
        ArgumentException.ThrowIfNullOrEmpty(what);
        var reader = new GraphReader(bytes, what);
        reader.Header();
        var graph = new OpGraph();
        int operands = 0;
        for (int left = reader.Count(GraphLimits.MaximumNodes, "nodes"); left > 0; left--)
        {
            try
            {
                operands += ReadNode(reader, graph, GraphLimits.MaximumOperands - operands).Inputs.Length;
            }
            catch (ParameterException refusal)
            {
                throw new FormatRefusedException($"{what} has a node {graph.Nodes.Count} that does not fit: {refusal.Message}", refusal);
            }
        }

        reader.End();
        return graph;
    }

    private static void WriteNode(GraphWriter writer, Node node)
    {
        OpCode? code = node.Op is InputOp or ConstantOp ? null : OpCodes.Of(node.Op);
        writer.Byte(code?.Code ?? (node.Op is InputOp ? Input : node.PublicIntegers is null ? BoundedConstant : PublicConstant));
        writer.Label(node.Label == OpGraph.DefaultLabel(node.Op.Name, node.Id) ? null : node.Label);
        switch (node.Op)
        {
            case InputOp input:
                writer.Party(input.Owner).Shape(node.Shape).Integer(node.FractionBits).Wide(node.Range.Low).Wide(node.Range.High);
                break;
            case ConstantOp when node.PublicIntegers is { } integers:
                writer.Shape(node.Shape).Integer(node.FractionBits).Longs(integers.Span);
                break;
            case ConstantOp constant:
                writer.Visibility(constant.Visibility).Shape(node.Shape).Integer(node.FractionBits);
                writer.Wide(constant.NormBound).Wide(node.Range.High);
                break;
            default:
                writer.Count(node.Inputs.Length, GraphLimits.MaximumOperands, "operands");
                foreach (Node operand in node.Inputs)
                    writer.Count(node.Id - operand.Id, GraphLimits.MaximumNodes, "nodes");
                code!.Write(writer, node.Op);
                break;
        }
    }

    private static Node ReadNode(GraphReader reader, OpGraph graph, int operands)
    {
        byte code = reader.Byte();
        string? label = reader.Label();
        return code switch
        {
            Input => ReadInput(reader, graph, label ?? OpGraph.DefaultLabel(InputOp.OpName, graph.Nodes.Count)),
            BoundedConstant => ReadBounded(reader, graph, label ?? OpGraph.DefaultLabel(ConstantOp.OpName, graph.Nodes.Count)),
            PublicConstant => ReadPublic(reader, graph, label ?? OpGraph.DefaultLabel(ConstantOp.OpName, graph.Nodes.Count)),
            _ when OpCodes.Of(code) is { } op => ReadOp(reader, graph, label, op, operands),
            _ => throw reader.Refused($"has an op of code {code}, which there is not"),
        };
    }

    private static Node ReadInput(GraphReader reader, OpGraph graph, string label) =>
        graph.Input(label, reader.Party(), reader.Shape(), reader.Integer(), reader.Range());

    private static Node ReadBounded(GraphReader reader, OpGraph graph, string label) =>
        graph.Constant(label, reader.Visibility(), reader.Shape(), reader.Integer(), reader.Bound(), reader.Bound());

    private static Node ReadPublic(GraphReader reader, OpGraph graph, string label)
    {
        (Shape shape, int fractionBits) = (reader.Shape(), reader.Integer());
        return graph.Constant(label, shape, fractionBits, reader.Longs(shape.ElementCount));
    }

    private static Node ReadOp(GraphReader reader, OpGraph graph, string? label, OpCode code, int operands)
    {
        var inputs = new Node[reader.Count(operands, "operands")];
        for (int i = 0; i < inputs.Length; i++)
        {
            int back = reader.Count(GraphLimits.MaximumNodes, "nodes");
            inputs[i] = back > 0 && back <= graph.Nodes.Count
                ? graph.Nodes[^back]
                : throw reader.Refused($"has a node {graph.Nodes.Count} with an operand {back} nodes back, which there is not");
        }

        return graph.Add(label, code.Read(reader), inputs);
    }
}
