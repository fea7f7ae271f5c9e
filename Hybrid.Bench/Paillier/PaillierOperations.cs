using System.Numerics;
using Hybrid.Paillier;

namespace Hybrid.Bench.Paillier;

/// <summary>Paillier's operations on prepared inputs, on one thread: what the benchmarks and the comparison with peers time.</summary>
internal sealed class PaillierOperations : IDisposable
{
    /// <summary>Ciphertexts in a batch.</summary>
    public const int Batch = 64;

    /// <summary>Terms of a dot product.</summary>
    public const int Terms = 784;

    /// <summary>Dot products in a batch, all by the same weights: a block of lanes.</summary>
    public const int Dots = 8;

    // What encryptors are told to expect: sizes their tables of powers, which are made once and not timed.
    private const int Expected = 10_000;

    private readonly PaillierPrivateKey _key;
    private readonly PaillierEncryptor _owner;
    private readonly PaillierEncryptor _stranger;
    private readonly PaillierDecryptor _decryptor;
    private readonly PaillierEvaluator _evaluator;
    private readonly PlaintextVector _plaintexts;
    private readonly PlaintextVector _plaintext;
    private readonly CiphertextVector _ciphertexts;
    private readonly CiphertextVector _ciphertext;
    private readonly CiphertextVector _vector;
    private readonly CiphertextVector _vectors;
    private readonly PaillierWeights _weights;
    private readonly long[] _multipliers;

    public PaillierOperations(int bits)
    {
        _key = PaillierPrivateKey.Generate(bits);
        _owner = new PaillierEncryptor(_key, Expected, parallelism: 1);
        _stranger = new PaillierEncryptor(_key.PublicKey, Expected, parallelism: 1);
        _decryptor = new PaillierDecryptor(_key, parallelism: 1);
        _evaluator = new PaillierEvaluator(_key.PublicKey, parallelism: 1);
        long[] weights = RandomWeights(Terms);
        _multipliers = weights[..Batch];
        _weights = PaillierWeights.Compile(weights, 1, Terms);
        _plaintexts = PlaintextVector.FromIntegers(_key.PublicKey, [.. _multipliers.Select(value => (BigInteger)value)]);
        _plaintext = PlaintextVector.FromIntegers(_key.PublicKey, weights[0]);
        _ciphertexts = _owner.Encrypt(_plaintexts);
        _ciphertext = _ciphertexts.Select([0]);
        _vector = _ciphertexts.Select([.. Enumerable.Range(0, Terms).Select(i => i % Batch)]);
        _vectors = _ciphertexts.Select([.. Enumerable.Range(0, Terms * Dots).Select(i => i / Dots % Batch)]);
        Verify(weights);
    }

    /// <summary>64 encryptions by the key's owner.</summary>
    public void EncryptAsOwner() => _owner.Encrypt(_plaintexts);

    /// <summary>One.</summary>
    public void EncryptOneAsOwner() => _owner.Encrypt(_plaintext);

    /// <summary>64 encryptions with the public key.</summary>
    public void EncryptPublicly() => _stranger.Encrypt(_plaintexts);

    /// <summary>One.</summary>
    public void EncryptOnePublicly() => _stranger.Encrypt(_plaintext);

    /// <summary>64 decryptions.</summary>
    public void Decrypt() => _decryptor.Decrypt(_ciphertexts).Dispose();

    /// <summary>One.</summary>
    public void DecryptOne() => _decryptor.Decrypt(_ciphertext).Dispose();

    /// <summary>64 sums.</summary>
    public void Add() => _evaluator.Add(_ciphertexts, _ciphertexts);

    /// <summary>64 products by a 16-bit weight each.</summary>
    public void MultiplyBy16Bits() => _evaluator.MultiplyPlain(_ciphertexts, _multipliers);

    /// <summary>Eight dot products of 784 terms by 16-bit weights.</summary>
    public CiphertextVector Dot() => _evaluator.Multiply(_weights, _vectors, Dots);

    /// <summary>One.</summary>
    public CiphertextVector DotOne() => _evaluator.Multiply(_weights, _vector);

    public void Dispose()
    {
        _owner.Dispose();
        _stranger.Dispose();
        _plaintexts.Dispose();
        _plaintext.Dispose();
        _key.Dispose();
    }

    // Times of wrong results are worth nothing.
    private void Verify(long[] weights)
    {
        BigInteger expected = 0;
        for (int i = 0; i < Terms; i++)
        {
            expected += (BigInteger)weights[i] * weights[i % Batch];
        }

        BigInteger[] found = [.. _decryptor.DecryptIntegers(Dot()), .. _decryptor.DecryptIntegers(DotOne())];
        if (found.Any(value => value != expected))
        {
            throw new InvalidOperationException($"A dot product at {_key.PublicKey.Bits} bits came out wrong; its times are not worth printing.");
        }
    }

    // Signed, 16 bits.
    private static long[] RandomWeights(int count)
    {
        var random = new Random(Terms);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextInt64(short.MinValue, short.MaxValue + 1))];
    }
}
