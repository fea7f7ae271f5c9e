using Hybrid.Security;

namespace Hybrid.Seal.RingPacked;

/// <summary>The key owner's last step: decrypts a layer's results, or its share of them.</summary>
/// <remarks>Each ciphertext costs a transform a prime. Working memory is wiped. One thread at a time.</remarks>
public sealed class RingPackedDecryptor : IDisposable
{
    private readonly CkksDecryptor _decryptor;
    private readonly ExactEncoder _encoder;
    private readonly Plaintext _plaintext;
    private readonly SecretBuffer<ulong> _words;

    /// <summary>Decrypts for the owner of a key, who stays its owner.</summary>
    public RingPackedDecryptor(SecretKey secretKey)
    {
        _decryptor = new CkksDecryptor(secretKey);
        _encoder = new ExactEncoder(Context);
        _plaintext = new Plaintext(Context);
        _words = new SecretBuffer<ulong>(Context.Degree);
    }

    /// <summary>The parameters.</summary>
    public CkksContext Context => _decryptor.Context;

    /// <summary>Decrypts a layer's results and rounds them to numbers modulo 2^64.</summary>
    /// <param name="packing">The layer.</param>
    /// <param name="ciphertexts">Its result ciphertexts, in order.</param>
    /// <param name="values">Takes the results, in the shape's order: exact if revealed, this party's share if masked.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    /// <exception cref="ParameterException">There are more or fewer ciphertexts than results, or the parameters differ.</exception>
    public void Decrypt(RingPacking packing, ReadOnlySpan<Ciphertext> ciphertexts, Span<ulong> values)
    {
        ArgumentNullException.ThrowIfNull(packing);
        packing.RequireParameters(Context);
        RingPacking.Require(Context, ciphertexts, packing.Plan.CiphertextsDown, "result");
        RingPacking.RequireLength(values.Length, packing.Shape.OutputLength, nameof(values));
        for (int i = 0; i < ciphertexts.Length; i++)
        {
            ReadCoefficients(ciphertexts[i]);
            _encoder.Decode(_plaintext.Residues, _plaintext.Level, _words.Span);
            packing.Gather(i, _words.Span, values);
        }

        _words.Span.Clear();
        _plaintext.Residues.Clear();
    }

    /// <summary>The noise of a ciphertext's coefficients, for measuring it.</summary>
    internal void MeasureNoise(Ciphertext ciphertext, Span<double> noise)
    {
        ReadCoefficients(ciphertext);
        _encoder.DecodeNoise(_plaintext.Residues, _plaintext.Level, noise);
    }

    /// <summary>The residues of a ciphertext's decrypted coefficients, for measuring them.</summary>
    internal ReadOnlySpan<ulong> Coefficients(Ciphertext ciphertext)
    {
        ReadCoefficients(ciphertext);
        return _plaintext.Residues;
    }

    /// <summary>Wipes working memory; not the key.</summary>
    public void Dispose()
    {
        _plaintext.Dispose();
        _words.Dispose();
    }

    private void ReadCoefficients(Ciphertext ciphertext)
    {
        _decryptor.Decrypt(ciphertext, _plaintext);
        for (int prime = 0; prime <= _plaintext.Level; prime++)
        {
            Context.Ring.Primes[prime].Inverse(_plaintext.Prime(prime));
        }
    }
}
