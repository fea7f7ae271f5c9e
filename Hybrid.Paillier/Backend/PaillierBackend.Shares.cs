using System.Numerics.Tensors;
using Hybrid.Communication;
using Hybrid.Graph;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Security;
using Hybrid.Tensors;

namespace Hybrid.Paillier;

// How values come from shares and go to shares, and what conversions have in common.
internal sealed partial class PaillierBackend
{
    public Quote? QuoteFromShares(Node node, Stretch stretch)
    {
        if (stretch.Before != Scheme.Shares || node != stretch.Entry || Layout(stretch) is not { } layout)
        {
            return null;
        }

        return QuoteEntry(layout, node.Shape);
    }

    public async Task<HeldTensor> FromSharesAsync(PlanStep step, ReadOnlyMemory<ulong> share, StepContext context)
    {
        RequireLength(share.Length, step.Node);
        PaillierLayout layout = RequireLayout(step.Stretch);
        SlotPacking packing = Packing(layout);
        Shape shape = step.Node.Shape;
        if (_role == Party.Client)
        {
            await SendEncryptedAsync(() => PaillierColumns.Pack(PublicKey, packing, shape, share.Span), context).ConfigureAwait(false);
            return new PaillierTensor(step.Node, packing, null);
        }

        CiphertextVector received = await ReceiveAsync(layout.Ciphertexts(shape), context).ConfigureAwait(false);
        using PlaintextVector own = PaillierColumns.Pack(PublicKey, packing, shape, share.Span);
        return new PaillierTensor(step.Node, packing, new PaillierEvaluator(PublicKey, Parallelism).AddPlain(received, own));
    }

    public Quote? QuoteToShares(Node node, Stretch stretch) =>
        stretch.After == Scheme.Shares && node == stretch.Last && Layout(stretch) is { } layout ? QuoteReply(layout, node.Shape) : null;

    /// <inheritdoc/>
    /// <remarks>Exact. Hides the value from the client but for a chance of 2^-40 an element: see <see cref="PaillierLayout"/>.</remarks>
    public async Task ToSharesAsync(PlanStep step, HeldTensor tensor, Memory<ulong> share, StepContext context)
    {
        RequireLength(share.Length, step.Node);
        PaillierLayout layout = RequireLayout(step.Stretch);
        var held = (PaillierTensor)tensor;
        if (_role == Party.Server)
        {
            await ReplyAsync(layout, held, ReplyMask.HidesAll, share, context).ConfigureAwait(false);
        }
        else
        {
            CiphertextVector ciphertexts = await ReceiveAsync(layout.Ciphertexts(step.Node.Shape), context).ConfigureAwait(false);
            using PlaintextVector plaintexts = Decrypt(ciphertexts);
            PaillierColumns.Unpack(held.Packing, step.Node.Shape, plaintexts, share.Span);
        }

        TensorPrimitives.ShiftLeft<ulong>(share.Span, step.Stretch.Leaving.ExtraBits, share.Span);
    }

    /// <summary>What sending ciphertexts to the server costs; null if it is too much for a message.</summary>
    public Quote? QuoteEntry(PaillierLayout layout, Shape shape) =>
        FrameBytes(layout.Ciphertexts(shape)) is { } bytes ? Entering(layout, shape).Quoted(_registry, bytesUp: bytes, messages: 1) : null;

    /// <summary>What <see cref="ReplyAsync"/> costs, with the client's decryption; null if it is too much for a message.</summary>
    public Quote? QuoteReply(PaillierLayout layout, Shape shape) =>
        FrameBytes(layout.Ciphertexts(shape)) is { } bytes ? Leaving(layout, shape).Quoted(_registry, bytesDown: bytes, messages: 1) : null;

    /// <summary>At the client: encrypts and sends.</summary>
    /// <param name="pack">Makes the plaintexts, which are wiped once encrypted.</param>
    /// <param name="context">The step's context.</param>
    public async Task SendEncryptedAsync(Func<PlaintextVector> pack, StepContext context)
    {
        byte[] bytes;
        using (PlaintextVector plaintexts = pack())
            bytes = CiphertextFormat.Write(Encrypt(plaintexts, context));
        await context.Channel.SendAsync(context.Tag, bytes, context.Cancellation).ConfigureAwait(false);
    }

    /// <summary>Receives so many ciphertexts, checked.</summary>
    /// <exception cref="FormatRefusedException">They are not that many, or not all are ciphertexts of the key.</exception>
    public async Task<CiphertextVector> ReceiveAsync(int count, StepContext context)
    {
        int expected = count * PublicKey.CiphertextBytes;
        using ReceivedFrame frame = await context.Channel.ReceiveAsync(context.Tag, expected, context.Cancellation).ConfigureAwait(false);
        return CiphertextFormat.Read(PublicKey, frame.Span, count);
    }

    /// <summary>At the server: masks, re-randomises and sends.</summary>
    /// <param name="layout">The stretch's layout.</param>
    /// <param name="tensor">What is sent.</param>
    /// <param name="mask">What it is masked with.</param>
    /// <param name="share">Takes the masks, negated, where they hide all.</param>
    /// <param name="context">The step's context.</param>
    public async Task ReplyAsync(PaillierLayout layout, PaillierTensor tensor, ReplyMask mask, Memory<ulong> share, StepContext context)
    {
        CiphertextVector ciphertexts = mask == ReplyMask.None ? tensor.Ciphertexts! : Masked(layout, tensor, mask, share, context.Random);
        byte[] bytes = CiphertextFormat.Write(Randomise(ciphertexts, layout.WeightBits, context));
        await context.Channel.SendAsync(context.Tag, bytes, context.Cancellation).ConfigureAwait(false);
    }

    /// <summary>At the client: decrypts.</summary>
    public PlaintextVector Decrypt(CiphertextVector ciphertexts) => new PaillierDecryptor(PrivateKey, Parallelism).Decrypt(ciphertexts);

    private CiphertextVector Masked(PaillierLayout layout, PaillierTensor tensor, ReplyMask mask, Memory<ulong> share, IRandomSource random)
    {
        using var masks = new PlaintextVector(PublicKey, tensor.Ciphertexts!.Count);
        tensor.Packing.FillMasks(masks, layout.MaskBits, layout.ValueBits - 1, mask == ReplyMask.KeepsWords, random);
        if (mask == ReplyMask.HidesAll)
        {
            PaillierColumns.Unpack(tensor.Packing, tensor.Shape, masks, share.Span);
            TensorPrimitives.Negate<ulong>(share.Span, share.Span);
        }

        return new PaillierEvaluator(PublicKey, Parallelism).AddPlain(tensor.Ciphertexts, masks);
    }

    private static void RequireLength(int words, Node node)
    {
        if (words != node.Shape.ElementCount)
        {
            throw new ArgumentException($"A share of {node.Label} of shape {node.Shape} has {node.Shape.ElementCount} words; {words} were given.");
        }
    }
}
