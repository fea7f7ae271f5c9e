using System.Numerics;
using Hybrid.Numerics;
using Hybrid.Seal;
using Hybrid.Seal.Ring;
using Hybrid.Security;

namespace Hybrid.Tests.Seal;

/// <summary>Keys and tools of one parameter set, from fixed seeds, and what tests measure with them.</summary>
internal sealed class CkksInstance : IDisposable
{
    public CkksInstance(CkksParameters parameters, ReadOnlySpan<int> rotations = default, bool conjugation = false, KernelWidth width = KernelWidth.Auto)
    {
        Context = new CkksContext(parameters, width);
        Generator = new CkksKeyGenerator(Context, Randomness(1));
        PublicKey = Generator.CreatePublicKey();
        if (parameters.HasSpecialPrime)
        {
            Relinearisation = Generator.CreateRelinearisationKeys();
            Galois = Generator.CreateGaloisKeys(rotations, conjugation);
        }

        Encoder = new CkksEncoder(Context);
        Encryptor = new CkksEncryptor(PublicKey, Randomness(2));
        OwnEncryptor = new CkksEncryptor(Generator.SecretKey, Randomness(3));
        Decryptor = new CkksDecryptor(Generator.SecretKey);
        Evaluator = new CkksEvaluator(Context);
    }

    public CkksContext Context { get; }

    public CkksKeyGenerator Generator { get; }

    public SecretKey SecretKey => Generator.SecretKey;

    public PublicKey PublicKey { get; }

    public RelinearisationKeys Relinearisation { get; } = null!;

    public GaloisKeys Galois { get; } = null!;

    public CkksEncoder Encoder { get; }

    /// <summary>Encrypts with the public key.</summary>
    public CkksEncryptor Encryptor { get; }

    /// <summary>Encrypts with the secret key.</summary>
    public CkksEncryptor OwnEncryptor { get; }

    public CkksDecryptor Decryptor { get; }

    public CkksEvaluator Evaluator { get; }

    public int Slots => Context.SlotCount;

    public int Top => Context.MaximumLevel;

    public double Scale => Context.Parameters.DefaultScale;

    /// <summary>A small set without security, made fast.</summary>
    public static CkksInstance Small(int degree, params ReadOnlySpan<int> bits) => new(CkksParameters.Create(degree, bits, SecurityLevel.None));

    public static AesCtrGenerator Randomness(byte seed)
    {
        Span<byte> bytes = stackalloc byte[AesCtrGenerator.SeedBytes];
        bytes.Fill(seed);
        return new AesCtrGenerator(bytes);
    }

    /// <summary>Numbers in [-largest, largest), one a slot.</summary>
    public double[] Numbers(int seed, double largest = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Slots).Select(_ => ((2 * random.NextDouble()) - 1) * largest)];
    }

    public Plaintext Encode(double[] values, double? scale = null, int? level = null) => Encoder.Encode(values, scale ?? Scale, level ?? Top);

    /// <summary>Encrypts with the public key.</summary>
    public Ciphertext Encrypt(double[] values, double? scale = null, int? level = null)
    {
        using Plaintext plaintext = Encode(values, scale, level);
        return Encryptor.Encrypt(plaintext);
    }

    public double[] Decrypt(Ciphertext ciphertext)
    {
        using Plaintext plaintext = Decryptor.Decrypt(ciphertext);
        return Encoder.Decode(plaintext);
    }

    /// <summary>The integer coefficients of a plaintext, exactly.</summary>
    public BigInteger[] Coefficients(Plaintext plaintext)
    {
        int degree = Context.Degree;
        var residues = new ulong[plaintext.Level + 1][];
        BigInteger modulus = BigInteger.One;
        for (int i = 0; i <= plaintext.Level; i++)
        {
            residues[i] = plaintext.Prime(i).ToArray();
            Context.Ring.Primes[i].Inverse(residues[i]);
            modulus *= Context.Ring.Modulus(i).Value;
        }

        BigInteger[] weights = [.. Enumerable.Range(0, plaintext.Level + 1).Select(i =>
        {
            Modulus prime = Context.Ring.Modulus(i);
            BigInteger others = modulus / prime.Value;
            return others * prime.InverseMod((ulong)(others % prime.Value));
        })];
        var coefficients = new BigInteger[degree];
        for (int k = 0; k < degree; k++)
        {
            BigInteger sum = BigInteger.Zero;
            for (int i = 0; i < residues.Length; i++)
            {
                sum += weights[i] * residues[i][k];
            }

            sum %= modulus;
            coefficients[k] = sum > modulus / 2 ? sum - modulus : sum;
        }

        return coefficients;
    }

    /// <summary>What a ciphertext decrypts to less what it should, coefficient by coefficient.</summary>
    public double[] Noise(Ciphertext ciphertext, BigInteger[] expected)
    {
        using Plaintext plaintext = Decryptor.Decrypt(ciphertext);
        return [.. Coefficients(plaintext).Zip(expected, (actual, wanted) => (double)(actual - wanted))];
    }

    public double[] Noise(Ciphertext ciphertext, Plaintext expected) => Noise(ciphertext, Coefficients(expected));

    /// <summary>Checks that no coefficient's noise passes the bound, and that the bound is no idle one.</summary>
    /// <param name="noise">The noise measured.</param>
    /// <param name="bound">The bound.</param>
    /// <param name="at">What was done.</param>
    /// <param name="slack">By how much the bound's standard deviation may differ from the one measured.</param>
    public static void AssertBoundFits(double[] noise, NoiseBound bound, string at, double slack = 2)
    {
        double deviation = Math.Sqrt(noise.Sum(x => x * x) / noise.Length);
        double expected = Math.Sqrt(bound.Variance);
        Assert.IsLessThanOrEqualTo(bound.Coefficient, noise.Max(Math.Abs), $"{at}: largest noise");
        Assert.IsLessThanOrEqualTo(expected * slack, deviation, $"{at}: deviation measured, bound's {expected}");
        Assert.IsGreaterThanOrEqualTo(expected / slack, deviation, $"{at}: deviation measured, bound's {expected}");
    }

    /// <summary>Checks slots against what doubles give, within a noise bound and the rounding of doubles.</summary>
    public void AssertSlots(double[] expected, Ciphertext actual, NoiseBound bound, string at) =>
        AssertClose(expected, Decrypt(actual), bound.Slot(actual.Scale), at);

    public static void AssertClose(double[] expected, double[] actual, double error, string at)
    {
        Assert.IsLessThan(0.01, error, $"{at}: the bound says nothing");
        double largest = Math.Max(1, expected.Max(Math.Abs));
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], error + (largest * 1e-12), $"{at}: slot {i}");
        }
    }

    public static void AssertSame(Ciphertext expected, Ciphertext actual, string at)
    {
        Assert.AreEqual(expected.Size, actual.Size, $"{at}: size");
        Assert.AreEqual(expected.Level, actual.Level, $"{at}: level");
        Assert.AreEqual(expected.Scale, actual.Scale, $"{at}: scale");
        Assert.IsTrue(expected.Residues.SequenceEqual(actual.Residues), $"{at}: residues");
    }

    public void Dispose()
    {
        Encryptor.Dispose();
        OwnEncryptor.Dispose();
        Generator.Dispose();
        SecretKey.Dispose();
    }
}
