using Hybrid.Seal.Evaluation;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal;

/// <summary>A matrix larger than the slots, cut into blocks that are a <see cref="LinearTransform"/> each: several ciphertexts in, several out.</summary>
/// <remarks>
/// Operand c holds columns c B to c B + B - 1, laid out by <see cref="Pack"/>; result r holds rows r A to r A + A - 1 in its first slots, for
/// blocks of A rows and B columns. Blocks share one plan, so they share Galois keys; each operand is cut into digits once, and the blocks
/// of a row are added up before one division and one fold. Blocks that are zero cost nothing. Immutable; any number of threads may share one.
/// </remarks>
public sealed class BlockedLinearTransform
{
    private readonly LinearTransform?[] _blocks; // row by row
    private readonly LinearTransform _any;

    /// <summary>Compiles a matrix.</summary>
    /// <param name="context">The parameters; they must have a special prime.</param>
    /// <param name="matrix">Row by row, rows times columns finite numbers.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="options">Level, scale and layout of the blocks.</param>
    /// <param name="blockRows">Rows of a block, at most the slots, which it is unless given (or as many as there are).</param>
    /// <param name="blockColumns">Columns of a block, likewise.</param>
    /// <exception cref="ArgumentException">The matrix does not have rows times columns numbers.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size, the level or the scale is out of range.</exception>
    /// <exception cref="ParameterException">The layout does not fit the slots, a number is not finite or too large, or there is no special prime.</exception>
    public BlockedLinearTransform(
        CkksContext context, ReadOnlySpan<double> matrix, int rows, int columns, LinearTransformOptions? options = null,
        int? blockRows = null, int? blockColumns = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        if (matrix.Length != (long)rows * columns)
        {
            throw new ArgumentException($"A {rows} x {columns} matrix has {(long)rows * columns} numbers; {matrix.Length} were given.", nameof(matrix));
        }

        Rows = rows;
        Columns = columns;
        BlockRows = RequireBlock(blockRows, rows, context.SlotCount, nameof(blockRows));
        BlockColumns = RequireBlock(blockColumns, columns, context.SlotCount, nameof(blockColumns));
        var settings = new LinearTransformSettings(context, BlockRows, options);
        int[] periods = LinearTransform.Periods(context, BlockColumns, options);
        var diagonals = new MatrixDiagonals[ResultCount * OperandCount][];
        var block = new double[BlockRows * BlockColumns];
        for (int i = 0; i < diagonals.Length; i++)
        {
            Cut(matrix, i / OperandCount, i % OperandCount, block);
            diagonals[i] = [.. periods.Select(period => new MatrixDiagonals(block, BlockRows, BlockColumns, period))];
        }

        LinearTransformPlan plan = settings.Plan(
            BlockRows, BlockColumns, periods.Select((period, i) => (period, (IReadOnlyCollection<int>)Union(diagonals, i))));
        _blocks = [.. diagonals.Select(candidates => candidates[0].Numbers.Count == 0
            ? null
            : new LinearTransform(context, BlockRows, BlockColumns, settings, plan, candidates))];
        _any = _blocks.FirstOrDefault(transform => transform is not null)
            ?? new LinearTransform(context, BlockRows, BlockColumns, settings, plan, diagonals[0]);
    }

    /// <summary>Rows of the matrix.</summary>
    public int Rows { get; }

    /// <summary>Columns of the matrix.</summary>
    public int Columns { get; }

    /// <summary>Rows of a block: numbers of a result.</summary>
    public int BlockRows { get; }

    /// <summary>Columns of a block: numbers of an operand.</summary>
    public int BlockColumns { get; }

    /// <summary>How many operands there are.</summary>
    public int OperandCount => (Columns + BlockColumns - 1) / BlockColumns;

    /// <summary>How many results there are.</summary>
    public int ResultCount => (Rows + BlockRows - 1) / BlockRows;

    /// <summary>The level that operands have.</summary>
    public int Level => _any.Level;

    /// <summary>The level that results have.</summary>
    public int ResultLevel => _any.ResultLevel;

    /// <summary>The rotations whose Galois keys are needed, in rising order.</summary>
    public IReadOnlyList<int> RequiredRotations =>
        [.. _blocks.Where(block => block is not null).SelectMany(block => block!.RequiredRotations).Distinct().Order()];

    /// <summary>Lays out an operand's part of a vector in slots.</summary>
    /// <param name="vector">All <see cref="Columns"/> numbers.</param>
    /// <param name="operand">Which operand.</param>
    /// <param name="slots">Takes N / 2 numbers, to be encoded.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such operand.</exception>
    public void Pack(ReadOnlySpan<double> vector, int operand, Span<double> slots)
    {
        if (vector.Length != Columns)
        {
            throw new ArgumentException($"The vector has {vector.Length} numbers and the matrix {Columns} columns.", nameof(vector));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(operand);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(operand, OperandCount);
        var part = new double[BlockColumns];
        int start = operand * BlockColumns;
        vector.Slice(start, Math.Min(BlockColumns, Columns - start)).CopyTo(part);
        _any.Pack(part, slots);
        Array.Clear(part);
    }

    /// <summary>Takes a result's numbers out of decoded slots.</summary>
    /// <param name="slots">The decoded slots of a result.</param>
    /// <param name="result">Which result.</param>
    /// <param name="vector">All <see cref="Rows"/> numbers, of which this result's are written.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such result.</exception>
    public void Unpack(ReadOnlySpan<double> slots, int result, Span<double> vector)
    {
        if (vector.Length != Rows)
        {
            throw new ArgumentException($"The vector has {vector.Length} numbers and the matrix {Rows} rows.", nameof(vector));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(result);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(result, ResultCount);
        int start = result * BlockRows;
        slots[..Math.Min(BlockRows, Rows - start)].CopyTo(vector[start..]);
    }

    /// <summary>W x.</summary>
    /// <param name="evaluator">An evaluator of the same parameters.</param>
    /// <param name="operands">One for each block of columns, all of one scale.</param>
    /// <param name="keys">The owner's Galois keys, those of <see cref="RequiredRotations"/> among them.</param>
    /// <param name="destinations">One for each block of rows; they may be operands.</param>
    /// <param name="maxDegreeOfParallelism">How many threads may work on it.</param>
    /// <exception cref="ArgumentException">There are not as many operands or destinations as blocks.</exception>
    /// <exception cref="ParameterException">As for a <see cref="LinearTransform"/>; or the operands' scales differ.</exception>
    public void Apply(
        CkksEvaluator evaluator, ReadOnlySpan<Ciphertext> operands, GaloisKeys keys, ReadOnlySpan<Ciphertext> destinations, int maxDegreeOfParallelism = 1)
    {
        double scale = RequireOperands(evaluator, operands, keys, destinations, maxDegreeOfParallelism);
        int length = evaluator.Switcher.SumsLength(Level);
        var sums = new ResidueBlock[ResultCount];
        for (int r = 0; r < sums.Length; r++)
        {
            sums[r] = new ResidueBlock(length);
        }

        using (WorkspacePool.Loan prepared = evaluator.Context.Workspaces.Borrow(evaluator.Rotator.OperandLength(Level)))
        {
            for (int c = 0; c < operands.Length; c++)
            {
                _any.Prepare(evaluator, operands[c], prepared.Block, maxDegreeOfParallelism);
                for (int r = 0; r < sums.Length; r++)
                {
                    _blocks[(r * OperandCount) + c]?.Accumulate(evaluator, operands[c], prepared.Block, keys, sums[r], maxDegreeOfParallelism);
                }
            }
        }

        for (int r = 0; r < sums.Length; r++)
        {
            _any.Finish(evaluator, sums[r], scale, keys, destinations[r], maxDegreeOfParallelism);
        }
    }

    /// <summary>Says what was chosen for the blocks.</summary>
    public string Describe() => $"{ResultCount} x {OperandCount} blocks of {_any.Describe()}";

    private static int RequireBlock(int? asked, int size, int slots, string parameter)
    {
        int block = asked ?? Math.Min(size, slots);
        if (block < 1 || block > slots)
        {
            throw new ArgumentOutOfRangeException(parameter, block, $"Blocks have 1 to {slots} rows and columns.");
        }

        return block;
    }

    private static SortedSet<int> Union(MatrixDiagonals[][] diagonals, int candidate) =>
        [.. diagonals.SelectMany(candidates => candidates[candidate].Numbers)];

    private void Cut(ReadOnlySpan<double> matrix, int r, int c, Span<double> block)
    {
        block.Clear();
        int width = Math.Min(BlockColumns, Columns - (c * BlockColumns));
        for (int i = 0; i < BlockRows && (r * BlockRows) + i < Rows; i++)
        {
            matrix.Slice((((r * BlockRows) + i) * Columns) + (c * BlockColumns), width).CopyTo(block[(i * BlockColumns)..]);
        }
    }

    private double RequireOperands(
        CkksEvaluator evaluator, ReadOnlySpan<Ciphertext> operands, GaloisKeys keys, ReadOnlySpan<Ciphertext> destinations, int threads)
    {
        if (operands.Length != OperandCount || destinations.Length != ResultCount)
        {
            throw new ArgumentException(
                $"There are {operands.Length} operands and {destinations.Length} destinations; this matrix takes {OperandCount} and {ResultCount}.", nameof(operands));
        }

        foreach (Ciphertext destination in destinations)
        {
            _any.RequireOperand(evaluator, operands[0], keys, destination, threads);
        }

        foreach (Ciphertext operand in operands)
        {
            _any.RequireOperand(evaluator, operand, keys, destinations[0], threads);
            CkksEvaluator.RequireSameScale(operand.Scale, operands[0].Scale);
        }

        foreach (LinearTransform? block in _blocks)
        {
            block?.RequireOperand(evaluator, operands[0], keys, destinations[0], threads);
        }

        return _any.RequireOperand(evaluator, operands[0], keys, destinations[0], threads);
    }
}
