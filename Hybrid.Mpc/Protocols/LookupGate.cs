using System.Collections.Immutable;
using System.Numerics.Tensors;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Lookups;
using Hybrid.Mpc.Ring64;

namespace Hybrid.Mpc.Protocols;

/// <summary>f(x) for a tabulated function: with c = x − offset + r opened, a public combination of dealt shares. 8 bytes each way for one.</summary>
internal sealed class LookupGate(LookupRecipe recipe, LookupFunction function, Wire x, Wire result) : ExchangeGate([x.Id], [result.Id])
{
    public override string Name => $"{function.Name} of {x.Shape}";

    public override ImmutableArray<CorrelationDraw> Draws => [new(new LookupMask(recipe, function), x.Count)];

    public override int AddedWords => x.Count;

    public override void Send(GateValues values, ReadOnlySpan<Correlation> drawn, Span<ulong> mine)
    {
        RingVector.Add(values.Words(x.Id), drawn[0].Early(0), mine);
        if (values.IsFirst)
        {
            TensorPrimitives.Subtract(mine, unchecked((ulong)function.Offset), mine);
        }
    }

    public override async ValueTask FinishAsync(
        GateValues values, IReadOnlyList<Correlation> drawn, WordMemory opened, CancellationToken cancellationToken)
    {
        values.New(result);
        Correlation masks = drawn[0];
        while (await masks.NextAsync(cancellationToken).ConfigureAwait(false))
        {
            Range here = masks.Elements(masks.Chunk);
            ReadOnlySpan<ulong> input = function.UsesInput ? values.Words(x.Id)[here] : [];
            function.Evaluate(opened.Span[here], masks.Late(1), input, values.Words(result.Id)[here]);
        }
    }
}
