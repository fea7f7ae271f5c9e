using System.Collections.Immutable;
using System.Numerics.Tensors;
using Hybrid.Graph;
using Hybrid.Models;
using Hybrid.Tensors;

namespace Hybrid.Bench.Planning;

/// <summary>Graphs small enough to run every plan of them.</summary>
internal static class SmallGraphs
{
    /// <summary>Their names, and what they compute of the client's rows.</summary>
    public static ImmutableArray<(string Name, NetworkModel Model, int Rows)> All { get; } =
    [
        ("784-128-10", Layered(784, 128, 10), 1),
        ("784-128-10, 128 rows", Layered(784, 128, 10), 128),
        ("784-1024-10", Layered(784, 1024, 10), 1),
        ("64-32-16-10", Layered(64, 32, 16, 10), 4),
        ("scores of 2000", Layered(2000, 10), 1),
        ("residual", new NetworkModel("residual", new Shape(64), 10, Residual, 1), 2),
        ("convolution", new NetworkModel("convolution", new Shape(1, 12, 12), 10, Convolution, 1), 1),
        ("sigmoid of two branches", new NetworkModel("branches", new Shape(32), 8, Branches, 1), 8),
    ];

    /// <summary>A chain of about a hundred ops.</summary>
    public static NetworkModel Hundred { get; } = Layered([.. Enumerable.Repeat(16, 26)]);

    private static NetworkModel Layered(params int[] widths) => new($"{string.Join('-', widths)}", new Shape(widths[0]), widths[^1], x =>
    {
        SecretTensor value = x;
        for (int layer = 1; layer < widths.Length; layer++)
        {
            value = Dense(value, widths[layer - 1], widths[layer]);
            value = layer == widths.Length - 1 ? value : value.Relu();
        }

        return value;
    }, 1);

    private static SecretTensor Residual(SecretTensor x)
    {
        SecretTensor one = Dense(x, 64, 64).Relu();
        SecretTensor two = (Dense(one, 64, 64) + one).Relu();
        return Dense(two, 64, 10);
    }

    private static SecretTensor Convolution(SecretTensor x)
    {
        SecretTensor features = x.Conv2d(Weights(x.Program, 4, 1, 3, 3)).Relu();
        return Dense(features.MaxPool(2, 2).Reshape(-1, 100), 100, 10);
    }

    private static SecretTensor Branches(SecretTensor x) => Dense(Dense(x, 32, 16).Sigmoid() + Dense(x, 32, 16).Relu(), 16, 8);

    private static SecretTensor Dense(SecretTensor x, int inputs, int outputs) =>
        x.MatMul(Weights(x.Program, inputs, outputs)) + Weights(x.Program, outputs);

    private static SecretTensor Weights(TensorProgram program, params ReadOnlySpan<nint> lengths)
    {
        long count = 1;
        foreach (nint length in lengths)
            count *= length;
        double scale = 1 / Math.Sqrt(lengths.Length > 1 ? (double)count / lengths[^1] : 100);
        double[] values = [.. Enumerable.Range(0, (int)count).Select(i => scale * (((i * 7919L) % 201) - 100) / 100)];
        return program.Private("weights", Party.Server, Tensor.Create(values, lengths));
    }
}
