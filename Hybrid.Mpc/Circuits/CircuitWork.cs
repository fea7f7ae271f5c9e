using Hybrid.Mpc.Correlations;

namespace Hybrid.Mpc.Circuits;

/// <summary>What a party has to do in a run of a circuit, in counts that a machine's times multiply; about the same for either of two parties.</summary>
/// <param name="Runs">Starts and ends of a run.</param>
/// <param name="Rounds">Rounds: tags, buffers, waking up.</param>
/// <param name="Gates">Gates, however small.</param>
/// <param name="LocalWords">Words that gates compute alone.</param>
/// <param name="SentWords">Words that are masked, sent, received and added.</param>
/// <param name="DealtWords">Words of correlations that are expanded or taken from messages, and used.</param>
/// <param name="MultiplyAdds">Multiplications and additions of matrix products and convolutions.</param>
/// <param name="KeyBits">Comparisons by keys, times the bits of what they compare.</param>
/// <param name="TreeBits">Comparisons by tree, times the bits of what they compare.</param>
public readonly record struct CircuitWork(
    double Runs, double Rounds, double Gates, double LocalWords, double SentWords, double DealtWords, double MultiplyAdds, double KeyBits, double TreeBits)
{
    /// <summary>How many counts there are.</summary>
    public const int Count = 9;

    /// <summary>The counts in order.</summary>
    public double[] Counts => [Runs, Rounds, Gates, LocalWords, SentWords, DealtWords, MultiplyAdds, KeyBits, TreeBits];

    /// <summary>The work of a circuit.</summary>
    internal static CircuitWork Of(Circuit circuit, int rounds)
    {
        double local = 0;
        double sent = 0;
        double dealt = 0;
        double products = 0;
        double keys = 0;
        double trees = 0;
        foreach (Gate gate in circuit.Gates)
        {
            products += gate.MultiplyAdds;
            if (gate is not ExchangeGate exchange)
            {
                foreach (int output in gate.Outputs)
                    local += circuit.WordsOf(output);
                continue;
            }

            bool hasKeys = exchange.Draws.Any(draw => draw.Kind is ComparisonMask { Method: ComparisonMethod.FunctionSharing });
            keys += hasKeys ? gate.ComparedBits : 0;
            trees += hasKeys ? 0 : gate.ComparedBits;
            sent += exchange.AddedWords + exchange.BitWords;
            foreach (CorrelationDraw draw in exchange.Draws)
            {
                dealt += draw.Kind is ComparisonMask { Method: ComparisonMethod.FunctionSharing } keyed ? (keyed.Truncation > 0 ? 7.0 : 4.0) * draw.Count : draw.Kind.Vectors.Sum(vector => (double)vector.Length(draw.Count));
            }
        }

        return new CircuitWork(1, rounds, circuit.Gates.Count, local, sent, dealt, products, keys, trees);
    }
}
