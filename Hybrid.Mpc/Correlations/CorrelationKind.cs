using System.Collections.Immutable;

namespace Hybrid.Mpc.Correlations;

/// <summary>A kind of correlated randomness, with its sizes: what one unit of it holds, and how its vectors belong together.</summary>
/// <remarks>
/// A unit is the least that can be drawn: one triple, one matrix triple, one row. Two kinds are equal when their sizes are, and
/// <see cref="Name"/> says all of them.
/// </remarks>
public abstract record CorrelationKind
{
    // A unit beyond half a gibibyte would not fit the buffers of its own product.
    private const int MaximumUnitWords = 1 << 26;

    // More than any plan deals, and so little that no sum of bytes overflows.
    private const long MaximumWords = 1L << 50;

    // A chunk's values stay in the second-level cache while the dealer works on them.
    private const int ChunkWords = 1 << 14;

    private protected CorrelationKind()
    {
    }

    /// <summary>What messages call it, with its sizes: "multiplication triples", "truncation tuples of 16 bits".</summary>
    public abstract string Name { get; }

    /// <summary>Bytes of correction that one unit costs the dealer and party 1; party 0 needs none.</summary>
    public int CorrectionBytes => sizeof(ulong) * CorrectionWords;

    /// <summary>The vectors of a unit, the derived ones last.</summary>
    internal abstract ImmutableArray<DealtVector> Vectors { get; }

    /// <summary>Whether shares add up by exclusive or, instead of modulo 2^64.</summary>
    internal virtual bool IsBitwise => false;

    /// <summary>The most units that a plan may ask for.</summary>
    internal virtual long MaximumCount => MaximumWords / Vectors.Sum(vector => vector.Words);

    /// <summary>A kind whose only unit goes into <see cref="Derive"/>, if there is one.</summary>
    internal virtual WeightMask? Mask => null;

    /// <summary>The least units worth dealing at a time.</summary>
    internal virtual int LeastChunk => 1;

    internal int CorrectionWords => Vectors.Where(vector => vector.Dealing == Dealing.Derived).Sum(vector => vector.Words);

    /// <summary>How many units the dealer works out at a time, and one message carries at most.</summary>
    internal int ChunkUnits => Math.Max(LeastChunk, ChunkWords / Vectors.Sum(vector => vector.Words));

    /// <summary>Computes the derived vectors from the others; all are values here, not shares.</summary>
    /// <param name="values">All vectors of some units.</param>
    /// <param name="mask">The value of <see cref="Mask"/>'s unit, empty where there is none.</param>
    internal abstract void Derive(CorrelationVectors values, ReadOnlySpan<ulong> mask);

    /// <summary>The kind's name.</summary>
    public sealed override string ToString() => Name;

    /// <summary>Refuses sizes that are not positive or make too large a unit.</summary>
    /// <exception cref="ParameterException">They are.</exception>
    private protected static void CheckMatrices(int m, int k, int n)
    {
        // Three products of 31-bit numbers may not fit 63 bits together.
        if (m < 1 || k < 1 || n < 1 || ((Int128)m * k) + ((Int128)k * n) + ((Int128)m * n) > MaximumUnitWords)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange,
                $"A product of {m} × {k} by {k} × {n} was asked for; sizes are 1 or more and all three matrices together have at most {MaximumUnitWords} words: cut it into blocks.");
        }
    }
}
