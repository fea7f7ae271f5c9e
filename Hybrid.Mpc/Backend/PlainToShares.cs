using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Hybrid.Graph;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Sharing;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Security;

namespace Hybrid.Mpc;

/// <summary>
/// The client's integers as shares, cut into limbs where they need it: the client's share is the integer, the server's is zero, and nothing
/// is sent until something is opened, masked. Here the dealer is asked for all that the stretch draws.
/// </summary>
internal sealed class PlainToShares(SharesBackend backend) : IConversion
{
    public Scheme From => Scheme.Plain;

    public Scheme To => Scheme.Shares;

    public Quote? Quote(Node node, Stretch stretch) => backend.Layout(stretch) is null ? null : Schemes.Quote.Free;

    public async Task<HeldTensor> ExecuteAsync(PlanStep step, HeldTensor input, StepContext context)
    {
        SharesLayout layout = backend.RequireLayout(step.Stretch);
        ICorrelationSource source = await backend.PrepareAsync(layout, context.Cancellation).ConfigureAwait(false);
        ImmutableArray<ArithmeticShare> limbs = [];
        try
        {
            for (int limb = 0; limb < layout.Entry.Count; limb++)
                limbs = limbs.Add(Share(step.Node, layout.Entry, limb, input, context.Role));
            return new SharesTensor(step.Node, limbs, null, source);
        }
        catch
        {
            foreach (ArithmeticShare share in limbs)
                share.Dispose();
            source.Dispose();
            throw;
        }
    }

    private static ArithmeticShare Share(Node node, LimbForm form, int limb, HeldTensor input, Party role)
    {
        using var words = new SecretBuffer<long>(node.Shape.ElementCount);
        if (role == Party.Client)
        {
            form.Split(((PlainTensor)input).Integers, limb, words.Span);
        }

        return new ArithmeticShare((int)role, 2, node.Shape, 0, MemoryMarshal.Cast<long, ulong>(words.Span));
    }
}
