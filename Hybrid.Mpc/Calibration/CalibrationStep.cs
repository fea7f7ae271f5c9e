using System.Collections.Immutable;
using System.Numerics.Tensors;
using Hybrid.Graph;
using Hybrid.Tensors;

namespace Hybrid.Mpc.Calibration;

/// <summary>A step that is timed.</summary>
/// <param name="Name">What is computed.</param>
/// <param name="Shape">Of a tensor of this shape.</param>
/// <param name="Compares">Whether comparisons are in it, which can be done in two ways.</param>
/// <param name="Result">Adds the ops.</param>
internal sealed record CalibrationStep(string Name, Shape Shape, bool Compares, Func<TensorProgram, SecretTensor, SecretTensor> Result)
{
    private static ImmutableArray<int> Elements => [100, 10_000, 100_000];

    /// <summary>Steps of each kind, in several sizes.</summary>
    public static ImmutableArray<CalibrationStep> All { get; } =
    [
        .. Sizes("ReLU", true, x => x.Relu()),
        .. Sizes("square", false, x => x * x),
        .. Sizes("sigmoid", true, x => x.Sigmoid()),
        .. Sizes("product and sum", false, x => ((x * 0.5) + x).Sum([0], keepDimensions: true) + x),
        .. Sizes("reciprocal", true, x => x.Reciprocal()),
        new("softmax", new Shape(1000, 10), true, (_, x) => x.Softmax()),
        new("layer of one row", new Shape(1, 512), true, (program, x) => x.MatMul(Weights(program, 512, 256)).Relu()),
        new("layer of a batch", new Shape(128, 512), true, (program, x) => x.MatMul(Weights(program, 512, 256)).Relu()),
        new("large product", new Shape(256, 512), false, (program, x) => x.MatMul(Weights(program, 512, 512))),
        new("convolution", new Shape(1, 32, 28, 28), true, (program, x) => x.Conv2d(Weights(program, 32, 32, 3, 3)).Relu()),
        new("max pooling", new Shape(4, 16, 24, 24), true, (_, x) => x.MaxPool(2, 2)),
    ];

    private static IEnumerable<CalibrationStep> Sizes(string name, bool compares, Func<SecretTensor, SecretTensor> result) =>
        Elements.Select(size => new CalibrationStep(name, new Shape(10, size / 10), compares, (_, x) => result(x)));

    private static SecretTensor Weights(TensorProgram program, params ReadOnlySpan<nint> lengths)
    {
        Tensor<double> values = Tensor.CreateFromShape<double>(lengths);
        Span<double> flat = new double[values.FlattenedLength];
        for (int i = 0; i < flat.Length; i++)
            flat[i] = ((i * 7919 % 101) - 50) / 1000.0;
        return program.Private("weights", Party.Server, Tensor.Create(flat.ToArray(), lengths));
    }
}
