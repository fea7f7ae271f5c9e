using Hybrid.Security;

namespace Hybrid.Seal.RingPacked;

/// <summary>The key owner's last step: decrypts a layer's results, or its share of them.</summary>
/// <remarks>Each ciphertext costs a transform a prime. One call at a time; a call takes as many cores as it was given. Working memory is wiped.</remarks>
public sealed class RingPackedDecryptor : IDisposable
{
    private readonly ExactEncoder _encoder;
    private readonly DecryptionWorker[] _workers;

    /// <summary>Decrypts for the owner of a key, who stays its owner.</summary>
    /// <param name="secretKey">The secret key.</param>
    /// <param name="cores">How many cores a call may take; 1 unless given, 0 for all.</param>
    public RingPackedDecryptor(SecretKey secretKey, int cores = 1)
    {
        ArgumentNullException.ThrowIfNull(secretKey);
        ArgumentOutOfRangeException.ThrowIfNegative(cores);
        Context = secretKey.Context;
        _encoder = new ExactEncoder(Context);
        var decryptor = new CkksDecryptor(secretKey);
        _workers = new DecryptionWorker[cores == 0 ? Environment.ProcessorCount : cores];
        for (int i = 0; i < _workers.Length; i++)
        {
            _workers[i] = new DecryptionWorker(decryptor, _encoder);
        }
    }

    /// <summary>The parameters.</summary>
    public CkksContext Context { get; }

    /// <summary>Decrypts a layer's results and rounds them to numbers modulo 2^64.</summary>
    /// <param name="packing">The layer.</param>
    /// <param name="ciphertexts">Its result ciphertexts, in order.</param>
    /// <param name="values">Takes the results, in the shape's order: exact if revealed, this party's share if masked.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    /// <exception cref="ParameterException">There are more or fewer ciphertexts than results, or the parameters differ.</exception>
    public void Decrypt(RingPacking packing, ReadOnlySpan<Ciphertext> ciphertexts, Span<ulong> values)
    {
        ArgumentNullException.ThrowIfNull(packing);
        packing.Require(Context, values.Length, packing.Shape.OutputLength, nameof(values));
        RingPacking.Require(Context, ciphertexts, packing.Plan.CiphertextsDown, "result");
        Ciphertext[] results = ciphertexts.ToArray();
        using var words = new SecretBuffer<ulong>(values.Length);
        WorkerLoop.Run(_workers, results.Length, (worker, i) => worker.Decrypt(packing, i, results[i], words.Span));
        words.Span.CopyTo(values);
    }

    /// <summary>Decrypts a layer's results as they came.</summary>
    /// <param name="packing">The layer.</param>
    /// <param name="message">Its result ciphertexts, one after the other: <see cref="RingPacking.ReplyBytes"/>.</param>
    /// <param name="values">Takes the results, in the shape's order: exact if revealed, this party's share if masked.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    /// <exception cref="ParameterException">The parameters differ.</exception>
    /// <exception cref="FormatRefusedException">The bytes are not as many as they should be, a level is another, or a residue is not below its prime.</exception>
    public void Read(RingPacking packing, ReadOnlyMemory<byte> message, SecretBuffer<ulong> values)
    {
        ArgumentNullException.ThrowIfNull(packing);
        ArgumentNullException.ThrowIfNull(values);
        packing.Require(Context, values.Length, packing.Shape.OutputLength, nameof(values));
        RingPackedWire.RequireBytes(message.Length, packing.ReplyBytes, "results");
        WorkerLoop.Run(_workers, packing.Plan.CiphertextsDown, (worker, i) => worker.Read(packing, i, message.Span[packing.ReplyOf(i)], values.Span));
    }

    /// <summary>The noise of a ciphertext's coefficients, for measuring it.</summary>
    internal void MeasureNoise(Ciphertext ciphertext, Span<double> noise) =>
        _encoder.DecodeNoise(_workers[0].ReadCoefficients(ciphertext), ciphertext.Level, noise);

    /// <summary>The residues of a ciphertext's decrypted coefficients, for measuring them.</summary>
    internal ReadOnlySpan<ulong> Coefficients(Ciphertext ciphertext) => _workers[0].ReadCoefficients(ciphertext);

    /// <summary>Wipes working memory; not the key.</summary>
    public void Dispose()
    {
        foreach (DecryptionWorker worker in _workers)
        {
            worker.Dispose();
        }
    }
}
