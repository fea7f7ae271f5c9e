namespace Hybrid.Seal.Evaluation;

/// <summary>
/// How a linear transform's diagonals are gone through. Diagonal d of a matrix W with period n is W[i, (i + d) mod n]; with
/// d = j S + c B + k modulo n it is multiplied in block j of the slots (those from j S), by giant step c, with baby step k:
/// block j of the sum over c of rot_(c B)(sum over k of P_(c,k) rot_k(x)) has the rows' sums over its own diagonals, and folding
/// adds up the blocks.
/// </summary>
/// <remarks>
/// The operand's number (i + d) mod n stands in slot i + j S + c B + k, for it repeats with period n. So the spare slots of a small matrix
/// hold several giant steps at once, for no rotation but the fold's. Without blocks and with babies only these are Halevi and Shoup's
/// diagonals (2014); with giant steps, their baby-step giant-step method (2018).
/// </remarks>
internal sealed record LinearTransformPlan
{
    private const int MostBlocks = 64;
    private const int MostGiants = 128;

    /// <summary>n.</summary>
    public required int Period { get; init; }

    /// <summary>Slots from one block to the next, S.</summary>
    public required int BlockStride { get; init; }

    /// <summary>Blocks of the slots.</summary>
    public required int Blocks { get; init; }

    /// <summary>Baby steps, B: the step of the giants.</summary>
    public required int Babies { get; init; }

    /// <summary>Diagonals from a block's own to the next block's: how many babies and giants go through together.</summary>
    public required int Gap { get; init; }

    /// <summary>In how many parts the fold goes, each adding so many rotations; their product is the number of blocks.</summary>
    public required IReadOnlyList<int> Radices { get; init; }

    /// <summary>What it costs, in units of <see cref="LinearTransformCost"/>.</summary>
    public required double Cost { get; init; }

    /// <summary>Block, giant and baby of a diagonal.</summary>
    public (int Block, int Giant, int Baby) Place(int diagonal)
    {
        int best = 0;
        int distance = int.MaxValue;
        for (int block = 0; block < Blocks; block++)
        {
            int offset = (diagonal - (int)((long)block * BlockStride % Period) + Period) % Period;
            if (offset < distance)
            {
                (best, distance) = (block, offset);
            }
        }

        return (best, distance / Babies, distance % Babies);
    }

    /// <summary>The cheapest plan for the diagonals that are not zero.</summary>
    /// <param name="cost">What things cost.</param>
    /// <param name="diagonals">The diagonals, in [0, n).</param>
    /// <param name="period">n.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="room">Slots there are for a vector.</param>
    /// <param name="isCyclic">Whether these are all slots and n divides their number, so that what is behind the last is the first.</param>
    /// <returns>The plan; null if the slots do not suffice.</returns>
    public static LinearTransformPlan? Choose(
        LinearTransformCost cost, IReadOnlyCollection<int> diagonals, int period, int rows, int room, bool isCyclic)
    {
        LinearTransformPlan? best = null;
        for (int blocks = 1; blocks <= Math.Min(MostBlocks, room / rows); blocks++)
        {
            (int stride, int gap) = SpreadBlocks(blocks, period, rows, room, isCyclic);
            if (gap == 0)
            {
                continue;
            }

            (double fold, List<int> radices) = CheapestFold(cost, blocks);
            int[] offsets = Offsets(diagonals, period, blocks, stride);
            int lastBabies = 0;
            for (int giants = 1; giants <= Math.Min(MostGiants, gap); giants++)
            {
                int babies = (gap + giants - 1) / giants;
                if (babies == lastBabies)
                {
                    continue;
                }

                lastBabies = babies;
                double total = cost.Fixed + fold + Rotations(cost, offsets, babies, gap);
                if (best is null || total < best.Cost)
                {
                    best = new LinearTransformPlan
                    {
                        Period = period, BlockStride = stride, Blocks = blocks, Babies = babies, Gap = gap, Radices = radices, Cost = total,
                    };
                }
            }
        }

        return best;
    }

    // The stride whose blocks' own diagonals are spread most evenly modulo n, and the largest gap between two; a gap of 0 if none fits.
    private static (int Stride, int Gap) SpreadBlocks(int blocks, int period, int rows, int room, bool isCyclic)
    {
        if (blocks == 1)
        {
            return isCyclic || rows + period - 1 <= room ? (rows, period) : (0, 0);
        }

        (int Stride, int Gap) best = (0, 0);
        int even = (period + blocks - 1) / blocks;
        int[] starts = new int[blocks];
        for (int stride = rows; ((blocks - 1) * stride) + rows + (isCyclic ? 0 : even - 1) <= room; stride++)
        {
            for (int block = 0; block < blocks; block++)
            {
                starts[block] = block * stride % period;
            }

            Array.Sort(starts);
            int gap = starts[0] + period - starts[^1];
            for (int block = 1; block < blocks; block++)
            {
                gap = Math.Max(gap, starts[block] - starts[block - 1]);
            }

            bool fits = isCyclic || ((blocks - 1) * stride) + rows + gap - 1 <= room;
            if (fits && (best.Gap == 0 || gap < best.Gap))
            {
                best = (stride, gap);
                if (gap == even)
                {
                    break;
                }
            }
        }

        return best;
    }

    private static int[] Offsets(IReadOnlyCollection<int> diagonals, int period, int blocks, int stride)
    {
        int[] starts = new int[blocks];
        for (int block = 0; block < blocks; block++)
        {
            starts[block] = (int)((long)block * stride % period);
        }

        Array.Sort(starts);
        int[] offsets = new int[diagonals.Count];
        int next = 0;
        foreach (int diagonal in diagonals)
        {
            int at = Array.BinarySearch(starts, diagonal);
            at = at >= 0 ? at : ~at - 1;
            offsets[next++] = at >= 0 ? diagonal - starts[at] : diagonal + period - starts[^1];
        }

        return offsets;
    }

    private static double Rotations(LinearTransformCost cost, int[] offsets, int babies, int gap)
    {
        var usedBabies = new bool[babies];
        var usedGiants = new bool[((gap + babies - 1) / babies)];
        var used = new HashSet<int>();
        foreach (int offset in offsets)
        {
            usedBabies[offset % babies] = true;
            usedGiants[offset / babies] = true;
            used.Add(offset);
        }

        double total = used.Count * cost.PlainProduct(isFused: usedGiants.AsSpan().Count(true) <= 1);
        total += usedBabies.AsSpan(1).Count(true) * cost.HoistedRotation;
        total += usedGiants.AsSpan(1).Count(true) * cost.GiantRotation;
        return total;
    }

    private static (double Cost, List<int> Radices) CheapestFold(LinearTransformCost cost, int blocks)
    {
        (double Cost, List<int> Radices) best = blocks == 1 ? (0, []) : (double.PositiveInfinity, []);
        for (int radix = 2; radix <= blocks; radix++)
        {
            if (blocks % radix == 0)
            {
                (double rest, List<int> radices) = CheapestFold(cost, blocks / radix);
                if (rest + cost.Fold(radix) < best.Cost)
                {
                    best = (rest + cost.Fold(radix), [radix, .. radices]);
                }
            }
        }

        return best;
    }
}
