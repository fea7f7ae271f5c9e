using Hybrid.Security;
using Hybrid.Seal.Ring;
using Hybrid.Seal.Sampling;

namespace Hybrid.Seal.RingPacked;

/// <summary>What one core of the evaluator does to one ciphertext at a time, with randomness and working memory of its own.</summary>
internal sealed class ReplyWorker : IDisposable
{
    private readonly ExactEncoder _encoder;
    private readonly CkksEvaluator _evaluator;
    private readonly CkksEncryptor _encryptor;
    private readonly AesCtrGenerator _random;
    private readonly Ciphertext _zero;
    private readonly SecretBuffer<ulong> _mask;
    private readonly SecretBuffer<ulong> _plain;
    private readonly SecretBuffer<ulong> _words;

    public ReplyWorker(PublicKey publicKey, ExactEncoder encoder, CkksEvaluator evaluator, IRandomSource random)
    {
        _encoder = encoder;
        _evaluator = evaluator;
        _encryptor = new CkksEncryptor(publicKey, random);
        _random = RandomStreams.Fork(random);
        _zero = new Ciphertext(Context);
        _mask = new SecretBuffer<ulong>(Context.Parameters.DataPrimeCount * Context.Degree);
        _plain = new SecretBuffer<ulong>(_mask.Length);
        _words = new SecretBuffer<ulong>(Context.Degree);
    }

    private CkksContext Context => _encoder.Context;

    /// <summary>Adds an input polynomial's share.</summary>
    public void AddShare(RingPacking packing, int input, Ciphertext ciphertext, ReadOnlySpan<ulong> share)
    {
        _words.Span.Clear();
        packing.PackInput(input, share, _words.Span);
        _encoder.Encode(_words.Span, ciphertext.Level, _plain.Span);
        AddPlain(ciphertext);
        Wipe();
    }

    /// <summary>
    /// Switches down, then adds an encryption of zero, the bias and less a uniform mask, which rounded is the share. If it is to be written,
    /// bias and mask go into what is written, where coefficients are needed anyway, and not into the ciphertext.
    /// </summary>
    public void Mask(RingPacking packing, int output, Ciphertext ciphertext, ReadOnlySpan<ulong> bias, Span<ulong> share, Span<byte> destination)
    {
        SwitchDown(packing, ciphertext);
        AddZero(ciphertext);
        int level = ciphertext.Level;
        Span<ulong> mask = FillUniform(level);
        EncodeBias(packing, output, bias, level);
        for (int i = 0; i <= level; i++)
        {
            Span<ulong> plain = Context.Ring.Slice(_plain.Span, i);
            Context.Ring.Primes[i].Residues.Subtract(plain, Context.Ring.Slice(mask, i), plain);
        }

        if (destination.IsEmpty)
        {
            AddPlain(ciphertext);
        }
        else
        {
            RingPackedWire.WriteOutput(packing, output, ciphertext, _plain.Span, destination);
        }

        _encoder.Decode(mask, level, _words.Span);
        packing.Gather(output, _words.Span, share);
        Wipe();
    }

    /// <summary>
    /// Adds an encryption of zero, the bias, flooding noise on results and uniform values elsewhere, then switches down, and writes it if
    /// there is where to.
    /// </summary>
    public void Flood(RingPacking packing, int output, Ciphertext ciphertext, ReadOnlySpan<ulong> bias, Span<byte> destination)
    {
        AddZero(ciphertext);
        int level = ciphertext.Level;
        EncodeBias(packing, output, bias, level);
        Span<ulong> noise = _mask.Span;
        FloodingSampler.FillResidues(
            _random, packing.FloodingBits, Context.Parameters.Primes.AsSpan()[..(level + 1)], Context.Degree, noise[..((level + 1) * Context.Degree)]);
        for (int i = 0; i <= level; i++)
        {
            Span<ulong> plain = Context.Ring.Slice(_plain.Span, i);
            Context.Ring.Primes[i].Residues.Add(plain, Context.Ring.Slice(noise, i), plain);
        }

        Span<ulong> uniform = FillUniform(level);
        for (int i = 0; i <= level; i++)
        {
            packing.CopyUsed(output, Context.Ring.Slice(_plain.Span, i), Context.Ring.Slice(uniform, i));
        }

        uniform.CopyTo(_plain.Span);
        AddPlain(ciphertext);
        SwitchDown(packing, ciphertext);
        if (!destination.IsEmpty)
        {
            RingPackedWire.WriteOutput(packing, output, ciphertext, destination);
        }

        Wipe();
    }

    public void Dispose()
    {
        _encryptor.Dispose();
        _random.Dispose();
        _mask.Dispose();
        _plain.Dispose();
        _words.Dispose();
    }

    private Span<ulong> FillUniform(int level)
    {
        Span<ulong> uniform = _mask.Span[..((level + 1) * Context.Degree)];
        for (int i = 0; i <= level; i++)
        {
            UniformSampler.Fill(_random, Context.Ring.Modulus(i), Context.Ring.Slice(uniform, i));
        }

        return uniform;
    }

    private void EncodeBias(RingPacking packing, int output, ReadOnlySpan<ulong> bias, int level)
    {
        _words.Span.Clear();
        packing.Scatter(output, bias, _words.Span);
        _encoder.Encode(_words.Span, level, _plain.Span);
    }

    // Transforms the plain coefficients and adds them.
    private void AddPlain(Ciphertext ciphertext)
    {
        for (int i = 0; i <= ciphertext.Level; i++)
        {
            NegacyclicNtt prime = Context.Ring.Primes[i];
            Span<ulong> plain = Context.Ring.Slice(_plain.Span, i);
            prime.Forward(plain);
            prime.Residues.Add(ciphertext.Prime(0, i), plain, ciphertext.Prime(0, i));
        }
    }

    private void AddZero(Ciphertext ciphertext)
    {
        _encryptor.EncryptZero(ciphertext.Level, ciphertext.Scale, _zero);
        _evaluator.Add(ciphertext, _zero, ciphertext);
    }

    private void SwitchDown(RingPacking packing, Ciphertext ciphertext)
    {
        while (ciphertext.Level > packing.Plan.ReplyLevel)
        {
            _evaluator.Rescale(ciphertext, ciphertext);
        }
    }

    private void Wipe()
    {
        _words.Span.Clear();
        _plain.Span.Clear();
        _mask.Span.Clear();
    }
}
