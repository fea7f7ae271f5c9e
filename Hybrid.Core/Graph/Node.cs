using System.Collections.Immutable;
using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Graph;

/// <summary>One op applied to earlier nodes, with what can be said of its value without knowing it.</summary>
public sealed class Node
{
    internal Node(int id, string label, Op op, ImmutableArray<Node> inputs, ValueFacts facts)
    {
        Id = id;
        Label = label;
        Op = op;
        Inputs = inputs;
        Shape = facts.Shape;
        FractionBits = facts.FractionBits;
        Range = facts.Range;
    }

    /// <summary>Position in the graph, from 0.</summary>
    public int Id { get; }

    /// <summary>The user's name for the value, or the op's name and the position.</summary>
    public string Label { get; }

    /// <summary>The op.</summary>
    public Op Op { get; }

    /// <summary>What it is applied to.</summary>
    public ImmutableArray<Node> Inputs { get; }

    /// <summary>Shape of the value.</summary>
    public Shape Shape { get; }

    /// <summary>Fraction bits of the value's integers.</summary>
    public int FractionBits { get; }

    /// <summary>The integers of a constant that all know; null for everything else.</summary>
    public ReadOnlyMemory<long>? PublicIntegers { get; internal init; }

    /// <summary>Whether it is a constant that nobody knows, of which each party holds a share.</summary>
    public bool IsSecret => Op is ConstantOp { Visibility.Kind: VisibilityKind.Secret };

    /// <summary>A constant that nobody knows among its inputs, as it is or with other fraction bits; null if there is none.</summary>
    internal Node? SecretInput => Inputs.Select(input => input.Op is ScaleUpOp or TruncateOp ? input.Inputs[0] : input).FirstOrDefault(input => input.IsSecret);

    /// <summary>What the value's integers can be, whatever the inputs within their formats.</summary>
    public WordRange Range { get; }

    /// <summary>No integer of the value is larger in magnitude.</summary>
    public Int128 Magnitude => Range.Magnitude;

    /// <summary>Bits that hold every possible integer of the value, the sign included.</summary>
    public int Bits => BitsFor(Magnitude);

    internal static int BitsFor(Int128 magnitude) => 129 - (int)Int128.LeadingZeroCount(magnitude);

    /// <summary>As in 2: MatMul (171, 1), f = 50, 79 bits.</summary>
    public override string ToString() => $"{Id}: {Op.Name} {Label} {Shape}, f = {FractionBits}, {Bits} bits";
}
