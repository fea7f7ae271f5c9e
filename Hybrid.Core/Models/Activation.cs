namespace Hybrid.Models;

/// <summary>What is applied to the scores: by the client once it has decrypted them, or before anything is opened where a scheme can.</summary>
public enum Activation
{
    /// <summary>The scores themselves: regression.</summary>
    None,

    /// <summary>1 / (1 + e^-score): the probability of label 1 of 2.</summary>
    Sigmoid,

    /// <summary>e^score over the sum of all: a probability for each label.</summary>
    Softmax,

    /// <summary>The scores as they are, one for each label: the greatest says which.</summary>
    Greatest,
}

/// <summary>How activations are applied.</summary>
public static class Activations
{
    /// <summary>Applies an activation to one row of scores.</summary>
    public static double[] Apply(this Activation activation, ReadOnlySpan<double> scores)
    {
        switch (activation)
        {
            case Activation.Sigmoid:
                var probabilities = new double[scores.Length];
                for (int i = 0; i < scores.Length; i++)
                {
                    probabilities[i] = 1 / (1 + Math.Exp(-scores[i]));
                }

                return probabilities;
            case Activation.Softmax:
                var shares = new double[scores.Length];
                double largest = double.NegativeInfinity;
                foreach (double score in scores)
                {
                    largest = Math.Max(largest, score);
                }

                double sum = 0;
                for (int i = 0; i < scores.Length; i++)
                {
                    sum += shares[i] = Math.Exp(scores[i] - largest);
                }

                for (int i = 0; i < scores.Length; i++)
                {
                    shares[i] /= sum;
                }

                return shares;
            default:
                return scores.ToArray();
        }
    }

    /// <summary>The label that one row of scores says, or -1 for an activation without labels.</summary>
    public static int Label(this Activation activation, ReadOnlySpan<double> scores)
    {
        switch (activation)
        {
            case Activation.Sigmoid:
                return scores[0] > 0 ? 1 : 0;
            case Activation.Softmax or Activation.Greatest:
                int best = 0;
                for (int i = 1; i < scores.Length; i++)
                {
                    best = scores[i] > scores[best] ? i : best;
                }

                return best;
            default:
                return -1;
        }
    }

    /// <summary>The label that one row of values says, the activation being applied already; -1 for an activation without labels.</summary>
    public static int LabelOfValues(this Activation activation, ReadOnlySpan<double> values) =>
        activation == Activation.Sigmoid ? values[0] > 0.5 ? 1 : 0 : activation.Label(values);
}
