using Hybrid.Communication;
using Hybrid.Graph;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Seal.RingPacked;
using Hybrid.Security;

namespace Hybrid.Seal;

/// <summary>
/// The client packs and encrypts its matrix and sends the ciphertexts; the server checks and keeps them. One message.
/// Hides the values computationally.
/// </summary>
internal sealed class PlainToCkks(CkksBackend backend) : IConversion
{
    public Scheme From => Scheme.Plain;

    public Scheme To => Scheme.Ckks;

    public Quote? Quote(Node node, Stretch stretch)
    {
        if (node.Op is not InputOp { Owner: Party.Client } || backend.Layout(stretch) is not { } layout)
        {
            return null;
        }

        return new Quote(CkksCosts.Encrypt(layout.Packing), CkksCosts.Read(layout.Packing), FrameBytes.Of(layout.Packing.Plan.BytesUp), 0, 1);
    }

    public async Task<HeldTensor> ExecuteAsync(PlanStep step, HeldTensor input, StepContext context)
    {
        CkksLayout layout = backend.RequireLayout(step.Stretch);
        int each = RingPackedWire.InputBytes(layout.Parameters);
        int count = layout.Packing.Plan.CiphertextsUp;
        if (context.Role == Party.Client)
        {
            byte[] bytes = await Task.Run(() => Encrypt((PlainTensor)input, layout, each, context), context.Cancellation).ConfigureAwait(false);
            await context.Channel.SendAsync(context.Tag, bytes, context.Cancellation).ConfigureAwait(false);
            return new CkksTensor(step.Node, layout);
        }

        using ReceivedFrame frame = await context.Channel.ReceiveAsync(context.Tag, checked(each * count), context.Cancellation).ConfigureAwait(false);
        FrameBytes.Require(frame, (long)each * count, context);
        return await Task.Run(() => Read(step, layout, frame, each, count), context.Cancellation).ConfigureAwait(false);
    }

    private byte[] Encrypt(PlainTensor plain, CkksLayout layout, int each, StepContext context)
    {
        using var limbs = new SecretBuffer<ulong>(layout.Packing.Shape.InputLength);
        InputLimbs.Split(plain.Integers, layout.Limbs, layout.LimbBits, limbs.Span);
        Ciphertext[] ciphertexts = backend.Encrypt(layout, limbs.Span, context);
        var bytes = new byte[checked(each * ciphertexts.Length)];
        for (int i = 0; i < ciphertexts.Length; i++)
        {
            RingPackedWire.WriteInput(ciphertexts[i], bytes.AsSpan(i * each, each));
        }

        return bytes;
    }

    private CkksTensor Read(PlanStep step, CkksLayout layout, ReceivedFrame frame, int each, int count)
    {
        var ciphertexts = new Ciphertext[count];
        for (int i = 0; i < count; i++)
        {
            ciphertexts[i] = RingPackedWire.ReadInput(backend.Context, frame.Span.Slice(i * each, each));
        }

        return new CkksTensor(step.Node, layout, ciphertexts);
    }
}
