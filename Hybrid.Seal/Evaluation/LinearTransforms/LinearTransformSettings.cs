namespace Hybrid.Seal.Evaluation;

/// <summary>The options of a linear transform with what was left out filled in, checked.</summary>
internal sealed record LinearTransformSettings
{
    private readonly CkksContext _context;

    /// <summary>Fills in and checks.</summary>
    public LinearTransformSettings(CkksContext context, int rows, LinearTransformOptions? options)
    {
        options ??= new LinearTransformOptions();
        _context = context;
        _ = context.SpecialPrime;
        Level = options.Level ?? context.MaximumLevel;
        context.RequireLevel(Level, nameof(options));
        IsRescaling = options.Rescale ?? Level > 0;
        if (IsRescaling && Level == 0)
        {
            throw new ParameterException(ParameterFault.OutOfRange, "A transform at level 0 cannot rescale its result; compile it for a higher level, or without rescaling.");
        }

        Scale = options.Scale ?? (IsRescaling ? context.Parameters.Primes[Level].Value : context.Parameters.DefaultScale);
        context.RequireScale(Scale, Level, nameof(options));
        Stride = options.Stride ?? context.SlotCount;
        if (Stride < 1 || Stride > context.SlotCount)
        {
            throw new ParameterException(ParameterFault.OutOfRange, $"A vector was given {Stride} slots and there are {context.SlotCount}; give it 1 to {context.SlotCount}.");
        }

        OutputPeriod = options.OutputPeriod ?? 0;
        if (OutputPeriod != 0 && (OutputPeriod < rows || context.SlotCount % OutputPeriod != 0 || Stride != context.SlotCount))
        {
            throw new ParameterException(
                ParameterFault.OutOfRange, $"The output period {OutputPeriod} must be a power of two from the {rows} rows to the {context.SlotCount} slots, and a vector must have all slots.");
        }
    }

    /// <summary>Level of operands.</summary>
    public int Level { get; }

    /// <summary>Scale of the matrix.</summary>
    public double Scale { get; }

    /// <summary>Whether results are rescaled.</summary>
    public bool IsRescaling { get; }

    /// <summary>Slots of a vector.</summary>
    public int Stride { get; }

    /// <summary>The period of results; 0 if they are not to repeat.</summary>
    public int OutputPeriod { get; }

    /// <summary>The cheapest plan for some diagonals with one of some periods.</summary>
    /// <exception cref="ParameterException">None fits the slots.</exception>
    public LinearTransformPlan Plan(int rows, int columns, IEnumerable<(int Period, IReadOnlyCollection<int> Diagonals)> candidates)
    {
        var cost = new LinearTransformCost(_context.Degree, Level, IsRescaling);
        LinearTransformPlan? best = null;
        foreach ((int period, IReadOnlyCollection<int> diagonals) in candidates)
        {
            bool isCyclic = Stride == _context.SlotCount && Stride % period == 0;
            if (OutputPeriod != 0 && !isCyclic)
            {
                continue;
            }

            LinearTransformPlan? plan = LinearTransformPlan.Choose(cost, diagonals, period, OutputPeriod == 0 ? rows : Stride, Stride, isCyclic);
            if (plan is not null && (best is null || plan.Cost < best.Cost))
            {
                best = plan;
            }
        }

        return best ?? throw new ParameterException(
            ParameterFault.OutOfRange,
            $"A {rows} x {columns} matrix does not fit {Stride} slots with this period; give a vector more slots (rows + period - 1 suffice), take a power of two as period, or split the matrix with {nameof(BlockedLinearTransform)}.");
    }
}
