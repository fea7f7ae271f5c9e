using Hybrid.Security;

namespace Hybrid.Seal.RingPacked;

/// <summary>What one core of the decryptor does to one result polynomial at a time, with working memory of its own.</summary>
internal sealed class DecryptionWorker : IDisposable
{
    private readonly CkksDecryptor _decryptor;
    private readonly ExactEncoder _encoder;
    private readonly Plaintext _plaintext;
    private readonly SecretBuffer<ulong> _words;
    private readonly Ciphertext _ciphertext;

    public DecryptionWorker(CkksDecryptor decryptor, ExactEncoder encoder)
    {
        _decryptor = decryptor;
        _encoder = encoder;
        _plaintext = new Plaintext(Context);
        _words = new SecretBuffer<ulong>(Context.Degree);
        _ciphertext = new Ciphertext(Context);
    }

    private CkksContext Context => _decryptor.Context;

    /// <summary>Decrypts a result polynomial into its places.</summary>
    public void Decrypt(RingPacking packing, int output, Ciphertext ciphertext, Span<ulong> values)
    {
        ReadCoefficients(ciphertext);
        Decode(packing, output, values);
    }

    /// <summary>Reads a result polynomial and decrypts it.</summary>
    public void Read(RingPacking packing, int output, ReadOnlySpan<byte> source, Span<ulong> values)
    {
        RingPackedWire.ReadOutput(packing, output, source, _ciphertext);
        _decryptor.DecryptCoefficients(_ciphertext, _plaintext);
        Decode(packing, output, values);
    }

    /// <summary>The residues of a ciphertext's decrypted coefficients, in this worker's memory.</summary>
    public Span<ulong> ReadCoefficients(Ciphertext ciphertext)
    {
        _decryptor.Decrypt(ciphertext, _plaintext);
        for (int prime = 0; prime <= _plaintext.Level; prime++)
        {
            Context.Ring.Primes[prime].Inverse(_plaintext.Prime(prime));
        }

        return _plaintext.Residues;
    }

    public void Dispose()
    {
        _plaintext.Dispose();
        _words.Dispose();
    }

    private void Decode(RingPacking packing, int output, Span<ulong> values)
    {
        Span<ulong> residues = _plaintext.Residues;
        _encoder.Decode(residues, _plaintext.Level, _words.Span);
        packing.Gather(output, _words.Span, values);
        _words.Span.Clear();
        residues.Clear();
    }
}
