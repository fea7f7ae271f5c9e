namespace Hybrid.Seal.RingPacked;

/// <summary>The shape of a linear layer, of which there are products of matrices and convolutions.</summary>
public abstract record RingPackedShape
{
    private protected RingPackedShape()
    {
    }

    /// <summary>Numbers that go in.</summary>
    public abstract int InputLength { get; }

    /// <summary>Weights.</summary>
    public abstract int WeightLength { get; }

    /// <summary>Numbers that come out.</summary>
    public abstract int OutputLength { get; }

    /// <summary>Packs the layer in the way that costs least.</summary>
    /// <param name="parameters">Degree and primes.</param>
    /// <param name="options">What the layer must bear; 16-bit weights and results to shares unless given.</param>
    /// <exception cref="ParameterException">The noise would not fit below Q / 2^65, or the layer does not fit the degree.</exception>
    public RingPacking Pack(CkksParameters parameters, RingPackedOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return Packed(parameters, options ?? new RingPackedOptions());
    }

    /// <summary>
    /// Whether parameters carry the layer with any number of rows or images: tried with the tiles where most weights meet in a polynomial, and noise
    /// is largest; where results need not be exact, with those where fewest do, for noise then decides which tiles are taken.
    /// </summary>
    internal bool Fits(CkksParameters parameters, RingPackedOptions options)
    {
        try
        {
            TryTiles(parameters, options, options.IsExact);
            return true;
        }
        catch (ParameterException refusal) when (refusal.Fault == ParameterFault.OutOfRange)
        {
            return false; // a larger set may do, and where none does another scheme must
        }
    }

    /// <summary>Throws if the noise of the fullest tiles, or of the emptiest, does not fit.</summary>
    private protected abstract void TryTiles(CkksParameters parameters, RingPackedOptions options, bool fullest);

    private protected abstract RingPacking Packed(CkksParameters parameters, RingPackedOptions options);

    /// <summary>A product of dimensions, as a length.</summary>
    private protected static int Length(string what, params ReadOnlySpan<int> dimensions)
    {
        long length = 1;
        foreach (int dimension in dimensions)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1, what);
            length *= dimension;
            if (length > int.MaxValue)
            {
                throw new ParameterException(ParameterFault.OutOfRange, $"A layer's {what} come to more than 2^31 numbers; cut it into smaller ones.");
            }
        }

        return (int)length;
    }

    /// <summary>Sizes of blocks that cut a dimension into 1, 2, 3 … blocks of equal size: all that are worth trying.</summary>
    private protected static List<int> BlockSizes(int dimension)
    {
        var sizes = new List<int> { dimension };
        for (int size = dimension; size > 1;)
        {
            // As many blocks as a size smaller by one needs, and then no larger than they must be.
            size = Blocks(dimension, Blocks(dimension, size - 1));
            sizes.Add(size);
        }

        return sizes;
    }

    /// <summary>How many blocks of a size cover a dimension.</summary>
    internal static int Blocks(int dimension, int size) => (int)(((long)dimension + size - 1) / size);
}
