using Hybrid.Graph;
using Hybrid.Numerics;
using Hybrid.Schemes;

namespace Hybrid.Models;

/// <summary>
/// A linear model as the server runs it: the scaler folded into the weights, scores = W x + c, all in fixed point. The
/// formats are chosen so that, for inputs within sixteen scales of their means, no score errs by more than
/// <see cref="ErrorBound"/>.
/// </summary>
public sealed class FoldedModel : IServedModel
{
    /// <summary>The largest error of a score that the choice of formats allows.</summary>
    public const double Tolerance = 1.0 / (1 << 12);

    // Inputs this many scales from their mean still meet the error bound and the input range.
    private const int ScalesCovered = 16;

    private const int MaximumConstantBits = 62;

    private Dictionary<int, ConstantBinding>? _bindings;

    private FoldedModel(ModelCard card, long[] weights, long[] bias, double errorBound)
    {
        Card = card;
        Weights = weights;
        Bias = bias;
        ErrorBound = errorBound;
    }

    /// <summary>What the client is told of the model.</summary>
    public ModelCard Card { get; }

    /// <summary>Bound on the error of any score, for inputs within sixteen scales of their means.</summary>
    public double ErrorBound { get; }

    /// <summary>W transposed: (features, outputs), row-major, with the card's weight fraction bits.</summary>
    internal long[] Weights { get; }

    /// <summary>c, with the fraction bits of the scores.</summary>
    internal long[] Bias { get; }

    /// <inheritdoc/>
    public ModelProgram Program(int rows, Revealed revealed)
    {
        ModelProgram program = Card.Program(rows, revealed);
        Node[] constants = [.. program.Graph.Nodes.Where(node => node.Op is ConstantOp { Visibility.Kind: VisibilityKind.Private })];
        // The constants are the same, by number and bound, whatever the rows.
        _bindings ??= constants.Zip(new[] { Weights, Bias }).ToDictionary(pair => ((ConstantOp)pair.First.Op).Number, pair => new ConstantBinding(pair.First, pair.Second));
        return program with { Bindings = _bindings };
    }

    /// <summary>Folds a model and chooses its formats.</summary>
    /// <exception cref="ParameterException">The model's numbers are too large or too fine for fixed point.</exception>
    public static FoldedModel Of(LinearModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        int features = model.Features.Count;
        int outputs = model.Outputs;
        var folded = new double[features * outputs];
        var offset = new double[outputs];
        double largestInput = 0;
        double inputSum = 0;
        double largestNorm = 0;
        for (int k = 0; k < features; k++)
        {
            double reach = Math.Abs(model.Mean[k]) + (ScalesCovered * model.Scale[k]);
            largestInput = Math.Max(largestInput, reach);
            inputSum += reach;
        }

        for (int j = 0; j < outputs; j++)
        {
            double norm = 0;
            offset[j] = model.Bias[j];
            for (int k = 0; k < features; k++)
            {
                double weight = model.Weight(j, k) / model.Scale[k];
                folded[(k * outputs) + j] = weight;
                offset[j] -= weight * model.Mean[k];
                norm += Math.Abs(weight);
            }

            largestNorm = Math.Max(largestNorm, norm);
        }

        int inputFraction = BitsFor(largestNorm / Tolerance);
        int weightFraction = BitsFor(inputSum / Tolerance);
        int inputInteger = BitsFor(largestInput);
        if ((long)inputFraction + inputInteger > FixedPointFormat.MaximumBits)
        {
            throw TooFine(model, (double)inputFraction + inputInteger);
        }

        // The smaller terms count where inputs and weights are both tiny.
        while (weightFraction < MaximumConstantBits && Error(features, largestNorm, inputSum, inputFraction, weightFraction) > Tolerance)
        {
            weightFraction++;
        }

        long[] weights = Encode(model, folded, weightFraction);
        long[] bias = Encode(model, offset, inputFraction + weightFraction);
        int normBits = 0;
        for (int j = 0; j < outputs; j++)
        {
            Int128 norm = 0;
            for (int k = 0; k < features; k++)
            {
                norm += Math.Abs(weights[(k * outputs) + j]);
            }

            normBits = Math.Max(normBits, 128 - (int)Int128.LeadingZeroCount(norm));
        }

        int biasBits = 64 - (int)long.LeadingZeroCount(bias.Max(Math.Abs));
        var card = new ModelCard(
            model.Name, [.. model.Features], [.. model.Labels], model.Activation, outputs, new FixedPointFormat(inputFraction, inputInteger), weightFraction, normBits, biasBits);
        return new FoldedModel(card, weights, bias, Error(features, largestNorm, inputSum, inputFraction, weightFraction));
    }

    // |error| <= norm · 2^-(f_x + 1) + sum |x| · 2^-(f_w + 1), and what both roundings and the bias's add.
    private static double Error(int features, double norm, double inputSum, int inputFraction, int weightFraction) =>
        Math.ScaleB(norm, -inputFraction - 1)
        + Math.ScaleB(inputSum, -weightFraction - 1)
        + Math.ScaleB(features, -inputFraction - weightFraction - 2)
        + Math.ScaleB(1, -inputFraction - weightFraction - 1);

    // The least b >= 0 with 2^b >= value.
    private static int BitsFor(double value) => Math.Max(0, (int)Math.Ceiling(Math.Log2(Math.Max(value, 1))));

    private static long[] Encode(LinearModel model, double[] values, int fractionBits)
    {
        var encoded = new long[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            double scaled = Math.Round(Math.ScaleB(values[i], fractionBits), MidpointRounding.ToEven);
            if (!(Math.Abs(scaled) < Math.ScaleB(1, MaximumConstantBits)))
            {
                throw TooFine(model, Math.Floor(Math.Log2(Math.Abs(scaled))) + 1);
            }

            encoded[i] = (long)scaled;
        }

        return encoded;
    }

    private static ParameterException TooFine(LinearModel model, double bits) => new(
        ParameterFault.OutOfRange,
        $"The model {model.Name} needs fixed-point numbers of {(bits < 1000 ? $"{bits:0}" : "over a thousand")} bits for scores right to {Tolerance:g2}, and {MaximumConstantBits} is the limit: rescale its features or its scores.");
}
