using System.Collections.Immutable;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Ring64;
using Hybrid.Security;

namespace Hybrid.Mpc.Protocols;

/// <summary>The owner of weights W sends F = W − B, B being uniform and known to it alone: once for all products with W.</summary>
internal sealed class WeightOpeningGate(WeightMask mask, int input, int value) : ExchangeGate([input], [value])
{
    public override string Name => $"open party {mask.Owner}'s {mask.Words} weights {mask.Weights}";

    public override ImmutableArray<CorrelationDraw> Draws => [new(mask, 1)];

    public override int AddedWords => mask.Words;

    public override int? Sender => mask.Owner;

    public override int? Receiver => 1 - mask.Owner;

    public override void Send(GateValues values, ReadOnlySpan<Correlation> drawn, Span<ulong> mine) =>
        RingVector.Subtract(values.Words(input), drawn[0].Early(0), mine);

    public override ValueTask FinishAsync(
        GateValues values, IReadOnlyList<Correlation> drawn, WordMemory opened, CancellationToken cancellationToken)
    {
        ReadOnlySpan<ulong> words = values.Party == mask.Owner ? values.Words(input) : opened.Span;
        values.Set(value, new PrivateWeights(mask, values.Party, words));
        return ValueTask.CompletedTask;
    }
}

/// <summary>
/// X · W for secret X and one party's weights W, of which the other party has F = W − B: that party sends D = X' − A, X' being its
/// share of X and A a mask known to it alone. 8 bytes one way for each word of X.
/// </summary>
/// <remarks>
/// X W = X'' W + X' W, X'' being the owner's share, and X' W = D W + A (B + F). So the owner's share of the product is
/// (X'' + D) W + C'', the other party's is A F + C', where C' + C'' = A B is dealt. The owner learns D, which is uniform; the other
/// party receives nothing.
/// </remarks>
internal sealed class WeightedGate(BilinearMap map, Wire x, WeightSpecification weights, Wire product) : ExchangeGate([x.Id], [product.Id])
{
    public override string Name => $"{map.Name} with {weights.Mask.Name}";

    public override ImmutableArray<CorrelationDraw> Draws => [new(new WeightedProduct(map, weights.Mask), 1)];

    public override int AddedWords => x.Count;

    public override double MultiplyAdds => map.Products;

    public override int? Sender => 1 - weights.Mask.Owner;

    public override int? Receiver => weights.Mask.Owner;

    public override void Send(GateValues values, ReadOnlySpan<Correlation> drawn, Span<ulong> mine) =>
        RingVector.Subtract(values.Words(x.Id), drawn[0].Early(0), mine);

    public override async ValueTask FinishAsync(
        GateValues values, IReadOnlyList<Correlation> drawn, WordMemory opened, CancellationToken cancellationToken)
    {
        values.New(product);
        await drawn[0].NextAsync(cancellationToken).ConfigureAwait(false);
        PrivateWeights held = values.Weights(weights.Mask);
        Span<ulong> z = values.Words(product.Id);
        drawn[0].Late(1).CopyTo(z);
        if (held.IsOwner)
        {
            using var left = new SecretBuffer<ulong>(x.Count, values.Memory);
            RingVector.Add(values.Words(x.Id), opened.Span, left.Span);
            map.MultiplyAdd(left.Span, held.Words, z);
        }
        else
        {
            map.MultiplyAdd(drawn[0].Early(0), held.Words, z);
        }

        GC.KeepAlive(held);
    }
}
