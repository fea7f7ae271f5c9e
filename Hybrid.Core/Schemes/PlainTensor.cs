using Hybrid.Graph;

namespace Hybrid.Schemes;

/// <summary>A tensor in the clear at one party: the integers there, nothing at the other party.</summary>
public sealed class PlainTensor : HeldTensor
{
    private readonly PlainIntegers? _integers;

    /// <summary>The end of the party that has the values.</summary>
    /// <param name="node">The node.</param>
    /// <param name="owner">Who has the values.</param>
    /// <param name="integers">As many as the shape has elements; wiped with the tensor.</param>
    public PlainTensor(Node node, Party owner, PlainIntegers integers)
        : base(node, Scheme.Plain)
    {
        ArgumentNullException.ThrowIfNull(integers);
        if (integers.Length != Shape.ElementCount)
        {
            throw new ArgumentException($"A tensor of shape {Shape} has {Shape.ElementCount} elements; {integers.Length} were given.", nameof(integers));
        }

        Owner = owner;
        _integers = integers;
    }

    /// <summary>The end of the party that has not.</summary>
    public PlainTensor(Node node, Party owner)
        : base(node, Scheme.Plain) => Owner = owner;

    /// <summary>Who has the values.</summary>
    public Party Owner { get; }

    /// <summary>The values.</summary>
    /// <exception cref="InvalidOperationException">This party does not have them.</exception>
    public PlainIntegers Integers => _integers
        ?? throw new InvalidOperationException($"{Node.Label} is in the clear at the {Owner.Name()} only.");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _integers?.Dispose();
        }

        base.Dispose(disposing);
    }
}
