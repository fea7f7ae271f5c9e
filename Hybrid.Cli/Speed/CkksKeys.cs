using Hybrid.Seal;

namespace Hybrid.Cli.Speed;

/// <summary>A secret key of one parameter set, operands under it at the highest level, and destinations.</summary>
internal sealed class CkksKeys : IDisposable
{
    public CkksKeys(CkksParameters parameters, int seed)
    {
        Context = new CkksContext(parameters);
        using (var generator = new CkksKeyGenerator(Context))
        {
            SecretKey = generator.SecretKey;
        }

        var random = new Random(seed);
        Values = [.. Enumerable.Range(0, Context.SlotCount).Select(_ => (2 * random.NextDouble()) - 1)];
        Read = new double[Context.SlotCount];
        Encoder = new CkksEncoder(Context);
        Evaluator = new CkksEvaluator(Context);
        Plain = Encoder.Encode(Values, Scale);
        Written = new Plaintext(Context);
        using var encryptor = new CkksEncryptor(SecretKey);
        X = encryptor.Encrypt(Plain);
        Y = encryptor.Encrypt(Plain);
        Result = new Ciphertext(Context);
    }

    public CkksContext Context { get; }

    public SecretKey SecretKey { get; }

    public CkksEncoder Encoder { get; }

    public CkksEvaluator Evaluator { get; }

    public double Scale => Context.Parameters.DefaultScale;

    public int Level => Context.MaximumLevel;

    /// <summary>A number in [-1, 1) for each slot.</summary>
    public double[] Values { get; }

    public Plaintext Plain { get; }

    public Ciphertext X { get; }

    public Ciphertext Y { get; }

    /// <summary>Takes what is decoded.</summary>
    public double[] Read { get; }

    /// <summary>Takes what is encoded or decrypted.</summary>
    public Plaintext Written { get; }

    /// <summary>Takes what is computed.</summary>
    public Ciphertext Result { get; }

    public void Dispose()
    {
        Plain.Dispose();
        Written.Dispose();
        SecretKey.Dispose();
    }
}
