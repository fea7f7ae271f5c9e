using System.Numerics;
using BenchmarkDotNet.Attributes;
using Hybrid.Numerics;
using Hybrid.Paillier.Arithmetic;

namespace Hybrid.Bench.Paillier;

/// <summary>How long do products and powers modulo n and n² take, for one number, beside System.Numerics.BigInteger?</summary>
public class ModularArithmeticBenchmarks : IDisposable
{
    private readonly ulong[] _exponents = new ulong[LaneRing.Lanes * ExponentLimbs];

    private LaneRing _ring = null!;
    private LaneWorkspace _workspace = null!;
    private ulong[] _left = [];
    private ulong[] _right = [];
    private ulong[] _result = [];
    private BigInteger _modulus;
    private BigInteger _square;
    private BigInteger _leftNumber;
    private BigInteger _rightNumber;
    private BigInteger _exponent;

    // Powers have exponents of one length everywhere, so that sizes can be told apart.
    private const int ExponentLimbs = 16;
    private const int ExponentBits = 64 * ExponentLimbs;

    /// <summary>Bits of n.</summary>
    [Params(2048, 3072)]
    public int Bits { get; set; }

    /// <summary>Draws the numbers.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(Bits);
        _modulus = Number(random, Bits) | BigInteger.One | (BigInteger.One << (Bits - 1));
        _square = _modulus * _modulus;
        _leftNumber = Number(random, 2 * Bits) % _square;
        _rightNumber = Number(random, 2 * Bits) % _square;
        _exponent = Number(random, ExponentBits) | (BigInteger.One << (ExponentBits - 1));
        _ring = LaneRing.Create(Limbs.FromBigInteger(_modulus, Limbs.CountFor(Bits)), 1, Bits, 2 * Bits, KernelWidth.Auto);
        _workspace = _ring.CreateWorkspace();
        _left = Import(_leftNumber);
        _right = Import(_rightNumber);
        _result = new ulong[_ring.BlockWords];
        for (int lane = 0; lane < LaneRing.Lanes; lane++)
        {
            Limbs.FromBigInteger(_exponent, ExponentLimbs).CopyTo(_exponents, lane * ExponentLimbs);
        }
    }

    [Benchmark(OperationsPerInvoke = LaneRing.Lanes)]
    public void ProductModuloSquare() => _ring.Multiply(_result, _left, _right, _workspace);

    [Benchmark(OperationsPerInvoke = LaneRing.Lanes)]
    public void SquareModuloSquare() => _ring.Square(_result, _left, _workspace);

    [Benchmark(OperationsPerInvoke = LaneRing.Lanes)]
    public void ProductModuloN() => _ring.MultiplyModN(_result, _left, _right, _workspace);

    [Benchmark(OperationsPerInvoke = LaneRing.Lanes)]
    public void SquareModuloN() => _ring.SquareModN(_result, _left, _workspace);

    [Benchmark(OperationsPerInvoke = LaneRing.Lanes)]
    public void Power1024ModuloSquare() => Exponentiation.Power(_ring, _result, _left, _exponents, ExponentBits, _workspace);

    [Benchmark(OperationsPerInvoke = LaneRing.Lanes)]
    public void Power1024ModuloN() => Exponentiation.PowerModN(_ring, _result, _left, _exponents, ExponentBits, _workspace);

    [Benchmark]
    public BigInteger BigIntegerProductModuloSquare() => _leftNumber * _rightNumber % _square;

    [Benchmark]
    public BigInteger BigIntegerProductModuloN() => _leftNumber % _modulus * (_rightNumber % _modulus) % _modulus;

    [Benchmark]
    public BigInteger BigIntegerPower1024ModuloSquare() => BigInteger.ModPow(_leftNumber, _exponent, _square);

    [Benchmark]
    public BigInteger BigIntegerPower1024ModuloN() => BigInteger.ModPow(_leftNumber, _exponent, _modulus);

    /// <summary>Frees the ring.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _workspace?.Dispose();
        _ring?.Dispose();
        GC.SuppressFinalize(this);
    }

    private ulong[] Import(BigInteger number)
    {
        int limbs = Limbs.CountFor(2 * Bits);
        var block = new ulong[_ring.BlockWords];
        ulong[] integer = Limbs.FromBigInteger(number, limbs);
        _ring.Import(block, [.. Enumerable.Repeat(integer, LaneRing.Lanes).SelectMany(limb => limb)], limbs, 1, _workspace);
        return block;
    }

    private static BigInteger Number(Random random, int bits)
    {
        var bytes = new byte[bits / 8];
        random.NextBytes(bytes);
        return new BigInteger(bytes, isUnsigned: true);
    }
}
