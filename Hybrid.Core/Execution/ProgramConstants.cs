using Hybrid.Graph;
using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Execution;

/// <summary>What a party must have of a program's constants before it runs.</summary>
internal static class ProgramConstants
{
    /// <summary>Refuses a program that lacks values which this party alone knows, or its share of what nobody knows, of a constant that reveals need.</summary>
    /// <exception cref="ParameterException">They are missing; the constant is named.</exception>
    public static void Require(TensorProgram program, Party role)
    {
        var uses = new GraphUses(program.Graph);
        foreach (Node node in program.Graph.Nodes.Where(uses.IsNeeded))
        {
            if (node.Op is not ConstantOp constant)
            {
                continue;
            }

            ConstantBinding? binding = program.Bindings.GetValueOrDefault(constant.Number);
            if (node.IsSecret && binding?.Share(role) is null)
            {
                string instead = binding is null ? string.Empty : $"; it was given the {role.Other().Name()}'s";
                throw new ParameterException(
                    ParameterFault.Mismatch,
                    $"The {role.Name()} has no share of {node.Label} of shape {node.Shape}, a constant that neither party knows{instead}: give its own where the program is written down.");
            }

            if (constant.Visibility.Owner == role && binding is null)
            {
                throw new ParameterException(
                    ParameterFault.Mismatch, $"The {role.Name()} has no values of {node.Label} of shape {node.Shape}, a constant that it alone knows: give them where the program is written down.");
            }
        }
    }
}
