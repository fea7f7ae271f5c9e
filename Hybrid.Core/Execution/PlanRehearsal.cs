using System.Diagnostics;
using Hybrid.Communication;
using Hybrid.Graph;
using Hybrid.Models;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Security;

namespace Hybrid.Execution;

/// <summary>
/// Both parties of one plan in one process, over a real connection: to measure what the plan was expected to cost. It protects nothing, since
/// one process has both secrets, and the two share its processors.
/// </summary>
public sealed class PlanRehearsal : IAsyncDisposable
{
    private readonly ModelProgram _program;
    private readonly End _client;
    private readonly End _server;

    private PlanRehearsal(ModelProgram program, End client, End server, double setUpSeconds)
    {
        _program = program;
        _client = client;
        _server = server;
        SetUpSeconds = setUpSeconds;
    }

    /// <summary>The plan, derived again once keys were known.</summary>
    public Plan Plan => _client.Plan;

    /// <summary>What keys, and weights sent masked once for all runs, took.</summary>
    public double SetUpSeconds { get; }

    /// <summary>Connects both parties and exchanges keys.</summary>
    /// <param name="program">What is computed, with the values of the server's constants.</param>
    /// <param name="assignment">The scheme of every node.</param>
    /// <param name="schemes">Adds the backends, at either end.</param>
    /// <param name="streams">Both ends of a connection; closed with the rehearsal.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ParameterException">The plan cannot be derived from the assignment.</exception>
    public static async Task<PlanRehearsal> StartAsync(
        ModelProgram program,
        SchemeAssignment assignment,
        Action<SchemeRegistry> schemes,
        (Stream Client, Stream Server) streams,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(assignment);
        ArgumentNullException.ThrowIfNull(schemes);
        long started = Stopwatch.GetTimestamp();
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task<End>[] ends =
        [
            Task.Run(() => End.StartAsync(Party.Client, streams.Client, program, assignment, schemes, both.Token), CancellationToken.None),
            Task.Run(() => End.StartAsync(Party.Server, streams.Server, program, assignment, schemes, both.Token), CancellationToken.None),
        ];
        try
        {
            await TogetherAsync(ends, both).ConfigureAwait(false);
        }
        catch
        {
            foreach (Task<End> end in ends.Where(end => end.IsCompletedSuccessfully))
                await (await end.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return new PlanRehearsal(
            program, await ends[0].ConfigureAwait(false), await ends[1].ConfigureAwait(false), Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    /// <summary>Runs the plan once. After a failure the rehearsal is of no use.</summary>
    /// <param name="rows">The numbers of the client's tensor, row-major.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ParameterException">A number is not finite or beyond the input's bound, or there are too few or too many.</exception>
    public async Task<RehearsalRun> RunAsync(ReadOnlyMemory<double> rows, CancellationToken cancellation = default)
    {
        Node input = _program.Input;
        long? dealt = _client.BytesDealt;
        long started = Stopwatch.GetTimestamp();
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await TogetherAsync([_client.PrepareAsync(both.Token), _server.PrepareAsync(both.Token)], both).ConfigureAwait(false);
        double preparation = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var held = new PlainTensor(input, Party.Client, Encoded(input, rows.Span));
        started = Stopwatch.GetTimestamp();
        await TogetherAsync([_client.RunAsync(held, both.Token), _server.RunAsync(new PlainTensor(input, Party.Client), both.Token)], both).ConfigureAwait(false);
        double wall = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return new RehearsalRun(
            _client.Steps,
            _server.Steps,
            wall,
            preparation,
            _client.BytesDealt - (dealt ?? 0),
            _client.Results.Concat(_server.Results).ToDictionary(pair => pair.Key, pair => pair.Value));
    }

    /// <summary>Closes the connection and wipes keys.</summary>
    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync().ConfigureAwait(false);
        await _server.DisposeAsync().ConfigureAwait(false);
    }

    // One party's failure ends the other, which would wait for it; the first failure is the one that is told.
    private static async Task TogetherAsync(Task[] tasks, CancellationTokenSource both)
    {
        Task first = await Task.WhenAny(tasks).ConfigureAwait(false);
        if (!first.IsCompletedSuccessfully)
        {
            await both.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await first.ConfigureAwait(false);
        }

        await Task.WhenAll(tasks).ConfigureAwait(false);
    }

    private static PlainIntegers Encoded(Node input, ReadOnlySpan<double> rows)
    {
        if (rows.Length != input.Shape.ElementCount)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"The input {input.Label} of shape {input.Shape} takes {input.Shape.ElementCount} numbers; {rows.Length} were given.");
        }

        return InputNumbers.Encode(input, rows);
    }

    // One party.
    private sealed class End : IAsyncDisposable
    {
        private readonly Party _role;
        private readonly Channel _channel;
        private readonly SchemeRegistry _registry;
        private readonly IReadOnlyDictionary<int, ConstantBinding> _bindings;
        private Executor? _executor;

        private End(Party role, Channel channel, SchemeRegistry registry, IReadOnlyDictionary<int, ConstantBinding> bindings, Plan plan)
        {
            _role = role;
            _channel = channel;
            _registry = registry;
            _bindings = bindings;
            Plan = plan;
        }

        public Plan Plan { get; }

        public List<StepTrace> Steps { get; private set; } = [];

        public Dictionary<int, double[]> Results { get; } = [];

        public long? BytesDealt => _registry.Backend(Scheme.Shares)?.BytesDealt;

        public static async Task<End> StartAsync(
            Party role, Stream stream, ModelProgram program, SchemeAssignment assignment, Action<SchemeRegistry> schemes, CancellationToken cancellation)
        {
            var registry = new SchemeRegistry(role);
            Channel? channel = null;
            try
            {
                schemes(registry);
                ChannelRole channelRole = role == Party.Client ? ChannelRole.Initiator : ChannelRole.Responder;
                channel = await Channel.OpenAsync(stream, channelRole, role.Other().Name(), ChannelOptions.Default, cancellation).ConfigureAwait(false);
                IReadOnlyDictionary<int, ConstantBinding> bindings = role == Party.Server ? program.Bindings : SharesOf(program);
                Plan plan = Planner.Derive(program.Graph, registry, assignment);
                foreach (Scheme scheme in plan.Schemes.Order())
                {
                    var context = new StepContext(role, channel, SessionMessages.SetUp(scheme), OsRandom.Instance, bindings, null, cancellation);
                    await registry.Backend(scheme)!.SetUpAsync(plan, context).ConfigureAwait(false);
                }

                return new End(role, channel, registry, bindings, Planner.Derive(program.Graph, registry, assignment));
            }
            catch
            {
                if (channel is not null)
                {
                    await channel.DisposeAsync().ConfigureAwait(false);
                }

                await registry.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }

        // The client knows no constant, and has its share of what nobody knows.
        private static Dictionary<int, ConstantBinding> SharesOf(ModelProgram program) =>
            program.Bindings.Where(pair => pair.Value.Share(Party.Client) is not null).ToDictionary();

        public Task PrepareAsync(CancellationToken cancellation)
        {
            _executor?.Dispose();
            _executor = new Executor(Plan, _role, _registry, _channel, OsRandom.Instance, _bindings, new DisclosureLedger(Plan));
            return Task.Run(
                async () =>
                {
                    await _executor.PrepareAsync(cancellation).ConfigureAwait(false);
                    await _executor.PreparedAsync().ConfigureAwait(false);
                },
                CancellationToken.None);
        }

        public Task RunAsync(PlainTensor input, CancellationToken cancellation) => Task.Run(
            async () =>
            {
                Steps = [];
                Results.Clear();
                foreach ((int id, PlainTensor tensor) in await _executor!.RunAsync([input], Steps, cancellation).ConfigureAwait(false))
                {
                    if (tensor.Owner == _role)
                    {
                        var values = new double[tensor.Integers.Length];
                        tensor.Integers.Decode(tensor.Node.FractionBits, values);
                        Results.Add(id, values);
                    }

                    tensor.Dispose();
                }
            },
            CancellationToken.None);

        public async ValueTask DisposeAsync()
        {
            _executor?.Dispose();
            await _channel.DisposeAsync().ConfigureAwait(false);
            await _registry.DisposeAsync().ConfigureAwait(false);
        }
    }
}
