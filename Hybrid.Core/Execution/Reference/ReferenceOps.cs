using System.Numerics;
using System.Numerics.Tensors;
using Hybrid.Graph;
using Hybrid.Tensors;

namespace Hybrid.Execution;

/// <summary>The ops that are the same in real and in fixed-point arithmetic, but for the numbers.</summary>
internal static class ReferenceOps
{
    /// <summary>The op's value, or null if it depends on how numbers are written.</summary>
    /// <param name="op">The op.</param>
    /// <param name="inputs">What it is applied to.</param>
    /// <param name="number">A public number of the op, as one of the value's.</param>
    public static T[]? Evaluate<T>(Node op, IReadOnlyList<T[]> inputs, Func<double, T> number)
        where T : struct, INumber<T>, IMinMaxValue<T>
    {
        switch (op.Op)
        {
            case RevealOp or ReshapeOp:
                return inputs[0];
            case AddOp:
                return Pair(op, inputs, TensorPrimitives.Add);
            case SubtractOp:
                return Pair(op, inputs, TensorPrimitives.Subtract);
            case MultiplyOp:
                return Pair(op, inputs, TensorPrimitives.Multiply);
            case MaximumOp:
                return Pair(op, inputs, TensorPrimitives.Max);
            case MinimumOp:
                return Pair(op, inputs, TensorPrimitives.Min);
            case LessOp:
                return Pair(op, inputs, Pairwise.Less);
            case EqualOp:
                return Pair(op, inputs, Pairwise.Equal);
            case WhereOp:
                return Pairwise.Where(
                    inputs[0], op.Inputs[0].Shape, inputs[1], op.Inputs[1].Shape, inputs[2], op.Inputs[2].Shape, op.Shape);
            case NegateOp:
                return Each(inputs[0], element => -element);
            case UnaryOp { Function: UnaryFunction.Relu }:
                return Each(inputs[0], element => T.Max(element, T.Zero));
            case UnaryOp { Function: UnaryFunction.Abs }:
                return Each(inputs[0], T.Abs);
            case UnaryOp { Function: UnaryFunction.Sign }:
                return Each(inputs[0], element => T.CreateChecked(T.Sign(element)));
            case ClipOp clip:
                (T low, T high) = (number(clip.Low), number(clip.High));
                return Each(inputs[0], element => T.Clamp(element, low, high));
            case MatMulOp:
                return ReferenceLinear.MatMul(inputs[0], op.Inputs[0].Shape, inputs[1], op.Inputs[1].Shape, op.Shape);
            case Conv2dOp convolution:
                return ReferenceLinear.Convolution(inputs[0], op.Inputs[0].Shape, inputs[1], op.Inputs[1].Shape, convolution.Geometry, op.Shape);
            default:
                return Moved(op, inputs, number) ?? Folded(op, inputs);
        }
    }

    /// <summary>A function of each element; many elements are shared among threads.</summary>
    public static TResult[] Each<T, TResult>(T[] source, Func<T, TResult> function)
    {
        const int chunk = 1 << 14;
        var result = new TResult[source.Length];
        int chunks = (source.Length + chunk - 1) / chunk;
        if (chunks < 2)
        {
            Part(0);
        }
        else
        {
            Parallel.For(0, chunks, Part);
        }

        return result;

        void Part(int index)
        {
            int end = Math.Min(source.Length, (index + 1) * chunk);
            for (int i = index * chunk; i < end; i++)
                result[i] = function(source[i]);
        }
    }

    /// <summary>A function of each two elements.</summary>
    public static T[] Pair<T>(Node op, IReadOnlyList<T[]> inputs, PairFunction<T> function) =>
        Pairwise.Of(inputs[0], op.Inputs[0].Shape, inputs[1], op.Inputs[1].Shape, op.Shape, function);

    /// <summary>The sum of each window, padding as zeros.</summary>
    public static T[] SumWindows<T>(Node op, AveragePoolOp pool, T[] images)
        where T : INumber<T>
    {
        Tensors.Shape shape = op.Inputs[0].Shape;
        var windows = new ReferenceWindows(shape[2], shape[3], pool.Height, pool.Width, pool.Geometry);
        return windows.Fold(images, shape, T.Zero, op.Shape, (sum, element) => sum + element);
    }

    /// <summary>How many elements go into one mean.</summary>
    public static long Terms(Node op) => op.Op switch
    {
        ReduceMeanOp mean => Reduction.Of(op.Inputs[0].Shape, mean.Axes, mean.KeepDimensions).Terms,
        AveragePoolOp pool => (long)pool.Height * pool.Width,
        _ => throw new ArgumentException($"{op} is no mean.", nameof(op)),
    };

    private static T[]? Moved<T>(Node op, IReadOnlyList<T[]> inputs, Func<double, T> number)
    {
        if (op.Op is not (TransposeOp or SliceOp or PadOp or GatherOp or ExpandOp or ConcatOp))
        {
            return null;
        }

        Shape shape = op.Inputs[0].Shape;
        var result = new T[op.Shape.ElementCount];
        switch (op.Op)
        {
            case TransposeOp transpose:
                TensorShuffle.Transpose(inputs[0], shape, transpose.Order.AsSpan(), result);
                return result;
            case SliceOp slice:
                TensorShuffle.Slice(inputs[0], shape, slice.Starts.AsSpan(), slice.Sizes.AsSpan(), slice.Steps.AsSpan(), result);
                return result;
            case PadOp pad:
                TensorShuffle.Pad(inputs[0], shape, pad.Before.AsSpan(), pad.After.AsSpan(), number(pad.Value), result);
                return result;
            case GatherOp gather:
                TensorShuffle.Gather(inputs[0], shape, gather.Places.AsSpan(), gather.Axis, result);
                return result;
            case ExpandOp:
                TensorShuffle.BroadcastTo(inputs[0], shape, op.Shape, result);
                return result;
            case ConcatOp concat:
                int start = 0;
                for (int i = 0; i < inputs.Count; i++)
                {
                    TensorShuffle.ConcatPart(inputs[i], op.Inputs[i].Shape, concat.Axis, start, result, op.Shape);
                    start += op.Inputs[i].Shape[concat.Axis];
                }

                return result;
            default:
                return null;
        }
    }

    private static T[]? Folded<T>(Node op, IReadOnlyList<T[]> inputs)
        where T : struct, INumber<T>, IMinMaxValue<T>
    {
        Tensors.Shape shape = op.Inputs[0].Shape;
        int count = op.Shape.ElementCount;
        switch (op.Op)
        {
            case ReduceSumOp sum:
                return Folding.Sum(inputs[0], shape, Reduction.Resolve(shape, sum.Axes), count);
            case ReduceMaxOp extreme:
                return Folding.Extreme(inputs[0], shape, extreme.Axis, extreme.IsLeast, count);
            case ArgMaxOp place:
                return Folding.Place(inputs[0], shape, place.Axis, place.IsLeast, count);
            case MaxPoolOp pool:
                var windows = new ReferenceWindows(shape[2], shape[3], pool.Height, pool.Width, pool.Geometry);
                return windows.Fold(inputs[0], shape, T.MinValue, op.Shape, T.Max);
            default:
                return null;
        }
    }
}
