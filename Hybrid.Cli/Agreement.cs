using System.Globalization;
using Hybrid.Execution;
using Hybrid.Models;

namespace Hybrid.Cli;

/// <summary>How private predictions compare with those of the model in the clear.</summary>
/// <param name="Rows">Rows compared.</param>
/// <param name="Differing">Rows whose label is another; for a regression, whose value differs by more than 0.001.</param>
/// <param name="MaxError">Largest difference of a score, or of a value where only values were revealed; null where only labels were.</param>
/// <param name="AreScores">Whether scores were compared.</param>
internal sealed record Agreement(int Rows, int Differing, double? MaxError, bool AreScores)
{
    /// <summary>The largest share of rows whose label may differ: near ties of scores, which rounding decides.</summary>
    public const double DifferingAllowed = 0.002;

    /// <summary>The largest difference of a score that rounding may make.</summary>
    public const double ErrorAllowed = 5e-3;

    private const double RegressionTolerance = 1e-3;

    /// <summary>Share of rows with the model's answer.</summary>
    public double Share => Rows == 0 ? 1 : 1 - (Differing / (double)Rows);

    /// <summary>Compares.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">What was asked, row-major.</param>
    /// <param name="prediction">What came back.</param>
    /// <param name="revealed">What the client learnt.</param>
    public static Agreement Of(LoadedModel model, double[] rows, Prediction prediction, Revealed revealed)
    {
        ModelCard card = model.Served.Card;
        int count = prediction.Labels.Count;
        double[] scores = model.Scores(rows, count);
        double[]? results = revealed == Revealed.Label ? null : PredictionReport.Flat(prediction.Scores ?? prediction.Values);
        double largest = 0;
        int differing = 0;
        for (int row = 0; row < count; row++)
        {
            double[] expected = scores[(row * card.Outputs)..((row + 1) * card.Outputs)];
            double difference = 0;
            if (results is not null)
            {
                double[] compared = revealed == Revealed.Scores ? expected : card.Activation.Apply(expected);
                for (int i = 0; i < compared.Length; i++)
                    difference = Math.Max(difference, Math.Abs(compared[i] - results[(row * compared.Length) + i]));
            }

            largest = Math.Max(largest, difference);
            differing += (card.Activation != Activation.None ? card.Activation.Label(expected) != prediction.Labels[row] : difference > RegressionTolerance) ? 1 : 0;
        }

        return new Agreement(count, differing, results is null ? null : largest, revealed == Revealed.Scores);
    }

    /// <summary>Refuses predictions that differ by more than rounding explains.</summary>
    /// <exception cref="CheckFailedException">They do.</exception>
    public void Require()
    {
        if (Differing > DifferingAllowed * Rows)
        {
            throw new CheckFailedException(string.Create(
                CultureInfo.InvariantCulture, $"The check failed: {Differing} of {Rows} rows have another answer than the plaintext model's, and {DifferingAllowed:0.0%} may."));
        }

        if (AreScores && MaxError > ErrorAllowed)
        {
            throw new CheckFailedException(string.Create(
                CultureInfo.InvariantCulture, $"The check failed: a score differs from the plaintext model's by {MaxError:0.0e+0}, and {ErrorAllowed} is allowed."));
        }
    }
}

/// <summary>Private predictions that are not the model's.</summary>
internal sealed class CheckFailedException(string message) : HybridException(message);
