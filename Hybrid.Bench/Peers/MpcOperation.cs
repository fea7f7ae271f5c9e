namespace Hybrid.Bench.Peers;

/// <summary>An operation on additive shares of two parties that is compared with CrypTen.</summary>
/// <param name="Name">What crypten_peer.py calls it, which also says what it is applied to.</param>
/// <param name="Size">Elements; of <c>matmul</c> the side of both matrices, of <c>conv2d</c> filters, of <c>max-pool</c> channels, of the others with a shape in their name rows.</param>
internal sealed record MpcOperation(string Name, int Size)
{
    /// <summary>All, in the order of the table.</summary>
    public static IReadOnlyList<MpcOperation> All { get; } =
    [
        new("mul", 100_000),
        new("mul", 1_000_000),
        new("matmul", 256),
        new("matmul", 512),
        new("layer-784x128", 1),
        new("layer-784x128", 128),
        new("conv2d-64x56x56", 64),
        new("relu", 100_000),
        new("relu", 1_000_000),
        new("ltz", 100_000),
        new("max", 100_000),
        new("argmax", 100_000),
        new("max-pool-112x112", 64),
        new("softmax-10", 10_000),
        new("exp", 100_000),
        new("reciprocal", 100_000),
        new("div", 100_000),
        new("sqrt", 100_000),
        new("log", 100_000),
        new("sigmoid", 100_000),
        new("tanh", 100_000),
        new("erf", 100_000),
        new("logistic-784x10-scores", 1),
        new("logistic-784x10-argmax", 1),
        new("logistic-784x10-softmax", 1),
        new("mlp-784-128-128-10", 1),
        new("mlp-784-128-128-10", 128),
    ];
}
