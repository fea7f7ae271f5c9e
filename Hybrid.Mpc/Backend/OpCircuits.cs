using System.Collections.Immutable;
using Hybrid.Graph;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Functions;
using Hybrid.Mpc.Protocols;
using Hybrid.Numerics;

namespace Hybrid.Mpc;

/// <summary>Each op of a graph as gates of a circuit.</summary>
internal static class OpCircuits
{
    /// <summary>Adds an op.</summary>
    /// <param name="op">The op.</param>
    /// <param name="of">What it is applied to.</param>
    /// <exception cref="ParameterException">Shares cannot compute it.</exception>
    public static LimbedWires Compute(Node op, BlockOperands of)
    {
        if (op.Shape.ElementCount == 0 || op.Shape.Rank == 0)
        {
            throw new ParameterException(ParameterFault.Unsupported, $"Shares hold tensors of at least one dimension and one element; {op} is none.");
        }

        return op.Op switch
        {
            MatMulOp when BlockOperands.AreWeights(op.Inputs[1]) && of.Limbs(op.Inputs[0]) is { Limbs.Length: > 1 } limbs => WideProduct(op, limbs, of),
            AddOp when op.Inputs[1].Op is ConstantOp constant && of.Limbs(op.Inputs[0]) is { Limbs.Length: > 1 } limbs => WideSum(op, limbs, constant, of),
            TruncateOp truncate when of.Limbs(op.Inputs[0]) is { Limbs.Length: > 1 } limbs => WideTruncation(op, limbs, truncate.Bits),
            _ => LimbedWires.Of(Fitted(op, Single(op, of))),
        };
    }

    // Everything that follows knows the node's own range, fraction bits and shape.
    private static Wire Fitted(Node op, Wire result)
    {
        Wire shaped = result.Shape.Equals(op.Shape) ? result : result.Reshape([.. op.Shape.Lengths]);
        if (shaped.FractionBits != op.FractionBits)
        {
            throw new InvalidOperationException($"{op} came out with {shaped.FractionBits} fraction bits.");
        }

        WordRange range = new(Int128.Max(shaped.Range.Low, op.Range.Low), Int128.Min(shaped.Range.High, op.Range.High));
        return range == shaped.Range || range.Low > range.High ? shaped : shaped.Narrow(range);
    }

    private static Wire Single(Node op, BlockOperands of)
    {
        if (of.Ahead(op) is { } result)
        {
            return result;
        }

        Node first = op.Inputs[0];
        return op.Op switch
        {
            MatMulOp => Product(op, of, (x, y) => x.MatMulProduct(y), of.Options.SelectedProducts.Contains(op.Id) ? Linear.SelectedMatMulProduct : Linear.MatMulProduct, (x, p) => x.MatMulProduct(p)),
            Conv2dOp conv => Product(
                op, of, (x, y) => x.ConvolutionProduct(y, conv.Geometry), (x, w) => x.ConvolutionProduct(w, conv.Geometry), (x, p) => x.ConvolutionProduct(p, conv.Geometry)),
            MultiplyOp => Product(op, of, (x, y) => x.Product(y), (x, w) => x.Product(w), (x, p) => x.Product(p)),
            AddOp when BlockOperands.Public(op.Inputs[1]) is { } known && first.Op is not ConstantOp => of[first].Add(known),
            AddOp => of[first].Add(of[op.Inputs[1]]),
            SubtractOp => of[first].Subtract(of[op.Inputs[1]]),
            NegateOp => of[first].Negate(),
            TruncateOp => of.TruncatedAhead(op) ?? of[first].Rescale(op.FractionBits),
            ScaleUpOp => of[first].Rescale(op.FractionBits),
            ReduceSumOp sum => of[first].Sum(Axes(first, sum.Axes), sum.KeepDimensions),
            ReduceMeanOp mean => of[first].Mean(Axes(first, mean.Axes), mean.KeepDimensions),
            AveragePoolOp pool => of[first].AveragePool(pool.Height, pool.Width, pool.Geometry),
            MaxPoolOp pool => of[first].MaxPool(pool.Height, pool.Width, pool.Geometry),
            ReduceMaxOp max => max.IsLeast ? of[first].Min(max.Axis, max.KeepDimension) : of[first].Max(max.Axis, max.KeepDimension),
            ArgMaxOp max => max.IsLeast ? of[first].ArgMin(max.Axis, max.KeepDimension) : of[first].ArgMax(max.Axis, max.KeepDimension),
            ReshapeOp => of[first].Reshape([.. op.Shape.Lengths]),
            TransposeOp transpose => of[first].Transpose(transpose.Order.AsSpan()),
            SliceOp slice => of[first].Slice(slice.Starts.AsSpan(), slice.Sizes.AsSpan(), slice.Steps.AsSpan()),
            ConcatOp concat => Shaping.Concat(concat.Axis, [.. op.Inputs.Select(input => of[input])]),
            PadOp pad => of[first].Pad(pad.Before.AsSpan(), pad.After.AsSpan(), pad.Value),
            GatherOp gather => of[first].Gather(gather.Places.AsSpan(), gather.Axis),
            ExpandOp => of[first].BroadcastTo(op.Shape),
            UnaryOp unary => Unary(unary.Function, first, of),
            LeakyReluOp leaky => of[first].LeakyRelu(leaky.Slope),
            ClipOp clip => of[first].Clip(clip.Low, clip.High),
            MaximumOp => of[first].Max(of[op.Inputs[1]]),
            MinimumOp => of[first].Min(of[op.Inputs[1]]),
            LessOp => of[first].Less(of[op.Inputs[1]]).ToWire(),
            EqualOp => of[first].EqualTo(of[op.Inputs[1]]).ToWire(),
            WhereOp => Choice(op, of),
            DivideOp => of[first].Divide(of[op.Inputs[1]]),
            PowerOp power => of[first].Power(power.Exponent).Rescale(op.FractionBits),
            SoftmaxOp softmax => of[first].Softmax(softmax.Axis),
            LogSoftmaxOp softmax => of[first].LogSoftmax(softmax.Axis),
            _ => throw new ParameterException(ParameterFault.Unsupported, $"Shares have no {op.Op.Name}."),
        };
    }

    private static Wire Unary(UnaryFunction function, Node input, BlockOperands of)
    {
        Wire x = of[input];
        return function switch
        {
            UnaryFunction.Relu => x.Relu(),
            UnaryFunction.Abs => x.Abs(),
            UnaryFunction.Sign => x.Sign(),
            UnaryFunction.Sigmoid => x.Sigmoid(),
            UnaryFunction.Tanh => x.Tanh(),
            UnaryFunction.Erf => x.Erf(),
            UnaryFunction.Gelu => x.Gelu(),
            UnaryFunction.Silu => x.Silu(),
            UnaryFunction.Softplus => x.Softplus(),
            UnaryFunction.Exp => x.Exp(),
            UnaryFunction.Log => x.Log(),
            UnaryFunction.Sqrt => x.Sqrt(),
            UnaryFunction.ReciprocalSqrt => x.ReciprocalSqrt(),
            UnaryFunction.Reciprocal => x.Reciprocal(),
            UnaryFunction.Sin => x.Sin(),
            UnaryFunction.Cos => x.Cos(),
            _ => throw new ParameterException(ParameterFault.Unsupported, $"Shares have no {function}."),
        };
    }

    private static Wire Product(
        Node op,
        BlockOperands of,
        Func<Wire, Wire, Wire> secret,
        Func<Wire, WeightSpecification, Wire> weighted,
        Func<Wire, PublicTensor, Wire> known)
    {
        (Node x, Node y) = (op.Inputs[0], op.Inputs[1]);
        // Of two constants, what a party or all know is the cheaper to multiply by.
        if (op.Op is MultiplyOp && x.Op is ConstantOp && !(x.IsSecret && y.Op is ConstantOp))
        {
            (x, y) = (y, x);
        }

        return op.Op is MatMulOp && BlockOperands.AreWeights(x) && y.Op is not ConstantOp
            ? Weighted(of[y], of.WeightsOf(x, LeftNorm(x)), (right, w) => w.MatMulProduct(right))
            : BlockOperands.AreWeights(y) ? Weighted(of[x], of.WeightsOf(y, Norm(op, y)), weighted)
            : BlockOperands.Public(y) is { } tensor ? known(of[x], tensor)
            : secret(of[x], of[y]);
    }

    /// <summary>A public bound on the magnitudes of weights that meet in one element of a product.</summary>
    /// <param name="op">The product.</param>
    /// <param name="weights">The constant that it multiplies by.</param>
    public static Int128 Norm(Node op, Node weights) => op.Op switch
    {
        MultiplyOp => weights.Magnitude,
        // A constant's own bound is on columns, or on kernels, of two or four dimensions, and on single elements of others.
        MatMulOp when weights.Shape.Rank != 2 => WordRange.Product(weights.Magnitude, weights.Shape[weights.Shape.Rank - 2]),
        _ => ((ConstantOp)weights.Op).NormBound,
    };

    // Of a row of a matrix that multiplies from the left.
    private static Int128 LeftNorm(Node weights) => WordRange.Product(weights.Magnitude, weights.Shape[weights.Shape.Rank - 1]);

    // What neither party knows is the sum of what each does, modulo 2^64, and so is the product: parts of it are any words.
    private static Wire Weighted(Wire x, ImmutableArray<WeightSpecification> weights, Func<Wire, WeightSpecification, Wire> product) =>
        weights.Select(part => product(x, part)).Aggregate((sum, part) => sum.AddParts(part));

    private static Wire Choice(Node op, BlockOperands of)
    {
        (Wire condition, Wire x, Wire y) = (of[op.Inputs[0]], of[op.Inputs[1]], of[op.Inputs[2]]);
        return condition.Product(x.Subtract(y)).Add(y);
    }

    private static ReadOnlySpan<int> Axes(Node input, IntegerList axes) => axes.Count == 0 ? Enumerable.Range(0, input.Shape.Rank).ToArray() : axes.AsSpan();

    private static LimbedWires WideProduct(Node op, LimbedWires limbs, BlockOperands of)
    {
        Node constant = op.Inputs[1];
        Int128 norm = Norm(op, constant);
        LimbForm form = limbs.Form.Times(norm) ?? throw TooWide(op);
        // Limbs stand for integers, and have no fraction bits.
        ImmutableArray<WeightSpecification> weights = [.. of.WeightsOf(constant, norm).Select(part => part with { FractionBits = 0 })];
        return new LimbedWires(form, [.. limbs.Limbs.Select(limb => Weighted(limb, weights, (x, part) => x.MatMulProduct(part)))]);
    }

    private static LimbedWires WideSum(Node op, LimbedWires limbs, ConstantOp constant, BlockOperands of)
    {
        LimbForm added = LimbForm.Of(constant.NormBound, limbs.Form.Count, limbs.Form.Bits) ?? throw TooWide(op);
        LimbForm form = limbs.Form.Plus(added) ?? throw TooWide(op);
        LimbedWires more = of.Constant(op.Inputs[1], added);
        return new LimbedWires(form, [.. limbs.Limbs.Zip(more.Limbs, (limb, one) => limb.Add(one))]);
    }

    // Limb i counts 2^(i b) times, so it loses that many bits fewer, or gains some; the limbs' sum is the result.
    private static LimbedWires WideTruncation(Node op, LimbedWires limbs, int lost)
    {
        Wire? sum = null;
        for (int limb = 0; limb < limbs.Form.Count; limb++)
        {
            // A limb is within 2^62, so of one that loses more than 62 bits at most a unit is left, and that is left out.
            int bits = lost - (limb * limbs.Form.Bits);
            if (bits <= FixedPointFormat.MaximumBits)
            {
                Wire part = bits > 0 ? limbs.Limbs[limb].Relabel(bits).Rescale(0) : limbs.Limbs[limb].Rescale(-bits).Relabel(0);
                sum = sum is null ? part : sum.Add(part);
            }
        }

        // The parts' ranges add up to more than what a sum of limbs can be.
        return LimbedWires.Of((sum ?? throw TooWide(op)).Relabel(op.FractionBits).Narrow(op.Range));
    }

    private static ParameterException TooWide(Node op) => new(ParameterFault.OutOfRange, $"{op} has integers that no number of limbs holds.");
}
