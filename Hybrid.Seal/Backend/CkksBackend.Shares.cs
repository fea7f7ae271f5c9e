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

        using var mine = new SecretBuffer<ulong>(share.Span);
        TensorPrimitives.ShiftLeft<ulong>(mine.Span, layout.ExtraBits, mine.Span);
        return await ReceiveInputsAsync(step, layout, mine, context).ConfigureAwait(false);
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
    public Quote? QuoteEntry(CkksLayout layout) => layout.FramesUp is { } bytes
        ? CkksWork.Enter(layout, Parallelism).Quoted(_registry, bytesUp: bytes, messages: layout.MessagesUp) with { Pieces = layout.MessagesUp }
        : null;

    /// <summary>What the products cost, which are made while inputs are on their way.</summary>
    public Quote QuoteCompute(CkksLayout layout) => CkksWork.Compute(layout, Parallelism).Quoted(_registry) with
    {
        Pieces = layout.MessagesUp,
        Ahead = new ComputedAhead(CkksWork.Multiply(layout, Parallelism).Quoted(_registry).ServerSeconds, layout.FramesUp ?? 0),
    };

    /// <summary>What a reply costs, masked or revealed, with the client's decryption; null if it is too much for a message.</summary>
    public Quote? QuoteReply(CkksLayout layout) => layout.FrameDown is { } bytes
        ? CkksWork.Leave(layout, Parallelism).Quoted(_registry, bytesDown: bytes, messages: 1)
        : null;

    /// <summary>At the client: encrypts the words that enter a layer, limb by limb, and sends them, some at a time. They are changed.</summary>
    public async Task SendEncryptedAsync(CkksLayout layout, SecretBuffer<ulong> words, StepContext context)
    {
        TensorPrimitives.ShiftLeft<ulong>(words.Span, layout.ExtraBits, words.Span);
        RingPackedEncryptor encryptor = Encryptor(context);
        TermGroups groups = layout.Packing.Groups;
        int each = RingPackedWire.InputBytes(layout.Packing);
        int first = 0;
        for (int message = 0; message < groups.Messages;)
        {
            // As many messages at once as leave no core without work.
            var lengths = new List<int>();
            for (; message < groups.Messages && lengths.Sum() < encryptor.Cores * each; message++)
                lengths.Add(groups.InputsOf(message) * each);
            int count = lengths.Sum() / each;
            await SendAsync(lengths, bytes => encryptor.Write(layout.Packing, words, bytes, first, count), context).ConfigureAwait(false);
            first += count;
        }
    }

    /// <summary>At the server: receives what enters a layer, checked, adds a share of its own if there is one, and multiplies, all as it comes.</summary>
    /// <exception cref="ProtocolException">More or fewer bytes came than are due.</exception>
    /// <exception cref="FormatRefusedException">The bytes are no ciphertexts of the parameters.</exception>
    public async Task<CkksTensor> ReceiveInputsAsync(PlanStep step, CkksLayout layout, SecretBuffer<ulong>? share, StepContext context)
    {
        // What failed ahead of time fails again where it is needed.
        await PreparedAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        RingPacking packing = layout.Packing;
        RingPackedSums sums = _evaluator!.Begin(packing, WeightsOf(step.Stretch, packing, context));
        int each = RingPackedWire.InputBytes(packing);
        var come = new List<Ciphertext>();
        int taken = 0;
        for (int message = 0; message < packing.Groups.Messages; message++)
        {
            int count = packing.Groups.InputsOf(message);
            using (ReceivedFrame frame = await context.Channel.ReceiveAsync(context.Tag, count * each, context.Cancellation).ConfigureAwait(false))
            {
                FrameBytes.Require(frame, count * each, context);
                Ciphertext[] inputs = _evaluator.ReadInputs(packing, frame.Payload, count);
                if (share is not null)
                {
                    _evaluator.AddShare(packing, inputs, share.Span, taken);
                }

                come.AddRange(inputs);
            }

            taken += count;
            // What is there already is multiplied at once, for fewer passes over the results.
            if (taken == packing.Plan.CiphertextsUp || !context.Channel.HasNext)
            {
                Ciphertext[] inputs = [.. come];
                sums.Add(inputs);
                _evaluator.Recycle(inputs);
                come.Clear();
            }
        }

        return new CkksTensor(step.Node, layout, sums);
    }

    /// <summary>At the server: sends what a layer gives, made fit to leave.</summary>
    /// <param name="layout">The layer.</param>
    /// <param name="write">Masks or floods the ciphertexts, and writes them.</param>
    /// <param name="context">The step's context.</param>
    public static Task SendReplyAsync(CkksLayout layout, Action<Memory<byte>> write, StepContext context) =>
        SendAsync([layout.Packing.ReplyBytes!.Value], write, context);

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
    private static async Task SendAsync(IReadOnlyList<int> lengths, Action<Memory<byte>> write, StepContext context)
    {
        int bytes = checked(lengths.Sum());
        byte[] memory = ArrayPool<byte>.Shared.Rent(bytes);
        write(memory.AsMemory(0, bytes));
        int sent = 0;
        foreach (int length in lengths)
        {
            await context.Channel.SendAsync(context.Tag, memory.AsMemory(sent, length), context.Cancellation).ConfigureAwait(false);
            sent += length;
        }

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
