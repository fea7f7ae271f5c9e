using Hybrid.Seal.Sampling;
using Hybrid.Security;

namespace Hybrid.Seal.RingPacked;

/// <summary>What one core of the encryptor does to one input polynomial at a time, with randomness and working memory of its own.</summary>
internal sealed class EncryptionWorker : IDisposable
{
    private readonly CkksEncryptor _encryptor;
    private readonly ExactEncoder _encoder;
    private readonly Plaintext _plaintext;
    private readonly SecretBuffer<ulong> _words;
    private readonly Ciphertext _ciphertext;

    public EncryptionWorker(SecretKey secretKey, ExactEncoder encoder, IRandomSource? random)
    {
        _encryptor = new CkksEncryptor(secretKey, random, AesSeed.Draw);
        _encoder = encoder;
        _plaintext = new Plaintext(Context);
        _words = new SecretBuffer<ulong>(Context.Degree);
        _ciphertext = new Ciphertext(Context);
    }

    private CkksContext Context => _encoder.Context;

    /// <summary>Encrypts an input polynomial.</summary>
    public void Encrypt(RingPacking packing, int input, ReadOnlySpan<ulong> values, Ciphertext destination)
    {
        int level = packing.Level;
        _words.Span.Clear();
        packing.PackInput(input, values, _words.Span);
        _plaintext.Reset(level, ExactEncoder.ScaleAt(Context.Parameters, level));
        _encoder.Encode(_words.Span, level, _plaintext.Residues);
        for (int prime = 0; prime <= level; prime++)
        {
            Context.Ring.Primes[prime].Forward(_plaintext.Prime(prime));
        }

        _encryptor.Encrypt(_plaintext, destination);
        _words.Span.Clear();
        _plaintext.Residues.Clear();
    }

    /// <summary>Encrypts an input polynomial and writes it as it is sent.</summary>
    public void Write(RingPacking packing, int input, ReadOnlySpan<ulong> values, Span<byte> destination)
    {
        Encrypt(packing, input, values, _ciphertext);
        RingPackedWire.WriteInput(packing, _ciphertext, destination);
    }

    public void Dispose()
    {
        _encryptor.Dispose();
        _plaintext.Dispose();
        _words.Dispose();
    }
}
