using Hybrid.Graph;
using Hybrid.Mpc.Circuits;
using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Mpc;

/// <summary>
/// One party sends its share of a value that the other is to learn. One message. That party learns the value and nothing else: the
/// sender's share follows from the value and its own.
/// </summary>
internal sealed class SharesToPlain(SharesBackend backend) : IConversion
{
    private const int OpeningsKept = 4096;

    private readonly Dictionary<Node, (Circuit Circuit, Wire Wire, Opening Opening)?> _openings = new(ReferenceEqualityComparer.Instance);

    public Scheme From => Scheme.Shares;

    public Scheme To => Scheme.Plain;

    public Quote? Quote(Node node, Stretch stretch) => node.Op is RevealOp reveal && Opens(node, reveal) is { } opening ? backend.Quote(opening.Circuit.Cost) : null;

    /// <summary>What a party does to open the value of a reveal that can be opened.</summary>
    public CircuitWork Work(Node reveal) => Opens(reveal, (RevealOp)reveal.Op)!.Value.Circuit.Cost.Work;

    public async Task<HeldTensor> ExecuteAsync(PlanStep step, HeldTensor input, StepContext context)
    {
        Party learner = ((RevealOp)step.Node.Op).To;
        context.Ledger!.RequireListed(step, learner);
        (Circuit circuit, Wire wire, Opening opening) = Opens(step.Node, (RevealOp)step.Node.Op)
            ?? throw new InvalidOperationException($"{step.Node.Label} is too wide to be opened.");
        using var inputs = new CircuitInputs();
        inputs.Set(wire, ((SharesTensor)input).Single);
        using CircuitResults results = await backend.RunAsync(circuit, inputs, context).ConfigureAwait(false);
        if (context.Role != learner)
        {
            return new PlainTensor(step.Node, learner);
        }

        return new PlainTensor(step.Node, learner, PlainIntegers.Of(step.Node, results.Integers(opening)));
    }

    private (Circuit Circuit, Wire Wire, Opening Opening)? Opens(Node node, RevealOp reveal)
    {
        if (!_openings.TryGetValue(node, out (Circuit, Wire, Opening)? opening))
        {
            if (_openings.Count == OpeningsKept)
            {
                _openings.Clear();
            }

            _openings.Add(node, opening = Drawn(node, reveal));
        }

        return opening;
    }

    // Null for a value of several limbs.
    private (Circuit Circuit, Wire Wire, Opening Opening)? Drawn(Node node, RevealOp reveal)
    {
        try
        {
            Node value = node.Inputs[0];
            var circuit = new Circuit(backend.Circuits);
            Wire wire = circuit.SharedInput(value.Shape, value.FractionBits, value.Range, value.Label);
            return (circuit, wire, circuit.Open(wire, node.Label, (int)reveal.To));
        }
        catch (ParameterException)
        {
            // Wider than words: it cannot be opened, and to the planner that is a value that shares cannot reveal.
            return null;
        }
    }
}
