using Hybrid.Security;

namespace Hybrid.Seal.RingPacked;

/// <summary>The key owner's first step: encrypts a layer's inputs, or its share of them, under its secret key.</summary>
/// <remarks>
/// Reveals nothing to whoever has no secret key (computational). Each ciphertext costs two transforms a prime and travels with c_1 as a
/// seed. One call at a time; a call takes as many cores as it was given. Working memory is wiped.
/// </remarks>
public sealed class RingPackedEncryptor : IDisposable
{
    private readonly EncryptionWorker[] _workers;

    /// <summary>Encrypts for the owner of a key, who stays its owner.</summary>
    /// <param name="secretKey">The secret key.</param>
    /// <param name="random">Where randomness comes from; the operating system unless given.</param>
    /// <param name="cores">How many cores a call may take; 1 unless given, 0 for all.</param>
    public RingPackedEncryptor(SecretKey secretKey, IRandomSource? random = null, int cores = 1)
    {
        ArgumentNullException.ThrowIfNull(secretKey);
        ArgumentOutOfRangeException.ThrowIfNegative(cores);
        Context = secretKey.Context;
        var encoder = new ExactEncoder(Context);
        _workers = new EncryptionWorker[cores == 0 ? Environment.ProcessorCount : cores];
        for (int i = 0; i < _workers.Length; i++)
        {
            _workers[i] = new EncryptionWorker(secretKey, encoder, random);
        }
    }

    /// <summary>The parameters.</summary>
    public CkksContext Context { get; }

    /// <summary>Encrypts a layer's inputs.</summary>
    /// <param name="packing">The layer.</param>
    /// <param name="values">Its inputs modulo 2^64, in the shape's order.</param>
    /// <returns>As many ciphertexts as the plan says, to be sent by <see cref="RingPackedWire.WriteInput"/>.</returns>
    /// <exception cref="ArgumentException">There are more or fewer numbers than the layer has inputs.</exception>
    /// <exception cref="ParameterException">The parameters differ.</exception>
    public Ciphertext[] Encrypt(RingPacking packing, ReadOnlySpan<ulong> values)
    {
        ArgumentNullException.ThrowIfNull(packing);
        packing.Require(Context, values.Length, packing.Shape.InputLength, nameof(values));
        using var copy = new SecretBuffer<ulong>(values);
        var ciphertexts = new Ciphertext[packing.Plan.CiphertextsUp];
        WorkerLoop.Run(_workers, ciphertexts.Length, (worker, i) =>
        {
            ciphertexts[i] = new Ciphertext(Context);
            worker.Encrypt(packing, i, copy.Span, ciphertexts[i]);
        });
        return ciphertexts;
    }

    /// <summary>Encrypts a layer's inputs as they are sent, one after the other: only what is sent takes memory.</summary>
    /// <param name="packing">The layer.</param>
    /// <param name="values">Its inputs modulo 2^64, in the shape's order.</param>
    /// <param name="message">Takes the plan's bytes up.</param>
    /// <exception cref="ArgumentException">There are more or fewer numbers than the layer has inputs, or bytes than they take.</exception>
    /// <exception cref="ParameterException">The parameters differ.</exception>
    public void Write(RingPacking packing, SecretBuffer<ulong> values, Memory<byte> message)
    {
        ArgumentNullException.ThrowIfNull(packing);
        ArgumentNullException.ThrowIfNull(values);
        packing.Require(Context, values.Length, packing.Shape.InputLength, nameof(values));
        Write(packing, values, message, 0, packing.Plan.CiphertextsUp);
    }

    /// <summary>The same for so many of the ciphertexts, from one on.</summary>
    internal void Write(RingPacking packing, SecretBuffer<ulong> values, Memory<byte> message, int first, int count)
    {
        int each = RingPackedWire.InputBytes(packing);
        RingPacking.RequireLength(message.Length, checked(each * count), nameof(message));
        WorkerLoop.Run(_workers, count, (worker, i) => worker.Write(packing, first + i, values.Span, message.Span.Slice(i * each, each)));
    }

    /// <summary>How many cores a call takes.</summary>
    internal int Cores => _workers.Length;

    /// <summary>Wipes working memory; not the key.</summary>
    public void Dispose()
    {
        foreach (EncryptionWorker worker in _workers)
        {
            worker.Dispose();
        }
    }
}
