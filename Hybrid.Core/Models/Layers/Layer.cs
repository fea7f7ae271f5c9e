using System.Numerics.Tensors;
using Hybrid.Graph;

namespace Hybrid.Models.Layers;

/// <summary>
/// A part of a network that makes a tensor of a tensor. Its weights are the server's:
/// <code>
/// var network = new Sequential(new Linear(w1, b1), new Relu(), new Linear(w2, b2));
/// var model = new NetworkModel("mlp", new Shape(64), 10, network.Apply, bound: 1);
/// </code>
/// Layers keep their weights and nothing of a computation, so one layer may stand in several places and serve any number of queries.
/// </summary>
public abstract class Layer
{
    /// <summary>Appends the layer's ops to the program of a tensor.</summary>
    /// <param name="x">The tensor.</param>
    /// <exception cref="ParameterException">Its shape does not fit the layer.</exception>
    public abstract SecretTensor Apply(SecretTensor x);

    /// <summary>
    /// Weights as a network has before it is trained, for measurements: normal numbers of variance 2 over the numbers that go into one of the result
    /// (He et al. 2015), so that values stay of one size from layer to layer.
    /// </summary>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <param name="lengths">(inputs, outputs) of a matrix, (O, C, KH, KW) of kernels.</param>
    public static Tensor<double> RandomWeights(int seed, params ReadOnlySpan<int> lengths)
    {
        int count = 1;
        foreach (int length in lengths)
            count = checked(count * length);
        int terms = lengths.Length == 2 ? lengths[0] : lengths.Length == 4 ? count / Math.Max(1, lengths[0]) : 1;
        double scale = Math.Sqrt(2.0 / Math.Max(1, terms));
        // Numbers of a benchmark, and nothing secret.
#pragma warning disable CA5394
        var random = new Random(seed);
        var values = new double[count];
        for (int i = 0; i < count; i++)
        {
            // Box and Muller.
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            values[i] = scale * radius * Math.Cos(2 * Math.PI * random.NextDouble());
        }
#pragma warning restore CA5394

        return Tensor.Create(values, [.. lengths.ToArray().Select(length => (nint)length)]);
    }

    /// <summary>Weights as the server's constant.</summary>
    private protected static SecretTensor Known(SecretTensor x, string name, Tensor<double> values) => x.Program.Private(name, Party.Server, values);

    /// <summary>A copy that nobody else can change.</summary>
    private protected static Tensor<double> Copy(Tensor<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var copy = new double[values.FlattenedLength];
        values.FlattenTo(copy);
        return Tensor.Create(copy, values.Lengths);
    }

    /// <summary>Checks the number of a tensor's dimensions.</summary>
    private protected static void RequireRank(Tensor<double> values, int rank, string what)
    {
        if (values.Rank != rank)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"{what} are a tensor of {rank} dimension{(rank == 1 ? string.Empty : "s")}; one of {values.Rank} was given.");
        }
    }

    /// <summary>Checks that there is a number for each channel.</summary>
    private protected static void RequireLength(Tensor<double> values, nint length, string what)
    {
        RequireRank(values, 1, what);
        if (values.FlattenedLength != length)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"{what} are {length} numbers, one for each output; {values.FlattenedLength} were given.");
        }
    }
}
