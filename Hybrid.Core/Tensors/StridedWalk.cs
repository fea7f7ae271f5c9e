namespace Hybrid.Tensors;

/// <summary>A walk over the cells of a block of dimensions, in order, by an offset into each of three tensors.</summary>
/// <remarks>
/// Dimensions of length 1 fall away and dimensions that are one run of memory for all three tensors become one, so that the
/// innermost run, which the caller does in one go, is as long as can be. Strides are in words; 0 repeats, negative goes back.
/// A walk over two tensors gives the third strides of its own choice, or zeros. Offsets depend on the shapes alone.
/// </remarks>
public sealed class StridedWalk
{
    private readonly int[] _lengths;
    private readonly int[][] _strides;

    /// <summary>The walk over <paramref name="lengths"/>, with one stride for each dimension and tensor.</summary>
    public StridedWalk(ReadOnlySpan<int> lengths, ReadOnlySpan<int> x, ReadOnlySpan<int> y, ReadOnlySpan<int> z)
    {
        var merged = new List<(int Length, int X, int Y, int Z)>();
        IsEmpty = lengths.Contains(0);
        for (int i = 0; i < lengths.Length; i++)
        {
            if (lengths[i] == 1)
            {
                continue;
            }

            (int length, int x, int y, int z) next = (lengths[i], x[i], y[i], z[i]);
            if (merged.Count > 0 && merged[^1] is var last
                && last.X == (long)next.x * next.length && last.Y == (long)next.y * next.length && last.Z == (long)next.z * next.length)
            {
                merged[^1] = (last.Length * next.length, next.x, next.y, next.z);
            }
            else
            {
                merged.Add(next);
            }
        }

        // One run even of a single cell, so that callers need no case for it.
        (int Length, int X, int Y, int Z) run = merged.Count == 0 ? (1, 1, 1, 1) : merged[^1];
        Run = run.Length;
        RunStrides = (run.X, run.Y, run.Z);
        if (merged.Count > 0)
            merged.RemoveAt(merged.Count - 1);
        _lengths = [.. merged.Select(d => d.Length)];
        _strides = [[.. merged.Select(d => d.X)], [.. merged.Select(d => d.Y)], [.. merged.Select(d => d.Z)]];
        Runs = _lengths.Aggregate(1, (product, length) => product * length);
    }

    /// <summary>Whether there is no cell at all.</summary>
    public bool IsEmpty { get; }

    /// <summary>How many cells a run has.</summary>
    public int Run { get; }

    /// <summary>How many runs there are.</summary>
    public int Runs { get; }

    /// <summary>The strides along a run.</summary>
    public (int X, int Y, int Z) RunStrides { get; }

    /// <summary>The walk's position at its first run.</summary>
    public Position Start() => new(this);

    /// <summary>Where a walk is: the offsets of a run's first cell.</summary>
    public ref struct Position(StridedWalk walk)
    {
        private readonly int[] _index = new int[walk._lengths.Length];

        /// <summary>The offset into the first tensor.</summary>
        public int X { get; private set; }

        /// <summary>The offset into the second tensor.</summary>
        public int Y { get; private set; }

        /// <summary>The offset into the third tensor.</summary>
        public int Z { get; private set; }

        /// <summary>Goes on to the next run; after the last, back to the first.</summary>
        public void Next()
        {
            for (int dimension = _index.Length - 1; dimension >= 0; dimension--)
            {
                int length = walk._lengths[dimension];
                bool wraps = ++_index[dimension] == length;
                int steps = wraps ? 1 - length : 1;
                X += steps * walk._strides[0][dimension];
                Y += steps * walk._strides[1][dimension];
                Z += steps * walk._strides[2][dimension];
                if (!wraps)
                {
                    return;
                }

                _index[dimension] = 0;
            }
        }
    }
}
