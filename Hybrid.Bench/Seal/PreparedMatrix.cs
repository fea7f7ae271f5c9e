using Hybrid.Seal;

namespace Hybrid.Bench.Seal;

/// <summary>A matrix that the server knows and a vector that it does not, at N = 8192 with two data primes.</summary>
internal sealed class PreparedMatrix : IDisposable
{
    public const int Degree = 8192;

    private const double Tolerance = 1e-2;

    private readonly SecretKey _secretKey;
    private readonly CkksEvaluator _evaluator;
    private readonly LinearTransform _transform;
    private readonly GaloisKeys _keys;
    private readonly Ciphertext _vector;
    private readonly Ciphertext _result;

    public PreparedMatrix(int rows, int columns)
    {
        var context = new CkksContext(CkksParameters.Create(Degree, PrimeBits));
        using var generator = new CkksKeyGenerator(context);
        _secretKey = generator.SecretKey;
        var random = new Random(rows);
        double[] matrix = [.. Enumerable.Range(0, rows * columns).Select(_ => (2 * random.NextDouble()) - 1)];
        double[] vector = [.. Enumerable.Range(0, columns).Select(_ => (2 * random.NextDouble()) - 1)];
        _transform = new LinearTransform(context, matrix, rows, columns);
        _keys = generator.CreateGaloisKeys([.. _transform.RequiredRotations]);
        var slots = new double[context.SlotCount];
        _transform.Pack(vector, slots);
        var encoder = new CkksEncoder(context);
        using Plaintext plain = encoder.Encode(slots, context.Parameters.DefaultScale);
        using var encryptor = new CkksEncryptor(_secretKey);
        _vector = encryptor.Encrypt(plain);
        _evaluator = new CkksEvaluator(context);
        _result = new Ciphertext(context);
        Verify(encoder, matrix, vector);
    }

    /// <summary>Lengths of the primes, the last of them the special one.</summary>
    public static int[] PrimeBits => [50, 40, 50];

    /// <summary>Matrix by vector, rescaled.</summary>
    public void Apply(int threads) => _transform.Apply(_evaluator, _vector, _keys, _result, threads);

    public void Dispose() => _secretKey.Dispose();

    // Times of wrong results are worth nothing.
    private void Verify(CkksEncoder encoder, double[] matrix, double[] vector)
    {
        Apply(threads: 1);
        using Plaintext decrypted = new CkksDecryptor(_secretKey).Decrypt(_result);
        var found = new double[_transform.Rows];
        _transform.Unpack(encoder.Decode(decrypted), found);
        for (int row = 0; row < found.Length; row++)
        {
            double expected = 0;
            for (int column = 0; column < vector.Length; column++)
            {
                expected += matrix[(row * vector.Length) + column] * vector[column];
            }

            if (!(Math.Abs(found[row] - expected) < Tolerance))
            {
                throw new InvalidOperationException($"Row {row} of {found.Length} came out as {found[row]} instead of {expected}; times are not worth printing.");
            }
        }
    }
}
