using System.Collections.Immutable;
using Hybrid.Mpc.Correlations;

namespace Hybrid.Mpc.Circuits;

/// <summary>One step of a circuit: values in, values out, by number.</summary>
internal abstract class Gate(ImmutableArray<int> inputs, ImmutableArray<int> outputs)
{
    /// <summary>What messages and the circuit's hash call it, with all that is public about it.</summary>
    public abstract string Name { get; }

    /// <summary>The values it takes.</summary>
    public ImmutableArray<int> Inputs => inputs;

    /// <summary>The values it makes.</summary>
    public ImmutableArray<int> Outputs => outputs;

    /// <summary>Multiplications and additions of matrix products and convolutions at a party.</summary>
    public virtual double MultiplyAdds => 0;

    /// <summary>Comparisons with public numbers, times the bits of what is compared.</summary>
    public virtual double ComparedBits => 0;
}

/// <summary>A gate that each party computes alone.</summary>
internal sealed class LocalGate(string name, ImmutableArray<int> inputs, ImmutableArray<int> outputs, Action<GateValues> run, double multiplyAdds = 0)
    : Gate(inputs, outputs)
{
    public override string Name => name;

    public override double MultiplyAdds => multiplyAdds;

    /// <summary>Computes.</summary>
    public void Run(GateValues values) => run(values);
}

/// <summary>A gate that takes one exchange of messages, shared with all gates of its level.</summary>
/// <remarks>
/// Who sends, sends everybody who receives the same words: first words that add up modulo 2^64 over the senders, then words that add
/// up by exclusive or. The sums are what is opened.
/// </remarks>
internal abstract class ExchangeGate(ImmutableArray<int> inputs, ImmutableArray<int> outputs) : Gate(inputs, outputs)
{
    /// <summary>What it draws, in order.</summary>
    public abstract ImmutableArray<CorrelationDraw> Draws { get; }

    /// <summary>How many words add up modulo 2^64.</summary>
    public abstract int AddedWords { get; }

    /// <summary>How many words add up by exclusive or.</summary>
    public virtual int BitWords => 0;

    /// <summary>The only party that sends; null: all do.</summary>
    public virtual int? Sender => null;

    /// <summary>The only party that receives; null: all do.</summary>
    public virtual int? Receiver => null;

    /// <summary>Fills this party's words.</summary>
    public abstract void Send(GateValues values, ReadOnlySpan<Correlation> drawn, Span<ulong> mine);

    /// <summary>Computes the outputs.</summary>
    /// <param name="values">The values.</param>
    /// <param name="drawn">What was drawn; read to its end. Its words may be overwritten.</param>
    /// <param name="opened">What was opened, where this party receives; otherwise of no meaning. May be overwritten.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public abstract ValueTask FinishAsync(
        GateValues values, IReadOnlyList<Correlation> drawn, WordMemory opened, CancellationToken cancellationToken);

    /// <summary>Words that one party sends another.</summary>
    public int WordsTo(int from, int to) =>
        (Sender is { } sender && from != sender) || (Receiver is { } receiver && to != receiver) ? 0 : AddedWords + BitWords;

    /// <summary>Whether a party learns what is opened.</summary>
    public bool Receives(int party) => Receiver is not { } receiver || receiver == party;
}
