using BenchmarkDotNet.Attributes;

namespace Hybrid.Bench.Paillier;

/// <summary>How long does one encryption, decryption or dot product take, on one thread, in batches and alone?</summary>
public class PaillierBenchmarks : IDisposable
{
    private PaillierOperations _operations = null!;

    /// <summary>Bits of n.</summary>
    [Params(2048, 3072)]
    public int Bits { get; set; }

    /// <summary>Makes a key and inputs.</summary>
    [GlobalSetup]
    public void Setup() => _operations = new PaillierOperations(Bits);

    [Benchmark(OperationsPerInvoke = PaillierOperations.Batch)]
    public void EncryptAsOwner() => _operations.EncryptAsOwner();

    [Benchmark]
    public void EncryptOneAsOwner() => _operations.EncryptOneAsOwner();

    [Benchmark(OperationsPerInvoke = PaillierOperations.Batch)]
    public void EncryptPublicly() => _operations.EncryptPublicly();

    [Benchmark(OperationsPerInvoke = PaillierOperations.Batch)]
    public void Decrypt() => _operations.Decrypt();

    [Benchmark]
    public void DecryptOne() => _operations.DecryptOne();

    [Benchmark(OperationsPerInvoke = PaillierOperations.Batch)]
    public void Add() => _operations.Add();

    [Benchmark(OperationsPerInvoke = PaillierOperations.Batch)]
    public void MultiplyBy16Bits() => _operations.MultiplyBy16Bits();

    [Benchmark(OperationsPerInvoke = PaillierOperations.Dots)]
    public void Dot784() => _operations.Dot();

    [Benchmark]
    public void DotOne784() => _operations.DotOne();

    /// <summary>Wipes the key.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _operations?.Dispose();
        GC.SuppressFinalize(this);
    }
}
