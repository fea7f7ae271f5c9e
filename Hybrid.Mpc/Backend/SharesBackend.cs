using Hybrid.Graph;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Protocols;
using Hybrid.Numerics;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Security;

namespace Hybrid.Mpc;

/// <summary>
/// Additive shares at one party of one connection: the client is party 0, the server party 1. Linear ops with constants that the server
/// knows, truncation and activations, each a circuit of its own; correlations come from a dealer that works with neither.
/// </summary>
internal sealed class SharesBackend : IBackend, IAsyncDisposable
{
    // A client asks for a few sizes of queries; a hostile one for many.
    private const int LayoutsKept = 64;

    private readonly Party _role;
    private readonly SharesOptions _options;
    private readonly Dictionary<string, SharesLayout?> _layouts = [];
    private ComparisonMethod? _comparison;
    private LinkProfile _link;
    private readonly Dictionary<WeightMask, PrivateWeights> _weights = [];
    private ICorrelationProvider? _dealer;
    private PartyNetwork? _network;

    public SharesBackend(Party role, SharesOptions options)
    {
        ArgumentNullException.ThrowIfNull(options.Dealer, nameof(options));
        _role = role;
        _options = options;
        _comparison = options.Comparison;
        _link = options.Link;
    }

    public Scheme Scheme => Scheme.Shares;

    public string Keys => _dealer is null ? string.Empty : _options.Dealer.Description;

    public long? BytesDealt { get; private set; }

    public Quote? Quote(Node node, Stretch stretch)
    {
        ArgumentNullException.ThrowIfNull(node);
        return Layout(stretch) is { } layout ? SharesCosts.Of(layout[node].Circuit.Cost) : null;
    }

    public async Task SetUpAsync(Plan plan, StepContext context)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(context);
        SetUpMessage agreed = await DealerMeeting.AgreeAsync(_options, context).ConfigureAwait(false);
        _comparison = agreed.Comparison;
        _link = agreed.Link;
        _layouts.Clear();
        _dealer = await DealerMeeting.JoinAsync(_options.Dealer, agreed.Meeting, context).ConfigureAwait(false);
        _network = new PartyNetwork((int)_role, context.Channel);
        await OpenWeightsAsync(plan, context).ConfigureAwait(false);
    }

    public async Task<HeldTensor> ExecuteAsync(PlanStep step, HeldTensor input, StepContext context)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(context);
        var tensor = (SharesTensor)input;
        StepCircuit circuit = RequireLayout(step.Stretch)[step.Node];
        ConstantBinding? constant = _role == Party.Server && !circuit.Constants.IsEmpty ? context.Binding(step.Node.Inputs[1]) : null;
        CircuitResults results = await RunAsync(circuit, tensor, constant, context).ConfigureAwait(false);
        return new SharesTensor(step.Node, [.. circuit.Outputs.Select(results.Share)], results, tensor.TakeSource());
    }

    /// <summary>The layout of a stretch; null if shares cannot compute it.</summary>
    public SharesLayout? Layout(Stretch stretch)
    {
        string key = string.Join('\n', stretch.Nodes.Select(node => $"{node}, {node.Magnitude}, {node.Op}, {string.Join(", ", node.Inputs.Skip(1).Select(input => $"{input} {input.Op}"))}"));
        if (!_layouts.TryGetValue(key, out SharesLayout? layout))
        {
            if (_layouts.Count == LayoutsKept)
            {
                _layouts.Clear();
            }

            _layouts.Add(key, layout = SharesLayout.Of(stretch, _options.Circuits, _comparison, _link));
        }

        return layout;
    }

    /// <summary>The layout of a stretch that has been planned.</summary>
    public SharesLayout RequireLayout(Stretch stretch) =>
        Layout(stretch) ?? throw new InvalidOperationException("The plan has a step on shares that shares cannot compute.");

    /// <summary>Asks the dealer for all that a stretch draws.</summary>
    public ValueTask<ICorrelationSource> PrepareAsync(SharesLayout layout, CancellationToken cancellation) => PrepareAsync(layout.Demand, cancellation);

    /// <summary>Runs an op's circuit.</summary>
    /// <param name="circuit">The circuit.</param>
    /// <param name="tensor">What comes in.</param>
    /// <param name="constant">The constant that this party adds, if any.</param>
    /// <param name="context">The step's context.</param>
    public async Task<CircuitResults> RunAsync(StepCircuit circuit, SharesTensor tensor, ConstantBinding? constant, StepContext context)
    {
        using var inputs = new CircuitInputs();
        for (int limb = 0; limb < circuit.Inputs.Length; limb++)
            inputs.Set(circuit.Inputs[limb], tensor.Limbs[limb]);
        if (constant is not null)
        {
            Bring(circuit, constant, inputs);
        }

        if (circuit.Weights is { } mask)
        {
            inputs.Set(_weights.TryGetValue(mask, out PrivateWeights? weights) ? weights : throw NotSetUp());
        }

        // Long: not on the thread that reads the connection.
        return await Task.Run(
            () => CircuitRunner.RunAsync(circuit.Circuit, _network ?? throw NotSetUp(), tensor.Source, inputs, context.Cancellation), context.Cancellation).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_dealer is { } dealer)
        {
            _dealer = null;
            await dealer.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Wipes the weights. The dealer is left by <see cref="DisposeAsync"/>.</summary>
    public void Dispose()
    {
        foreach (PrivateWeights weights in _weights.Values)
            weights.Dispose();
    }

    private static InvalidOperationException NotSetUp() => new("Shares have not been set up at this party.");

    private static void Bring(StepCircuit circuit, ConstantBinding constant, CircuitInputs inputs)
    {
        using var words = new SecretBuffer<long>(constant.Integers.Length);
        for (int limb = 0; limb < circuit.Constants.Length; limb++)
        {
            ReadOnlySpan<long> integers = constant.Integers.Span;
            for (int i = 0; i < integers.Length; i++)
                words.Span[i] = circuit.Form.Limb(integers[i], limb);
            inputs.Set(circuit.Constants[limb], words.Span);
        }
    }

    private async ValueTask<ICorrelationSource> PrepareAsync(CorrelationDemand demand, CancellationToken cancellation)
    {
        ICorrelationSource source = await (_dealer ?? throw NotSetUp()).PrepareAsync(demand, cancellation).ConfigureAwait(false);
        BytesDealt = (BytesDealt ?? 0) + demand.DealtBytes(0) + demand.DealtBytes(1);
        return source;
    }

    // Once for all queries: the server sends its weights, masked by what the dealer gave it alone.
    private async Task OpenWeightsAsync(Plan plan, StepContext context)
    {
        Node[] constants = [.. plan.Steps.Where(step => step is { To: Scheme.Shares, IsConversion: false, Node.Op: MatMulOp }).Select(step => step.Node.Inputs[1]).DistinctBy(constant => constant.Id)];
        var circuit = new Circuit(_options.Circuits);
        using var inputs = new CircuitInputs();
        foreach (Node constant in constants)
        {
            Int128 norm = ((ConstantOp)constant.Op).NormBound;
            Wire weights = circuit.Input((int)Party.Server, constant.Shape, 0, WordRange.Within(Int128.Min(norm, WordRange.Widest.High)), constant.Label);
            circuit.OpenWeights(weights, StepCircuit.Mask(constant), norm);
            if (_role == Party.Server)
            {
                inputs.Set(weights, context.Binding(constant).Integers.Span);
            }
        }

        using ICorrelationSource source = await PrepareAsync(circuit.Cost.Demand, context.Cancellation).ConfigureAwait(false);
        using CircuitResults results = await CircuitRunner.RunAsync(circuit, _network!, source, inputs, context.Cancellation).ConfigureAwait(false);
        foreach (Node constant in constants)
            _weights.Add(StepCircuit.Mask(constant), results.TakeWeights(StepCircuit.Mask(constant)));
    }
}
