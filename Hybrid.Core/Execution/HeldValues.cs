using Hybrid.Graph;
using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Execution;

/// <summary>What one party holds while a plan runs, each value until its last use.</summary>
internal sealed class HeldValues : IDisposable
{
    private readonly Dictionary<(int Node, Scheme Scheme), HeldTensor> _held = [];
    private readonly List<(int Node, Scheme Scheme)>[] _drops;

    /// <summary>Finds each value's last use: a value that enters two chains of ciphertexts is encrypted for each of them, and not held between.</summary>
    public HeldValues(Plan plan)
    {
        _drops = [.. plan.Steps.Select(_ => new List<(int, Scheme)>())];
        var needed = new HashSet<(int, Scheme)>();
        foreach (PlanStep step in plan.Steps.Reverse())
        {
            foreach (Node made in step.IsConversion ? [step.Node] : step.Stretch.Exits)
                needed.Remove((made.Id, step.To));
            Node value = step.Node.Op is RevealOp ? step.Node.Inputs[0] : step.Node;
            foreach (Node used in step.IsConversion ? [value] : step.Stretch.Entries)
            {
                if (needed.Add((used.Id, step.From)))
                {
                    _drops[step.Index].Add((used.Id, step.From));
                }
            }
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
        // What no step uses is a result.
        foreach ((int Node, Scheme Scheme) key in _drops[step.Index])
        {
            if (_held.Remove(key, out HeldTensor? tensor))
            {
                tensor.Dispose();
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
