using System.Buffers;
using System.Numerics.Tensors;
using Hybrid.Communication;
using Hybrid.Graph;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Seal.RingPacked;
using Hybrid.Security;

namespace Hybrid.Seal;

// How values come from shares and go to shares, and what conversions have in common.
internal sealed partial class CkksBackend
{
    public Quote? QuoteFromShares(Node node, Stretch stretch) =>
        stretch.Before == Scheme.Shares && node == stretch.Entry && Layout(stretch) is { } layout ? QuoteEntry(layout) : null;

    public async Task<HeldTensor> FromSharesAsync(PlanStep step, ReadOnlyMemory<ulong> share, StepContext context)
    {
        RequireLength(share.Length, step.Node);
        CkksLayout layout = RequireLayout(step.Stretch);
        if (_role == Party.Client)
        {
            using var words = new SecretBuffer<ulong>(share.Span);
            await SendEncryptedAsync(layout, words, context).ConfigureAwait(false);
            return new CkksTensor(step.Node, layout);
        }

        CkksTensor inputs = await ReceiveInputsAsync(step, layout, context).ConfigureAwait(false);
        using var mine = new SecretBuffer<ulong>(share.Span);
        TensorPrimitives.ShiftLeft<ulong>(mine.Span, layout.ExtraBits, mine.Span);
        _evaluator!.AddShare(layout.Packing, inputs.Inputs, mine.Span);
        return inputs;
    }

    public Quote? QuoteToShares(Node node, Stretch stretch) =>
        stretch.After == Scheme.Shares && node == stretch.Last && Layout(stretch) is { } layout ? QuoteReply(layout) : null;

    /// <inheritdoc/>
    /// <remarks>
    /// Masks are uniform modulo Q, so what the client decrypts tells nothing whatever. Where the value has to be exact, the words add up to it modulo
    /// 2^64, or to one more or less, each party rounding its own, for about one in 2^9 elements at most, noise 2^65 / Q of them. Where it is
    /// truncated next, they add up to it times a power of two, with noise in what the truncation cuts off. See <see cref="RingPackedEvaluator.MaskUniform"/>.
    /// </remarks>
    public async Task ToSharesAsync(PlanStep step, HeldTensor tensor, Memory<ulong> share, StepContext context)
    {
        RequireLength(share.Length, step.Node);
        var held = (CkksTensor)tensor;
        if (_role == Party.Client)
        {
            using var words = new SecretBuffer<ulong>(share.Length);
            await ReceiveReplyAsync(held.Layout, words, context).ConfigureAwait(false);
            words.Span.CopyTo(share.Span);
            return;
        }

        await SendReplyAsync(
            held.Layout,
            message =>
            {
                using SecretBuffer<ulong> bias = BiasOf(step.Stretch, held.Layout, context);
                _evaluator!.WriteMasked(held.Product!, bias.Span, share.Span, message);
            },
            context).ConfigureAwait(false);
    }

    /// <summary>What sending ciphertexts to the server costs; null if it is too much for a message.</summary>
    public Quote? QuoteEntry(CkksLayout layout) =>
        layout.FrameUp is { } bytes ? CkksWork.Enter(layout, Parallelism).Quoted(_registry, bytesUp: bytes, messages: 1) : null;

    /// <summary>What a reply costs, masked or revealed, with the client's decryption; null if it is too much for a message.</summary>
    public Quote? QuoteReply(CkksLayout layout) => layout.FrameDown is { } bytes
        ? CkksWork.Leave(layout, Parallelism).Quoted(_registry, bytesDown: bytes, messages: 1)
        : null;

    /// <summary>At the client: encrypts the words that enter a layer, limb by limb, and sends them. They are changed.</summary>
    public Task SendEncryptedAsync(CkksLayout layout, SecretBuffer<ulong> words, StepContext context)
    {
        TensorPrimitives.ShiftLeft<ulong>(words.Span, layout.ExtraBits, words.Span);
        RingPackedEncryptor encryptor = Encryptor(context);
        return SendAsync(checked((int)layout.Packing.Plan.BytesUp), message => encryptor.Write(layout.Packing, words, message), context);
    }

    /// <summary>At the server: receives what enters a layer, checked.</summary>
    /// <exception cref="ProtocolException">More or fewer bytes came than are due.</exception>
    /// <exception cref="FormatRefusedException">The bytes are no ciphertexts of the parameters.</exception>
    public async Task<CkksTensor> ReceiveInputsAsync(PlanStep step, CkksLayout layout, StepContext context)
    {
        int expected = checked((int)layout.Packing.Plan.BytesUp);
        using ReceivedFrame frame = await context.Channel.ReceiveAsync(context.Tag, expected, context.Cancellation).ConfigureAwait(false);
        FrameBytes.Require(frame, expected, context);
        return new CkksTensor(step.Node, layout, _evaluator, _evaluator!.ReadInputs(layout.Packing, frame.Payload));
    }

    /// <summary>At the server: sends what a layer gives, made fit to leave.</summary>
    /// <param name="layout">The layer.</param>
    /// <param name="write">Masks or floods the ciphertexts, and writes them.</param>
    /// <param name="context">The step's context.</param>
    public static Task SendReplyAsync(CkksLayout layout, Action<Memory<byte>> write, StepContext context) => SendAsync(layout.Packing.ReplyBytes!.Value, write, context);

    /// <summary>At the client: receives what a layer gives and decrypts it to words, limb by limb.</summary>
    /// <exception cref="ProtocolException">More or fewer bytes came than are due.</exception>
    /// <exception cref="FormatRefusedException">The bytes are no ciphertexts of the parameters.</exception>
    public async Task ReceiveReplyAsync(CkksLayout layout, SecretBuffer<ulong> words, StepContext context)
    {
        int expected = layout.Packing.ReplyBytes!.Value;
        using ReceivedFrame frame = await context.Channel.ReceiveAsync(context.Tag, expected, context.Cancellation).ConfigureAwait(false);
        FrameBytes.Require(frame, expected, context);
        Decryptor.Read(layout.Packing, frame.Payload, words);
    }

    // Messages lie where earlier ones did; one that was given up may be read by the connection still, and is left to the collector.
    private static async Task SendAsync(int bytes, Action<Memory<byte>> write, StepContext context)
    {
        byte[] memory = ArrayPool<byte>.Shared.Rent(bytes);
        Memory<byte> message = memory.AsMemory(0, bytes);
        write(message);
        await context.Channel.SendAsync(context.Tag, message, context.Cancellation).ConfigureAwait(false);
        ArrayPool<byte>.Shared.Return(memory);
    }

    private static void RequireLength(int words, Node node)
    {
        if (words != node.Shape.ElementCount)
        {
            throw new ArgumentException($"A share of {node.Label} of shape {node.Shape} has {node.Shape.ElementCount} words; {words} were given.");
        }
    }
}
