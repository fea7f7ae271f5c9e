using Hybrid.Graph;
using Hybrid.Planning;
using Hybrid.Schemes;
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

    public Quote? Quote(Node node, Stretch stretch) =>
        stretch.After == Scheme.Plain && node.Op is RevealOp { To: Party.Client } && node.Inputs[0] == stretch.Last
            && backend.Layout(stretch) is { } layout
            ? backend.QuoteReply(layout)
            : null;

    public async Task<HeldTensor> ExecuteAsync(PlanStep step, HeldTensor input, StepContext context)
    {
        context.Ledger!.RequireListed(step, Party.Client);
        var tensor = (CkksTensor)input;
        CkksLayout layout = tensor.Layout;
        if (context.Role == Party.Server)
        {
            await CkksBackend.SendReplyAsync(layout, message => backend.WriteRevealed(step, tensor, context, message), context).ConfigureAwait(false);
            return new PlainTensor(step.Node, Party.Client);
        }

        using var results = new SecretBuffer<ulong>(layout.Packing.Shape.OutputLength);
        await backend.ReceiveReplyAsync(layout, results, context).ConfigureAwait(false);
        var integers = new PlainIntegers(step.Node);
        InputLimbs.Join(results.Span, layout.Limbs, layout.LimbBits, integers);
        return new PlainTensor(step.Node, Party.Client, integers);
    }
}
