using Hybrid.Security;

namespace Hybrid.Seal.RingPacked;

/// <summary>The key owner's first step: encrypts a layer's inputs, or its share of them, under its secret key.</summary>
/// <remarks>
/// Reveals nothing to whoever has no secret key (computational). Each ciphertext costs two transforms a prime and travels with c_1 as a
/// seed. Working memory is wiped. One thread at a time.
/// </remarks>
public sealed class RingPackedEncryptor : IDisposable
{
    private readonly CkksEncryptor _encryptor;
    private readonly ExactEncoder _encoder;
    private readonly Plaintext _plaintext;
    private readonly SecretBuffer<ulong> _words;

    /// <summary>Encrypts for the owner of a key, who stays its owner.</summary>
    /// <param name="secretKey">The secret key.</param>
    /// <param name="random">Where randomness comes from; the operating system unless given.</param>
    public RingPackedEncryptor(SecretKey secretKey, IRandomSource? random = null)
    {
        _encryptor = new CkksEncryptor(secretKey, random);
        _encoder = new ExactEncoder(Context);
        _plaintext = new Plaintext(Context);
        _words = new SecretBuffer<ulong>(Context.Degree);
    }

    /// <summary>The parameters.</summary>
    public CkksContext Context => _encryptor.Context;

    /// <summary>Encrypts a layer's inputs.</summary>
    /// <param name="packing">The layer.</param>
    /// <param name="values">Its inputs modulo 2^64, in the shape's order.</param>
    /// <returns>As many ciphertexts as the plan says, to be sent by <see cref="RingPackedWire.WriteInput"/>.</returns>
    /// <exception cref="ArgumentException">There are more or fewer numbers than the layer has inputs.</exception>
    /// <exception cref="ParameterException">The parameters differ.</exception>
    public Ciphertext[] Encrypt(RingPacking packing, ReadOnlySpan<ulong> values)
    {
        ArgumentNullException.ThrowIfNull(packing);
        packing.RequireParameters(Context);
        RingPacking.RequireLength(values.Length, packing.Shape.InputLength, nameof(values));
        int level = Context.MaximumLevel;
        var ciphertexts = new Ciphertext[packing.Plan.CiphertextsUp];
        for (int i = 0; i < ciphertexts.Length; i++)
        {
            _words.Span.Clear();
            packing.PackInput(i, values, _words.Span);
            _plaintext.Reset(level, ExactEncoder.ScaleAt(Context.Parameters, level));
            _encoder.Encode(_words.Span, level, _plaintext.Residues);
            for (int prime = 0; prime <= level; prime++)
            {
                Context.Ring.Primes[prime].Forward(_plaintext.Prime(prime));
            }

            ciphertexts[i] = _encryptor.Encrypt(_plaintext);
        }

        _words.Span.Clear();
        _plaintext.Residues.Clear();
        return ciphertexts;
    }

    /// <summary>Wipes working memory; not the key.</summary>
    public void Dispose()
    {
        _encryptor.Dispose();
        _plaintext.Dispose();
        _words.Dispose();
    }
}
