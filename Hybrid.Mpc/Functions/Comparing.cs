using System.Collections.Immutable;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Protocols;
using Hybrid.Numerics;

namespace Hybrid.Mpc.Functions;

/// <summary>
/// Comparisons, whose results are secret bits. By tree three rounds and 12 bytes each way for one of 64 bits, fewer for narrower ranges;
/// by function sharing one round and 8 bytes each way.
/// </summary>
public static class Comparing
{
    /// <summary>x &lt; p for a public number.</summary>
    public static BitWire Less(this Wire x, double p) => Compare(x, [Threshold(x, p)], 0).Bits[0];

    /// <summary>x ≥ p for a public number.</summary>
    public static BitWire GreaterOrEqual(this Wire x, double p) => Less(x, p).Not();

    /// <summary>x &lt; y.</summary>
    public static BitWire Less(this Wire x, Wire y) => Less(x.Subtract(y), 0);

    /// <summary>x ≤ y.</summary>
    public static BitWire LessOrEqual(this Wire x, Wire y) => Less(y, x).Not();

    /// <summary>x &gt; y.</summary>
    public static BitWire Greater(this Wire x, Wire y) => Less(y, x);

    /// <summary>x ≥ y.</summary>
    public static BitWire GreaterOrEqual(this Wire x, Wire y) => Less(x, y).Not();

    /// <summary>x = y: two comparisons of the difference in the rounds of one.</summary>
    public static BitWire EqualTo(this Wire x, Wire y) => IsInteger(x.Subtract(y), 0);

    /// <summary>x = p for a public number, rounded to x's fraction bits.</summary>
    public static BitWire EqualTo(this Wire x, double p)
    {
        ArgumentNullException.ThrowIfNull(x);
        return IsInteger(x, Integer(x.FractionBits, p, Math.Round));
    }

    /// <summary>
    /// Compares x with public integers, all from one opening, and keeps what selections of it need. The opening may truncate x: then it is the
    /// truncated x that is compared and selected, rounded as it is.
    /// </summary>
    /// <param name="x">What is compared.</param>
    /// <param name="thresholds">The integers p; whether x &lt; p is asked, or x truncated.</param>
    /// <param name="selections">How many selections will use the opening.</param>
    /// <param name="truncation">How many bits the opening truncates x by before it is selected, or 0.</param>
    /// <returns>The opening, and the bit of each comparison.</returns>
    internal static (MaskedWire Masked, ImmutableArray<BitWire> Bits) Compare(Wire x, ReadOnlySpan<Int128> thresholds, int selections, int truncation = 0)
    {
        Circuit circuit = Linear.Of(x);
        WordRange range = truncation == 0 ? x.Range : x.Range.Truncated(truncation);
        var bits = new BitWire?[thresholds.Length];
        var asked = new List<(int Index, long Threshold)>();
        var differences = new WordRange(-1, 0);
        for (int index = 0; index < bits.Length; index++)
        {
            // What the range settles costs nothing.
            if (x.Count == 0 || thresholds[index] <= range.Low || thresholds[index] > range.High)
            {
                bits[index] = BitFunctions.Constant(circuit, x.Shape, thresholds[index] > range.High);
                continue;
            }

            asked.Add((index, (long)thresholds[index]));
            differences = differences.Union(range - new WordRange(thresholds[index], thresholds[index]));
        }

        var kind = new ComparisonMask(Math.Max(2, differences.Bits), circuit.Options.Comparison, selections, truncation);
        Wire? quotient = truncation == 0 ? null : circuit.NewWire("truncate", x.Shape, x.FractionBits - truncation, range);
        var masked = new MaskedWire(circuit, circuit.NewValue(), quotient ?? x);
        if (x.Count == 0)
        {
            circuit.Add(new LocalGate("empty", [], [masked.Id], values => values.Set(masked.Id, new MaskedTensor(0, selections))));
            if (quotient is not null)
            {
                circuit.Empty(quotient);
            }

            return (masked, [.. bits.Select(bit => bit!)]);
        }

        if (asked.Count == 0 && selections == 0 && truncation == 0)
        {
            return (masked, [.. bits.Select(bit => bit!)]);
        }

        int digits = ComparisonGate.Digits(kind);
        ImmutableArray<int> states = [.. asked.Select(_ => circuit.NewValue())];
        circuit.Add(new ComparisonGate(x, kind, [.. asked.Select(one => one.Threshold)], masked.Id, states, quotient));
        while (digits > 1 && !states.IsEmpty)
        {
            ImmutableArray<int> merged = [.. states.Select(_ => circuit.NewValue())];
            var gate = new MergeGate(digits, x.Shape, states, merged, circuit.Options.MergedDigits);
            circuit.Add(gate);
            digits = gate.ResultDigits;
            states = merged;
        }

        for (int index = 0; index < asked.Count; index++)
            bits[asked[index].Index] = new BitWire(circuit, states[index], x.Shape);
        return (masked, [.. bits.Select(bit => bit!)]);
    }

    /// <summary>Whether x, once truncated, may be on either side of numbers, and few enough bits are left to compare it with them by the same opening.</summary>
    /// <param name="x">What would be compared.</param>
    /// <param name="truncation">How many bits are cut off.</param>
    /// <param name="numbers">The numbers, which are rounded up.</param>
    internal static bool Decide(Wire x, int truncation, ReadOnlySpan<double> numbers)
    {
        WordRange range = x.Range.Truncated(truncation);
        foreach (double number in numbers)
        {
            Int128 p = Threshold(x.FractionBits - truncation, number);
            if (p <= range.Low || p > range.High || (range - new WordRange(p, p)).Bits > 64 - truncation)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>b · x for what was opened masked, and b as a word if it is asked for.</summary>
    internal static (Wire Product, Wire? Word) Select(this MaskedWire masked, BitWire bits, int selection, bool asWord = false)
    {
        Circuit circuit = masked.Circuit;
        Wire x = masked.Value;
        Wire product = circuit.NewWire("select", x.Shape, x.FractionBits, x.Range.Union(default));
        Wire? word = asWord ? circuit.NewWire("select", x.Shape, 0, new WordRange(0, 1)) : null;
        var selected = new MaskedSelection(masked, selection, product, circuit.NewBits(x.Shape));
        circuit.Add(new MaskedSelectionGate(bits, selected, word));
        circuit.Remember(selected);
        return (product, word);
    }

    /// <summary>The least integer that is no less than p · 2^f.</summary>
    internal static Int128 Threshold(Wire x, double p)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Threshold(x.FractionBits, p);
    }

    /// <inheritdoc cref="Threshold(Wire, double)"/>
    internal static Int128 Threshold(int fractionBits, double p) => Integer(fractionBits, p, Math.Ceiling);

    // What is far outside of every range stays so, and leaves room for one more.
    private static Int128 Integer(int fractionBits, double p, Func<double, double> round)
    {
        if (double.IsNaN(p))
        {
            throw new ParameterException(ParameterFault.OutOfRange, "A comparison with a number that is none was asked for.");
        }

        return (Int128)round(Math.Clamp(Math.ScaleB(p, fractionBits), -1e30, 1e30));
    }

    private static BitWire IsInteger(Wire x, Int128 p)
    {
        ImmutableArray<BitWire> bits = Compare(x, [p, p + 1], 0).Bits;
        return bits[0].Xor(bits[1]);
    }
}
