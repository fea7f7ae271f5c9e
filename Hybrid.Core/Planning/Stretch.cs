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
    private readonly ImmutableDictionary<int, Surplus> _entering = ImmutableDictionary<int, Surplus>.Empty;

    /// <summary>Ops that follow one another.</summary>
    /// <param name="nodes">The node whose value enters, then at least one op, each on the value before it.</param>
    /// <param name="before">How the value is held before it enters.</param>
    /// <param name="after">How the last op's value is held once it has left.</param>
    /// <param name="leaving">What the last op's value carries beyond it when it leaves.</param>
    public Stretch(ImmutableArray<Node> nodes, Scheme before = Scheme.Plain, Scheme after = Scheme.Plain, Surplus leaving = default)
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
        Leaving = leaving;
        RoomBits = nodes.Max(node => node.Bits);
    }

    /// <summary>Any ops.</summary>
    /// <param name="ops">The ops, each after those whose values it takes.</param>
    /// <param name="exits">Those of them whose values are wanted outside.</param>
    /// <param name="entering">What values that enter carry beyond their nodes; nothing unless given.</param>
    public Stretch(ImmutableArray<Node> ops, ImmutableArray<Node> exits, Func<Node, Surplus>? entering = null)
    {
        if (ops.IsDefaultOrEmpty || exits.IsDefaultOrEmpty)
        {
            throw new ArgumentException("A stretch is at least one op, whose value is wanted.", nameof(ops));
        }

        HashSet<Node> inside = [.. ops];
        Entries = [.. ops.SelectMany(op => op.Inputs).Where(input => input.Op is not ConstantOp && !inside.Contains(input)).Distinct().OrderBy(node => node.Id)];
        _ops = ops;
        if (entering is not null)
        {
            _entering = Entries.Select(entry => KeyValuePair.Create(entry.Id, entering(entry))).Where(entry => entry.Value.IsAny).ToImmutableDictionary();
        }

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

    /// <summary>What a chain's value carries beyond its last op when it leaves.</summary>
    public Surplus Leaving { get; }

    /// <summary>What a value that enters carries beyond its node.</summary>
    public Surplus Entering(Node entry) => _entering.GetValueOrDefault(entry.Id);

    /// <summary>Bits of the widest value, those that enter included: packing leaves this much room.</summary>
    public int RoomBits { get; }

    /// <summary>The ops by their numbers.</summary>
    public override string ToString() => $"ops {string.Join(", ", _ops.Select(op => op.Id))} from {string.Join(", ", Entries.Select(entry => entry.Id))} to {string.Join(", ", Exits.Select(exit => exit.Id))}";
}
