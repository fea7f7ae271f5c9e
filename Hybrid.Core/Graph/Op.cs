using Hybrid.Tensors;

namespace Hybrid.Graph;

/// <summary>
/// What a node of the graph does. Names are ONNX's where ONNX has one. An op says of its result what can be said without values: shape,
/// fraction bits, and what its integers can be.
/// </summary>
public abstract record Op
{
    private protected Op()
    {
    }

    /// <summary>The op's name.</summary>
    public abstract string Name { get; }

    /// <summary>What can be said of the result.</summary>
    /// <param name="inputs">What the op is applied to.</param>
    /// <exception cref="ParameterException">Number, shapes or fraction bits of the inputs do not fit the op.</exception>
    internal abstract ValueFacts Infer(ReadOnlySpan<Node> inputs);

    private protected void RequireCount(ReadOnlySpan<Node> inputs, int count)
    {
        if (inputs.Length != count)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"{Name} takes {count} tensor{(count == 1 ? string.Empty : "s")}; it was given {inputs.Length}.");
        }
    }

    private protected Node One(ReadOnlySpan<Node> inputs)
    {
        RequireCount(inputs, 1);
        return inputs[0];
    }

    /// <summary>The shape that two tensors of equal fraction bits stretch to.</summary>
    private protected Shape Both(ReadOnlySpan<Node> inputs)
    {
        RequireCount(inputs, 2);
        RequireSameFraction(inputs[0], inputs[1]);
        return Joined(inputs[0], inputs[1]);
    }

    private protected Shape Joined(Node left, Node right)
    {
        try
        {
            return new Shape(Broadcasting.Join(left.Shape.Lengths.AsSpan(), right.Shape.Lengths.AsSpan(), Name));
        }
        catch (ParameterException refusal) when (refusal.Fault == ParameterFault.Mismatch)
        {
            throw new ParameterException(
                ParameterFault.Mismatch, $"{Name} takes shapes that repeat to fit each other; it was given {left.Shape} and {right.Shape}.");
        }
    }

    private protected void RequireSameFraction(Node left, Node right)
    {
        if (left.FractionBits != right.FractionBits)
        {
            throw new ParameterException(
                ParameterFault.Mismatch, $"{Name} takes terms of the same fraction bits; it was given {left.FractionBits} and {right.FractionBits}.");
        }
    }

    private protected void RequireNotNegative(int bits)
    {
        if (bits < 0)
        {
            throw new ParameterException(ParameterFault.OutOfRange, $"{Name} by {bits} bits was asked for: choose 0 or more.");
        }
    }

    private protected void RequireAxis(Node value, int axis)
    {
        if (axis < 0 || axis >= value.Shape.Rank)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange, $"{Name} was asked for along dimension {axis} of shape {value.Shape}: dimensions count from 0 to {value.Shape.Rank - 1}.");
        }
    }
}
