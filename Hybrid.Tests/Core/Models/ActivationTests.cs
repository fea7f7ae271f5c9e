using Hybrid.Models;

namespace Hybrid.Tests.Core.Models;

[TestClass]
public sealed class ActivationTests
{
    [TestMethod]
    public void None_leaves_scores_as_they_are()
    {
        CollectionAssert.AreEqual(new[] { 1.5, -3 }, Activation.None.Apply([1.5, -3]));
        Assert.AreEqual(-1, Activation.None.Label([1.5, -3]));
    }

    [TestMethod]
    public void Sigmoid_is_a_probability_for_every_score()
    {
        Assert.AreEqual(0.5, Activation.Sigmoid.Apply([0])[0]);
        Assert.AreEqual(1 / (1 + Math.Exp(-1.25)), Activation.Sigmoid.Apply([1.25])[0], 1e-16);
        Assert.AreEqual(1, Activation.Sigmoid.Apply([1e6])[0]);
        Assert.AreEqual(0, Activation.Sigmoid.Apply([-1e6])[0]);
        foreach ((double score, int label) in new[] { (0.0, 0), (1e-300, 1), (-1e-300, 0), (1e300, 1) })
        {
            Assert.AreEqual(label, Activation.Sigmoid.Label([score]), $"{score}");
        }
    }

    [TestMethod]
    public void Softmax_is_a_distribution_for_all_scores()
    {
        foreach (double[] scores in new double[][] { [0], [1, 2, 3], [1e6, 0, -1e6], [1e300, 1e300], [-1e300, -1e300, -1e300], [700, 710, 720], [double.MinValue, double.MaxValue] })
        {
            double[] shares = Activation.Softmax.Apply(scores);
            Assert.AreEqual(1, shares.Sum(), 1e-12);
            Assert.IsTrue(shares.All(share => share is >= 0 and <= 1), string.Join(", ", shares));
            Assert.AreEqual(Array.IndexOf(scores, scores.Max()), Activation.Softmax.Label(scores));
        }

        double[] expected = [.. new[] { 1.0, 2, 3 }.Select(score => Math.Exp(score) / (Math.Exp(1) + Math.Exp(2) + Math.Exp(3)))];
        double[] actual = Activation.Softmax.Apply([1, 2, 3]);
        for (int i = 0; i < 3; i++)
        {
            Assert.AreEqual(expected[i], actual[i], 1e-15);
        }
    }

    [TestMethod]
    public void The_first_of_equal_scores_is_the_label()
    {
        Assert.AreEqual(1, Activation.Softmax.Label([1, 5, 5, 2]));
        Assert.AreEqual(0, Activation.Softmax.Label([-2, -2]));
    }
}
