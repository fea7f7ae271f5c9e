using Hybrid.Graph;

namespace Hybrid.Cli.Plans;

/// <summary>Pins of single ops, as users write them: <c>OP=SCHEME</c>, the op by its label or its number.</summary>
internal static class OpPins
{
    private const int MostNamed = 12;

    /// <summary>Pins ops of a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="pins">As in fc1=ckks or 2=shares; the last one for an op holds.</param>
    /// <exception cref="ParameterException">A pin has another form, or names no op or no scheme.</exception>
    public static void Apply(OpGraph graph, IEnumerable<string> pins)
    {
        foreach (string pin in pins)
        {
            // Labels may have an equals sign in them; schemes have none.
            int sign = pin.LastIndexOf('=');
            if (sign <= 0 || sign == pin.Length - 1)
            {
                throw new ParameterException(ParameterFault.Unsupported, $"'{pin}' is no pin: write OP=SCHEME, with an op as hybrid plan shows it, such as 2=shares.");
            }

            graph.Pin(Op(graph, pin[..sign]), SchemeNames.Hiding(pin[(sign + 1)..]));
        }
    }

    private static Node Op(OpGraph graph, string name)
    {
        Node[] ops = [.. graph.Nodes.Where(node => node.Op is not (InputOp or ConstantOp or RevealOp))];
        return ops.FirstOrDefault(op => op.Label == name)
            ?? (int.TryParse(name, out int id) ? ops.FirstOrDefault(op => op.Id == id) : null)
            ?? throw new ParameterException(ParameterFault.Unsupported, $"The model has no op '{name}' to pin: it has {Listed(ops)}.");
    }

    private static string Listed(Node[] ops) => string.Join(", ", ops.Take(MostNamed).Select(op => $"{op.Id} ({op.Label})"))
        + (ops.Length > MostNamed ? $" and {ops.Length - MostNamed} more, which hybrid plan lists" : string.Empty);
}
