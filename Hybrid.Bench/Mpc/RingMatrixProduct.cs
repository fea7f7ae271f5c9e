using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using Hybrid.Mpc.Ring64;
using Hybrid.Numerics;
using Hybrid.Security;

namespace Hybrid.Bench.Mpc;

/// <summary>How much faster than three plain loops is the matrix product modulo 2^64, at each width, on one thread and on all?</summary>
public class RingMatrixProduct
{
    private ulong[] _a = [];
    private ulong[] _b = [];
    private ulong[] _c = [];

    /// <summary>Rows and columns of all three matrices.</summary>
    [Params(256, 512)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        using var random = new AesCtrGenerator(new byte[AesCtrGenerator.SeedBytes]);
        _a = new ulong[Size * Size];
        _b = new ulong[Size * Size];
        _c = new ulong[Size * Size];
        random.Fill(MemoryMarshal.AsBytes(_a.AsSpan()));
        random.Fill(MemoryMarshal.AsBytes(_b.AsSpan()));
    }

    [Benchmark(Baseline = true)]
    public void Naive()
    {
        for (int row = 0; row < Size; row++)
        {
            for (int column = 0; column < Size; column++)
            {
                ulong sum = 0;
                for (int step = 0; step < Size; step++)
                    sum += _a[(row * Size) + step] * _b[(step * Size) + column];
                _c[(row * Size) + column] = sum;
            }
        }
    }

    [Benchmark]
    public void PortableOneThread() => OneThread(KernelWidth.Portable);

    [Benchmark]
    public void Vector256OneThread() => OneThread(KernelWidth.Vector256);

    [Benchmark]
    public void Vector512OneThread() => OneThread(KernelWidth.Vector512);

    [Benchmark]
    public void BestAllCores() => MatrixProduct.Multiply(_a, _b, _c, Size, Size, Size);

    private void OneThread(KernelWidth width) =>
        MatrixProduct.Compute(_a, _b, _c, Size, Size, Size, accumulate: false, width, threads: 1);
}
