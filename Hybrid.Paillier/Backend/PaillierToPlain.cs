using System.Runtime.InteropServices;
using Hybrid.Graph;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Security;

namespace Hybrid.Paillier;

/// <summary>
/// The server re-randomises the ciphertexts of a value that the client is to learn and sends them; the client decrypts.
/// One message. The client learns the value and, but for a chance of 2^-40, nothing of how it came about.
/// </summary>
internal sealed class PaillierToPlain(PaillierBackend backend) : IConversion
{
    public Scheme From => Scheme.Paillier;

    public Scheme To => Scheme.Plain;

    public Quote? Quote(Node node, Stretch stretch)
    {
        if (stretch.After != Scheme.Plain || node.Op is not RevealOp { To: Party.Client } || node.Inputs[0] != stretch.Last
            || backend.Layout(stretch) is not { } layout)
        {
            return null;
        }

        return backend.QuoteReply(layout, node.Shape);
    }

    public async Task<HeldTensor> ExecuteAsync(PlanStep step, HeldTensor input, StepContext context)
    {
        context.Ledger!.RequireListed(step, Party.Client);
        PaillierLayout layout = backend.RequireLayout(step.Stretch);
        var tensor = (PaillierTensor)input;
        if (context.Role == Party.Server)
        {
            // What came from shares is right modulo 2^64: what lies above would tell of the weights.
            ReplyMask mask = layout.IsMasked ? ReplyMask.KeepsWords : ReplyMask.None;
            await backend.ReplyAsync(layout, tensor, mask, Memory<ulong>.Empty, context).ConfigureAwait(false);
            return new PlainTensor(step.Node, Party.Client);
        }

        CiphertextVector ciphertexts = await backend.ReceiveAsync(layout.Ciphertexts(step.Node.Shape), context).ConfigureAwait(false);
        return Decrypt(step, layout, tensor.Packing, ciphertexts);
    }

    private PlainTensor Decrypt(PlanStep step, PaillierLayout layout, SlotPacking packing, CiphertextVector ciphertexts)
    {
        using PlaintextVector plaintexts = backend.Decrypt(ciphertexts);
        if (!layout.IsMasked)
        {
            var integers = new PlainIntegers(step.Node);
            PaillierColumns.Unpack(packing, step.Node.Shape, plaintexts, integers);
            return new PlainTensor(step.Node, Party.Client, integers);
        }

        using var words = new SecretBuffer<ulong>(step.Node.Shape.ElementCount);
        PaillierColumns.Unpack(packing, step.Node.Shape, plaintexts, words.Span);
        return new PlainTensor(step.Node, Party.Client, PlainIntegers.Of<long>(step.Node, MemoryMarshal.Cast<ulong, long>(words.Span)));
    }
}
