using BenchmarkDotNet.Attributes;

namespace Hybrid.Bench.Seal;

/// <summary>How long does one CKKS operation take on one thread, and what does a call with a destination allocate?</summary>
[MemoryDiagnoser]
public class CkksOperations : IDisposable
{
    private PreparedCkks _operations = null!;

    /// <summary>N, with primes of 36, 36, 37 bits; of 50, 40, 40, 50; of 50, five times 40, 50.</summary>
    [Params(4096, 8192, 16384)]
    public int Degree { get; set; }

    /// <summary>Makes keys and inputs.</summary>
    [GlobalSetup]
    public void Setup() => _operations = new PreparedCkks(Degree);

    [Benchmark]
    public void Transform() => _operations.Transform();

    [Benchmark]
    public void InverseTransform() => _operations.InverseTransform();

    [Benchmark]
    public void Encode() => _operations.Encode();

    [Benchmark]
    public void Decode() => _operations.Decode();

    [Benchmark]
    public void EncryptPublicly() => _operations.EncryptPublicly();

    [Benchmark]
    public void EncryptAndWrite() => _operations.EncryptAndWrite();

    [Benchmark]
    public void Decrypt() => _operations.Decrypt();

    [Benchmark]
    public void Add() => _operations.Add();

    [Benchmark]
    public void MultiplyPlain() => _operations.MultiplyPlain();

    [Benchmark]
    public void Rescale() => _operations.Rescale();

    [Benchmark]
    public void Rotate() => _operations.Rotate();

    [Benchmark]
    public void MultiplyRelinearise() => _operations.MultiplyRelinearise();

    /// <summary>Wipes the key.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _operations?.Dispose();
        GC.SuppressFinalize(this);
    }
}
