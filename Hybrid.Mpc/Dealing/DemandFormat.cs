using System.Collections.Immutable;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Lookups;

namespace Hybrid.Mpc.Dealing;

/// <summary>A demand as bytes: a version (8 bits), the number of runs, and for each run of equal draws kind, count and length.</summary>
/// <remarks>Equal demands have equal bytes. Numbers have 32 bits, little endian, unless said otherwise.</remarks>
internal static class DemandFormat
{
    /// <summary>The most draws of a demand: a machine deals their chunks for hours.</summary>
    public const int MaximumDraws = 1 << 20;

    /// <summary>The most elements of a draw.</summary>
    public const int MaximumCount = 1 << 30;

    /// <summary>The longest message.</summary>
    public const int MaximumBytes = 1 << 24;

    /// <summary>The most dimensions of a tensor.</summary>
    public const int MaximumRank = 8;

    private const byte Version = 1;

    /// <summary>Writes a demand.</summary>
    /// <exception cref="ParameterException">It is larger than a dealer takes, or has a kind that only a local dealer deals.</exception>
    public static byte[] Write(CorrelationDemand demand)
    {
        ImmutableArray<CorrelationDraw> draws = demand.Draws;
        var body = new DemandWriter();
        int runs = 0;
        for (int start = 0; start < draws.Length; runs++)
        {
            int end = start + 1;
            while (end < draws.Length && draws[end] == draws[start])
                end++;
            KindFormat.Write(body, draws[start].Kind);
            body.Number(draws[start].Count, 1, draws[start].Kind is WeightMask ? 1 : MaximumCount, "elements in a draw, so many:");
            body.Number(end - start, 1, MaximumDraws, "draws, so many:");
            start = end;
        }

        var message = new DemandWriter();
        message.Byte(Version);
        message.Number(runs, 0, MaximumDraws, "draws, so many:");
        if (draws.Length > MaximumDraws || message.Length + body.Length > MaximumBytes)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange,
                $"The demand has {draws.Length} draws in {message.Length + body.Length} bytes, "
                + $"where {MaximumDraws} in {MaximumBytes} are the most: cut the work into parts.");
        }

        return [.. message.ToArray(), .. body.ToArray()];
    }

    /// <summary>Reads a demand; takes memory for the draws read, whatever a length says.</summary>
    /// <param name="message">The bytes.</param>
    /// <param name="lookups">Look-up functions made so far.</param>
    /// <exception cref="FormatRefusedException">The bytes are no demand, or a larger one than a dealer takes.</exception>
    /// <exception cref="ParameterException">A kind's sizes do not fit each other, or are too large.</exception>
    public static CorrelationDemand Read(ReadOnlySpan<byte> message, LookupCatalogue lookups)
    {
        var reader = new DemandReader(message, lookups);
        byte version = reader.Byte("a version");
        if (version != Version)
        {
            throw new FormatRefusedException(
                $"A demand is written in version {version} and not {Version}: use the same release on all sides.");
        }

        int runs = reader.Number(0, MaximumDraws, "draws, so many:");
        var draws = new List<CorrelationDraw>();
        for (int run = 0; run < runs; run++)
        {
            CorrelationKind kind = KindFormat.Read(ref reader);
            int count = reader.Number(1, kind is WeightMask ? 1 : MaximumCount, "elements in a draw, so many:");
            int repeats = reader.Number(1, MaximumDraws - draws.Count, "draws, so many:");
            if (kind.Vectors.All(vector => vector.Words == 0))
            {
                throw new FormatRefusedException($"A demand asks for {kind.Name}, which have no words.");
            }

            draws.AddRange(Enumerable.Repeat(new CorrelationDraw(kind, count), repeats));
        }

        return reader.Left == 0
            ? new CorrelationDemand(draws)
            : throw new FormatRefusedException($"A demand has {reader.Left} bytes after its end.");
    }
}
