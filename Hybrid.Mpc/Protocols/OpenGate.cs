using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;

namespace Hybrid.Mpc.Protocols;

/// <summary>Reveals a tensor to all parties or to one: who is to learn it gets the others' shares.</summary>
/// <remarks>
/// Of two parties' shares, the other's follows from the result and one's own. Of three or more it does not, so there the circuit
/// re-randomises first.
/// </remarks>
internal sealed class OpenGate(Opening opening, int value) : ExchangeGate([opening.Value.Id], [value])
{
    public override string Name => $"open {opening.Name} {opening.Value.Shape} to {(opening.To is { } party ? $"party {party}" : "all")}";

    public override ImmutableArray<CorrelationDraw> Draws => [];

    public override int AddedWords => opening.Value.Count;

    public override int? Receiver => opening.To;

    public override void Send(GateValues values, ReadOnlySpan<Correlation> drawn, Span<ulong> mine) =>
        values.Words(opening.Value.Id).CopyTo(mine);

    public override ValueTask FinishAsync(
        GateValues values, IReadOnlyList<Correlation> drawn, WordMemory opened, CancellationToken cancellationToken)
    {
        long[] integers = [];
        if (Receives(values.Party))
        {
            integers = MemoryMarshal.Cast<ulong, long>(opened.Span).ToArray();
        }

        values.Set(value, new OpenedTensor(integers));
        return ValueTask.CompletedTask;
    }
}

/// <summary>What was opened to this party; empty if it was opened to another.</summary>
internal sealed class OpenedTensor(long[] integers) : IDisposable
{
    public long[] Integers => integers;

    public void Dispose()
    {
        // What a party may learn is the caller's to keep.
    }
}
