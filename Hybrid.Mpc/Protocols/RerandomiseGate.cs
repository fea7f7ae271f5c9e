using System.Collections.Immutable;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Ring64;

namespace Hybrid.Mpc.Protocols;

/// <summary>Adds dealt shares of zero, so that the shares say nothing but the tensor. No messages.</summary>
internal sealed class RerandomiseGate(Wire x, Wire fresh) : ExchangeGate([x.Id], [fresh.Id])
{
    public override string Name => $"re-randomise {x.Shape}";

    public override ImmutableArray<CorrelationDraw> Draws => x.Count == 0 ? [] : [new(new ZeroShare(), x.Count)];

    public override int AddedWords => 0;

    public override void Send(GateValues values, ReadOnlySpan<Correlation> drawn, Span<ulong> mine)
    {
        // Nothing is sent.
    }

    public override async ValueTask FinishAsync(
        GateValues values, IReadOnlyList<Correlation> drawn, WordMemory opened, CancellationToken cancellationToken)
    {
        values.New(fresh);
        while (drawn.Count > 0 && await drawn[0].NextAsync(cancellationToken).ConfigureAwait(false))
        {
            Range here = drawn[0].Elements(drawn[0].Chunk);
            RingVector.Add(values.Words(x.Id)[here], drawn[0].Late(0), values.Words(fresh.Id)[here]);
        }
    }
}
