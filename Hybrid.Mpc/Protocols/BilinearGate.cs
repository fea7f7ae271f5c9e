using System.Collections.Immutable;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Ring64;

namespace Hybrid.Mpc.Protocols;

/// <summary>
/// A bilinear product of two secret tensors, of matrices or a convolution: with D = X − A and E = Y − B opened,
/// X Y = C + D B + A E + D E. 8 bytes each way for each word of X and Y.
/// </summary>
internal sealed class BilinearGate(BilinearMap map, Wire x, Wire y, Wire product) : ExchangeGate([x.Id, y.Id], [product.Id])
{
    public override string Name => map.Name;

    public override ImmutableArray<CorrelationDraw> Draws => [new(new BilinearTriple(map), 1)];

    public override int AddedWords => checked(x.Count + y.Count);

    public override double MultiplyAdds => 2.0 * map.Products;

    public override void Send(GateValues values, ReadOnlySpan<Correlation> drawn, Span<ulong> mine)
    {
        RingVector.Subtract(values.Words(x.Id), drawn[0].Early(0), mine[..x.Count]);
        RingVector.Subtract(values.Words(y.Id), drawn[0].Early(1), mine[x.Count..]);
    }

    public override async ValueTask FinishAsync(
        GateValues values, IReadOnlyList<Correlation> drawn, WordMemory opened, CancellationToken cancellationToken)
    {
        Correlation triple = drawn[0];
        values.New(product);
        await triple.NextAsync(cancellationToken).ConfigureAwait(false);
        Span<ulong> d = opened.Span[..x.Count];
        Span<ulong> e = opened.Span[x.Count..];
        Span<ulong> b = triple.Early(1);
        if (values.IsFirst)
        {
            // D E belongs to one party's share: D B + D E = D (B + E).
            RingVector.Add(b, e, b);
        }

        Span<ulong> z = values.Words(product.Id);
        triple.Late(2).CopyTo(z);
        map.MultiplyAdd(d, b, z);
        map.MultiplyAdd(triple.Early(0), e, z);
    }
}
