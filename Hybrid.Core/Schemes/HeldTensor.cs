using Hybrid.Graph;
using Hybrid.Tensors;

namespace Hybrid.Schemes;

/// <summary>
/// One party's end of a tensor under computation: what it holds of it, if anything. Each scheme has its own kind.
/// </summary>
public abstract class HeldTensor : IDisposable
{
    /// <summary>Makes the party's end of a node's value.</summary>
    protected HeldTensor(Node node, Scheme scheme)
    {
        ArgumentNullException.ThrowIfNull(node);
        Node = node;
        Scheme = scheme;
    }

    /// <summary>Whose value it is.</summary>
    public Node Node { get; }

    /// <summary>How it is held.</summary>
    public Scheme Scheme { get; }

    /// <summary>Its shape.</summary>
    public Shape Shape => Node.Shape;

    /// <summary>Seconds that the step which takes the tensor has been computed for already, by the one that gave it.</summary>
    public virtual double SecondsAhead => 0;

    /// <summary>Wipes what this party holds.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Wipes what this party holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
