using System.Diagnostics;
using System.Numerics.Tensors;
using Hybrid.Communication;
using Hybrid.Graph;
using Hybrid.Models;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Security;

namespace Hybrid.Execution;

/// <summary>
/// The client's side of private prediction: keeps the data and the keys, sends ciphertexts, decrypts scores. Learns the
/// model card and the scores; every value a party learns is on the prediction's ledger.
/// </summary>
public sealed class ModelClient : IAsyncDisposable
{
    private const string Peer = "server";

    private readonly Channel _channel;
    private readonly SessionOptions _options;
    private readonly SchemeRegistry _registry;
    private readonly QueryPlans _plans;
    private bool _broken;

    private ModelClient(Channel channel, SessionOptions options, SchemeRegistry registry, ModelCard card)
    {
        _channel = channel;
        _options = options;
        _registry = registry;
        _plans = new QueryPlans(channel, options, registry, card);
        Card = card;
    }

    /// <summary>What the server tells of its model.</summary>
    public ModelCard Card { get; }

    /// <summary>The keys of the schemes in use, in a few words.</summary>
    public string Keys => string.Join(", ", _registry.Backends.Select(backend => backend.Keys).Where(keys => keys.Length > 0));

    /// <summary>Bytes that a dealer has sent client and server so far, set-up included; null where none is needed.</summary>
    public long? BytesDealt => _registry.Backends.Select(backend => backend.BytesDealt).Where(bytes => bytes is not null).Aggregate((long?)null, (sum, bytes) => (sum ?? 0) + bytes);

    /// <summary>What the client learns.</summary>
    public Revealed Revealed => _options.Revealed;

    /// <summary>What plans take the connection to be like: what was measured, if that was asked for.</summary>
    public LinkProfile Link => _options.Link;

    /// <summary>What connecting cost: greeting, model card and keys.</summary>
    public PhaseCost SetUpCost { get; private set; }

    /// <summary>Connects: receives the model card and sends the public keys. One round.</summary>
    /// <param name="stream">A connection; closed with the client.</param>
    /// <param name="options">Schemes and limits.</param>
    /// <param name="rows">About how many rows will be asked for at a time, for the choice of scheme.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="HybridException">The server vanished, refused, or offers what cannot be used.</exception>
    public static async Task<ModelClient> ConnectAsync(Stream stream, SessionOptions options, int rows = 1, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        long started = Stopwatch.GetTimestamp();
        SchemeRegistry registry = options.MakeRegistry(Party.Client);
        try
        {
            Channel channel = await Channel.OpenAsync(stream, ChannelRole.Initiator, Peer, options.Channel, cancellation).ConfigureAwait(false);
            try
            {
                return await SetUpAsync(channel, options, registry, Math.Max(1, rows), started, cancellation).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                await StopAsync(channel, e).ConfigureAwait(false);
                await channel.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
        catch
        {
            await registry.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The plan of a query of so many rows. A network's graph is asked of the server, once.</summary>
    /// <exception cref="ParameterException">No scheme at hand can compute it.</exception>
    public Plan Plan(int rows) => PlanAsync(rows, CancellationToken.None).GetAwaiter().GetResult().Plan;

    /// <summary>The plan of a query of so many rows. A network's graph is asked of the server, once.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ParameterException">No scheme at hand can compute it.</exception>
    public async Task<(ModelProgram Program, Plan Plan)> PlanAsync(int rows, CancellationToken cancellation = default)
    {
        QueryPlan known = await _plans.OfAsync(rows, cancellation).ConfigureAwait(false);
        return (known.Program, known.Plan);
    }

    /// <summary>
    /// Predicts: encrypts the rows, has the server compute, decrypts the scores. A query takes the plan's rounds, and one more where the
    /// server has not come to its plan before; long tables go in several queries.
    /// </summary>
    /// <param name="rows">(rows, features), finite and within the card's input range.</param>
    /// <param name="progress">Told the number of rows done after each query.</param>
    /// <param name="cancellation">Gives up; the client is of no use afterwards.</param>
    /// <exception cref="ParameterException">The shape is wrong, or a value is not finite or out of range: row and feature are named.</exception>
    /// <exception cref="ProtocolException">The server vanished or broke the protocol.</exception>
    public async Task<Prediction> PredictAsync(Tensor<double> rows, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (_broken)
        {
            throw new InvalidOperationException("An earlier query failed, and the connection with it: connect anew.");
        }

        int features = Card.FeatureCount;
        if (rows.Rank != 2 || rows.Lengths[1] != features || rows.Lengths[0] > int.MaxValue)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"The model takes rows of {features} features, as a tensor (rows, {features}); it was given ({string.Join(", ", rows.Lengths.ToArray())}).");
        }

        int count = (int)rows.Lengths[0];
        int size = await QueryRowsAsync(count, cancellation).ConfigureAwait(false);
        using SecretBuffer<long> encoded = Encode(rows, count);
        int width = _options.Revealed == Revealed.Label ? 1 : Card.Outputs;
        var results = new double[count * width];
        var trace = new List<StepTrace>();
        PhaseCost cost = default;
        DisclosureLedger ledger = await LedgerAsync(count, cancellation).ConfigureAwait(false);
        PhaseCost preparation = default;
        for (int first = 0; first < count; first += size)
        {
            int here = Math.Min(size, count - first);
            try
            {
                (PhaseCost prepared, PhaseCost query) = await QueryAsync(encoded, first, here, results, trace, cancellation).ConfigureAwait(false);
                preparation += prepared;
                cost += query;
            }
            catch (Exception e)
            {
                _broken = true;
                await StopAsync(_channel, e).ConfigureAwait(false);
                // Who waits for this party elsewhere, as at a dealer, need not wait until it is disposed of.
                await _registry.DisposeAsync().ConfigureAwait(false);
                throw;
            }

            progress?.Report(first + here);
        }

        return Finish(results, count, preparation, cost, trace, ledger);
    }

    /// <summary>Says goodbye, closes the connection and wipes the keys that the session made.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_broken)
        {
            _broken = true;
            try
            {
                await _channel.SendAsync(SessionMessages.Query, QueryMessage.Goodbye.Write()).ConfigureAwait(false);
            }
            catch (ProtocolException)
            {
                // The server left first; there is nobody to say goodbye to.
            }
        }

        await _channel.DisposeAsync().ConfigureAwait(false);
        await _registry.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task<ModelClient> SetUpAsync(Channel channel, SessionOptions options, SchemeRegistry registry, int rows, long started, CancellationToken cancellation)
    {
        ModelCard card;
        using (ReceivedFrame frame = await channel.ReceiveAsync(SessionMessages.Card, ModelCard.MaximumBytes, cancellation).ConfigureAwait(false))
        {
            card = ModelCard.Read(frame.Payload);
        }

        registry.ServerMachine = card.Machine ?? registry.ServerMachine;

        if (options.MeasuresLink)
        {
            // An empty message in place of the first.
            await channel.SendAsync(SessionMessages.First(card), ReadOnlyMemory<byte>.Empty, cancellation).ConfigureAwait(false);
            options = options with { Link = await LinkMeasurement.MeasureAsync(channel, Party.Client, SessionMessages.Link, cancellation).ConfigureAwait(false) };
            registry.MeasuredLink = options.Link;
        }

        var client = new ModelClient(channel, options, registry, card);
        int size = await client.QueryRowsAsync(rows, cancellation).ConfigureAwait(false);
        QueryPlan chosen = await client._plans.OfAsync(size, cancellation).ConfigureAwait(false);
        Plan plan = chosen.Plan;
        options.Policy.Require(await client.LedgerAsync(size, cancellation).ConfigureAwait(false));
        await channel.SendAsync(SessionMessages.Schemes, QueryMessage.ForPlan(size, options.Revealed, plan).Write(), cancellation).ConfigureAwait(false);
        foreach (Scheme scheme in plan.Schemes.Order())
        {
            var context = new StepContext(Party.Client, channel, SessionMessages.SetUp(scheme), options.Random, new Dictionary<int, ConstantBinding>(), null, cancellation);
            await registry.Backend(scheme)!.SetUpAsync(plan, context).ConfigureAwait(false);
            registry.SetUp.Add(scheme);
        }

        // From here on plans know the keys. Often the first is the same with them.
        client._plans.ForgetPlans();
        QueryPlan first = await client._plans.OfAsync(size, cancellation).ConfigureAwait(false);
        first.IsAgreed = first.Hash.AsSpan().SequenceEqual(chosen.Hash);
        double serverSeconds;
        using (ReceivedFrame frame = await channel.ReceiveAsync(SessionMessages.Ready, SessionMessages.SecondsBytes, cancellation).ConfigureAwait(false))
        {
            serverSeconds = SessionMessages.ReadSeconds(frame.Span, Peer, SessionMessages.Ready.Name!);
        }

        client.SetUpCost = Cost(channel.Counters, serverSeconds, started);
        return client;
    }

    private static PhaseCost Cost(ChannelCounters used, double serverSeconds, long started)
    {
        double wall = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return new PhaseCost(Math.Max(0, wall - used.Waited.TotalSeconds), serverSeconds, wall, used.BytesSent, used.BytesReceived, used.Rounds);
    }

    // The peer is told why, unless it is the peer that failed.
    private static async Task StopAsync(Channel channel, Exception e)
    {
        if (e is not ProtocolException { Peer: Peer })
        {
            string reason = e is HybridException ? e.Message : e is OperationCanceledException ? "the client gave up" : "the client failed";
            await channel.AbortAsync(reason, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task<(PhaseCost Preparation, PhaseCost Query)> QueryAsync(SecretBuffer<long> encoded, int first, int rows, double[] results, List<StepTrace> trace, CancellationToken cancellation)
    {
        QueryPlan known = await _plans.OfAsync(rows, cancellation).ConfigureAwait(false);
        (ModelProgram program, Plan plan) = (known.Program, known.Plan);
        long started = Stopwatch.GetTimestamp();
        ChannelCounters before = _channel.Counters;
        var ledger = new DisclosureLedger(plan);
        var message = new QueryMessage(rows, _options.Revealed, known.Hash, plan.Assignment.Write(), !known.IsAgreed);
        await _channel.SendAsync(SessionMessages.Query, message.Write(), cancellation).ConfigureAwait(false);
        if (message.Waits)
        {
            (await _channel.ReceiveAsync(SessionMessages.Agreed, 0, cancellation).ConfigureAwait(false)).Dispose();
            known.IsAgreed = true;
        }

        using var executor = new Executor(plan, Party.Client, _registry, _channel, _options.Random, program.Bindings, ledger);
        await executor.PrepareAsync(cancellation).ConfigureAwait(false);
        PhaseCost preparation = Cost(_channel.Counters - before, 0, started);
        started = Stopwatch.GetTimestamp();
        before = _channel.Counters;
        int features = Card.FeatureCount;
        var input = new PlainTensor(program.Input, Party.Client, PlainIntegers.Of<long>(program.Input, encoded.Span.Slice(first * features, rows * features)));
        Dictionary<int, PlainTensor> revealed = await executor.RunAsync([input], trace, cancellation).ConfigureAwait(false);
        using PlainTensor result = revealed[program.Result.Id];
        result.Integers.Decode(program.Result.FractionBits, results.AsSpan(first * (result.Integers.Length / rows)));

        using ReceivedFrame frame = await _channel.ReceiveAsync(SessionMessages.Report, SessionMessages.SecondsBytes, cancellation).ConfigureAwait(false);
        double serverSeconds = SessionMessages.ReadSeconds(frame.Span, Peer, SessionMessages.Report.Name!);
        return (preparation, Cost(_channel.Counters - before, serverSeconds, started));
    }

    private SecretBuffer<long> Encode(Tensor<double> rows, int count)
    {
        int features = Card.FeatureCount;
        var encoded = new SecretBuffer<long>(count * features);
        var flat = new double[count * features];
        rows.FlattenTo(flat);
        Span<long> integers = encoded.Span;
        for (int i = 0; i < flat.Length; i++)
        {
            if (!Card.Input.TryEncode(flat[i], out integers[i]))
            {
                encoded.Dispose();
                throw new ParameterException(
                    ParameterFault.OutOfRange,
                    $"Row {(i / features) + 1}, feature {Card.FeatureName(i % features)}: the value {(double.IsFinite(flat[i]) ? "is beyond" : "is not finite, or beyond")} the model's input range of ±{Math.ScaleB(1, Card.Input.IntegerBits):g}.");
            }
        }

        Array.Clear(flat);
        return encoded;
    }

    // As many rows as fit the byte limit, found by halving.
    private async Task<int> QueryRowsAsync(int rows, CancellationToken cancellation)
    {
        // No scheme sends less than a byte for a number.
        int most = Math.Max(1, _options.MaximumQueryBytes / Card.FeatureCount);
        for (int size = Math.Clamp(rows, 1, most); ; size = (size + 1) / 2)
        {
            Quote quote = (await PlanAsync(size, cancellation).ConfigureAwait(false)).Plan.Quote;
            long bytes = Math.Max(quote.BytesUp, quote.BytesDown);
            if (bytes <= _options.MaximumQueryBytes)
            {
                return size;
            }

            if (size == 1)
            {
                throw new ParameterException(
                    ParameterFault.OutOfRange,
                    $"One row of the model {Card.Name} takes {bytes} bytes, and a query has at most {_options.MaximumQueryBytes}: raise the limit, or use a smaller model.");
            }
        }
    }

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? string.Empty : "s")}";

    private async Task<DisclosureLedger> LedgerAsync(int rows, CancellationToken cancellation)
    {
        Plan plan = (await PlanAsync(await QueryRowsAsync(Math.Max(1, rows), cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false)).Plan;
        List<Disclosure> others =
        [
            new(Party.Client, "model card", $"{Count(Card.FeatureCount, "feature")}, {Count(Card.Outputs, "output")}", 0, "names, activation, fixed-point formats, and bounds on weights and bias rounded up to powers of two"),
            new(Party.Server, "query size", "rows and features", 0, "the number of rows; no value of any row"),
        ];
        if (Card.RowShape is not null)
        {
            others.Add(new Disclosure(Party.Client, "graph", Count(plan.Graph.Nodes.Count, "node"), 0, "the network's ops and shapes, and bounds on its weights rounded up to powers of two; no weight"));
        }

        if (plan.Schemes.Any(scheme => scheme != Scheme.Shares))
        {
            others.Add(new Disclosure(Party.Server, "public key", "the client's", 0, "needed to compute on ciphertexts; what they hold stays hidden without the private key"));
        }

        if (plan.Schemes.Contains(Scheme.Shares))
        {
            others.Add(new Disclosure(Party.Dealer, "what to deal", "kinds and counts", 0, "the steps and sizes of the computation; no value, weight or share, as long as it works together with neither party"));
        }

        return new DisclosureLedger(plan, [.. others]);
    }

    private Prediction Finish(double[] results, int count, PhaseCost preparation, PhaseCost cost, List<StepTrace> trace, DisclosureLedger ledger)
    {
        if (_options.Revealed == Revealed.Label)
        {
            int[] only = [.. results.Select(label => (int)label)];
            return new Prediction(null, Tensor.Create(results, [count, 1]), only, cost, trace, ledger) { Preparation = preparation };
        }

        bool haveScores = _options.Revealed == Revealed.Scores;
        double[] values = haveScores ? new double[results.Length] : results;
        var labels = new int[count];
        for (int row = 0; row < count; row++)
        {
            Span<double> here = results.AsSpan(row * Card.Outputs, Card.Outputs);
            if (haveScores)
            {
                Card.Activation.Apply(here).CopyTo(values, row * Card.Outputs);
                labels[row] = Card.Activation.Label(here);
            }
            else
            {
                Bound(here);
                labels[row] = Card.Activation.LabelOfValues(here);
            }
        }

        return new Prediction(haveScores ? Tensor.Create(results, [count, Card.Outputs]) : null, Tensor.Create(values, [count, Card.Outputs]), labels, cost, trace, ledger) { Preparation = preparation };
    }

    // Where the activation was approximated, a probability may have come out a unit or two below 0 or above 1.
    private void Bound(Span<double> values)
    {
        if (Card.Activation is Activation.Sigmoid or Activation.Softmax)
        {
            TensorPrimitives.Clamp(values, 0, 1, values);
        }
    }
}
