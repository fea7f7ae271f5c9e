using BenchmarkDotNet.Attributes;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Functions;
using Hybrid.Numerics;
using Hybrid.Security;
using Hybrid.Tensors;

namespace Hybrid.Bench.Mpc;

/// <summary>What do comparisons take the dealer, and both parties, by tree and by function sharing? ReLUs of one process.</summary>
public class ComparisonBenchmarks
{
    private const int Elements = 1 << 16;

    private Circuit _circuit = null!;
    private LocalParties _parties = null!;

    /// <summary>How secrets are compared.</summary>
    [Params(ComparisonMethod.Tree, ComparisonMethod.FunctionSharing)]
    public ComparisonMethod Comparison { get; set; }

    /// <summary>Width of the numbers.</summary>
    [Params(32, 62)]
    public int Bits { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _circuit = new Circuit(new CircuitOptions { Comparison = Comparison });
        Wire x = _circuit.Input(0, new Shape(Elements), 16, WordRange.OfBits(Bits - 1));
        _circuit.Keep(x.Relu());
        _parties = LocalParties.OpenAsync().GetAwaiter().GetResult();
    }

    [GlobalCleanup]
    public void Cleanup() => _parties.DisposeAsync().AsTask().GetAwaiter().GetResult();

    [Benchmark(OperationsPerInvoke = Elements)]
    public int Deal()
    {
        using var seeds = new DealerSeeds(2, OsRandom.Instance);
        using var memory = new DealerMemory();
        using var work = new DealerWork(_circuit.Cost.Demand, seeds, memory);
        int messages = 0;
        while (work.MoveNext())
            messages++;
        return messages;
    }

    [Benchmark(OperationsPerInvoke = Elements)]
    public void DealAndCompute()
    {
        var inputs = new CircuitInputs();
        foreach (Wire wire in _circuit.InputsOf(0))
            inputs.Set(wire, new long[wire.Count]);
        foreach (CircuitResults results in _parties.RunAsync(_circuit, [inputs, new CircuitInputs()]).GetAwaiter().GetResult())
            results.Dispose();
    }
}
