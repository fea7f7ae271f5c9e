using System.Buffers;
using Hybrid.Seal;
using Hybrid.Seal.Ring;
using Hybrid.Seal.RingPacked;
using Hybrid.Security;

namespace Hybrid.Cli.Speed;

/// <summary>
/// CKKS: single operations at the highest level of three parameter sets, on one thread, since their calls take no more; and products of
/// whole matrices, which do. Numbers are full slots, keys are made at first use, destinations are reused.
/// </summary>
internal sealed class CkksSpeed : ISpeedSuite
{
    // A call takes microseconds or a few milliseconds, so a part of the time asked for gives a steady median.
    private const double Share = 0.15;

    // Calls of a few microseconds are timed so many together.
    private const int Batch = 16;
    private const int MatrixSize = 256;
    private const int Seed = 784;

    private static readonly MatMulShape Layer = new(128, 784, 128);

    private readonly Dictionary<int, CkksKeys> _keys = [];

    public IEnumerable<SpeedCase> Cases(SpeedSettings settings)
    {
        foreach (CkksParameters parameters in new[] { CkksParameters.Degree4096(), CkksParameters.Degree8192(), CkksParameters.Degree16384() })
        {
            SpeedCase Case(string operation, Func<CkksKeys, SpeedWork> prepare) =>
                new($"ckks/{operation}", $"N = {parameters.Degree}, {parameters.DataPrimeCount} primes, {SpeedSettings.Words(1)}", () => prepare(Keys(parameters)), Share);

            yield return Case("transform", Transform);
            yield return Case("encode", keys => new SpeedWork(1, () => keys.Encoder.Encode(keys.Values, keys.Scale, keys.Level, keys.Written)));
            yield return Case("decode", keys => new SpeedWork(1, () => keys.Encoder.Decode(keys.Plain, keys.Read)));
            yield return Case("encrypt-public", EncryptPublicly);
            yield return Case("encrypt-written", EncryptAndWrite);
            yield return Case("decrypt", Decrypt);
            yield return Case("add", keys => Repeat(() => keys.Evaluator.Add(keys.X, keys.Y, keys.Result)));
            yield return Case("multiply-plain", keys => Repeat(() => keys.Evaluator.MultiplyPlain(keys.X, keys.Plain, keys.Result)));
            yield return Case("rescale", Rescale);
            yield return Case("rotate", Rotate);
            yield return Case("multiply-relinearise", Multiply);
        }

        foreach (int threads in settings.Threads)
        {
            yield return new SpeedCase($"ckks/matrix-{MatrixSize}x{MatrixSize}", $"N = 8192, 2 primes, {SpeedSettings.Words(threads)}", () => MultiplyMatrix(threads), Share);
            yield return new SpeedCase("ckks/packed-128x784x128", $"N = 8192, 3 primes, {SpeedSettings.Words(threads)}", () => MultiplyPacked(threads), Share);
        }
    }

    public void Dispose()
    {
        foreach (CkksKeys keys in _keys.Values)
        {
            keys.Dispose();
        }
    }

    private CkksKeys Keys(CkksParameters parameters)
    {
        if (!_keys.TryGetValue(parameters.Degree, out CkksKeys? keys))
        {
            _keys.Add(parameters.Degree, keys = new CkksKeys(parameters, Seed));
        }

        return keys;
    }

    private static SpeedWork Repeat(Action run, params IDisposable[] owned) => new(
        Batch,
        () =>
        {
            for (int i = 0; i < Batch; i++)
            {
                run();
            }
        },
        owned);

    private static SpeedWork Transform(CkksKeys keys)
    {
        Modulus prime = keys.Context.Parameters.Primes[0];
        var ntt = new NegacyclicNtt(new NttTables(prime, keys.Context.Degree), keys.Context.Width);
        var random = new Random(Seed);
        // Aligned, as polynomials of ciphertexts are.
        var polynomial = new SecretBuffer<ulong>(keys.Context.Degree);
        foreach (ref ulong residue in polynomial.Span)
        {
            residue = (ulong)random.NextInt64((long)prime.Value);
        }

        return Repeat(() => ntt.Forward(polynomial.Span), polynomial);
    }

    private static SpeedWork EncryptPublicly(CkksKeys keys)
    {
        using var generator = new CkksKeyGenerator(keys.SecretKey);
        var encryptor = new CkksEncryptor(generator.CreatePublicKey());
        return new SpeedWork(1, () => encryptor.Encrypt(keys.Plain, keys.Result), encryptor);
    }

    // What a client does that sends its data: with the secret key, half of the ciphertext as a seed, in Microsoft SEAL's format.
    private static SpeedWork EncryptAndWrite(CkksKeys keys)
    {
        var encryptor = new CkksEncryptor(keys.SecretKey);
        var bytes = new ArrayBufferWriter<byte>();
        return new SpeedWork(
            1,
            () =>
            {
                bytes.ResetWrittenCount();
                encryptor.Encrypt(keys.Plain, keys.Result);
                SealFormat.WriteCiphertext(bytes, keys.Result);
            },
            encryptor);
    }

    private static SpeedWork Decrypt(CkksKeys keys)
    {
        var decryptor = new CkksDecryptor(keys.SecretKey);
        return Repeat(() => decryptor.Decrypt(keys.X, keys.Written));
    }

    private static SpeedWork Rescale(CkksKeys keys)
    {
        Ciphertext product = keys.Evaluator.MultiplyPlain(keys.X, keys.Plain);
        return new SpeedWork(1, () => keys.Evaluator.Rescale(product, keys.Result));
    }

    private static SpeedWork Rotate(CkksKeys keys)
    {
        using var generator = new CkksKeyGenerator(keys.SecretKey);
        GaloisKeys galois = generator.CreateGaloisKeys([1]);
        return new SpeedWork(1, () => keys.Evaluator.Rotate(keys.X, 1, galois, keys.Result));
    }

    private static SpeedWork Multiply(CkksKeys keys)
    {
        using var generator = new CkksKeyGenerator(keys.SecretKey);
        RelinearisationKeys relinearisation = generator.CreateRelinearisationKeys();
        return new SpeedWork(1, () => keys.Evaluator.MultiplyRelinearise(keys.X, keys.Y, relinearisation, keys.Result));
    }

    private static SpeedWork MultiplyMatrix(int threads)
    {
        var keys = new CkksKeys(CkksParameters.Create(8192, [50, 40, 50]), Seed);
        var random = new Random(Seed);
        double[] matrix = [.. Enumerable.Range(0, MatrixSize * MatrixSize).Select(_ => random.NextDouble())];
        var transform = new LinearTransform(keys.Context, matrix, MatrixSize, MatrixSize);
        using var generator = new CkksKeyGenerator(keys.SecretKey);
        GaloisKeys galois = generator.CreateGaloisKeys([.. transform.RequiredRotations]);
        return new SpeedWork(1, () => transform.Apply(keys.Evaluator, keys.X, galois, keys.Result, threads), keys);
    }

    // The server's work on a batch of 128 vectors: products, and replies that hide the weights.
    private static SpeedWork MultiplyPacked(int threads)
    {
        CkksParameters parameters = RingPackedParameters.Degree8192();
        var context = new CkksContext(parameters);
        using var generator = new CkksKeyGenerator(context);
        using SecretKey secretKey = generator.SecretKey;
        RingPacking packing = Layer.Pack(parameters);
        var random = new Random(Seed);
        long largest = packing.Options.LargestWeight;
        long[] numbers = [.. Enumerable.Range(0, Layer.WeightLength).Select(_ => random.NextInt64(-largest, largest + 1))];
        var weights = new RingPackedWeights(context, packing, numbers);
        using var encryptor = new RingPackedEncryptor(secretKey);
        Ciphertext[] inputs = encryptor.Encrypt(packing, [.. Enumerable.Range(0, Layer.InputLength).Select(i => (ulong)i)]);
        var evaluator = new RingPackedEvaluator(generator.CreatePublicKey(), cores: threads);
        var share = new ulong[Layer.OutputLength];
        return new SpeedWork(1, () => evaluator.MaskUniform(evaluator.Multiply(weights, inputs), [], share), weights, evaluator);
    }
}
