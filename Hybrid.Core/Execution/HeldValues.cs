using Hybrid.Graph;
using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Execution;

/// <summary>What one party holds while a plan runs, each value until its last use.</summary>
internal sealed class HeldValues : IDisposable
{
    private readonly Dictionary<(int Node, Scheme Scheme), HeldTensor> _held = [];
    private readonly Dictionary<(int Node, Scheme Scheme), int> _lastUse = [];

    public HeldValues(Plan plan)
    {
        foreach (PlanStep step in plan.Steps)
        {
            if (step.IsConversion)
            {
                Node value = step.Node.Op is RevealOp ? step.Node.Inputs[0] : step.Node;
                _lastUse[(value.Id, step.From)] = step.Index;
                continue;
            }

            foreach (Node entry in step.Stretch.Entries)
                _lastUse[(entry.Id, step.From)] = step.Index;
        }
    }

    /// <summary>Takes a value.</summary>
    public void Add(HeldTensor tensor) => _held.Add((tensor.Node.Id, tensor.Scheme), tensor);

    /// <summary>A value as it is held in a scheme.</summary>
    public HeldTensor Get(Node node, Scheme scheme) => _held.TryGetValue((node.Id, scheme), out HeldTensor? tensor)
        ? tensor
        : throw new InvalidOperationException($"{node.Label} is not held in {scheme} when the plan needs it.");

    /// <summary>Takes out what a reveal has given this party.</summary>
    public PlainTensor TakeRevealed(Node reveal)
    {
        var key = (reveal.Id, Scheme.Plain);
        var tensor = (PlainTensor)Get(reveal, Scheme.Plain);
        _held.Remove(key);
        return tensor;
    }

    /// <summary>Wipes what is used by no step after this one.</summary>
    public void DropAfter(PlanStep step)
    {
        foreach ((int Node, Scheme Scheme) key in _held.Keys.ToArray())
        {
            // What no step uses is a result.
            if (_lastUse.TryGetValue(key, out int last) && last <= step.Index)
            {
                _held.Remove(key, out HeldTensor? tensor);
                tensor!.Dispose();
            }
        }
    }

    public void Dispose()
    {
        foreach (HeldTensor tensor in _held.Values)
            tensor.Dispose();
        _held.Clear();
    }
}
