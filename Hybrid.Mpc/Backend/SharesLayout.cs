using System.Collections.Immutable;
using Hybrid.Graph;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Planning;

namespace Hybrid.Mpc;

/// <summary>The circuits of a stretch on shares, and how its values are held: in as few limbs as hold what is computed.</summary>
internal sealed class SharesLayout
{
    private const int MaximumLimbs = 4;
    private const int WidestLimb = 62;
    private const int NarrowestLimb = 4;

    private readonly ImmutableArray<(int Node, StepCircuit Circuit)> _steps;

    private SharesLayout(LimbForm entry, ImmutableArray<(int Node, StepCircuit Circuit)> steps, StepCircuit? opening)
    {
        _steps = steps;
        Entry = entry;
        Opening = opening;
        Demand = steps.Select(step => step.Circuit).Append(opening).OfType<StepCircuit>().Aggregate(CorrelationDemand.None, (sum, step) => sum + step.Circuit.Cost.Demand);
    }

    /// <summary>How the value that enters is held.</summary>
    public LimbForm Entry { get; }

    /// <summary>The circuit that opens the last value to the client; null if it is too wide to be opened.</summary>
    public StepCircuit? Opening { get; }

    /// <summary>All that the stretch draws, in order.</summary>
    public CorrelationDemand Demand { get; }

    /// <summary>The circuit of an op of the stretch.</summary>
    public StepCircuit this[Node op] => _steps.First(step => step.Node == op.Id).Circuit;

    /// <summary>The layout of a stretch, compared in one way or, if none is given, in the cheaper one; null if shares cannot compute it.</summary>
    /// <param name="stretch">The stretch.</param>
    /// <param name="options">How circuits are built.</param>
    /// <param name="comparison">How to compare.</param>
    /// <param name="link">What the connection is like.</param>
    public static SharesLayout? Of(Stretch stretch, CircuitOptions options, ComparisonMethod? comparison, LinkProfile link)
    {
        if (comparison is { } method)
        {
            return Of(stretch, options with { Comparison = method });
        }

        SharesLayout? tree = Of(stretch, options with { Comparison = ComparisonMethod.Tree });
        SharesLayout? sharing = Of(stretch, options with { Comparison = ComparisonMethod.FunctionSharing });
        return tree is not null && sharing is not null && sharing.Seconds(link) < tree.Seconds(link) ? sharing : tree;
    }

    /// <summary>The layout of a stretch; null if shares cannot compute it.</summary>
    /// <param name="stretch">The stretch.</param>
    /// <param name="options">How to compare.</param>
    public static SharesLayout? Of(Stretch stretch, CircuitOptions options)
    {
        if (stretch.Entry.Op is not InputOp { Owner: Party.Client } || stretch.Nodes.Any(node => node.Shape.Rank == 0 || node.Shape.ElementCount == 0))
        {
            return null;
        }

        if (Form(stretch) is not { } entry)
        {
            return null;
        }

        var steps = ImmutableArray.CreateBuilder<(int Node, StepCircuit Circuit)>();
        LimbForm form = entry;
        foreach (Node op in stretch.Ops)
        {
            if (StepCircuit.Of(op, form, options) is not { } step)
            {
                return null;
            }

            steps.Add((op.Id, step));
            form = step.Form;
        }

        return new SharesLayout(entry, steps.ToImmutable(), StepCircuit.Opens(stretch.Last, form, options));
    }

    private double Seconds(LinkProfile link) =>
        _steps.Select(step => step.Circuit).Append(Opening).OfType<StepCircuit>().Sum(step => ComparisonChoice.Seconds(step.Circuit.Cost, link));

    // The least number of limbs, and for it the widest, that products and sums with constants fit, up to the first truncation.
    private static LimbForm? Form(Stretch stretch)
    {
        for (int count = 1; count <= MaximumLimbs; count++)
        {
            for (int bits = WidestLimb; bits >= (count == 1 ? WidestLimb : NarrowestLimb); bits--)
            {
                if (LimbForm.Of(stretch.Entry.Magnitude, count, bits) is { } form && Fits(stretch, form))
                {
                    return form;
                }
            }
        }

        return null;
    }

    private static bool Fits(Stretch stretch, LimbForm entry)
    {
        LimbForm? form = entry;
        foreach (Node op in stretch.Ops)
        {
            if (op.Op is not (MatMulOp or AddOp))
            {
                return true;
            }

            if (StepCircuit.Constant(op) is not { } constant)
            {
                return false;
            }

            form = op.Op is MatMulOp ? form.Times(constant.NormBound) : form.Plus(LimbForm.Of(constant.NormBound, form.Count, form.Bits));
            if (form is null)
            {
                return false;
            }
        }

        return true;
    }
}
