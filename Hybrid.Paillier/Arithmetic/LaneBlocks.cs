using System.Runtime.ExceptionServices;

namespace Hybrid.Paillier.Arithmetic;

/// <summary>Work on many numbers, cut into calls of a block or a few, on several threads.</summary>
internal static class LaneBlocks
{
    /// <summary>Blocks that a pass over a table of powers serves at once: the table is read from memory once for all of them.</summary>
    public const int LargestGroup = 16;

    /// <summary>One call's part: numbers <paramref name="first"/> to first + count - 1.</summary>
    public delegate void Part(int first, int count, LaneWorkspace workspace);

    /// <summary>Calls for a block of numbers at a time.</summary>
    /// <param name="ring">The ring, for scratch.</param>
    /// <param name="count">Numbers in all.</param>
    /// <param name="perBlock">Numbers in a block: eight, or four where each takes two lanes.</param>
    /// <param name="parallelism">Threads.</param>
    /// <param name="part">The work.</param>
    public static void For(LaneRing ring, int count, int perBlock, int parallelism, Part part) => Run(ring, count, perBlock, parallelism, part);

    /// <summary>Calls for several blocks at a time, as long as there is work for every thread.</summary>
    public static void ForGroups(LaneRing ring, int count, int perBlock, int parallelism, Part part)
    {
        int blocks = (count + perBlock - 1) / perBlock;
        int group = Math.Clamp((blocks + parallelism - 1) / parallelism, 1, LargestGroup);
        Run(ring, count, group * perBlock, parallelism, part);
    }

    /// <summary>
    /// Calls for so many numbers: whole blocks, where a block costs the same however full it is; where every number costs for itself, no more
    /// than give each thread as many.
    /// </summary>
    public static int Parts(int count, int size, int parallelism, bool isCostByNumber)
    {
        int parts = (count + size - 1) / size;
        return isCostByNumber ? Math.Min(count, (parts + parallelism - 1) / parallelism * parallelism) : parts;
    }

    private static void Run(LaneRing ring, int count, int size, int parallelism, Part part)
    {
        int parts = Parts(count, size, parallelism, ring.IsCostByNumber);
        // Whole blocks but for the last, or about as many numbers each.
        int StartOf(int i) => ring.IsCostByNumber ? (int)((long)count * i / parts) : Math.Min(count, i * size);
        try
        {
            Parallel.For(
                0,
                parts,
                new ParallelOptions { MaxDegreeOfParallelism = parallelism },
                ring.CreateWorkspace,
                (i, _, workspace) =>
                {
                    part(StartOf(i), StartOf(i + 1) - StartOf(i), workspace);
                    return workspace;
                },
                workspace => workspace.Dispose());
        }
        catch (AggregateException errors)
        {
            // What went wrong in a part comes out as it was thrown there.
            ExceptionDispatchInfo.Throw(errors.InnerExceptions[0]);
        }
    }
}
