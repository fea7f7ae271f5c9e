using Hybrid.Graph;
using Hybrid.Mpc.Circuits;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Security;

namespace Hybrid.Mpc;

/// <summary>
/// The server sends its share of a value that the client is to learn. One message. The client learns the value and nothing else: the
/// server's share follows from the value and the client's own.
/// </summary>
internal sealed class SharesToPlain(SharesBackend backend) : IConversion
{
    public Scheme From => Scheme.Shares;

    public Scheme To => Scheme.Plain;

    public Quote? Quote(Node node, Stretch stretch) =>
        node.Op is RevealOp { To: Party.Client } && backend.Layout(stretch)?.Opening is { } opening ? SharesCosts.Of(opening.Circuit.Cost) : null;

    public async Task<HeldTensor> ExecuteAsync(PlanStep step, HeldTensor input, StepContext context)
    {
        context.Ledger!.RequireListed(step, Party.Client);
        StepCircuit circuit = backend.RequireLayout(step.Stretch).Opening ?? throw new InvalidOperationException($"{step.Node.Label} is too wide to be opened.");
        using CircuitResults results = await backend.RunAsync(circuit, (SharesTensor)input, null, context).ConfigureAwait(false);
        if (context.Role == Party.Server)
        {
            return new PlainTensor(step.Node, Party.Client);
        }

        ReadOnlySpan<long> opened = results.Integers(circuit.Opening!);
        var integers = new SecretBuffer<Int128>(opened.Length);
        for (int i = 0; i < opened.Length; i++)
            integers.Span[i] = opened[i];
        return new PlainTensor(step.Node, Party.Client, integers);
    }
}
