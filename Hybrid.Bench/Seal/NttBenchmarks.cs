using BenchmarkDotNet.Attributes;
using Hybrid.Numerics;
using Hybrid.Seal.Ring;

namespace Hybrid.Bench.Seal;

/// <summary>What a transform and a product of transformed polynomials cost over one prime, on one thread, by degree and kernel.</summary>
[MemoryDiagnoser]
public class NttBenchmarks
{
    private NegacyclicNtt _ntt = null!;
    private ulong[] _polynomial = null!;
    private ulong[] _other = null!;

    /// <summary>N.</summary>
    [Params(4096, 8192, 16384)]
    public int Degree { get; set; }

    /// <summary>Length of the prime in bits and the code that computes; above 50 bits only the portable kernel does.</summary>
    [ParamsSource(nameof(Cases))]
    public (int Bits, KernelWidth Width) Case { get; set; }

    /// <summary>What this machine can run.</summary>
    public static IEnumerable<(int Bits, KernelWidth Width)> Cases()
    {
        yield return (60, KernelWidth.Portable);
        yield return (50, KernelWidth.Portable);
        if (DoubleLanes256.IsSupported)
        {
            yield return (50, KernelWidth.Vector256);
        }

        if (DoubleLanes512.IsSupported)
        {
            yield return (50, KernelWidth.Vector512);
        }
    }

    [GlobalSetup]
    public void Setup()
    {
        Modulus modulus = NttPrimes.Find(Degree, Case.Bits, 1)[0];
        _ntt = new NegacyclicNtt(new NttTables(modulus, Degree), Case.Width);
        _polynomial = Residues(modulus, seed: 1);
        _other = Residues(modulus, seed: 2);
    }

    [Benchmark]
    public void Forward() => _ntt.Forward(_polynomial);

    [Benchmark]
    public void Inverse() => _ntt.Inverse(_polynomial);

    [Benchmark]
    public void Multiply() => _ntt.Multiply(_polynomial, _other, _polynomial);

    private ulong[] Residues(Modulus modulus, int seed)
    {
        var random = new Random(seed);
        var residues = new ulong[Degree];
        for (int i = 0; i < Degree; i++)
        {
            residues[i] = (ulong)random.NextInt64((long)modulus.Value);
        }

        return residues;
    }
}
