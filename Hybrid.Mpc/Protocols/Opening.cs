using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Ring64;
using Hybrid.Mpc.Sharing;

namespace Hybrid.Mpc.Protocols;

/// <summary>Reveals a tensor to both parties or to one: who is to learn it gets the other's share.</summary>
internal sealed class Opening(ArithmeticShare x, int? toParty) : RoundStep
{
    public Pending<ulong[]> Result { get; } = new();

    public override string Name => toParty is { } party ? $"open {x.Shape} to party {party}" : $"open {x.Shape}";

    public override ProtocolCost Cost =>
        toParty is { } party ? ProtocolCost.OpenTo(party, x.Shape.ElementCount) : ProtocolCost.Open(x.Shape.ElementCount);

    public override void Send(Correlation? correlation, Span<ulong> mine)
    {
        if (!mine.IsEmpty)
        {
            x.CopyTo(mine);
        }
    }

    public override void Finish(Correlation? correlation, Span<ulong> mine, ReadOnlySpan<ulong> theirs)
    {
        var opened = new ulong[theirs.Length];
        if (opened.Length > 0)
        {
            RingVector.Add(x.Words, theirs, opened);
            GC.KeepAlive(x);
        }

        Result.Set(opened);
    }
}
