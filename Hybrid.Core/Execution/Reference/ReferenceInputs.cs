using Hybrid.Graph;

namespace Hybrid.Execution;

/// <summary>Checks of what a reference is given.</summary>
internal static class ReferenceInputs
{
    /// <summary>Refuses sources, and inputs that do not have the shapes of the op's.</summary>
    public static void Check<T>(Node op, IReadOnlyList<T[]> inputs)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(inputs);
        if (op.Inputs.IsEmpty || inputs.Count != op.Inputs.Length)
        {
            throw new ArgumentException($"{op} was given {inputs.Count} tensors; what it is applied to are {op.Inputs.Length}.", nameof(inputs));
        }

        for (int i = 0; i < inputs.Count; i++)
            CheckLength(op.Inputs[i], inputs[i]);
    }

    /// <summary>Refuses a value of another length than the node's.</summary>
    public static void CheckLength<T>(Node node, T[] value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Length != node.Shape.ElementCount)
        {
            throw new ArgumentException($"{node.Label} of shape {node.Shape} has {node.Shape.ElementCount} elements; {value.Length} were given.", nameof(value));
        }
    }
}
