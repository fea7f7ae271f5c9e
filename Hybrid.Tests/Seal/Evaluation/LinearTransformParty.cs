using Hybrid.Numerics;
using Hybrid.Seal;
using Hybrid.Security;

namespace Hybrid.Tests.Seal.Evaluation;

/// <summary>A party with a secret key, from a fixed seed, and all it takes to encrypt, evaluate and decrypt.</summary>
internal sealed class LinearTransformParty : IDisposable
{
    private readonly AesCtrGenerator _random;
    private readonly CkksEncryptor _encryptor;
    private readonly CkksDecryptor _decryptor;

    public LinearTransformParty(int degree, int[] bits, KernelWidth width = KernelWidth.Auto)
    {
        Context = new CkksContext(CkksParameters.Create(degree, bits, SecurityLevel.None), width);
        _random = new AesCtrGenerator(new byte[AesCtrGenerator.SeedBytes], 7);
        Keys = new CkksKeyGenerator(Context, _random);
        _encryptor = new CkksEncryptor(Keys.SecretKey, _random);
        _decryptor = new CkksDecryptor(Keys.SecretKey);
        Encoder = new CkksEncoder(Context);
        Evaluator = new CkksEvaluator(Context);
    }

    public CkksContext Context { get; }

    public CkksKeyGenerator Keys { get; }

    public CkksEncoder Encoder { get; }

    public CkksEvaluator Evaluator { get; }

    public static double Scale => Math.ScaleB(1, 40);

    public GaloisKeys KeysFor(IReadOnlyList<int> rotations) => Keys.CreateGaloisKeys([.. rotations]);

    public Ciphertext Encrypt(ReadOnlySpan<double> slots, int? level = null, double? scale = null) =>
        _encryptor.Encrypt(Encoder.Encode(slots, scale ?? Scale, level ?? Context.MaximumLevel));

    public double[] Decrypt(Ciphertext ciphertext) => Encoder.Decode(_decryptor.Decrypt(ciphertext));

    public void Dispose()
    {
        _encryptor.Dispose();
        Keys.Dispose();
        Keys.SecretKey.Dispose();
        _random.Dispose();
    }

    /// <summary>Numbers in [-1, 1).</summary>
    public static double[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextDouble()) - 1)];
    }

    public static double[] Multiply(ReadOnlySpan<double> matrix, ReadOnlySpan<double> vector, int rows)
    {
        var result = new double[rows];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < vector.Length; j++)
            {
                result[i] += matrix[(i * vector.Length) + j] * vector[j];
            }
        }

        return result;
    }

    public static void AssertClose(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double bound, string what)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.IsTrue(Math.Abs(expected[i] - actual[i]) <= bound, $"{what}: number {i} is {actual[i]:R}, not {expected[i]:R} within {bound:E2}");
        }
    }
}
