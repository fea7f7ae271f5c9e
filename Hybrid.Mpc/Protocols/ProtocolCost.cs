using Hybrid.Mpc.Correlations;

namespace Hybrid.Mpc.Protocols;

/// <summary>What a protocol costs: exact numbers that follow from the shapes alone.</summary>
/// <param name="Rounds">
/// How often the parties wait for a message on its way: both ways at once or one way, each takes half a round trip.
/// </param>
/// <param name="WordsFromParty0">64-bit words that party 0 sends.</param>
/// <param name="WordsFromParty1">64-bit words that party 1 sends.</param>
/// <param name="MessagesFromParty0">Messages that party 0 sends, each with a frame header of 8 bytes.</param>
/// <param name="MessagesFromParty1">Messages that party 1 sends, each with a frame header of 8 bytes.</param>
/// <param name="Demand">Correlations it uses up.</param>
public sealed record ProtocolCost(
    int Rounds, long WordsFromParty0, long WordsFromParty1, int MessagesFromParty0, int MessagesFromParty1, CorrelationDemand Demand)
{
    private const int FrameHeaderBytes = 8;

    /// <summary>What costs nothing.</summary>
    public static ProtocolCost Free { get; } = new(0, 0, 0, 0, 0, CorrelationDemand.None);

    /// <summary>Opening so many words to both parties.</summary>
    public static ProtocolCost Open(int words) => Exchange(words, words, CorrelationDemand.None);

    /// <summary>Opening so many words to one party, 0 or 1.</summary>
    public static ProtocolCost OpenTo(int party, int words) =>
        Exchange(party == 0 ? 0 : words, party == 0 ? words : 0, CorrelationDemand.None);

    /// <summary>So many products of two secrets: 16 bytes each way for one.</summary>
    public static ProtocolCost Multiply(int count) => Exchange(2L * count, 2L * count, CorrelationDemand.Of(new MultiplicationTriple(), count));

    /// <summary>So many squares of secrets: 8 bytes each way for one.</summary>
    public static ProtocolCost Square(int count) => Exchange(count, count, CorrelationDemand.Of(new SquarePair(), count));

    /// <summary>A product of two secret matrices, m × k by k × n: 8 · (m k + k n) bytes each way.</summary>
    /// <exception cref="ParameterException">A size is not positive, or the three matrices have more than 2^26 words.</exception>
    public static ProtocolCost MatMul(int m, int k, int n)
    {
        var kind = new MatrixTriple(m, k, n);
        long words = ((long)m * k) + ((long)k * n);
        return Exchange(words, words, CorrelationDemand.Of(kind, 1));
    }

    /// <summary>Truncating so many words by some bits: 8 bytes each way for one.</summary>
    /// <exception cref="ParameterException">The bits are not in [1, 62].</exception>
    public static ProtocolCost Truncate(int count, int bits) =>
        Exchange(count, count, CorrelationDemand.Of(new TruncationTuple(bits), count));

    /// <summary>Opening the masked weights of one party, once for all products with them: 8 · k n bytes from their owner.</summary>
    public static ProtocolCost OpenWeights(WeightMask weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return OneWay(weights.Owner, (long)weights.K * weights.N, CorrelationDemand.Of(weights, 1));
    }

    /// <summary>A product of m secret rows with opened private weights: 8 · m k bytes to the weights' owner, none back.</summary>
    public static ProtocolCost MatMul(int m, WeightMask weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return OneWay(1 - weights.Owner, (long)m * weights.K, CorrelationDemand.Of(new WeightedRow(weights), m));
    }

    /// <summary>One after the other.</summary>
    public static ProtocolCost operator +(ProtocolCost left, ProtocolCost right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new ProtocolCost(
            left.Rounds + right.Rounds,
            left.WordsFromParty0 + right.WordsFromParty0,
            left.WordsFromParty1 + right.WordsFromParty1,
            left.MessagesFromParty0 + right.MessagesFromParty0,
            left.MessagesFromParty1 + right.MessagesFromParty1,
            left.Demand + right.Demand);
    }

    /// <summary>One after the other.</summary>
    public static ProtocolCost Add(ProtocolCost left, ProtocolCost right) => left + right;

    /// <summary>Both side by side in the same rounds, their words in the same messages.</summary>
    public ProtocolCost Beside(ProtocolCost other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new ProtocolCost(
            Math.Max(Rounds, other.Rounds),
            WordsFromParty0 + other.WordsFromParty0,
            WordsFromParty1 + other.WordsFromParty1,
            Math.Max(MessagesFromParty0, other.MessagesFromParty0),
            Math.Max(MessagesFromParty1, other.MessagesFromParty1),
            Demand + other.Demand);
    }

    /// <summary>Bytes that a party sends, frame headers included.</summary>
    /// <param name="party">0 or 1.</param>
    public long BytesFrom(int party)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(party);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(party, 1);
        return party == 0
            ? (sizeof(ulong) * WordsFromParty0) + (FrameHeaderBytes * MessagesFromParty0)
            : (sizeof(ulong) * WordsFromParty1) + (FrameHeaderBytes * MessagesFromParty1);
    }

    internal long WordsFrom(int party) => party == 0 ? WordsFromParty0 : WordsFromParty1;

    private static ProtocolCost OneWay(int sender, long words, CorrelationDemand demand) =>
        sender == 0 ? Exchange(words, 0, demand) : Exchange(0, words, demand);

    // Nobody sends an empty message.
    private static ProtocolCost Exchange(long words0, long words1, CorrelationDemand demand) =>
        new(Math.Max(words0, words1) > 0 ? 1 : 0, words0, words1, words0 > 0 ? 1 : 0, words1 > 0 ? 1 : 0, demand);
}
