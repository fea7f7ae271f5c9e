using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Mpc.Circuits;

/// <summary>A secret tensor of a circuit: what can be said of it without knowing it.</summary>
public sealed class Wire
{
    internal Wire(Circuit circuit, int id, Shape shape, int fractionBits, WordRange range, bool isAlias = false)
    {
        Circuit = circuit;
        Id = id;
        Shape = shape;
        FractionBits = fractionBits;
        Range = range;
        IsAlias = isAlias;
    }

    /// <summary>The circuit it belongs to.</summary>
    public Circuit Circuit { get; }

    /// <summary>Its shape.</summary>
    public Shape Shape { get; }

    /// <summary>How many fraction bits its integers have: a word w stands for w · 2^-f.</summary>
    public int FractionBits { get; }

    /// <summary>What its integers can be.</summary>
    public WordRange Range { get; }

    /// <summary>How many elements.</summary>
    public int Count => Shape.ElementCount;

    internal int Id { get; }

    /// <summary>Whether it is another tensor's words, seen in another shape or with other fraction bits.</summary>
    internal bool IsAlias { get; }

    /// <summary>As in wire 3: (2, 5), f = 16, 40 bits.</summary>
    public override string ToString() => $"wire {Id}: {Shape}, f = {FractionBits}, {Range.Bits} bits";
}

/// <summary>A tensor of secret bits of a circuit, shared by exclusive or.</summary>
public sealed class BitWire
{
    internal BitWire(Circuit circuit, int id, Shape shape)
    {
        Circuit = circuit;
        Id = id;
        Shape = shape;
    }

    /// <summary>The circuit it belongs to.</summary>
    public Circuit Circuit { get; }

    /// <summary>Its shape.</summary>
    public Shape Shape { get; }

    /// <summary>How many bits.</summary>
    public int Count => Shape.ElementCount;

    internal int Id { get; }

    /// <summary>As in bits 3: (2, 5).</summary>
    public override string ToString() => $"bits {Id}: {Shape}";
}

/// <summary>A tensor that was opened masked, once for several comparisons and selections.</summary>
/// <param name="Circuit">The circuit it belongs to.</param>
/// <param name="Id">The value that holds what selections need.</param>
/// <param name="Value">What is selected: the tensor, or the tensor truncated.</param>
internal sealed record MaskedWire(Circuit Circuit, int Id, Wire Value);

/// <summary>b · x for a secret bit b and a tensor x that was opened masked.</summary>
/// <param name="Masked">What is selected of.</param>
/// <param name="Number">Which of its selections this is.</param>
/// <param name="Product">b · x.</param>
/// <param name="Opened">d = b ⊕ s, s being the selection's dealt bit: the whole of it at every party, not shares.</param>
internal sealed record MaskedSelection(MaskedWire Masked, int Number, Wire Product, BitWire Opened);

/// <summary>A tensor that a circuit opens: its result at those who learn it.</summary>
/// <param name="Value">What is opened.</param>
/// <param name="Name">What it is called.</param>
/// <param name="To">The party that learns it; null: all of them.</param>
public sealed record Opening(Wire Value, string Name, int? To);
