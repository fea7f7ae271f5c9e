using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Hybrid.Graph;
using Hybrid.Mpc.Sharing;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Security;

namespace Hybrid.Mpc;

/// <summary>
/// One party's integers as shares, cut into limbs where they need it: that party's share is the integer, the other's is zero, and nothing
/// is sent until something is opened, masked.
/// </summary>
internal sealed class PlainToShares(SharesBackend backend) : IConversion
{
    public Scheme From => Scheme.Plain;

    public Scheme To => Scheme.Shares;

    public Quote? Quote(Node node, Stretch stretch) => backend.Block(stretch) is null ? null : Schemes.Quote.Free;

    public Task<HeldTensor> ExecuteAsync(PlanStep step, HeldTensor input, StepContext context)
    {
        LimbForm form = backend.RequireBlock(step.Stretch).FormOf(step.Node);
        ImmutableArray<ArithmeticShare> limbs = [];
        try
        {
            for (int limb = 0; limb < form.Count; limb++)
                limbs = limbs.Add(Share(step.Node, form, limb, (PlainTensor)input, context.Role, backend.Memory));
            return Task.FromResult<HeldTensor>(new SharesTensor(step.Node, limbs));
        }
        catch
        {
            foreach (ArithmeticShare share in limbs)
                share.Dispose();
            throw;
        }
    }

    private static ArithmeticShare Share(Node node, LimbForm form, int limb, PlainTensor input, Party role, SecretPool? memory)
    {
        var share = new ArithmeticShare(new ShareLayout((int)role, 2, node.Shape, form.Count == 1 ? node.FractionBits : 0), memory);
        if (role == input.Owner)
        {
            form.Split(input.Integers, limb, MemoryMarshal.Cast<ulong, long>(share.Words));
        }

        return share;
    }
}
