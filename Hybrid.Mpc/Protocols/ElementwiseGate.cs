using System.Collections.Immutable;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Ring64;

namespace Hybrid.Mpc.Protocols;

/// <summary>
/// x · y, element by element: with d = x − a and e = y − b opened, x y = c + d b + e a + d e (Beaver, "Efficient multiparty protocols
/// using circuit randomization", 1991). 16 bytes each way for one.
/// </summary>
internal sealed class ElementwiseGate(Wire x, Wire y, Wire product) : ExchangeGate([x.Id, y.Id], [product.Id])
{
    public override string Name => $"multiply {x.Shape}";

    public override ImmutableArray<CorrelationDraw> Draws => [new(new MultiplicationTriple(), x.Count)];

    public override int AddedWords => checked(2 * x.Count);

    public override void Send(GateValues values, ReadOnlySpan<Correlation> drawn, Span<ulong> mine)
    {
        RingVector.Subtract(values.Words(x.Id), drawn[0].Early(0), mine[..x.Count]);
        RingVector.Subtract(values.Words(y.Id), drawn[0].Early(1), mine[x.Count..]);
    }

    public override async ValueTask FinishAsync(
        GateValues values, IReadOnlyList<Correlation> drawn, WordMemory opened, CancellationToken cancellationToken)
    {
        values.New(product);
        Correlation triples = drawn[0];
        while (await triples.NextAsync(cancellationToken).ConfigureAwait(false))
        {
            Range here = triples.Elements(triples.Chunk);
            Span<ulong> d = opened.Span[..x.Count][here];
            Span<ulong> e = opened.Span[x.Count..][here];
            Span<ulong> b = triples.Early(1, triples.Chunk);
            Span<ulong> z = values.Words(product.Id)[here];
            if (values.IsFirst)
            {
                // d e belongs to one party's share: d b + d e = d (b + e).
                RingVector.Add(b, e, b);
            }

            RingVector.MultiplyAdd(d, b, triples.Late(2), z);
            RingVector.MultiplyAdd(e, triples.Early(0, triples.Chunk), z, z);
        }
    }
}
