using System.Numerics.Tensors;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Protocols;
using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Mpc.Functions;

/// <summary>Secret bits: logic, and choosing by them.</summary>
public static class BitFunctions
{
    /// <summary>¬b. Local.</summary>
    public static BitWire Not(this BitWire bits)
    {
        Circuit circuit = Of(bits);
        BitWire result = circuit.NewBits(bits.Shape);
        return circuit.Add(new LocalGate("not", [bits.Id], [result.Id], values =>
        {
            Span<ulong> words = values.New(result);
            values.Bits(bits.Id).CopyTo(words);
            if (values.IsFirst)
            {
                TensorPrimitives.OnesComplement<ulong>(words, words);
            }
        }), result);
    }

    /// <summary>x ⊕ y. Local.</summary>
    public static BitWire Xor(this BitWire x, BitWire y)
    {
        Circuit circuit = Of(x);
        RequireSame(x, y);
        BitWire result = circuit.NewBits(x.Shape);
        return circuit.Add(new LocalGate("xor", [x.Id, y.Id], [result.Id], values =>
            TensorPrimitives.Xor<ulong>(values.Bits(x.Id), values.Bits(y.Id), values.New(result))), result);
    }

    /// <summary>The AND of any number of bits: one round for four, two for sixteen. As many bits each way.</summary>
    public static BitWire And(params ReadOnlySpan<BitWire> factors)
    {
        if (factors.IsEmpty)
        {
            throw new ParameterException(ParameterFault.Mismatch, "An AND needs at least one tensor of bits.");
        }

        List<BitWire> left = [.. factors];
        foreach (BitWire factor in left)
            RequireSame(left[0], factor);
        while (left.Count > 1)
        {
            var products = new List<BitWire>();
            foreach (BitWire[] group in left.Chunk(4))
                products.Add(group.Length == 1 ? group[0] : One(group));
            left = products;
        }

        return left[0];
    }

    /// <summary>x ∨ y. One round, 2 bits each way for one.</summary>
    public static BitWire Or(this BitWire x, BitWire y) => And(x.Not(), y.Not()).Not();

    /// <summary>The bits as the numbers 0 and 1, without fraction bits. One round, one bit each way for one.</summary>
    public static Wire ToWire(this BitWire bits)
    {
        Circuit circuit = Of(bits);
        Wire word = circuit.NewWire("bits to words", bits.Shape, 0, new WordRange(0, 1));
        return bits.Count == 0 ? circuit.Empty(word) : circuit.Add(new BitToWordGate(bits, word), word);
    }

    /// <summary>x where the bit is 1, and 0 elsewhere. One round, 8 bytes and one bit each way for one.</summary>
    public static Wire Times(this BitWire bits, Wire x)
    {
        Circuit circuit = Of(bits);
        circuit.Own(x);
        if (!bits.Shape.Equals(x.Shape))
        {
            throw new ParameterException(ParameterFault.Mismatch, $"The shapes differ: {bits} and {x}; a selection needs equal ones.");
        }

        Wire product = circuit.NewWire("select", x.Shape, x.FractionBits, x.Range.Union(default));
        return x.Count == 0 ? circuit.Empty(product) : circuit.Add(new SelectionGate(bits, x, product), product);
    }

    /// <summary>x where the bit is 1, y where it is 0. One round, 8 bytes and one bit each way for one.</summary>
    public static Wire Select(this BitWire bits, Wire x, Wire y) =>
        y.Add(bits.Times(x.Subtract(y))).Narrow(x.Rescale(Math.Max(x.FractionBits, y.FractionBits)).Range.Union(y.Rescale(Math.Max(x.FractionBits, y.FractionBits)).Range));

    /// <summary>The same bits in another shape. Local.</summary>
    public static BitWire Reshape(this BitWire bits, params ReadOnlySpan<int> lengths)
    {
        Circuit circuit = Of(bits);
        var shape = new Shape(lengths);
        if (shape.ElementCount != bits.Count)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"The {bits} are {bits.Count}, and a shape of {shape} has {shape.ElementCount}.");
        }

        BitWire result = circuit.NewBits(shape);
        return circuit.Add(new LocalGate("reshape bits", [bits.Id], [result.Id], values => values.Bits(bits.Id).CopyTo(values.New(result))), result);
    }

    /// <summary>The same public bit everywhere. Local.</summary>
    internal static BitWire Constant(Circuit circuit, Shape shape, bool bit)
    {
        BitWire result = circuit.NewBits(shape);
        return circuit.Add(new LocalGate(bit ? "ones" : "zeros", [], [result.Id], values =>
        {
            Span<ulong> words = values.New(result);
            if (bit && values.IsFirst)
            {
                words.Fill(ulong.MaxValue);
            }
        }), result);
    }

    private static BitWire One(BitWire[] factors)
    {
        Circuit circuit = Of(factors[0]);
        BitWire product = circuit.NewBits(factors[0].Shape);
        return factors[0].Count == 0 ? factors[0] : circuit.Add(new BitProductGate([.. factors], product), product);
    }

    private static void RequireSame(BitWire x, BitWire y)
    {
        Of(x).Own(y);
        if (!x.Shape.Equals(y.Shape))
        {
            throw new ParameterException(ParameterFault.Mismatch, $"The shapes differ: {x} and {y}; logic needs equal ones.");
        }
    }

    private static Circuit Of(BitWire bits)
    {
        ArgumentNullException.ThrowIfNull(bits);
        return bits.Circuit;
    }
}
