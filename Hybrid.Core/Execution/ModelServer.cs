using System.Diagnostics;
using System.Runtime.CompilerServices;
using Hybrid.Communication;
using Hybrid.Graph;
using Hybrid.Models;
using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Execution;

/// <summary>
/// The server's side of private prediction with one model: for each client, sends the model card, receives the client's
/// public keys, and answers queries. Sees ciphertexts and the number of rows, nothing of the values.
/// </summary>
public sealed class ModelServer
{
    private const string Peer = "client";

    private const int ProgramsKept = 16;

    private readonly SessionOptions _options;
    private readonly IServedModel _model;
    private readonly Lock _lock = new();
    private readonly Dictionary<(int Rows, Revealed Revealed), ModelProgram> _programs = [];

    /// <summary>A server for a linear model. Weights are prepared once, at the first query, for all clients.</summary>
    /// <exception cref="ParameterException">The model cannot be held in fixed point.</exception>
    public ModelServer(LinearModel model, SessionOptions options)
        : this(FoldedModel.Of(model), options)
    {
    }

    /// <summary>A server for any model.</summary>
    public ModelServer(IServedModel model, SessionOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _model = model;
    }

    /// <summary>What clients are told.</summary>
    public ModelCard Card => _options.Machine == MachineProfile.Default ? _model.Card : _model.Card with { Machine = _options.Machine };

    /// <summary>
    /// Serves one client until it says goodbye. On an error the client is told the reason, in a sentence, and the error is
    /// thrown here.
    /// </summary>
    /// <param name="stream">A connection; closed at the end.</param>
    /// <param name="cancellation">Ends the session early.</param>
    /// <exception cref="HybridException">The client vanished, or sent what cannot be served.</exception>
    public async Task ServeAsync(Stream stream, CancellationToken cancellation = default) =>
        await ServeAsync(await GreetAsync(stream, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);

    /// <summary>
    /// Greets a client: the first half of serving it. The channel's heartbeats keep it waiting, for as long as it takes,
    /// until the other half begins; who does not greet back is gone after the channel's patience.
    /// </summary>
    /// <param name="stream">A connection; closed with the channel.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ProtocolException">The client vanished, is silent, or speaks something else.</exception>
    public Task<Channel> GreetAsync(Stream stream, CancellationToken cancellation = default) =>
        Channel.OpenAsync(stream, ChannelRole.Responder, Peer, _options.Channel, cancellation);

    /// <summary>Serves a client that has been greeted: the other half of serving it.</summary>
    /// <param name="channel">The channel to it; disposed of at the end.</param>
    /// <param name="cancellation">Ends the session early.</param>
    /// <exception cref="HybridException">The client vanished, or sent what cannot be served.</exception>
    public async Task ServeAsync(Channel channel, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(channel);
        await using (channel.ConfigureAwait(false))
        {
            try
            {
                SchemeRegistry registry = _options.MakeRegistry(Party.Server);
                await using ConfiguredAsyncDisposable _ = registry.ConfigureAwait(false);
                await SetUpAsync(channel, registry, cancellation).ConfigureAwait(false);
                var plans = new AgreedPlans(registry, Peer);
                while (await AnswerAsync(channel, registry, plans, cancellation).ConfigureAwait(false))
                {
                }
            }
            catch (Exception e) when (e is HybridException or OperationCanceledException)
            {
                string reason = e is OperationCanceledException ? "the server is shutting down" : e.Message;
                await channel.AbortAsync(reason, CancellationToken.None).ConfigureAwait(false);
                throw;
            }
        }
    }

    private async Task SetUpAsync(Channel channel, SchemeRegistry registry, CancellationToken cancellation)
    {
        await channel.SendAsync(SessionMessages.Card, Card.Write(), cancellation).ConfigureAwait(false);
        QueryMessage choice = await FirstAsync(channel, cancellation).ConfigureAwait(false);
        if (Card.RowShape is not null)
        {
            await SendGraphAsync(channel, choice, cancellation).ConfigureAwait(false);
            choice = await ReceiveAsync(channel, SessionMessages.Schemes, cancellation).ConfigureAwait(false);
        }

        if (choice.WantsGraph || choice.Rows == 0)
        {
            throw new ProtocolException(Peer, SessionMessages.Schemes.Name!, "chose no scheme");
        }

        // Agreed before any key is read, let alone anything secret sent.
        ModelProgram program = Program(choice);
        Plan plan = PlanAgreement.Require(program.Graph, registry, choice, Peer, SessionMessages.Schemes);
        _options.Policy.Require(new DisclosureLedger(plan));
        TimeSpan waited = channel.Counters.Waited;
        long started = Stopwatch.GetTimestamp();
        foreach (Scheme scheme in plan.Schemes.Order())
        {
            var context = new StepContext(Party.Server, channel, SessionMessages.SetUp(scheme), _options.Random, program.Bindings, null, cancellation);
            await registry.Backend(scheme)!.SetUpAsync(plan, context).ConfigureAwait(false);
            registry.SetUp.Add(scheme);
        }

        TimeSpan busy = Stopwatch.GetElapsedTime(started) - (channel.Counters.Waited - waited);
        await channel.SendAsync(SessionMessages.Ready, SessionMessages.WriteSeconds(Math.Max(0, busy.TotalSeconds)), cancellation).ConfigureAwait(false);
    }

    // One query; false at goodbye.
    private async Task<bool> AnswerAsync(Channel channel, SchemeRegistry registry, AgreedPlans plans, CancellationToken cancellation)
    {
        QueryMessage query = await ReceiveAsync(channel, SessionMessages.Query, cancellation).ConfigureAwait(false);
        if (query.Rows == 0)
        {
            return false;
        }

        if (query.WantsGraph)
        {
            await SendGraphAsync(channel, query, cancellation).ConfigureAwait(false);
            return true;
        }

        ModelProgram program = Program(query);
        Plan plan = plans.Require(program.Graph, query, SessionMessages.Query);
        var ledger = new DisclosureLedger(plan);
        _options.Policy.Require(ledger);
        foreach (Scheme scheme in plan.Schemes)
        {
            if (!registry.SetUp.Contains(scheme))
            {
                throw new ProtocolException(Peer, SessionMessages.Query.Name!, $"asked for {scheme}, which was not set up");
            }
        }

        if (plan.Quote.BytesUp > _options.MaximumQueryBytes || plan.Quote.BytesDown > _options.MaximumQueryBytes)
        {
            throw new ProtocolException(Peer, SessionMessages.Query.Name!, $"asked for {query.Rows} rows at once, which is over this server's limit of {_options.MaximumQueryBytes} bytes a query");
        }

        if (query.Waits)
        {
            await channel.SendAsync(SessionMessages.Agreed, ReadOnlyMemory<byte>.Empty, cancellation).ConfigureAwait(false);
        }

        var trace = new List<StepTrace>();
        using var executor = new Executor(plan, Party.Server, registry, channel, _options.Random, program.Bindings, ledger);
        await executor.PrepareAsync(cancellation).ConfigureAwait(false);
        Dictionary<int, PlainTensor> revealed = await executor.RunAsync([new PlainTensor(program.Input, Party.Client)], trace, cancellation).ConfigureAwait(false);
        foreach (PlainTensor result in revealed.Values)
            result.Dispose();
        await channel.SendAsync(SessionMessages.Report, SessionMessages.WriteSeconds(trace.Sum(step => step.Seconds)), cancellation).ConfigureAwait(false);
        return true;
    }

    // The client's first message, after a measurement of the link if it wants one: once, and before anything else.
    private async Task<QueryMessage> FirstAsync(Channel channel, CancellationToken cancellation)
    {
        StepTag step = SessionMessages.First(Card);
        using (ReceivedFrame frame = await channel.ReceiveAsync(step, QueryMessage.MaximumBytes, cancellation).ConfigureAwait(false))
        {
            if (!frame.Span.IsEmpty)
            {
                return QueryMessage.Read(frame.Payload, Peer, step);
            }
        }

        await LinkMeasurement.MeasureAsync(channel, Party.Server, SessionMessages.Link, cancellation).ConfigureAwait(false);
        return await ReceiveAsync(channel, step, cancellation).ConfigureAwait(false);
    }

    private static async Task<QueryMessage> ReceiveAsync(Channel channel, StepTag step, CancellationToken cancellation)
    {
        using ReceivedFrame frame = await channel.ReceiveAsync(step, QueryMessage.MaximumBytes, cancellation).ConfigureAwait(false);
        return QueryMessage.Read(frame.Payload, Peer, step);
    }

    private async Task SendGraphAsync(Channel channel, QueryMessage wish, CancellationToken cancellation)
    {
        if (!wish.WantsGraph || wish.Rows == 0 || Card.RowShape is null)
        {
            throw new ProtocolException(Peer, SessionMessages.Query.Name!, "asked for no graph where one is due");
        }

        await channel.SendAsync(SessionMessages.Graph, GraphFormat.Write(Program(wish).Graph), cancellation).ConfigureAwait(false);
    }

    // A client asks for a few sizes of queries; a hostile one for many.
    private ModelProgram Program(QueryMessage query)
    {
        lock (_lock)
        {
            if (!_programs.TryGetValue((query.Rows, query.Revealed), out ModelProgram? program))
            {
                if (_programs.Count == ProgramsKept)
                {
                    _programs.Clear();
                }

                _programs.Add((query.Rows, query.Revealed), program = _model.Program(query.Rows, query.Revealed));
            }

            return program;
        }
    }
}
