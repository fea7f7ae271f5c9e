using System.Numerics.Tensors;
using Hybrid.Graph;
using Hybrid.Schemes;
using Hybrid.Security;
using Hybrid.Tensors;

namespace Hybrid.Execution;

/// <summary>What a party brings to a program, as integers.</summary>
internal static class ProgramInputs
{
    /// <summary>This party's ends of all inputs.</summary>
    /// <exception cref="ParameterException">An input is missing, not this party's, of another shape, or has a number that is not finite or beyond its bound.</exception>
    public static PlainTensor[] Encode(TensorProgram program, Party role, IReadOnlyDictionary<string, Tensor<double>> inputs, SecretPool memory)
    {
        Node[] nodes = [.. program.Graph.Inputs];
        foreach (string name in inputs.Keys)
        {
            if (!nodes.Any(node => node.Label == name && ((InputOp)node.Op).Owner == role))
            {
                throw new ParameterException(ParameterFault.Mismatch, $"The program has no input {name} of the {role.Name()}; it has {string.Join(", ", nodes.Select(node => $"{node.Label} of the {((InputOp)node.Op).Owner.Name()}"))}.");
            }
        }

        var brought = new List<PlainTensor>();
        try
        {
            foreach (Node node in nodes)
            {
                Party owner = ((InputOp)node.Op).Owner;
                brought.Add(owner != role ? new PlainTensor(node, owner)
                    : inputs.TryGetValue(node.Label, out Tensor<double>? values) ? new PlainTensor(node, role, Integers(node, values, memory))
                    : throw new ParameterException(ParameterFault.Mismatch, $"The input {node.Label} of shape {node.Shape} was not given."));
            }

            return [.. brought];
        }
        catch
        {
            brought.ForEach(tensor => tensor.Dispose());
            throw;
        }
    }

    private static PlainIntegers Integers(Node node, Tensor<double> values, SecretPool memory)
    {
        if (!Shape.Of(values.Lengths).Equals(node.Shape))
        {
            throw new ParameterException(ParameterFault.Mismatch, $"The input {node.Label} has shape {node.Shape}; it was given {Shape.Of(values.Lengths)}.");
        }

        // In one piece as it is, most often: copying element by element takes longer than all the rest.
        if (values.FlattenedLength > 0 && values.TryGetSpan(new nint[values.Rank], node.Shape.ElementCount, out Span<double> whole))
        {
            return InputNumbers.Encode(node, whole, memory);
        }

        using var flat = new SecretBuffer<double>(node.Shape.ElementCount);
        values.FlattenTo(flat.Span);
        return InputNumbers.Encode(node, flat.Span, memory);
    }
}
