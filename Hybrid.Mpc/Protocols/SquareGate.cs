using System.Collections.Immutable;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Ring64;

namespace Hybrid.Mpc.Protocols;

/// <summary>x², element by element: with d = x − a opened, x² = c + 2 d a + d². 8 bytes each way for one.</summary>
internal sealed class SquareGate(Wire x, Wire square) : ExchangeGate([x.Id], [square.Id])
{
    public override string Name => $"square {x.Shape}";

    public override ImmutableArray<CorrelationDraw> Draws => [new(new SquarePair(), x.Count)];

    public override int AddedWords => x.Count;

    public override void Send(GateValues values, ReadOnlySpan<Correlation> drawn, Span<ulong> mine) =>
        RingVector.Subtract(values.Words(x.Id), drawn[0].Early(0), mine);

    public override async ValueTask FinishAsync(
        GateValues values, IReadOnlyList<Correlation> drawn, WordMemory opened, CancellationToken cancellationToken)
    {
        values.New(square);
        Correlation pairs = drawn[0];
        while (await pairs.NextAsync(cancellationToken).ConfigureAwait(false))
        {
            Range here = pairs.Elements(pairs.Chunk);
            Span<ulong> d = opened.Span[here];
            Span<ulong> a = pairs.Early(0, pairs.Chunk);
            RingVector.Add(a, a, a);
            if (values.IsFirst)
            {
                // d² belongs to one party's share: 2 d a + d² = d (2 a + d).
                RingVector.Add(a, d, a);
            }

            RingVector.MultiplyAdd(d, a, pairs.Late(1), values.Words(square.Id)[here]);
        }
    }
}
