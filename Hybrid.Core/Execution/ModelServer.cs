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

    private readonly SessionOptions _options;
    private readonly Dictionary<int, ConstantBinding> _bindings;
    private readonly FoldedModel _model;

    /// <summary>A server for a model. Weights are prepared once, at the first query, for all clients.</summary>
    /// <exception cref="ParameterException">The model cannot be held in fixed point.</exception>
    public ModelServer(LinearModel model, SessionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _model = FoldedModel.Of(model);
        // The constants are the same nodes, by number and bound, whatever the rows.
        ModelGraph graph = _model.Card.Graph(1);
        _bindings = new Dictionary<int, ConstantBinding>
        {
            [((ConstantOp)graph.Weights.Op).Number] = new(graph.Weights, _model.Weights),
            [((ConstantOp)graph.Bias.Op).Number] = new(graph.Bias, _model.Bias),
        };
    }

    /// <summary>What clients are told.</summary>
    public ModelCard Card => _model.Card;

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
                SchemeChoice[] choices = await SetUpAsync(channel, registry, cancellation).ConfigureAwait(false);
                while (await AnswerAsync(channel, registry, choices, cancellation).ConfigureAwait(false))
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

    // The schemes that the client chose and that are set up now.
    private async Task<SchemeChoice[]> SetUpAsync(Channel channel, SchemeRegistry registry, CancellationToken cancellation)
    {
        await channel.SendAsync(SessionMessages.Card, Card.Write(), cancellation).ConfigureAwait(false);
        SchemeChoice[] choices;
        byte[] hash;
        using (ReceivedFrame frame = await channel.ReceiveAsync(SessionMessages.Schemes, SessionMessages.HashBytes + registry.Backends.Count, cancellation).ConfigureAwait(false))
        {
            if (frame.Span.Length <= SessionMessages.HashBytes)
            {
                throw new ProtocolException(Peer, SessionMessages.Schemes.Name!, "chose no scheme");
            }

            hash = frame.Span[..SessionMessages.HashBytes].ToArray();
            choices = [.. frame.Span[SessionMessages.HashBytes..].ToArray().Select(code => SchemeChoice.Of(code))];
        }

        if (choices.DistinctBy(choice => choice.Scheme).Count() != choices.Length)
        {
            throw new ProtocolException(Peer, SessionMessages.Schemes.Name!, "chose a scheme twice");
        }

        foreach (Scheme scheme in choices.Select(choice => choice.Scheme))
        {
            if (registry.Backend(scheme) is null)
            {
                throw new ProtocolException(Peer, SessionMessages.Schemes.Name!, $"asked for scheme {(int)scheme}, which this server does not offer{(scheme == Scheme.Shares ? ", for it has no dealer" : string.Empty)}");
            }
        }

        // Agreed before any key is read, let alone anything secret sent.
        Plan[] plans = [.. choices.Select(choice => SessionMessages.PlanOfSetUp(Card, registry, _options.Link, choice))];
        RequireSamePlan(plans[0], hash, SessionMessages.Schemes);
        TimeSpan waited = channel.Counters.Waited;
        long started = Stopwatch.GetTimestamp();
        foreach ((Scheme scheme, Plan plan) in choices.Select(choice => choice.Scheme).Zip(plans))
        {
            var context = new StepContext(Party.Server, channel, SessionMessages.SetUp(scheme), _options.Random, _bindings, null, cancellation);
            await registry.Backend(scheme)!.SetUpAsync(plan, context).ConfigureAwait(false);
        }

        TimeSpan busy = Stopwatch.GetElapsedTime(started) - (channel.Counters.Waited - waited);
        await channel.SendAsync(SessionMessages.Ready, SessionMessages.WriteSeconds(Math.Max(0, busy.TotalSeconds)), cancellation).ConfigureAwait(false);
        return choices;
    }

    // One query; false at goodbye.
    private async Task<bool> AnswerAsync(Channel channel, SchemeRegistry registry, SchemeChoice[] choices, CancellationToken cancellation)
    {
        (int rows, SchemeChoice choice, byte[] hash) query;
        using (ReceivedFrame frame = await channel.ReceiveAsync(SessionMessages.Query, SessionMessages.QueryBytes, cancellation).ConfigureAwait(false))
        {
            query = SessionMessages.ReadQuery(frame.Span, Peer);
        }

        if (query.rows == 0)
        {
            return false;
        }

        if (!choices.Contains(query.choice))
        {
            throw new ProtocolException(Peer, SessionMessages.Query.Name!, $"asked for scheme {(int)query.choice.Scheme}, which was not set up");
        }

        ModelGraph graph = Card.Graph(query.rows, query.choice.Revealed);
        Plan plan = Planner.Plan(graph.Graph, registry, _options.Link, query.choice.Scheme);
        RequireSamePlan(plan, query.hash, SessionMessages.Query);
        if (plan.Quote.BytesUp > _options.MaximumQueryBytes || plan.Quote.BytesDown > _options.MaximumQueryBytes)
        {
            throw new ProtocolException(Peer, SessionMessages.Query.Name!, $"asked for {query.rows} rows at once, which is over this server's limit of {_options.MaximumQueryBytes} bytes a query");
        }

        var trace = new List<StepTrace>();
        using var executor = new Executor(plan, Party.Server, registry, channel, _options.Random, _bindings, new DisclosureLedger(plan));
        await executor.PrepareAsync(cancellation).ConfigureAwait(false);
        foreach (PlainTensor result in (await executor.RunAsync([new PlainTensor(graph.Input, Party.Client)], trace, cancellation).ConfigureAwait(false)).Values)
            result.Dispose();
        await channel.SendAsync(SessionMessages.Report, SessionMessages.WriteSeconds(trace.Sum(step => step.Seconds)), cancellation).ConfigureAwait(false);
        return true;
    }

    private static void RequireSamePlan(Plan plan, ReadOnlySpan<byte> hash, StepTag step)
    {
        if (!plan.Hash().AsSpan().SequenceEqual(hash))
        {
            throw new ProtocolException(Peer, step.Name!, "has another plan for the same model: use the same release on both sides");
        }
    }
}
