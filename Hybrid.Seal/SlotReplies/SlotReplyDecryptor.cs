using Hybrid.Communication;

namespace Hybrid.Seal.SlotReplies;

/// <summary>The key owner's side: receives results in slots, checks, decrypts and decodes them. See <see cref="SlotReplyPlan"/>.</summary>
/// <remarks>
/// Memory is reserved for what the plan says, never for what a message says. Numbers are for the key's owner: whoever is shown them, the server
/// included, gets them through <see cref="CkksEncoder.DecodeForRelease"/>. One thread at a time.
/// </remarks>
public sealed class SlotReplyDecryptor : IDisposable
{
    private readonly CkksDecryptor _decryptor;
    private readonly CkksEncoder _encoder;
    private readonly Ciphertext _ciphertext;
    private readonly Plaintext _plaintext;

    /// <summary>Reads for the owner of a key, who stays its owner.</summary>
    /// <param name="secretKey">The secret key.</param>
    public SlotReplyDecryptor(SecretKey secretKey)
    {
        ArgumentNullException.ThrowIfNull(secretKey);
        _decryptor = new CkksDecryptor(secretKey);
        _encoder = new CkksEncoder(secretKey.Context);
        _ciphertext = new Ciphertext(secretKey.Context);
        _plaintext = new Plaintext(secretKey.Context);
    }

    /// <summary>The parameters.</summary>
    public CkksContext Context => _decryptor.Context;

    /// <summary>Reads a message.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="message">The message.</param>
    /// <param name="values">Takes the real parts of all slots, ciphertext by ciphertext: count times N / 2. After an error it holds anything.</param>
    /// <exception cref="ArgumentException">The values have another length.</exception>
    /// <exception cref="FormatRefusedException">
    /// The message has another length than the plan's, or a ciphertext is none, or of another level, size or scale than agreed.
    /// </exception>
    /// <exception cref="ParameterException">The key or a ciphertext has other parameters.</exception>
    public void Read(SlotReplyPlan plan, ReadOnlySpan<byte> message, Span<double> values)
    {
        int slots = Require(plan) / plan.Reply.Count;
        if (values.Length != plan.Reply.Count * slots)
        {
            throw new ArgumentException($"{plan.Reply.Count} ciphertexts have {plan.Reply.Count * slots} slots and there is room for {values.Length}.", nameof(values));
        }

        if (message.Length != plan.MessageBytes)
        {
            throw new FormatRefusedException($"The reply has {message.Length} bytes of ciphertexts where {plan.MessageBytes} are due: it was cut short, or the parties' plans differ.");
        }

        for (int i = 0; i < plan.Reply.Count; i++)
        {
            SlotReplyWire.Read(plan, message.Slice(i * plan.CiphertextBytes, plan.CiphertextBytes), _ciphertext);
            _ciphertext.Scale = plan.Scale;
            _decryptor.Decrypt(_ciphertext, _plaintext);
            _encoder.Decode(_plaintext, values.Slice(i * slots, slots));
        }
    }

    /// <inheritdoc cref="Read(SlotReplyPlan, ReadOnlySpan{byte}, Span{double})"/>
    public double[] Read(SlotReplyPlan plan, ReadOnlySpan<byte> message)
    {
        var values = new double[Require(plan)];
        Read(plan, message, values);
        return values;
    }

    /// <summary>Receives the one message and reads it.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="channel">The way to the server.</param>
    /// <param name="tag">The step.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The real parts of all slots, ciphertext by ciphertext: count times N / 2, each right within <see cref="SlotReplyPlan.SlotError"/>.</returns>
    /// <exception cref="ProtocolException">The server sent more or fewer bytes than are due or another step, or has gone.</exception>
    /// <exception cref="FormatRefusedException">A ciphertext is none, or of another level, size or scale than agreed.</exception>
    /// <exception cref="ParameterException">The key or a ciphertext has other parameters.</exception>
    public async Task<double[]> ReceiveAsync(SlotReplyPlan plan, Channel channel, StepTag tag, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(channel);
        Require(plan);
        using ReceivedFrame frame = await channel.ReceiveAsync(tag, plan.MessageBytes, cancellationToken).ConfigureAwait(false);
        return frame.Span.Length == plan.MessageBytes
            ? Read(plan, frame.Span)
            : throw new ProtocolException(
                channel.Peer, tag.ToString(), $"sent {frame.Span.Length} bytes of ciphertexts where {plan.MessageBytes} were due");
    }

    /// <summary>Wipes what was decrypted; not the key.</summary>
    public void Dispose() => _plaintext.Dispose();

    // The slots of all ciphertexts.
    private int Require(SlotReplyPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        plan.RequireParameters(Context);
        return checked(plan.Reply.Count * Context.SlotCount);
    }
}
