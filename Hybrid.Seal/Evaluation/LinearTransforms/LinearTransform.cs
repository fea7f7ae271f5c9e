using System.Globalization;
using System.Numerics;
using Hybrid.Seal.Evaluation;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal;

/// <summary>
/// A real matrix W made ready to be applied to encrypted vectors: y = W x, with W known to whoever computes and x not.
/// </summary>
/// <remarks>
/// <para>
/// The operand's slots hold x with a period: slot t holds x[t mod <see cref="Period"/>], 0 beyond the columns; <see cref="Pack"/> lays them
/// out. The result has y in the first <see cref="Rows"/> slots (of each <see cref="Stride"/> slots), where <see cref="Unpack"/> takes it from;
/// the other slots hold numbers without meaning that depend on W and x, unless <see cref="LinearTransformOptions.OutputPeriod"/> was
/// asked for: then y repeats with that period in all slots.
/// </para>
/// <para>
/// Diagonals of W are encoded modulo Q P, rotations of the operand share one cutting into digits and are added up before a single division
/// by P, which also rescales; spare slots hold several giant steps at once. Which steps are taken is chosen by cost
/// (<see cref="Describe"/>); <see cref="RequiredRotations"/> says which Galois keys that takes. Diagonals that are zero cost nothing.
/// Bytes: 8 N (level + 2) for each pair of a baby and a giant step. Immutable; any number of threads may share one.
/// </para>
/// <para>
/// Noise: as of a rotation and a product with a plaintext for each baby step, of one rotation more for each part of the fold. Nothing is
/// revealed to anyone, but the key's owner can learn W from the noise and the slots without meaning: whoever must keep W from them
/// masks the slots and re-randomises with enough noise.
/// Sources: Halevi and Shoup (2014), section 4.3, and (2018), section 4; Bossuat et al. (2021), section 4; Juvekar, Vaikuntanathan,
/// Chandrakasan, "GAZELLE" (2018), section 4, for rectangular matrices.
/// </para>
/// </remarks>
public sealed partial class LinearTransform
{
    private readonly LinearTransformPlan _plan;
    private readonly int[] _babies;  // the baby steps that are used, in rising order
    private readonly int[] _giants;  // the giant steps that are used, as rotations, in rising order
    private readonly AutomorphismScatter?[] _babyMaps;
    private readonly AutomorphismScatter?[] _giantMaps;
    private readonly AutomorphismScatter[][] _foldMaps;
    private readonly ResidueBlock?[] _factors; // giant by giant, for each baby: the plaintext modulo Q P, null if zero
    private readonly LinearTransformSettings _settings;
    private readonly double _squares; // of all coefficients of the encoded diagonals

    /// <summary>Compiles a matrix.</summary>
    /// <param name="context">The parameters; they must have a special prime.</param>
    /// <param name="matrix">Row by row, rows times columns finite numbers.</param>
    /// <param name="rows">Rows, at most the slots.</param>
    /// <param name="columns">Columns, at most the slots.</param>
    /// <param name="options">Level, scale and layout.</param>
    /// <exception cref="ArgumentException">The matrix does not have rows times columns numbers.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The level or the scale does not fit the parameters.</exception>
    /// <exception cref="ParameterException">The layout does not fit the slots, a number is not finite or too large, or there is no special prime.</exception>
    public LinearTransform(CkksContext context, ReadOnlySpan<double> matrix, int rows, int columns, LinearTransformOptions? options = null)
        : this(context, rows, columns, options, DiagonalsByPeriod(context, matrix, rows, columns, options))
    {
    }

    /// <summary>Compiles a square matrix given by diagonals: diagonal d has W[i, (i + d) mod n] for i from 0 to n - 1.</summary>
    /// <param name="context">The parameters; they must have a special prime.</param>
    /// <param name="diagonals">The diagonals that are not zero, by d in (-n, n), each of n finite numbers.</param>
    /// <param name="size">n, at most the slots; also the operands' period.</param>
    /// <param name="options">Level, scale and layout; its period must be n if given.</param>
    /// <inheritdoc cref="LinearTransform(CkksContext, ReadOnlySpan{double}, int, int, LinearTransformOptions)"/>
    public LinearTransform(CkksContext context, IReadOnlyDictionary<int, double[]> diagonals, int size, LinearTransformOptions? options = null)
        : this(context, size, size, options, DiagonalsGiven(context, diagonals, size, options))
    {
    }

    private LinearTransform(CkksContext context, int rows, int columns, LinearTransformOptions? options, MatrixDiagonals[] candidates)
        : this(context, rows, columns, new LinearTransformSettings(context, rows, options), candidates)
    {
    }

    private LinearTransform(CkksContext context, int rows, int columns, LinearTransformSettings settings, MatrixDiagonals[] candidates)
        : this(context, rows, columns, settings, settings.Plan(rows, columns, candidates.Select(c => (c.Period, c.Numbers))), candidates)
    {
    }

    /// <summary>Compiles with a plan that others share.</summary>
    internal LinearTransform(
        CkksContext context, int rows, int columns, LinearTransformSettings settings, LinearTransformPlan plan, MatrixDiagonals[] candidates)
    {
        Context = context;
        Rows = rows;
        Columns = columns;
        _settings = settings;
        _plan = plan;
        MatrixDiagonals diagonals = candidates.Single(candidate => candidate.Period == plan.Period);
        var babies = new SortedSet<int>();
        var giants = new SortedSet<int>();
        foreach (int diagonal in diagonals.Numbers)
        {
            (_, int giant, int baby) = plan.Place(diagonal);
            babies.Add(baby);
            giants.Add(giant * plan.Babies);
        }

        _babies = [.. babies];
        _giants = [.. giants];
        _babyMaps = [.. _babies.Select(MapOf)];
        _giantMaps = [.. _giants.Select(MapOf)];
        _foldMaps = new AutomorphismScatter[plan.Radices.Count][];
        int shift = plan.BlockStride;
        for (int part = 0; part < _foldMaps.Length; part++)
        {
            int radix = plan.Radices[part];
            int step = shift;
            _foldMaps[part] = [.. Enumerable.Range(1, radix - 1).Select(i => MapOf(i * step)!)];
            shift *= radix;
        }

        _factors = new ResidueBlock?[_babies.Length * _giants.Length];
        _squares = EncodeFactors(diagonals);
    }

    /// <summary>The parameters.</summary>
    public CkksContext Context { get; }

    /// <summary>Numbers of a result.</summary>
    public int Rows { get; }

    /// <summary>Numbers of an operand.</summary>
    public int Columns { get; }

    /// <summary>The level that operands have.</summary>
    public int Level => _settings.Level;

    /// <summary>The level that results have.</summary>
    public int ResultLevel => IsRescaling ? Level - 1 : Level;

    /// <summary>The matrix's scale.</summary>
    public double Scale => _settings.Scale;

    /// <summary>Whether results are rescaled.</summary>
    public bool IsRescaling => _settings.IsRescaling;

    /// <summary>The period with which operands repeat in their slots.</summary>
    public int Period => _plan.Period;

    /// <summary>Slots of one vector.</summary>
    public int Stride => _settings.Stride;

    /// <summary>Vectors that a ciphertext holds.</summary>
    public int VectorCount => Context.SlotCount / Stride;

    /// <summary>The rotations whose Galois keys <see cref="Apply(CkksEvaluator, Ciphertext, GaloisKeys, Ciphertext, int)"/> needs, in rising order, each in [1, N/2).</summary>
    public IReadOnlyList<int> RequiredRotations
    {
        get
        {
            var rotations = new SortedSet<int>(_babies.Concat(_giants));
            int shift = _plan.BlockStride;
            foreach (int radix in _plan.Radices)
            {
                for (int i = 1; i < radix; i++)
                {
                    rotations.Add(i * shift);
                }

                shift *= radix;
            }

            rotations.Remove(0);
            return [.. rotations];
        }
    }

    /// <summary>Lays out vectors in slots as operands: each repeated with the period within its own slots.</summary>
    /// <param name="vectors">1 to <see cref="VectorCount"/> vectors of <see cref="Columns"/> numbers, one after the other.</param>
    /// <param name="slots">Takes N / 2 numbers, to be encoded; slots of vectors that are not there take 0.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public void Pack(ReadOnlySpan<double> vectors, Span<double> slots)
    {
        if (vectors.Length == 0 || vectors.Length % Columns != 0 || vectors.Length / Columns > VectorCount)
        {
            throw new ArgumentException($"{vectors.Length} numbers are not 1 to {VectorCount} vectors of {Columns}; give whole vectors.", nameof(vectors));
        }

        if (slots.Length != Context.SlotCount)
        {
            throw new ArgumentException($"There are {Context.SlotCount} slots; this span has {slots.Length}.", nameof(slots));
        }

        slots.Clear();
        for (int i = 0; i < vectors.Length / Columns; i++)
        {
            ReadOnlySpan<double> vector = vectors.Slice(i * Columns, Columns);
            Span<double> to = slots.Slice(i * Stride, Stride);
            for (int start = 0; start < Stride; start += Period)
            {
                vector[..Math.Min(Columns, Stride - start)].CopyTo(to[start..]);
            }
        }
    }

    /// <summary>Takes results out of decoded slots.</summary>
    /// <param name="slots">Decoded slots of a result, at least those that hold the vectors.</param>
    /// <param name="results">Takes 1 to <see cref="VectorCount"/> vectors of <see cref="Rows"/> numbers, one after the other.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public void Unpack(ReadOnlySpan<double> slots, Span<double> results)
    {
        int count = results.Length / Rows;
        if (results.Length == 0 || results.Length % Rows != 0 || count > VectorCount || slots.Length < ((count - 1) * Stride) + Rows)
        {
            throw new ArgumentException(
                $"{slots.Length} slots do not give {results.Length} numbers as vectors of {Rows}, one every {Stride} slots; give whole vectors, at most {VectorCount}.",
                nameof(results));
        }

        for (int i = 0; i < count; i++)
        {
            slots.Slice(i * Stride, Rows).CopyTo(results.Slice(i * Rows, Rows));
        }
    }

    /// <summary>A bound on a result's noise, before anything is run.</summary>
    /// <param name="operand">The operand's noise.</param>
    /// <param name="norm">
    /// The root of the sum of squares of the operand's encrypted integer coefficients, or a bound on it: its scale times the largest
    /// number in its slots.
    /// </param>
    public NoiseBound Noise(NoiseBound operand, double norm)
    {
        ArgumentNullException.ThrowIfNull(operand);
        int products = _factors.Count(factor => factor is not null);
        NoiseBound noise = operand.SwitchKey(Level).MultiplyPlain(Math.Sqrt(_squares), norm * Math.Sqrt(products));
        for (int giant = 0; giant < _giants.Length; giant++)
        {
            noise = noise.SwitchKey(Level);
        }

        noise = IsRescaling ? noise.Rescale(Level) : noise;
        foreach (int radix in _plan.Radices)
        {
            NoiseBound sum = noise;
            for (int i = 1; i < radix; i++)
            {
                sum = sum.Add(noise.SwitchKey(ResultLevel));
            }

            noise = sum;
        }

        return noise;
    }

    /// <summary>Says what was chosen: steps, blocks, rotations.</summary>
    public string Describe()
    {
        int hoisted = _babies.Count(step => step != 0);
        int giants = _giants.Count(step => step != 0);
        int products = _factors.Count(factor => factor is not null);
        string fold = _plan.Blocks == 1
            ? string.Empty
            : $", {_plan.Blocks} blocks {_plan.BlockStride} slots apart folded by {string.Join(" x ", _plan.Radices)}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Rows} x {Columns}, period {Period}, level {Level}: {products} plaintext products, {hoisted} hoisted rotations, {giants} giant steps{fold}; {RequiredRotations.Count} Galois keys");
    }

    private static MatrixDiagonals[] DiagonalsByPeriod(
        CkksContext context, ReadOnlySpan<double> matrix, int rows, int columns, LinearTransformOptions? options)
    {
        ArgumentNullException.ThrowIfNull(context);
        RequireShape(context, rows, columns);
        if (matrix.Length != (long)rows * columns)
        {
            throw new ArgumentException($"A {rows} x {columns} matrix has {(long)rows * columns} numbers; {matrix.Length} were given.", nameof(matrix));
        }

        int[] periods = Periods(context, columns, options);
        var candidates = new MatrixDiagonals[periods.Length];
        for (int i = 0; i < periods.Length; i++)
        {
            candidates[i] = new MatrixDiagonals(matrix, rows, columns, periods[i]);
        }

        return candidates;
    }

    private static MatrixDiagonals[] DiagonalsGiven(
        CkksContext context, IReadOnlyDictionary<int, double[]> diagonals, int size, LinearTransformOptions? options)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(diagonals);
        RequireShape(context, size, size);
        if (options?.Period is int period && period != size)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"Diagonals of {size} numbers are for operands of period {size}, not {period}; leave the period out.");
        }

        return [new MatrixDiagonals(diagonals, size)];
    }

    /// <summary>The periods to choose from, the power of two first.</summary>
    internal static int[] Periods(CkksContext context, int columns, LinearTransformOptions? options)
    {
        if (options?.Period is not int period)
        {
            return [.. new[] { (int)BitOperations.RoundUpToPowerOf2((uint)columns), columns }.Distinct()];
        }

        if (period < columns || period > context.SlotCount)
        {
            throw new ParameterException(ParameterFault.OutOfRange, $"The period {period} is not between the {columns} columns and the {context.SlotCount} slots.");
        }

        return [period];
    }

    private static void RequireShape(CkksContext context, int rows, int columns)
    {
        if (rows < 1 || columns < 1 || rows > context.SlotCount || columns > context.SlotCount)
        {
            throw new ParameterException(
                ParameterFault.OutOfRange, $"A {rows} x {columns} matrix does not fit {context.SlotCount} slots; rows and columns go from 1 to {context.SlotCount}; split larger ones with {nameof(BlockedLinearTransform)}.");
        }
    }

    private AutomorphismScatter? MapOf(int steps) =>
        steps == 0 ? null : new AutomorphismScatter(Context.Degree, GaloisElement.OfRotation(Context.Degree, steps));
}
