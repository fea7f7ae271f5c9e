using Hybrid.Graph;
using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Execution;

/// <summary>Ops that a party computes by itself, in the clear: exactly, in fixed point. The other party only notes who has the results.</summary>
internal static class PlainStep
{
    /// <summary>Runs the step's ops of which this party has all inputs.</summary>
    public static HeldTensor[] Run(PlanStep step, IReadOnlyList<PlainTensor> inputs, StepContext context)
    {
        var owners = new Dictionary<int, Party>();
        var given = new Dictionary<int, PlainTensor>();
        var values = new Dictionary<int, PlainIntegers>();
        try
        {
            for (int i = 0; i < inputs.Count; i++)
            {
                Node entry = step.Stretch.Entries[i];
                owners[entry.Id] = inputs[i].Owner;
                if (inputs[i].Owner == context.Role)
                {
                    given[entry.Id] = inputs[i];
                }
            }

            foreach (Node op in step.Stretch.Ops)
            {
                Party owner = op.Inputs.Select(input => input.Op is ConstantOp constant ? constant.Visibility.Owner : owners[input.Id]).First(has => has is not null)!.Value;
                owners[op.Id] = owner;
                if (owner == context.Role)
                {
                    values[op.Id] = Evaluate(op, id => given.TryGetValue(id, out PlainTensor? tensor) ? tensor.Integers : values[id], context);
                }
            }

            // What leaves goes with its tensor; the rest is wiped here.
            return [.. step.Stretch.Exits.Select(exit => values.Remove(exit.Id, out PlainIntegers? value)
                ? new PlainTensor(exit, context.Role, value)
                : new PlainTensor(exit, owners[exit.Id]))];
        }
        finally
        {
            foreach (PlainIntegers value in values.Values)
                value.Dispose();
        }
    }

    private static PlainIntegers Evaluate(Node op, Func<int, PlainIntegers> valueOf, StepContext context)
    {
        if (op.Op is ReshapeOp)
        {
            return valueOf(op.Inputs[0].Id).CopyFor(op);
        }

        var inputs = new Int128[op.Inputs.Length][];
        for (int i = 0; i < inputs.Length; i++)
        {
            Node input = op.Inputs[i];
            inputs[i] = input.Op is ConstantOp
                ? [.. (input.PublicIntegers ?? context.Binding(input).Integers).ToArray().Select(integer => (Int128)integer)]
                : valueOf(input.Id).ToArray();
        }

        try
        {
            return PlainIntegers.Of<Int128>(op, FixedPointReference.Evaluate(op, inputs));
        }
        finally
        {
            foreach (Int128[] input in inputs)
                Array.Clear(input);
        }
    }
}
