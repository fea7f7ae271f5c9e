using Hybrid.Communication;
using Hybrid.Graph;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Seal.RingPacked;
using Hybrid.Security;

namespace Hybrid.Seal;

/// <summary>
/// The server re-randomises and floods the ciphertexts of a value that the client is to learn, makes all that is no result uniform,
/// and sends them; the client decrypts. One message. The client learns the value and, but for a chance of 2^-40 a coefficient, nothing
/// of how it came about.
/// </summary>
internal sealed class CkksToPlain(CkksBackend backend) : IConversion
{
    public Scheme From => Scheme.Ckks;

    public Scheme To => Scheme.Plain;

    public Quote? Quote(Node node, Stretch stretch)
    {
        if (node.Op is not RevealOp { To: Party.Client } || backend.Layout(stretch) is not { } layout)
        {
            return null;
        }

        return new Quote(
            CkksCosts.Decrypt(layout.Packing), CkksCosts.Reply(layout.Packing, backend.Parallelism), 0, FrameBytes.Of(ReplyBytes(layout.Packing)), 1);
    }

    public async Task<HeldTensor> ExecuteAsync(PlanStep step, HeldTensor input, StepContext context)
    {
        context.Ledger!.RequireListed(step, Party.Client);
        var tensor = (CkksTensor)input;
        RingPacking packing = tensor.Layout.Packing;
        if (context.Role == Party.Server)
        {
            byte[] bytes = await Task.Run(() => Write(packing, backend.Reveal(step, tensor, context)), context.Cancellation).ConfigureAwait(false);
            await context.Channel.SendAsync(context.Tag, bytes, context.Cancellation).ConfigureAwait(false);
            return new PlainTensor(step.Node, Party.Client);
        }

        int expected = checked((int)ReplyBytes(packing));
        using ReceivedFrame frame = await context.Channel.ReceiveAsync(context.Tag, expected, context.Cancellation).ConfigureAwait(false);
        FrameBytes.Require(frame, expected, context);
        return await Task.Run(() => Decrypt(step, tensor.Layout, frame), context.Cancellation).ConfigureAwait(false);
    }

    private static long ReplyBytes(RingPacking packing)
    {
        long bytes = 0;
        for (int i = 0; i < packing.Plan.CiphertextsDown; i++)
        {
            bytes += RingPackedWire.OutputBytes(packing, i);
        }

        return bytes;
    }

    private static byte[] Write(RingPacking packing, Ciphertext[] ciphertexts)
    {
        var bytes = new byte[ReplyBytes(packing)];
        int at = 0;
        for (int i = 0; i < ciphertexts.Length; i++)
        {
            at += RingPackedWire.WriteOutput(packing, i, ciphertexts[i], bytes.AsSpan(at));
        }

        return bytes;
    }

    private PlainTensor Decrypt(PlanStep step, CkksLayout layout, ReceivedFrame frame)
    {
        RingPacking packing = layout.Packing;
        var ciphertexts = new Ciphertext[packing.Plan.CiphertextsDown];
        int at = 0;
        for (int i = 0; i < ciphertexts.Length; i++)
        {
            int each = RingPackedWire.OutputBytes(packing, i);
            ciphertexts[i] = RingPackedWire.ReadOutput(backend.Context, packing, i, frame.Span.Slice(at, each));
            at += each;
        }

        using var results = new SecretBuffer<ulong>(packing.Shape.OutputLength);
        backend.Decryptor.Decrypt(packing, ciphertexts, results.Span);
        var integers = new SecretBuffer<Int128>(step.Node.Shape.ElementCount);
        InputLimbs.Join(results.Span, layout.Limbs, layout.LimbBits, integers.Span);
        return new PlainTensor(step.Node, Party.Client, integers);
    }
}
