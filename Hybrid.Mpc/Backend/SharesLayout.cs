using Hybrid.Graph;
using Hybrid.Mpc.Bits;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Planning;

namespace Hybrid.Mpc;

/// <summary>
/// How a stretch is computed on shares: of the ways to build its circuit, the cheapest over the link. Values are single words, unless what
/// enters has to be cut into limbs for what is computed of it to fit.
/// </summary>
internal static class SharesLayout
{
    private const int MaximumLimbs = 4;
    private const int WidestLimb = 62;
    private const int NarrowestLimb = 4;

    /// <summary>The circuit of a stretch, compared in one way or, if none is given, in the cheaper one.</summary>
    /// <param name="stretch">The stretch.</param>
    /// <param name="options">How circuits are built.</param>
    /// <param name="comparison">How to compare; null: as is cheaper.</param>
    /// <param name="link">What the connection is like.</param>
    /// <param name="dealer">What the connections to the dealer are like.</param>
    /// <exception cref="ParameterException">Shares cannot compute the stretch: the message says which op, and why.</exception>
    public static BlockCircuit Of(Stretch stretch, CircuitOptions options, ComparisonMethod? comparison, LinkProfile link, LinkProfile dealer)
    {
        // What comes from ciphertexts has been there and back while the dealer was sending.
        double before = stretch.Entries.Any(entry => stretch.Entering(entry).IsAny) ? link.RoundTripSeconds : 0;
        (BlockCircuit Block, BlockOptions Way, double Seconds)? best = null;
        foreach (BlockOptions way in Ways(stretch, options, comparison))
            Try(way);

        // One after the other, the smallest first: each is dealt for.
        foreach (Node product in SelectedProducts(stretch))
            Try(best!.Value.Way with { SelectedProducts = best.Value.Way.SelectedProducts.Add(product.Id) });
        return best!.Value.Block;

        void Try(BlockOptions way)
        {
            BlockCircuit block = Of(stretch, way);
            double seconds = ComparisonChoice.Seconds(block.Circuit.Cost, link, dealer, before);
            if (best is null || seconds < best.Value.Seconds)
            {
                best = (block, way, seconds);
            }
        }
    }

    // The products with weights of what a ReLU selects, be it in another shape, of values that come from ciphertexts: there the client has its
    // share late, and the server would wait for it.
    private static IEnumerable<Node> SelectedProducts(Stretch stretch)
    {
        HashSet<int> late = [.. stretch.Entries.Where(entry => stretch.Entering(entry).IsAny).Select(entry => entry.Id)];
        var selected = new HashSet<int>();
        var products = new List<Node>();
        foreach (Node op in stretch.Ops)
        {
            int input = op.Inputs[0].Id;
            if ((op.Op is TruncateOp or ReshapeOp) && late.Contains(input))
            {
                late.Add(op.Id);
            }
            else if (op.Op is UnaryOp { Function: UnaryFunction.Relu } ? late.Contains(input) : op.Op is ReshapeOp && selected.Contains(input))
            {
                selected.Add(op.Id);
            }
            else if (op.Op is MatMulOp && selected.Contains(op.Inputs[0].Id) && op.Inputs[1] is { Shape.Rank: 2 } weights && BlockOperands.AreWeights(weights)
                && SelectedProduct.CanDeal(op.Inputs[0].Shape.ElementCount, weights.Shape[0], weights.Shape[1]))
            {
                products.Add(op);
            }
        }

        return products.OrderBy(op => op.Inputs[1].Shape.ElementCount);
    }

    private static IEnumerable<BlockOptions> Ways(Stretch stretch, CircuitOptions options, ComparisonMethod? comparison)
    {
        bool compares = false;
        foreach (Node op in stretch.Ops)
            compares |= op.Op is not (MatMulOp or Conv2dOp or MultiplyOp or AddOp or SubtractOp or NegateOp or TruncateOp or ScaleUpOp or ReduceSumOp or ReduceMeanOp or ReshapeOp);

        ComparisonMethod[] methods = comparison is { } one ? [one] : compares ? [ComparisonMethod.Tree, ComparisonMethod.FunctionSharing] : [ComparisonMethod.Tree];
        IEnumerable<CircuitOptions> ways = methods.Select(method => options with { Comparison = method });
        // What comes from ciphertexts with a surplus has few bits once it is truncated.
        if (compares && methods.Contains(ComparisonMethod.Tree) && stretch.Entries.Any(entry => stretch.Entering(entry).IsAny))
        {
            ways = ways.Append(options with { Comparison = ComparisonMethod.Tree, MergedDigits = MergeGroup.MostDigits });
        }

        return ways.Select(way => new BlockOptions(way, []));
    }

    private static BlockCircuit Of(Stretch stretch, BlockOptions options)
    {
        try
        {
            return BlockCircuit.Of(stretch, null, options);
        }
        catch (ParameterException refusal) when (refusal.Fault == ParameterFault.OutOfRange && Form(stretch) is { } form)
        {
            // Cut into limbs it may fit.
            return BlockCircuit.Of(stretch, form, options);
        }
    }

    // The least number of limbs, and for it the widest, that products and sums with constants fit, up to the first truncation.
    private static LimbForm? Form(Stretch stretch)
    {
        if (stretch.Entries is not [{ Op: InputOp } entry])
        {
            return null;
        }

        for (int count = 2; count <= MaximumLimbs; count++)
        {
            for (int bits = WidestLimb; bits >= NarrowestLimb; bits--)
            {
                if (LimbForm.Of(entry.Magnitude, count, bits) is { } form && Fits(stretch, form))
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

            // A share cannot be cut into limbs to be added.
            if (op.Inputs[1] is not { Op: ConstantOp bounds } constant || (op.Op is AddOp && constant.IsSecret))
            {
                return false;
            }

            form = op.Op is MatMulOp ? form.Times(OpCircuits.Norm(op, constant)) : form.Plus(LimbForm.Of(bounds.NormBound, form.Count, form.Bits));
            if (form is null)
            {
                return false;
            }
        }

        return true;
    }
}
