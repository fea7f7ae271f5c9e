using Hybrid.Graph;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Security;

namespace Hybrid.Seal;

/// <summary>
/// The client packs and encrypts its matrix and sends the ciphertexts, some a message; the server checks them and multiplies them by the stretch's
/// weights while others are on their way. One way. Hides the values computationally.
/// </summary>
internal sealed class PlainToCkks(CkksBackend backend) : IConversion
{
    public Scheme From => Scheme.Plain;

    public Scheme To => Scheme.Ckks;

    public Quote? Quote(Node node, Stretch stretch) =>
        stretch.Before == Scheme.Plain && node == stretch.Entry && backend.Layout(stretch) is { } layout ? backend.QuoteEntry(layout) : null;

    public async Task<HeldTensor> ExecuteAsync(PlanStep step, HeldTensor input, StepContext context)
    {
        CkksLayout layout = backend.RequireLayout(step.Stretch);
        if (context.Role == Party.Client)
        {
            using var limbs = new SecretBuffer<ulong>(layout.Packing.Shape.InputLength);
            InputLimbs.Split(((PlainTensor)input).Integers, layout.Limbs, layout.LimbBits, limbs.Span);
            await backend.SendEncryptedAsync(layout, limbs, context).ConfigureAwait(false);
            return new CkksTensor(step.Node, layout);
        }

        return await backend.ReceiveInputsAsync(step, layout, null, context).ConfigureAwait(false);
    }
}
