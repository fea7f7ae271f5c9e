using System.Collections.Immutable;
using Hybrid.Graph;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Protocols;
using Hybrid.Planning;

namespace Hybrid.Mpc;

/// <summary>
/// A stretch as one circuit: shares of what enters come in, shares of what is wanted outside go out. Its ops share rounds wherever they do not
/// wait for one another.
/// </summary>
internal sealed class BlockCircuit
{
    private BlockCircuit(
        Circuit circuit,
        ImmutableArray<(Node Node, LimbedWires Value)> entries,
        ImmutableArray<(Node Node, LimbedWires Value)> exits,
        ImmutableArray<(Node Node, LimbedWires Value)> constants,
        ImmutableArray<(Node Node, WeightSpecification Weights)> weights)
    {
        Circuit = circuit;
        Entries = entries;
        Exits = exits;
        Constants = constants;
        Weights = weights;
    }

    /// <summary>The circuit.</summary>
    public Circuit Circuit { get; }

    /// <summary>What comes in, of the stretch's entries in their order.</summary>
    public ImmutableArray<(Node Node, LimbedWires Value)> Entries { get; }

    /// <summary>What goes out, of the stretch's exits in their order.</summary>
    public ImmutableArray<(Node Node, LimbedWires Value)> Exits { get; }

    /// <summary>Constants that a party brings: its own, public ones that the client does, or its share of those that nobody knows.</summary>
    public ImmutableArray<(Node Node, LimbedWires Value)> Constants { get; }

    /// <summary>The weights that products use, opened masked once for all runs: the server's, and either party's part of those that neither knows.</summary>
    public ImmutableArray<(Node Node, WeightSpecification Weights)> Weights { get; }

    /// <summary>How an entry is held.</summary>
    public LimbForm FormOf(Node entry) => Entries.First(one => one.Node.Id == entry.Id).Value.Form;

    /// <summary>The circuit of a stretch.</summary>
    /// <param name="stretch">The stretch.</param>
    /// <param name="form">How the entry is held, where it is cut into limbs; null: all entries are single words.</param>
    /// <param name="options">How circuits are built.</param>
    /// <exception cref="ParameterException">Shares cannot compute it: an op could wrap, or is none that shares have.</exception>
    public static BlockCircuit Of(Stretch stretch, LimbForm? form, BlockOptions options)
    {
        var circuit = new Circuit(options.Circuits);
        var values = new Dictionary<int, LimbedWires>();
        var entries = ImmutableArray.CreateBuilder<(Node, LimbedWires)>();
        foreach (Node entry in stretch.Entries)
        {
            LimbedWires value = Entry(circuit, entry, stretch.Entering(entry), form);
            values.Add(entry.Id, value);
            entries.Add((entry, value));
        }

        var operands = new BlockOperands(circuit, stretch, values, options);
        foreach (Node op in stretch.Ops)
            values.Add(op.Id, OpCircuits.Compute(op, operands));
        return new BlockCircuit(
            circuit,
            entries.ToImmutable(),
            [.. stretch.Exits.Select(exit => (exit, Kept(circuit, values[exit.Id])))],
            [.. operands.Constants],
            [.. operands.Weights]);
    }

    private static LimbedWires Entry(Circuit circuit, Node entry, Surplus surplus, LimbForm? form)
    {
        if (form is null or { Count: 1 })
        {
            return LimbedWires.Of(circuit.SharedInput(entry.Shape, entry.FractionBits + surplus.ExtraBits, surplus.RangeOf(entry), entry.Label));
        }

        return new LimbedWires(form, [.. form.Ranges.Select(range => circuit.SharedInput(entry.Shape, 0, range, entry.Label))]);
    }

    private static LimbedWires Kept(Circuit circuit, LimbedWires value) => value with { Limbs = [.. value.Limbs.Select(circuit.Keep)] };
}
