using System.Collections.Immutable;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;

namespace Hybrid.Mpc.Protocols;

/// <summary>Secret bits that are 1 with a public probability, as words. No messages.</summary>
internal sealed class RandomBitGate(RandomBit kind, Wire bit) : ExchangeGate([], [bit.Id])
{
    public override string Name => $"{kind} {bit.Shape}";

    public override ImmutableArray<CorrelationDraw> Draws => [new(kind, bit.Count)];

    public override int AddedWords => 0;

    public override void Send(GateValues values, ReadOnlySpan<Correlation> drawn, Span<ulong> mine)
    {
        // Nothing is sent.
    }

    public override async ValueTask FinishAsync(
        GateValues values, IReadOnlyList<Correlation> drawn, WordMemory opened, CancellationToken cancellationToken)
    {
        values.New(bit);
        while (await drawn[0].NextAsync(cancellationToken).ConfigureAwait(false))
            drawn[0].Late(1).CopyTo(values.Words(bit.Id)[drawn[0].Elements(drawn[0].Chunk)]);
    }
}
