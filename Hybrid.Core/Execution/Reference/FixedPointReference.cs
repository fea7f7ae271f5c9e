using Hybrid.Graph;

namespace Hybrid.Execution;

/// <summary>Ops in the clear, in exact fixed point.</summary>
internal static class FixedPointReference
{
    /// <summary>The integers of an op's value.</summary>
    /// <param name="op">The op.</param>
    /// <param name="inputs">The integers of its inputs, row-major.</param>
    public static Int128[] Evaluate(Node op, IReadOnlyList<Int128[]> inputs) => throw new InvalidOperationException($"{op} with {inputs.Count}");
}
