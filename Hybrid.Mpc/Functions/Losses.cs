using Hybrid.Mpc.Circuits;

namespace Hybrid.Mpc.Functions;

/// <summary>Losses, each a tensor of one element: the mean over the rows.</summary>
public static class Losses
{
    /// <summary>Cross-entropy of scores (N, C) with targets (N, C) that are probabilities, such as secret one-hot rows.</summary>
    public static Wire CrossEntropy(this Wire scores, Wire targets)
    {
        Wire products = scores.LogSoftmax(Axis(scores)).Product(targets);
        return products.Sum([]).Negate().DividedBy(Math.Max(1, scores.Shape[0])).Rescale(scores.FractionBits);
    }

    /// <summary>The mean of the squared differences of all elements.</summary>
    public static Wire MeanSquaredError(this Wire x, Wire targets)
    {
        Wire difference = x.Subtract(targets);
        return difference.SquareProduct().Mean([]).Rescale(difference.FractionBits);
    }

    private static int Axis(Wire scores) => Linear.Of(scores) is not null && scores.Shape.Rank == 2
        ? 1
        : throw new ParameterException(ParameterFault.Mismatch, $"A cross-entropy takes rows of scores, (N, C), and the {scores} is none.");
}
