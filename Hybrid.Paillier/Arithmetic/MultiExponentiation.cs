using Hybrid.Security;

namespace Hybrid.Paillier.Arithmetic;

/// <summary>One output: a program, run on the rows that <see cref="Inputs"/> names.</summary>
/// <param name="Program">What to compute.</param>
/// <param name="Inputs">Row numbers of the program's terms among the given rows.</param>
internal readonly record struct ExponentiationJob(ExponentiationProgram Program, int[] Inputs);

/// <summary>
/// Runs <see cref="ExponentiationProgram"/>s: products prod_k c_k^{w_k} of many outputs at once, eight row products to a
/// block, the levels of several outputs in step so that the blocks are full.
/// </summary>
internal static class MultiExponentiation
{
    // Outputs worked on together by one thread; more fill the blocks better, fewer keep the rows in cache.
    private const int TeamSize = 8;

    /// <summary>Computes every job's output row, in Montgomery form.</summary>
    /// <param name="ring">A ring with one modulus.</param>
    /// <param name="rows">The ciphertexts, a row each.</param>
    /// <param name="jobs">What to compute of them.</param>
    /// <param name="outputs">A row for each job.</param>
    /// <param name="parallelism">Threads to use.</param>
    /// <exception cref="ParameterException">A ciphertext has no inverse: it shares a factor with the modulus.</exception>
    public static void Run(LaneRing ring, ReadOnlyMemory<ulong> rows, ExponentiationJob[] jobs, Memory<ulong> outputs, int parallelism)
    {
        // Numerators go to the outputs, denominators beside them; then one inversion serves all.
        var denominators = new ulong[jobs.Length * ring.RowWords];
        int size = Math.Clamp((jobs.Length + parallelism - 1) / parallelism, 1, TeamSize);
        Parallel.For(0, (jobs.Length + size - 1) / size, new ParallelOptions { MaxDegreeOfParallelism = parallelism }, team =>
        {
            int first = team * size;
            int count = Math.Min(size, jobs.Length - first);
            RunTeam(
                ring,
                rows.Span,
                jobs.AsSpan(first, count),
                outputs.Span.Slice(first * ring.RowWords, count * ring.RowWords),
                denominators.AsSpan(first * ring.RowWords, count * ring.RowWords));
        });

        if (jobs.Any(job => job.Program.NegativeRow >= 0))
        {
            RowInversion.Divide(ring, outputs.Span, denominators);
        }
    }

    private static void RunTeam(LaneRing ring, ReadOnlySpan<ulong> rows, ReadOnlySpan<ExponentiationJob> jobs, Span<ulong> numerators, Span<ulong> denominators)
    {
        int words = ring.RowWords;
        var starts = new int[jobs.Length];
        int total = 0;
        int levels = 0;
        for (int j = 0; j < jobs.Length; j++)
        {
            starts[j] = total;
            total += jobs[j].Program.Rows;
            levels = Math.Max(levels, jobs[j].Program.Levels);
        }

        var arena = new ulong[total * words];
        for (int j = 0; j < jobs.Length; j++)
        {
            int[] inputs = jobs[j].Inputs;
            for (int k = 0; k < inputs.Length; k++)
            {
                rows.Slice(inputs[k] * words, words).CopyTo(arena.AsSpan((starts[j] + k) * words));
            }
        }

        using var octet = new ProductOctet(ring);
        for (int level = 0; level < levels; level++)
        {
            for (int j = 0; j < jobs.Length; j++)
            {
                if (level < jobs[j].Program.Levels)
                {
                    foreach (RowProduct product in jobs[j].Program.Level(level))
                    {
                        octet.Add(arena, starts[j] + product.Target, starts[j] + product.Left, starts[j] + product.Right);
                    }
                }
            }

            octet.Flush(arena);
        }

        var one = new ulong[words];
        ring.GetRow(one, ring.One, 0);
        for (int j = 0; j < jobs.Length; j++)
        {
            Result(jobs[j].Program.PositiveRow, starts[j]).CopyTo(numerators[(j * words)..]);
            Result(jobs[j].Program.NegativeRow, starts[j]).CopyTo(denominators[(j * words)..]);
        }

        ReadOnlySpan<ulong> Result(int row, int start) => row < 0 ? one : arena.AsSpan((start + row) * words, words);
    }

    // Gathers independent products of rows until there are eight, then does them in one block.
    private sealed class ProductOctet(LaneRing ring) : IDisposable
    {
        private readonly LaneWorkspace _workspace = ring.CreateWorkspace();
        private readonly SecretBuffer<ulong> _left = new(ring.BlockWords);
        private readonly SecretBuffer<ulong> _right = new(ring.BlockWords);
        private readonly int[] _targets = new int[LaneRing.Lanes];
        private readonly int[] _lefts = new int[LaneRing.Lanes];
        private readonly int[] _rights = new int[LaneRing.Lanes];
        private int _count;

        public void Add(Span<ulong> arena, int target, int left, int right)
        {
            (_targets[_count], _lefts[_count], _rights[_count]) = (target, left, right);
            if (++_count == LaneRing.Lanes)
            {
                Flush(arena);
            }
        }

        public void Flush(Span<ulong> arena)
        {
            if (_count == 0)
            {
                return;
            }

            ring.Gather(_left.Span, arena, _lefts.AsSpan(0, _count));
            ring.Gather(_right.Span, arena, _rights.AsSpan(0, _count));
            ring.Multiply(_left.Span, _left.Span, _right.Span, _workspace, _count);
            ring.Scatter(arena, _targets.AsSpan(0, _count), _left.Span);
            _count = 0;
        }

        public void Dispose()
        {
            _workspace.Dispose();
            _left.Dispose();
            _right.Dispose();
        }
    }
}
