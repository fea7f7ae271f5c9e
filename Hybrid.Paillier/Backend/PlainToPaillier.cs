using Hybrid.Graph;
using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Paillier;

/// <summary>
/// The client packs and encrypts its matrix and sends the ciphertexts; the server checks and keeps them. One message.
/// Hides the values computationally.
/// </summary>
internal sealed class PlainToPaillier(PaillierBackend backend) : IConversion
{
    public Scheme From => Scheme.Plain;

    public Scheme To => Scheme.Paillier;

    public Quote? Quote(Node node, Stretch stretch) =>
        stretch.Before == Scheme.Plain && node == stretch.Entry && backend.Layout(stretch) is { } layout ? backend.QuoteEntry(layout, node.Shape) : null;

    public async Task<HeldTensor> ExecuteAsync(PlanStep step, HeldTensor input, StepContext context)
    {
        PaillierLayout layout = backend.RequireLayout(step.Stretch);
        SlotPacking packing = backend.Packing(layout);
        if (context.Role == Party.Client)
        {
            var plain = (PlainTensor)input;
            await backend.SendEncryptedAsync(
                () => PaillierColumns.Pack(backend.PublicKey, packing, plain.Shape, plain.Integers), context).ConfigureAwait(false);
            return new PaillierTensor(step.Node, packing, null);
        }

        CiphertextVector ciphertexts = await backend.ReceiveAsync(layout.Ciphertexts(step.Node.Shape), context).ConfigureAwait(false);
        return new PaillierTensor(step.Node, packing, ciphertexts);
    }
}
