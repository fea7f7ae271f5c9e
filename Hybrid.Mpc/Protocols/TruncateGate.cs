using System.Collections.Immutable;
using System.Numerics.Tensors;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Ring64;

namespace Hybrid.Mpc.Protocols;

/// <summary>
/// x / 2^f for x in [-2^62, 2^62), rounded up or down: with c = x + 2^62 + r opened, the result is
/// (c >> f) − (r >> f) + msb(r) (1 − msb(c)) 2^(64−f) − 2^(62−f). 8 bytes each way for one.
/// </summary>
/// <remarks>
/// <para>
/// Why it is right: y = x + 2^62 is in [0, 2^63), so c = y + r − w 2^64 wraps (w = 1) just when msb(r) = 1 and msb(c) = 0: without
/// a wrap c is at least r. Then (c >> f) − (r >> f) + w 2^(64−f) is the floor of y / 2^f, plus one if the lowest f bits of c are below
/// those of r; and 2^62 / 2^f is whole. Nothing wraps, and the error is less than one unit. The one is added with the probability of
/// the fraction cut off, so that the rounding is right on average.
/// </para>
/// <para>Source: Escudero et al., "Improved primitives for MPC over mixed arithmetic-binary circuits" (2020).</para>
/// </remarks>
internal sealed class TruncateGate(Wire x, int bits, Wire quotient) : ExchangeGate([x.Id], [quotient.Id])
{
    public override string Name => $"truncate {x.Shape} by {bits}";

    public override ImmutableArray<CorrelationDraw> Draws => [new(new TruncationTuple(bits), x.Count)];

    public override int AddedWords => x.Count;

    public override void Send(GateValues values, ReadOnlySpan<Correlation> drawn, Span<ulong> mine)
    {
        RingVector.Add(values.Words(x.Id), drawn[0].Early(0), mine);
        if (values.IsFirst)
        {
            TensorPrimitives.Add(mine, TruncationArithmetic.Shift, mine);
        }
    }

    public override async ValueTask FinishAsync(
        GateValues values, IReadOnlyList<Correlation> drawn, WordMemory opened, CancellationToken cancellationToken)
    {
        values.New(quotient);
        Correlation tuples = drawn[0];
        while (await tuples.NextAsync(cancellationToken).ConfigureAwait(false))
        {
            Range here = tuples.Elements(tuples.Chunk);
            TruncationArithmetic.Quotient(values.IsFirst, bits, opened.Span[here], tuples.Late(1), tuples.Late(2), values.Words(quotient.Id)[here]);
        }
    }
}
