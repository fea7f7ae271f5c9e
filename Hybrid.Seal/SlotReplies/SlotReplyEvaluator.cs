using System.Buffers;
using Hybrid.Communication;
using Hybrid.Seal.Ring;
using Hybrid.Seal.Sampling;
using Hybrid.Security;

namespace Hybrid.Seal.SlotReplies;

/// <summary>The server's side: makes results in slots fit to leave for the key's owner, and sends them. See <see cref="SlotReplyPlan"/>.</summary>
/// <remarks>
/// Costs an encryption of zero and a transform a prime for each ciphertext. Noise is wiped; nothing branches or indexes on it. One thread at a
/// time; give each thread its own.
/// </remarks>
public sealed class SlotReplyEvaluator : IDisposable
{
    private readonly CkksEvaluator _evaluator;
    private readonly CkksEncryptor _encryptor;
    private readonly AesCtrGenerator _random;
    private readonly Ciphertext _zero;
    private readonly Ciphertext _reply;
    private readonly SecretBuffer<ulong> _noise;

    /// <summary>Replies to the owner of a key.</summary>
    /// <param name="publicKey">The owner's public key.</param>
    /// <param name="random">Where randomness comes from; the operating system unless given.</param>
    public SlotReplyEvaluator(PublicKey publicKey, IRandomSource? random = null)
    {
        ArgumentNullException.ThrowIfNull(publicKey);
        Context = publicKey.Context;
        _evaluator = new CkksEvaluator(Context);
        _encryptor = new CkksEncryptor(publicKey, random);
        _random = RandomStreams.Fork(random ?? OsRandom.Instance);
        _zero = new Ciphertext(Context);
        _reply = new Ciphertext(Context);
        _noise = new SecretBuffer<ulong>(Context.Parameters.DataPrimeCount * Context.Degree);
    }

    /// <summary>The parameters.</summary>
    public CkksContext Context { get; }

    /// <summary>Re-randomises, floods and writes results, which themselves stay as they are.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="results">As many ciphertexts as it has, of two polynomials, of its level and scale, each within its bounds.</param>
    /// <param name="message">Takes the ciphertexts, one after the other: <see cref="SlotReplyPlan.MessageBytes"/>.</param>
    /// <exception cref="ArgumentException">There are more or fewer results, or the message has another length.</exception>
    /// <exception cref="ParameterException">Parameters, levels, sizes or scales do not fit.</exception>
    public void Write(SlotReplyPlan plan, ReadOnlySpan<Ciphertext> results, Span<byte> message)
    {
        Require(plan, results);
        if (message.Length != plan.MessageBytes)
        {
            throw new ArgumentException($"The reply takes {plan.MessageBytes} bytes and the message has {message.Length}.", nameof(message));
        }

        for (int i = 0; i < results.Length; i++)
        {
            Hide(plan, results[i]);
            SealFormat.WriteCiphertext(_reply, message.Slice(i * plan.CiphertextBytes, plan.CiphertextBytes));
        }
    }

    /// <inheritdoc cref="Write(SlotReplyPlan, ReadOnlySpan{Ciphertext}, Span{byte})"/>
    public byte[] Write(SlotReplyPlan plan, ReadOnlySpan<Ciphertext> results)
    {
        Require(plan, results);
        var message = new byte[plan.MessageBytes];
        Write(plan, results, message);
        return message;
    }

    /// <summary>Re-randomises, floods and sends results, in one message: <see cref="SlotReplyPlan.MessageBytes"/> and the frame's header.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="results">As many ciphertexts as it has, of two polynomials, of its level and scale, each within its bounds.</param>
    /// <param name="channel">The way to the key's owner.</param>
    /// <param name="tag">The step.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">There are more or fewer results.</exception>
    /// <exception cref="ParameterException">Parameters, levels, sizes or scales do not fit.</exception>
    /// <exception cref="ProtocolException">The client has gone.</exception>
    public async Task SendAsync(
        SlotReplyPlan plan, ReadOnlyMemory<Ciphertext> results, Channel channel, StepTag tag, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(channel);
        Require(plan, results.Span);
        byte[] memory = ArrayPool<byte>.Shared.Rent(plan.MessageBytes);
        Memory<byte> message = memory.AsMemory(0, plan.MessageBytes);
        Write(plan, results.Span, message.Span);
        await channel.SendAsync(tag, message, cancellationToken).ConfigureAwait(false);
        // Of a send that was given up the connection may still read it: that is left to the collector.
        ArrayPool<byte>.Shared.Return(memory);
    }

    /// <summary>Wipes working memory; not the key.</summary>
    public void Dispose()
    {
        _encryptor.Dispose();
        _random.Dispose();
        _noise.Dispose();
    }

    private void Hide(SlotReplyPlan plan, Ciphertext result)
    {
        int level = plan.FloodedLevel;
        _evaluator.ModSwitch(result, level, _reply);
        _reply.Scale = plan.Reply.Scale;
        _encryptor.EncryptZero(level, _reply.Scale, _zero);
        _evaluator.Add(_reply, _zero, _reply);
        AddNoise(plan.FloodingBits);
        while (_reply.Level > plan.Level)
        {
            _evaluator.Rescale(_reply, _reply);
        }
    }

    private void AddNoise(int bits)
    {
        int primes = _reply.Level + 1;
        Span<ulong> noise = _noise.Span[..(primes * Context.Degree)];
        FloodingSampler.FillResidues(_random, bits, Context.Parameters.Primes.AsSpan()[..primes], Context.Degree, noise);
        for (int i = 0; i < primes; i++)
        {
            NegacyclicNtt prime = Context.Ring.Primes[i];
            Span<ulong> residues = Context.Ring.Slice(noise, i);
            prime.Forward(residues);
            prime.Residues.Add(_reply.Prime(0, i), residues, _reply.Prime(0, i));
        }

        noise.Clear();
    }

    // All of them, before any is hidden.
    private void Require(SlotReplyPlan plan, ReadOnlySpan<Ciphertext> results)
    {
        ArgumentNullException.ThrowIfNull(plan);
        plan.RequireParameters(Context);
        SlotReply reply = plan.Reply;
        if (results.Length != reply.Count)
        {
            throw new ArgumentException($"The plan is for {reply.Count} ciphertexts and {results.Length} were given.", nameof(results));
        }

        foreach (Ciphertext result in results)
        {
            ArgumentNullException.ThrowIfNull(result, nameof(results));
            Context.RequireSame(result.Context, "result");
            if (result.Level != reply.Level || result.Size != 2)
            {
                throw new ParameterException(
                    ParameterFault.Mismatch,
                    $"A result is at level {result.Level} with {result.Size} polynomials and the plan is for level {reply.Level} and 2: plan for its level, and {nameof(CkksEvaluator.Relinearise)} a product.");
            }

            if (!CkksEvaluator.IsSameScale(result.Scale, reply.Scale))
            {
                throw new ParameterException(
                    ParameterFault.Mismatch,
                    $"A result has the scale 2^{Math.Log2(result.Scale):F9} and the plan is for 2^{Math.Log2(reply.Scale):F9}: plan for the scale that the computation leaves.");
            }
        }
    }
}
