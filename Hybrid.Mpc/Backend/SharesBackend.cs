using System.Text;
using Hybrid.Graph;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Conversions;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Dealing;
using Hybrid.Mpc.Protocols;
using Hybrid.Numerics;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Security;

namespace Hybrid.Mpc;

/// <summary>
/// Additive shares at one party of one connection: the client is party 0, the server party 1. A stretch of any ops is one circuit;
/// correlations come from a dealer that works with neither.
/// </summary>
internal sealed class SharesBackend : IShareConversions, IAsyncDisposable
{
    // A client asks for a few sizes of queries; a hostile one for many.
    private const int BlocksKept = 4096;

    // Meeting at the dealer, about.
    private const double SetUpSeconds = 0.01;

    private readonly SchemeRegistry _registry;
    private readonly Party _role;
    private readonly SharesOptions _options;
    private readonly Dictionary<string, (BlockCircuit? Block, ParameterException? Refusal)> _blocks = [];
    // Those of a plan that is run, which need not be looked for by all that they follow from.
    private readonly Dictionary<Stretch, BlockCircuit> _planned = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<WeightMask, PrivateWeights> _weights = [];
    // What the plan that was run last asks for; its weights have been opened.
    private (Plan Plan, CorrelationDemand Demand)? _prepared;
    private ComparisonMethod? _comparison;
    private (LinkProfile Parties, LinkProfile Dealer)? _agreedLinks;
    private ICorrelationProvider? _dealer;
    // What was asked of the dealer for the run, once it is there; and for what, until something is drawn.
    private Task<ICorrelationSource>? _dealt;
    private CorrelationDemand? _unused;
    private PartyNetwork? _network;

    public SharesBackend(SchemeRegistry registry, SharesOptions options)
    {
        ArgumentNullException.ThrowIfNull(options.Dealer, nameof(options));
        _registry = registry;
        _role = registry.Role;
        _options = options;
        _comparison = options.Comparison;
    }

    public Scheme Scheme => Scheme.Shares;

    public string Keys => _dealer is null ? string.Empty : _options.Dealer.Description;

    public long? BytesDealt { get; private set; }

    public long? BytesToDeal(Plan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        CorrelationDemand demand = Demand(plan);
        return demand.DealtBytes(0) + demand.DealtBytes(1);
    }

    /// <summary>Where shares lie; null before set-up.</summary>
    public SecretPool? Memory => _network?.Memory;

    /// <summary>How circuits are built.</summary>
    public CircuitOptions Circuits => _options.Circuits;

    public Quote? Quote(Node node, Stretch stretch) => Block(stretch) is { } block ? Quote(block.Circuit.Cost) : null;

    /// <summary>The quote of a circuit.</summary>
    public Quote Quote(CircuitCost cost) => SharesCosts.Of(cost, DealerLink, _registry.ClientMachine, _registry.ServerMachine);

    public string? Refusal(Stretch stretch) => Cached(stretch).Refusal?.Message;

    public Quote QuoteSetUp(IReadOnlyList<PlanStep> steps)
    {
        // Each word of a weight is sent once, by its owner.
        WeightMask[] missing = [.. Blocks(steps).SelectMany(block => block.Weights).Select(one => one.Weights.Mask).Distinct().Where(mask => !_weights.ContainsKey(mask))];
        long up = missing.Where(mask => mask.Owner == (int)Party.Client).Sum(mask => (long)mask.Words);
        long down = missing.Where(mask => mask.Owner == (int)Party.Server).Sum(mask => (long)mask.Words);
        var work = new CircuitWork(1, 1, 0, 0, up + down, up + down, 0, 0, 0);
        return new Quote(
            SetUpSeconds + SharesPrimitives.Seconds(work, _registry.ClientMachine),
            SetUpSeconds + SharesPrimitives.Seconds(work, _registry.ServerMachine),
            SetUpMessage.Bytes + (sizeof(ulong) * up),
            sizeof(ulong) * down,
            1 + Math.Sign(up) + Math.Sign(down))
        {
            Ways = Ways.Up.Then(up > 0 ? (down > 0 ? Ways.Both : Ways.Up) : down > 0 ? Ways.Down : Ways.None),
            IsMutual = true,
        };
    }

    public async Task SetUpAsync(Plan plan, StepContext context)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(context);
        SetUpMessage agreed = await DealerMeeting.AgreeAsync(_options with { Link = Link }, context).ConfigureAwait(false);
        _comparison = agreed.Comparison;
        _agreedLinks = (agreed.Link, agreed.DealerLink);
        _blocks.Clear();
        _planned.Clear();
        _prepared = null;
        _dealer = await DealerMeeting.JoinAsync(_options.Dealer, agreed.Meeting, context).ConfigureAwait(false);
        _network = new PartyNetwork((int)_role, context.Channel);
        // The first query will be of this plan most likely: what it draws is asked for at once, behind the masks of weights.
        Task weights = OpenWeightsAsync(plan, context);
        RequestAhead(plan);
        await weights.ConfigureAwait(false);
    }

    public async Task PrepareAsync(Plan plan, StepContext context)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(context);
        CorrelationDemand demand = _prepared?.Plan == plan ? _prepared.Value.Demand : Demand(plan);
        // What was asked for at set-up may be it. What was asked for another plan, or is used up, is dropped before anything else is asked for.
        bool isAsked = demand.Equals(_unused);
        if (!isAsked && _dealt is { } last)
        {
            (_dealt, _unused) = (null, null);
            (await last.ConfigureAwait(false)).Dispose();
        }

        if (_prepared?.Plan != plan)
        {
            await OpenWeightsAsync(plan, context).ConfigureAwait(false);
            _prepared = (plan, demand);
        }

        if (!isAsked)
        {
            Request(demand, context.Cancellation);
        }
    }

    public Task PreparedAsync() => _dealt ?? Task.CompletedTask;

    public async Task<HeldTensor[]> ExecuteAsync(PlanStep step, IReadOnlyList<HeldTensor> inputs, StepContext context)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(context);
        BlockCircuit block = RequireBlock(step.Stretch);
        using var brought = new CircuitInputs();
        for (int i = 0; i < inputs.Count; i++)
        {
            var tensor = (SharesTensor)inputs[i];
            foreach ((Wire wire, Sharing.ArithmeticShare share) in block.Entries[i].Value.Limbs.Zip(tensor.Limbs))
                brought.Set(wire, share);
        }

        foreach ((Node node, LimbedWires value) in block.Constants)
            Bring(node, value, brought, context);
        foreach ((_, WeightSpecification weights) in block.Weights)
            brought.Set(_weights.TryGetValue(weights.Mask, out PrivateWeights? held) ? held : throw NotSetUp());
        CircuitResults results = await RunAsync(block.Circuit, brought, context).ConfigureAwait(false);
        return [.. block.Exits.Zip(step.Stretch.Exits, (exit, node) => new SharesTensor(node, [.. exit.Value.Limbs.Select(results.TakeShare)]))];
    }

    public IEnumerable<IConversion> With(IAdditiveCipher cipher) => [new SharesToCipher(cipher), new CipherToShares(cipher)];

    /// <summary>The circuit of a stretch; null if shares cannot compute it.</summary>
    public BlockCircuit? Block(Stretch stretch) => Cached(stretch).Block;

    /// <summary>The circuit of a stretch that has been planned.</summary>
    /// <exception cref="ParameterException">Shares cannot compute it.</exception>
    public BlockCircuit RequireBlock(Stretch stretch)
    {
        if (!_planned.TryGetValue(stretch, out BlockCircuit? planned))
        {
            if (_planned.Count == BlocksKept)
            {
                _planned.Clear();
            }

            (BlockCircuit? block, ParameterException? refusal) = Cached(stretch);
            _planned.Add(stretch, planned = block ?? throw refusal!);
        }

        return planned;
    }

    /// <summary>Runs a circuit of the plan that was prepared for.</summary>
    /// <param name="circuit">The circuit.</param>
    /// <param name="inputs">What this party brings.</param>
    /// <param name="context">The step's context.</param>
    public async Task<CircuitResults> RunAsync(Circuit circuit, CircuitInputs inputs, StepContext context)
    {
        _unused = null;
        ICorrelationSource source = await (_dealt ?? throw NotSetUp()).ConfigureAwait(false);
        return await CircuitRunner.RunAsync(circuit, _network ?? throw NotSetUp(), source, inputs, context.Cancellation).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_dealer is { } dealer)
        {
            _dealer = null;
            await dealer.DisposeAsync().ConfigureAwait(false);
            // A demand that was under way ends with the connection.
            await ((Task?)_dealt ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Wipes the weights. The dealer is left by <see cref="DisposeAsync"/>.</summary>
    public void Dispose()
    {
        if (_dealt is { IsCompletedSuccessfully: true } dealt)
        {
            dealt.Result.Dispose();
        }

        _network?.Dispose();
        foreach (PrivateWeights weights in _weights.Values)
            weights.Dispose();
    }

    // Until both have agreed on one: the client's, as it is measured or said to be.
    private LinkProfile Link => _agreedLinks?.Parties ?? _registry.MeasuredLink ?? _options.Link;

    private LinkProfile DealerLink => _agreedLinks?.Dealer ?? _options.Dealer.Link ?? Link;

    private static InvalidOperationException NotSetUp() => new("Shares have not been set up at this party.");

    private (BlockCircuit? Block, ParameterException? Refusal) Cached(Stretch stretch)
    {
        string key = Key(stretch);
        if (!_blocks.TryGetValue(key, out (BlockCircuit? Block, ParameterException? Refusal) known))
        {
            if (_blocks.Count == BlocksKept)
            {
                _blocks.Clear();
            }

            try
            {
                known = (SharesLayout.Of(stretch, _options.Circuits, _comparison, Link, DealerLink), null);
            }
            catch (ParameterException refusal)
            {
                // A circuit refuses what could wrap, and what is too large to deal: to the planner that is a stretch that shares cannot compute.
                known = (null, refusal);
            }

            _blocks.Add(key, known);
        }

        return known;
    }

    // All that a stretch's circuit follows from.
    private static string Key(Stretch stretch)
    {
        var key = new StringBuilder();
        foreach (Node entry in stretch.Entries)
        {
            Surplus surplus = stretch.Entering(entry);
            key.Append(entry.Id).Append(entry.Shape).Append(entry.FractionBits).Append(entry.Range.Low).Append(':').Append(entry.Range.High)
                .Append(entry.Op is InputOp).Append(surplus.ExtraBits).Append(',').Append(surplus.LostBits).Append(';');
        }

        foreach (Node op in stretch.Ops)
        {
            key.Append(op.Id).Append(op.Op).Append(op.Shape);
            foreach (Node input in op.Inputs)
            {
                key.Append(input.Id).Append(',');
                if (input.Op is ConstantOp)
                {
                    key.Append(input.Op).Append(input.Shape).Append(input.FractionBits).Append(input.Range);
                }
            }

            key.Append(';');
        }

        return key.AppendJoin(',', stretch.Exits.Select(exit => exit.Id)).ToString();
    }

    private IEnumerable<BlockCircuit> Blocks(IEnumerable<PlanStep> steps) =>
        steps.Where(step => step is { To: Scheme.Shares, IsConversion: false }).Select(step => RequireBlock(step.Stretch));

    private CorrelationDemand Demand(Plan plan) => Blocks(plan.Steps).Aggregate(CorrelationDemand.None, (sum, block) => sum + block.Circuit.Cost.Demand);

    private void Bring(Node node, LimbedWires value, CircuitInputs inputs, StepContext context)
    {
        if (node.IsSecret)
        {
            context.Share(node).CopyTo(inputs.RoomFor(value.Single));
            return;
        }

        Party owner = ((ConstantOp)node.Op).Visibility.Owner ?? Party.Client;
        if (owner != _role)
        {
            return;
        }

        ReadOnlyMemory<long> integers = node.PublicIntegers ?? context.Binding(node).Integers;
        using var words = new SecretBuffer<long>(integers.Length);
        for (int limb = 0; limb < value.Limbs.Length; limb++)
        {
            for (int i = 0; i < integers.Length; i++)
                words.Span[i] = value.Form.Limb(integers.Span[i], limb);
            inputs.Set(value.Limbs[limb], words.Span);
        }
    }

    private Task<ICorrelationSource> RequestAsync(CorrelationDemand demand, CancellationToken cancellation)
    {
        BytesDealt = (BytesDealt ?? 0) + demand.DealtBytes(0) + demand.DealtBytes(1);
        return (_dealer ?? throw NotSetUp()).PrepareAsync(demand, cancellation).AsTask();
    }

    private void Request(CorrelationDemand demand, CancellationToken cancellation)
    {
        _dealt = RequestAsync(demand, cancellation);
        _unused = demand;
    }

    // As long as it can be received ahead: a dealer would not wait for ever for who asks and does not take.
    private void RequestAhead(Plan plan)
    {
        CorrelationDemand demand = Demand(plan);
        if (Math.Max(demand.DealtBytes(0), demand.DealtBytes(1)) <= CorrectionStream.BytesAhead)
        {
            Request(demand, CancellationToken.None);
        }
    }

    // Once for all queries: a party sends its weights, masked by what the dealer gave it alone. The masks are asked for before this waits.
    private async Task OpenWeightsAsync(Plan plan, StepContext context)
    {
        (Node Node, WeightSpecification Weights)[] missing =
            [.. Blocks(plan.Steps).SelectMany(block => block.Weights).DistinctBy(one => one.Weights.Mask).Where(one => !_weights.ContainsKey(one.Weights.Mask))];
        if (missing.Length == 0)
        {
            return;
        }

        var circuit = new Circuit(_options.Circuits);
        using var inputs = new CircuitInputs();
        foreach ((Node node, WeightSpecification weights) in missing)
        {
            // A share is any words, whatever the range of what it is a share of.
            WordRange range = node.IsSecret ? WordRange.Widest : node.Range;
            Wire wire = circuit.Input(weights.Mask.Owner, node.Shape, node.FractionBits, range, node.Label);
            circuit.OpenWeights(wire, weights.Mask, weights.Norm);
            if ((int)_role != weights.Mask.Owner)
            {
                continue;
            }

            if (node.IsSecret)
            {
                context.Share(node).CopyTo(inputs.RoomFor(wire));
            }
            else
            {
                inputs.Set(wire, context.Binding(node).Integers.Span);
            }
        }

        using ICorrelationSource source = await RequestAsync(circuit.Cost.Demand, context.Cancellation).ConfigureAwait(false);
        using CircuitResults results = await CircuitRunner.RunAsync(circuit, _network!, source, inputs, context.Cancellation).ConfigureAwait(false);
        foreach ((_, WeightSpecification weights) in missing)
            _weights.Add(weights.Mask, results.TakeWeights(weights.Mask));
    }
}
