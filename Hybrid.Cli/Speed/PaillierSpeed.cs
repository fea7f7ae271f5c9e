using System.Numerics;
using Hybrid.Paillier;

namespace Hybrid.Cli.Speed;

/// <summary>Paillier's operations. All but key generation come in batches of a multiple of 64, so that every lane is in use.</summary>
internal sealed class PaillierSpeed : ISpeedSuite
{
    private const int BatchForEachThread = 64;
    private const int DotTerms = 784;
    private const int DotsForEachThread = 8;

    // What encryptors are told to expect: sizes their tables of powers, which are made once and not timed.
    private const int Expected = 10_000;

    private readonly Dictionary<int, PaillierPrivateKey> _keys = [];

    public IEnumerable<SpeedCase> Cases(SpeedSettings settings)
    {
        foreach (int bits in settings.KeyBits)
        {
            // Each of the two primes is looked for by a thread of its own; there is no telling it otherwise.
            int searches = Math.Min(2, Environment.ProcessorCount);
            yield return new SpeedCase("paillier/keygen", $"{bits} bits, {SpeedSettings.Words(searches)}", () => new SpeedWork(1, () => PaillierPrivateKey.Generate(bits).Dispose()));
            foreach (int threads in settings.Threads)
            {
                SpeedCase Case(string operation, Func<SpeedWork> prepare) => new($"paillier/{operation}", $"{bits} bits, {SpeedSettings.Words(threads)}", prepare);

                yield return Case("encrypt", () => Encrypt(new PaillierEncryptor(Key(bits), Expected, parallelism: threads), threads));
                yield return Case("encrypt-public", () => Encrypt(new PaillierEncryptor(Key(bits).PublicKey, Expected, parallelism: threads), threads));
                yield return Case("decrypt", () => Decrypt(bits, threads));
                yield return Case("add", () => Add(bits, threads));
                yield return Case("multiply-16", () => Multiply(bits, threads));
                yield return Case("dot-784", () => Dot(bits, threads));
                yield return Case("rerandomise", () => Randomise(bits, threads));
            }
        }
    }

    public void Dispose()
    {
        foreach (PaillierPrivateKey key in _keys.Values)
        {
            key.Dispose();
        }
    }

    private PaillierPrivateKey Key(int bits)
    {
        if (!_keys.TryGetValue(bits, out PaillierPrivateKey? key))
        {
            _keys.Add(bits, key = PaillierPrivateKey.Generate(bits));
        }

        return key;
    }

    // As many as asked for, 64 of them different.
    private CiphertextVector Ciphertexts(int bits, int count)
    {
        using var encryptor = new PaillierEncryptor(Key(bits), BatchForEachThread);
        CiphertextVector different = encryptor.Encrypt(Numbers(BatchForEachThread));
        return different.Select([.. Enumerable.Range(0, count).Select(i => i % BatchForEachThread)]);
    }

    private static SpeedWork Encrypt(PaillierEncryptor encryptor, int threads)
    {
        PlaintextVector plaintexts = PlaintextVector.FromIntegers(encryptor.Key, Numbers(BatchForEachThread * threads));
        return new SpeedWork(plaintexts.Count, () => encryptor.Encrypt(plaintexts), encryptor, plaintexts);
    }

    private SpeedWork Decrypt(int bits, int threads)
    {
        CiphertextVector ciphertexts = Ciphertexts(bits, BatchForEachThread * threads);
        var decryptor = new PaillierDecryptor(Key(bits), threads);
        return new SpeedWork(ciphertexts.Count, () => decryptor.Decrypt(ciphertexts).Dispose());
    }

    private SpeedWork Add(int bits, int threads)
    {
        CiphertextVector ciphertexts = Ciphertexts(bits, BatchForEachThread * threads);
        var evaluator = new PaillierEvaluator(Key(bits).PublicKey, threads);
        return new SpeedWork(ciphertexts.Count, () => evaluator.Add(ciphertexts, ciphertexts));
    }

    private SpeedWork Multiply(int bits, int threads)
    {
        CiphertextVector ciphertexts = Ciphertexts(bits, BatchForEachThread * threads);
        var evaluator = new PaillierEvaluator(Key(bits).PublicKey, threads);
        long[] weights = Weights(ciphertexts.Count);
        return new SpeedWork(ciphertexts.Count, () => evaluator.MultiplyPlain(ciphertexts, weights));
    }

    private SpeedWork Dot(int bits, int threads)
    {
        int dots = DotsForEachThread * threads;
        CiphertextVector ciphertexts = Ciphertexts(bits, DotTerms * dots);
        var evaluator = new PaillierEvaluator(Key(bits).PublicKey, threads);
        PaillierWeights weights = PaillierWeights.Compile(Weights(DotTerms), 1, DotTerms);
        return new SpeedWork(dots, () => evaluator.Multiply(weights, ciphertexts, dots));
    }

    private SpeedWork Randomise(int bits, int threads)
    {
        CiphertextVector ciphertexts = Ciphertexts(bits, BatchForEachThread * threads);
        // 784 weights of 16 bits add up to 26 bits at most.
        var randomiser = new PaillierRandomiser(Key(bits).PublicKey, 26, Expected, parallelism: threads);
        return new SpeedWork(ciphertexts.Count, () => randomiser.Randomise(ciphertexts), randomiser);
    }

    private static BigInteger[] Numbers(int count) => [.. Weights(count).Select(weight => (BigInteger)weight)];

    // Signed, 16 bits; the same ones every time, since the work depends on them.
    private static long[] Weights(int count)
    {
        var random = new Random(DotTerms);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextInt64(short.MinValue, short.MaxValue + 1))];
    }
}
