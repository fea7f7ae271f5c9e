using Hybrid.Bench.Peers;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Functions;
using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Bench.Mpc;

/// <summary>The circuit of an operation that is timed: shares in, shares out, as in CrypTen.</summary>
internal sealed class ShareOperation
{
    private readonly List<(Wire Wire, int Bits, bool Positive)> _inputs = [];

    private ShareOperation(CircuitOptions options) => Circuit = new Circuit(options);

    /// <summary>The circuit.</summary>
    public Circuit Circuit { get; }

    /// <summary>Its inputs: the tensor, how many bits its integers have, and whether they are positive.</summary>
    public IReadOnlyList<(Wire Wire, int Bits, bool Positive)> Inputs => _inputs;

    /// <summary>Whether there is a circuit for an operation.</summary>
    public static bool Has(MpcOperation operation) => Builder(operation.Name) is not null;

    /// <summary>Draws up an operation's circuit.</summary>
    public static ShareOperation Of(MpcOperation operation, CircuitOptions options)
    {
        var drawn = new ShareOperation(options);
        Wire result = Builder(operation.Name)!(drawn, operation.Size);
        drawn.Circuit.Keep(result);
        return drawn;
    }

    private static Func<ShareOperation, int, Wire>? Builder(string name) => Builders.GetValueOrDefault(name);

    private static IReadOnlyDictionary<string, Func<ShareOperation, int, Wire>> Builders { get; } = new Dictionary<string, Func<ShareOperation, int, Wire>>
    {
        ["mul"] = (o, n) => o.Any(n).Multiply(o.Any(n)),
        ["matmul"] = (o, n) => o.Small(n, n).MatMul(o.Small(n, n)),
        ["layer-784x128"] = (o, n) => o.Small(n, 784).MatMul(o.Small(784, 128)),
        ["conv2d-64x56x56"] = (o, n) => o.Small(1, 64, 56, 56)
            .ConvolutionProduct(o.Small(n, 64, 3, 3), new Conv2dGeometry { PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 }).Rescale(16),
        ["relu"] = (o, n) => o.Any(n).Relu(),
        ["ltz"] = (o, n) => o.Any(n).Less(0).ToWire(),
        ["max"] = (o, n) => o.Any(n).Max(0),
        ["argmax"] = (o, n) => o.Any(n).ArgMax(0),
        ["max-pool-112x112"] = (o, n) => o.Any(1, n, 112, 112).MaxPool(2, 2, new Conv2dGeometry { StrideRows = 2, StrideColumns = 2 }),
        ["softmax-10"] = (o, n) => o.Any(n, 10).Softmax(1),
        ["exp"] = (o, n) => o.Any(n).Exp(),
        ["reciprocal"] = (o, n) => o.Positive(n).Reciprocal(),
        ["div"] = (o, n) => o.Any(n).Divide(o.Positive(n)),
        ["sqrt"] = (o, n) => o.Positive(n).Sqrt(),
        ["log"] = (o, n) => o.Positive(n).Log(),
        ["sigmoid"] = (o, n) => o.Any(n).Sigmoid(),
        ["tanh"] = (o, n) => o.Any(n).Tanh(),
        ["erf"] = (o, n) => o.Any(n).Erf(),
        ["logistic-784x10-scores"] = (o, n) => o.Scores(n),
        ["logistic-784x10-argmax"] = (o, n) => o.Scores(n).ArgMax(1),
        ["logistic-784x10-softmax"] = (o, n) => o.Scores(n).Softmax(1),
        ["mlp-784-128-128-10"] = (o, n) => o.Layer(o.Layer(o.Layer(o.Unit(n, 784), 128).Relu(), 128).Relu(), 10),
    };

    private Wire Scores(int rows) => Small(rows, 784).MatMul(Small(784, 10)).Add(Small(1, 10));

    private Wire Layer(Wire x, int outputs) => x.MatMul(Weights(x.Shape[1], outputs)).Add(Weights(1, outputs));

    // Numbers below 1.
    private Wire Unit(params ReadOnlySpan<int> lengths) => Input(16, positive: true, lengths);

    // Numbers below 1/8.
    private Wire Weights(params ReadOnlySpan<int> lengths) => Input(14, positive: false, lengths);

    // Numbers below 2^14.
    private Wire Any(params ReadOnlySpan<int> lengths) => Input(30, positive: false, lengths);

    // Numbers below 2^8: sums of products of many fit.
    private Wire Small(params ReadOnlySpan<int> lengths) => Input(24, positive: false, lengths);

    private Wire Positive(params ReadOnlySpan<int> lengths) => Input(30, positive: true, lengths);

    private Wire Input(int bits, bool positive, ReadOnlySpan<int> lengths)
    {
        WordRange range = positive ? new WordRange(0, (1L << bits) - 1) : WordRange.OfBits(bits);
        Wire wire = Circuit.SharedInput(new Shape(lengths), 16, range);
        _inputs.Add((wire, bits, positive));
        return wire;
    }
}
