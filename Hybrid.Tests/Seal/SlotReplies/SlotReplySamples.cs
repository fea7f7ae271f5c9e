using System.Numerics;
using Hybrid.Seal;
using Hybrid.Seal.SlotReplies;
using Hybrid.Security;

namespace Hybrid.Tests.Seal.SlotReplies;

/// <summary>A client's features under its key, a server's linear layer of them, and what a reply should be, exactly. From fixed seeds.</summary>
internal sealed class SlotReplySamples : IDisposable
{
    public const int Seed = 91;

    private readonly int _inputScaleBits;
    private readonly int _weightScaleBits;

    public SlotReplySamples(CkksParameters parameters, int inputScaleBits, int weightScaleBits, int features, int? level = null, bool same = false)
    {
        Ckks = new CkksInstance(parameters);
        Level = level ?? Ckks.Top;
        _inputScaleBits = inputScaleBits;
        _weightScaleBits = weightScaleBits;
        Values = [.. Enumerable.Range(0, features).Select(f => Ckks.Numbers(same ? Seed : Seed + f))];
        Inputs = [.. Values.Select(values => Ckks.Encode(values, Math.ScaleB(1, inputScaleBits), Level))];
        Encrypt();
    }

    public CkksInstance Ckks { get; }

    public int Level { get; }

    /// <summary>Numbers in [-1, 1), a feature in each.</summary>
    public double[][] Values { get; }

    public Plaintext[] Inputs { get; }

    /// <summary>Under the secret key.</summary>
    public Ciphertext[] Features { get; private set; } = null!;

    public double Scale => Math.ScaleB(1, _inputScaleBits + _weightScaleBits);

    public static CkksParameters Small(int degree, params ReadOnlySpan<int> bits) => CkksParameters.Create(degree, bits, SecurityLevel.None);

    public static AesCtrGenerator Randomness(byte seed) => CkksInstance.Randomness(seed);

    /// <summary>Encrypts the same numbers again.</summary>
    public void Encrypt() => Features = [.. Inputs.Select(input => Ckks.OwnEncryptor.Encrypt(input))];

    public FeatureProduct Layer(double[] weights, double[]? bias = null) =>
        new(Ckks.Context, weights, weights.Length / Inputs.Length, Inputs.Length, Level, Math.ScaleB(1, _weightScaleBits), bias);

    public Ciphertext[] Multiply(FeatureProduct layer)
    {
        Ciphertext[] results = [.. Enumerable.Range(0, layer.Outputs).Select(_ => new Ciphertext(Ckks.Context, Level))];
        layer.Apply(Ckks.Evaluator, Features, results);
        return results;
    }

    public SlotReply Reply(FeatureProduct layer, double largest, double tolerance) => new()
    {
        Context = Ckks.Context,
        Count = layer.Outputs,
        Level = Level,
        Scale = Scale,
        NoiseBits = layer.Noise(NoiseBound.FreshSymmetric(Ckks.Context)).Bits,
        LargestValue = largest,
        Tolerance = tolerance,
    };

    /// <summary>The integer coefficients of an output without any noise, before its bias.</summary>
    public BigInteger[] Exact(double[] weights, int output = 0)
    {
        var sum = new BigInteger[Ckks.Context.Degree];
        for (int f = 0; f < Inputs.Length; f++)
        {
            var weight = new BigInteger(Math.Round(Math.ScaleB(weights[(output * Inputs.Length) + f], _weightScaleBits)));
            BigInteger[] x = Ckks.Coefficients(Inputs[f]);
            for (int k = 0; k < sum.Length; k++)
                sum[k] += weight * x[k];
        }

        return sum;
    }

    /// <summary>The slots of an output, in doubles, of weights as they are rounded.</summary>
    public double[] Expected(double[] weights, double[]? bias, int output)
    {
        var sum = new double[Ckks.Slots];
        for (int f = 0; f < Values.Length; f++)
        {
            double weight = Math.ScaleB(Math.Round(Math.ScaleB(weights[(output * Values.Length) + f], _weightScaleBits)), -_weightScaleBits);
            for (int j = 0; j < sum.Length; j++)
                sum[j] += weight * Values[f][j];
        }

        return [.. sum.Select(value => value + (bias?[output] ?? 0))];
    }

    /// <summary>The ciphertexts of a message, as any client of SEAL's would take them.</summary>
    public Ciphertext[] Ciphertexts(SlotReplyPlan plan, byte[] message) =>
        [.. message.Chunk(plan.CiphertextBytes).Select(bytes => SealFormat.ReadCiphertext(Ckks.Context, bytes))];

    public void Dispose()
    {
        foreach (Plaintext input in Inputs)
            input.Dispose();
        Ckks.Dispose();
    }
}
