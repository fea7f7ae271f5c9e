using BenchmarkDotNet.Attributes;

namespace Hybrid.Bench.Seal;

/// <summary>How long does a matrix take to be applied to an encrypted vector, N = 8192 with primes of 50, 40 and 50 bits, and what does a second thread save?</summary>
[MemoryDiagnoser]
public class CkksMatrixProducts : IDisposable
{
    private PreparedMatrix _matrix = null!;

    /// <summary>Rows and columns.</summary>
    [ParamsSource(nameof(Sizes))]
    public (int Rows, int Columns) Size { get; set; }

    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>A square one, and the first layer of a network on images of 28 x 28.</summary>
    public static IEnumerable<(int Rows, int Columns)> Sizes() => [(256, 256), (128, 784)];

    /// <summary>Makes keys and inputs.</summary>
    [GlobalSetup]
    public void Setup() => _matrix = new PreparedMatrix(Size.Rows, Size.Columns);

    [Benchmark]
    public void Apply() => _matrix.Apply(Threads);

    /// <summary>Wipes the key.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _matrix?.Dispose();
        GC.SuppressFinalize(this);
    }
}
