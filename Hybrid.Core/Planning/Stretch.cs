using System.Collections.Immutable;
using Hybrid.Graph;
using Hybrid.Schemes;

namespace Hybrid.Planning;

/// <summary>
/// Ops that are computed in one scheme without a conversion between them, with the values that enter and those that are wanted outside.
/// A backend lays tensors out for the stretch as a whole, the same at both parties.
/// </summary>
public sealed class Stretch
{
    private readonly ImmutableArray<Node> _ops;

    /// <summary>Ops that follow one another.</summary>
    /// <param name="nodes">The node whose value enters, then at least one op, each on the value before it.</param>
    /// <param name="before">How the value is held before it enters.</param>
    /// <param name="after">How the last op's value is held once it has left.</param>
    public Stretch(ImmutableArray<Node> nodes, Scheme before = Scheme.Plain, Scheme after = Scheme.Plain)
    {
        if (nodes.IsDefault || nodes.Length < 2)
        {
            throw new ArgumentException("A stretch is a value that enters and at least one op.", nameof(nodes));
        }

        Entries = [nodes[0]];
        _ops = nodes[1..];
        Exits = [nodes[^1]];
        Before = before;
        After = after;
        RoomBits = nodes.Max(node => node.Bits);
    }

    /// <summary>Any ops.</summary>
    /// <param name="ops">The ops, each after those whose values it takes.</param>
    /// <param name="exits">Those of them whose values are wanted outside.</param>
    public Stretch(ImmutableArray<Node> ops, ImmutableArray<Node> exits)
    {
        if (ops.IsDefaultOrEmpty || exits.IsDefaultOrEmpty)
        {
            throw new ArgumentException("A stretch is at least one op, whose value is wanted.", nameof(ops));
        }

        HashSet<Node> inside = [.. ops];
        Entries = [.. ops.SelectMany(op => op.Inputs).Where(input => input.Op is not ConstantOp && !inside.Contains(input)).Distinct().OrderBy(node => node.Id)];
        _ops = ops;
        Exits = exits;
        Before = Scheme.Plain;
        After = Scheme.Plain;
        RoomBits = Entries.Concat(ops).Max(node => node.Bits);
    }

    /// <summary>The values that enter.</summary>
    public ImmutableArray<Node> Entries { get; }

    /// <summary>The value that enters, where it is one.</summary>
    public Node Entry => Entries[0];

    /// <summary>The ops, in order.</summary>
    public ReadOnlySpan<Node> Ops => _ops.AsSpan();

    /// <summary>The values that are wanted outside.</summary>
    public ImmutableArray<Node> Exits { get; }

    /// <summary>The values that enter, then the ops in order.</summary>
    public ImmutableArray<Node> Nodes => [.. Entries, .. _ops];

    /// <summary>The last op.</summary>
    public Node Last => _ops[^1];

    /// <summary>How a chain's value is held before it enters.</summary>
    public Scheme Before { get; }

    /// <summary>How a chain's value is held once it has left.</summary>
    public Scheme After { get; }

    /// <summary>Bits of the widest value, those that enter included: packing leaves this much room.</summary>
    public int RoomBits { get; }

    /// <summary>The ops by their numbers.</summary>
    public override string ToString() => $"ops {string.Join(", ", _ops.Select(op => op.Id))} from {string.Join(", ", Entries.Select(entry => entry.Id))} to {string.Join(", ", Exits.Select(exit => exit.Id))}";
}
