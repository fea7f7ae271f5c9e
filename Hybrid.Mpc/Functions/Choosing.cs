using System.Collections.Immutable;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Protocols;
using Hybrid.Numerics;

namespace Hybrid.Mpc.Functions;

/// <summary>Choosing by secret numbers, and by chance.</summary>
public static class Choosing
{
    /// <summary>
    /// For secret whole numbers, rows of zeros with a one at their place, without fraction bits; nothing but zeros for numbers outside
    /// [0, depth). All comparisons from one opening: four rounds by tree.
    /// </summary>
    /// <param name="indices">The numbers, without fraction bits.</param>
    /// <param name="depth">Length of the rows, at least 1.</param>
    /// <returns>The indices' shape with one dimension more, of length depth.</returns>
    public static Wire OneHot(this Wire indices, int depth)
    {
        Circuit circuit = Linear.Of(indices);
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        if (indices.FractionBits != 0)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"Places are whole numbers, and the {indices} has fraction bits: rescale it to none.");
        }

        Int128[] thresholds = [.. Enumerable.Range(0, depth + 1).Select(place => (Int128)place)];
        ImmutableArray<BitWire> below = Comparing.Compare(indices, thresholds, 0).Bits;
        int[] column = [.. indices.Shape.Lengths, 1];
        Wire[] columns = [.. Enumerable.Range(0, depth).Select(place => below[place].Xor(below[place + 1]).ToWire().Reshape(column))];
        return Shaping.Concat(indices.Shape.Rank, columns);
    }

    /// <summary>Rows of a public table at secret places; zeros for places outside. Four rounds by tree.</summary>
    /// <param name="indices">Whole numbers, without fraction bits.</param>
    /// <param name="table">(rows, width).</param>
    /// <returns>The indices' shape with one dimension more, of the table's width.</returns>
    public static Wire Embed(this Wire indices, PublicTensor table)
    {
        ArgumentNullException.ThrowIfNull(table);
        Wire rows = OneHot(indices, table.Shape[0]);
        Wire found = rows.Reshape(indices.Count, table.Shape[0]).MatMulProduct(table);
        return found.Narrow(table.Range.Union(default)).Reshape([.. indices.Shape.Lengths, table.Shape[1]]);
    }

    /// <summary>Rows of a secret table at secret places; zeros for places outside. Five rounds by tree.</summary>
    /// <param name="indices">Whole numbers, without fraction bits.</param>
    /// <param name="table">(rows, width).</param>
    public static Wire Embed(this Wire indices, Wire table)
    {
        Linear.Of(indices).Own(table);
        Wire rows = OneHot(indices, table.Shape[0]);
        Wire found = rows.Reshape(indices.Count, table.Shape[0]).MatMulProduct(table);
        return found.Narrow(table.Range.Union(default)).Reshape([.. indices.Shape.Lengths, table.Shape[1]]);
    }

    /// <summary>
    /// A dropout mask: each element is 0 with the probability, else 1 / (1 − probability). No party knows which; the dealer does. No
    /// messages.
    /// </summary>
    /// <param name="circuit">The circuit.</param>
    /// <param name="shape">The mask's shape.</param>
    /// <param name="probability">In [0, 1), rounded to 2^−32.</param>
    public static Wire DropoutMask(this Circuit circuit, Tensors.Shape shape, double probability)
    {
        ArgumentNullException.ThrowIfNull(circuit);
        var kind = new RandomBit(1 - probability);
        Wire bit = circuit.NewWire("dropout", shape, 0, new WordRange(0, 1));
        Wire kept = shape.ElementCount == 0 ? circuit.Empty(bit) : circuit.Add(new RandomBitGate(kind, bit), bit);
        return kept.Product(PublicTensor.Of(1 / (1 - probability), circuit.Options.FractionBits));
    }

    /// <summary>x with elements dropped at random and the others scaled up. Two rounds.</summary>
    public static Wire Dropout(this Wire x, double probability) =>
        x.Product(Linear.Of(x).DropoutMask(x.Shape, probability)).Rescale(x.FractionBits);
}
