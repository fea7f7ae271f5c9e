using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Functions;
using Hybrid.Numerics;
using Hybrid.Security;
using Hybrid.Tensors;

namespace Hybrid.Cli.Speed;

/// <summary>
/// Shares: operations of two parties and a dealer, all in this process, so the time is that of their work together on one machine and
/// no network's. An operation is one element, or one product of matrices.
/// </summary>
internal sealed class MpcSpeed : ISpeedSuite
{
    private const double Share = 0.15;
    private const int Elements = 1 << 16;
    private const int Bits = 30;

    private static readonly Conv2dGeometry Padded = new() { PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 };

    private readonly Lazy<LocalParties> _parties = new(() => LocalParties.OpenAsync(2, AesCtrGenerator.FromOs()).GetAwaiter().GetResult());

    public IEnumerable<SpeedCase> Cases(SpeedSettings settings)
    {
        yield return Elementwise("multiply", x => x.Product(x.Add(1)));
        yield return Elementwise("truncate", x => x.Product(PublicTensor.Of(1, 16)).Rescale(16));
        yield return Elementwise("relu", x => x.Relu());
        yield return Elementwise("relu-function-sharing", x => x.Relu(), ComparisonMethod.FunctionSharing);
        yield return Elementwise("less", x => x.Less(0).ToWire());
        yield return Elementwise("max-of-4", x => x.Reshape(4, Elements / 4).Max(0));
        yield return Elementwise("exp", x => x.Exp(0));
        yield return Elementwise("sigmoid", x => x.Sigmoid());
        yield return Elementwise("gelu", x => x.Gelu());
        yield return Elementwise("reciprocal", x => x.Reciprocal());
        yield return Elementwise("log", x => x.Log());
        yield return Elementwise("softmax-16", x => x.Reshape(Elements / 16, 16).Softmax(1));
        yield return Whole("matmul-128x784x128", [128, 784], [784, 128], (x, y) => x.MatMul(y));
        yield return Whole("conv2d-64x56x56", [1, 64, 56, 56], [64, 64, 3, 3], (x, y) => x.ConvolutionProduct(y, Padded).Rescale(16));
    }

    public void Dispose()
    {
        if (_parties.IsValueCreated)
        {
            _parties.Value.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private SpeedCase Elementwise(string operation, Func<Wire, Wire> function, ComparisonMethod comparison = ComparisonMethod.Tree) =>
        new($"mpc/{operation}", $"{Elements} elements", () => Prepare(Elements, comparison, circuit => function(Input(circuit, 0, [Elements], Bits))), Share);

    private SpeedCase Whole(string operation, int[] left, int[] right, Func<Wire, Wire, Wire> product) =>
        new($"mpc/{operation}", "both secret", () => Prepare(1, ComparisonMethod.Tree, circuit => product(Input(circuit, 0, left, 24), Input(circuit, 1, right, 24))), Share);

    private static Wire Input(Circuit circuit, int owner, int[] lengths, int bits) =>
        circuit.Input(owner, new Shape(lengths), 16, WordRange.OfBits(bits), $"input of party {owner}");

    private SpeedWork Prepare(int operations, ComparisonMethod comparison, Func<Circuit, Wire> build)
    {
        var circuit = new Circuit(new CircuitOptions { Comparison = comparison });
        circuit.Keep(build(circuit));
        LocalParties parties = _parties.Value;
        return new SpeedWork(operations, () =>
        {
            CircuitInputs[] inputs = [.. Enumerable.Range(0, parties.Parties).Select(party => Inputs(circuit, party))];
            foreach (CircuitResults results in parties.RunAsync(circuit, inputs).GetAwaiter().GetResult())
                results.Dispose();
        });
    }

    // A party brings the inputs that are its own; which values does not matter to the time.
    private static CircuitInputs Inputs(Circuit circuit, int party)
    {
        var inputs = new CircuitInputs();
        foreach (Wire wire in circuit.InputsOf(party))
            inputs.Set(wire, new long[wire.Count]);
        return inputs;
    }
}
