using BenchmarkDotNet.Attributes;
using Hybrid.Seal;
using Hybrid.Seal.RingPacked;

namespace Hybrid.Bench.Seal;

/// <summary>What does each party's step of an exact product of matrices take, the client's 128 rows of 784 by the server's weights?</summary>
public class RingPackedProducts : IDisposable
{
    private static readonly MatMulShape Shape = new(128, 784, 128);

    private SecretKey _secretKey = null!;
    private RingPacking _packing = null!;
    private RingPackedWeights _weights = null!;
    private RingPackedEncryptor _encryptor = null!;
    private RingPackedEvaluator _evaluator = null!;
    private RingPackedDecryptor _decryptor = null!;
    private Ciphertext[] _inputs = [];
    private Ciphertext[] _replies = [];
    private ulong[] _values = [];
    private ulong[] _share = [];
    private ulong[] _decrypted = [];

    /// <summary>Cores of the server; the client takes one.</summary>
    [Params(1, 2)]
    public int Cores { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        CkksParameters parameters = RingPackedParameters.Degree8192();
        var context = new CkksContext(parameters);
        using var generator = new CkksKeyGenerator(context);
        _secretKey = generator.SecretKey;
        _packing = Shape.Pack(parameters);
        var random = new Random(Shape.Inner);
        long largest = _packing.Options.LargestWeight;
        long[] weights = [.. Enumerable.Range(0, Shape.WeightLength).Select(_ => random.NextInt64(-largest, largest + 1))];
        _values = [.. Enumerable.Range(0, Shape.InputLength).Select(_ => (ulong)random.NextInt64(long.MinValue, long.MaxValue))];
        _weights = new RingPackedWeights(context, _packing, weights);
        _encryptor = new RingPackedEncryptor(_secretKey);
        _decryptor = new RingPackedDecryptor(_secretKey);
        _evaluator = new RingPackedEvaluator(generator.CreatePublicKey(), cores: Cores);
        _inputs = _encryptor.Encrypt(_packing, _values);
        _share = new ulong[Shape.OutputLength];
        _decrypted = new ulong[Shape.OutputLength];
        _replies = _evaluator.MaskUniform(_evaluator.Multiply(_weights, _inputs), [], _share);
        Verify(weights);
    }

    [Benchmark]
    public Ciphertext[] ClientEncrypts() => _encryptor.Encrypt(_packing, _values);

    [Benchmark]
    public RingPackedProduct ServerMultiplies() => _evaluator.Multiply(_weights, _inputs);

    [Benchmark]
    public Ciphertext[] ServerMultipliesAndMasks() => _evaluator.MaskUniform(_evaluator.Multiply(_weights, _inputs), [], _share);

    [Benchmark]
    public void ClientDecrypts() => _decryptor.Decrypt(_packing, _replies, _decrypted);

    /// <summary>Wipes the key.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _evaluator?.Dispose();
        _decryptor?.Dispose();
        _encryptor?.Dispose();
        _weights?.Dispose();
        _secretKey?.Dispose();
        GC.SuppressFinalize(this);
    }

    // Times of wrong results are worth nothing. Both shares' sum may be off by one in the last bit.
    private void Verify(long[] weights)
    {
        ClientDecrypts();
        for (int row = 0; row < Shape.Rows; row++)
        {
            for (int column = 0; column < Shape.Columns; column++)
            {
                ulong expected = 0;
                for (int i = 0; i < Shape.Inner; i++)
                {
                    expected += _values[(row * Shape.Inner) + i] * (ulong)weights[(i * Shape.Columns) + column];
                }

                int at = (row * Shape.Columns) + column;
                if (Math.Abs((long)(_decrypted[at] + _share[at] - expected)) > 1)
                {
                    throw new InvalidOperationException($"The result in row {row}, column {column} came out wrong; times are not worth printing.");
                }
            }
        }
    }
}
