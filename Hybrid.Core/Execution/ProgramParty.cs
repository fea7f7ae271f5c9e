using System.Diagnostics;
using System.Numerics.Tensors;
using Hybrid.Communication;
using Hybrid.Graph;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Security;

namespace Hybrid.Execution;

/// <summary>
/// One party's end of a computation that both parties have written down: the same <see cref="TensorProgram"/>, each with its own constants.
/// The client plans; the server checks that it derives the same plan before anything secret moves.
/// </summary>
public sealed class ProgramParty : IAsyncDisposable
{
    private readonly Channel _channel;
    private readonly SchemeRegistry _registry;
    private readonly SessionOptions _options;
    private readonly TensorProgram _program;
    // Inputs of a run lie where those of the last one did.
    private readonly SecretPool _memory = new();
    private bool _broken;

    private ProgramParty(Party role, Channel channel, SchemeRegistry registry, SessionOptions options, TensorProgram program, Plan plan)
    {
        Role = role;
        _channel = channel;
        _registry = registry;
        _options = options;
        _program = program;
        Plan = plan;
        Ledger = new DisclosureLedger(plan);
    }

    /// <summary>Which party this is.</summary>
    public Party Role { get; }

    /// <summary>The plan that both parties follow.</summary>
    public Plan Plan { get; }

    /// <summary>What any party learns from a run.</summary>
    public DisclosureLedger Ledger { get; }

    /// <summary>The keys of the schemes in use, in a few words.</summary>
    public string Keys => string.Join(", ", _registry.Backends.Select(backend => backend.Keys).Where(keys => keys.Length > 0));

    /// <summary>Connects one end. One round for the plan, and what the schemes need for their keys.</summary>
    /// <param name="stream">A connection; closed with this end.</param>
    /// <param name="role">Which party this is.</param>
    /// <param name="program">The program.</param>
    /// <param name="options">Schemes and limits.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ParameterException">
    /// No scheme at hand can compute an op, the policy refuses what would be learnt, or this party's values or share of a constant are missing.
    /// </exception>
    /// <exception cref="ProtocolException">The other party vanished, or has another program or plan.</exception>
    public static async Task<ProgramParty> ConnectAsync(Stream stream, Party role, TensorProgram program, SessionOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(options);
        SchemeRegistry registry = options.MakeRegistry(role);
        Channel? channel = null;
        try
        {
            channel = await Channel.OpenAsync(
                stream, role == Party.Client ? ChannelRole.Initiator : ChannelRole.Responder, role.Other().Name(), options.Channel, cancellation).ConfigureAwait(false);
            // The other party is told, whichever of them lacks what it should have.
            ProgramConstants.Require(program, role);
            Plan plan = role == Party.Client
                ? await ChooseAsync(channel, registry, program, options, cancellation).ConfigureAwait(false)
                : await AgreeAsync(channel, registry, program, options, cancellation).ConfigureAwait(false);
            long heard = Heard(channel, role);
            foreach (Scheme scheme in plan.Schemes.Order())
            {
                var context = new StepContext(role, channel, SessionMessages.SetUp(scheme), options.Random, program.Bindings, null, cancellation);
                await registry.Backend(scheme)!.SetUpAsync(plan, context).ConfigureAwait(false);
            }

            // The client sends nothing secret before it knows that the server has come to its plan: from the schemes' messages, or from one more.
            if (Heard(channel, role) == heard)
            {
                await AssureAsync(channel, role, cancellation).ConfigureAwait(false);
            }

            // Derived again, now that keys are known.
            plan = Planner.Derive(program.Graph, registry, plan.Assignment);
            return new ProgramParty(role, channel, registry, options, program, plan);
        }
        catch (Exception e)
        {
            await LeaveAsync(channel, registry, role, e).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Runs the program. Both parties call it at once.</summary>
    /// <param name="inputs">This party's inputs, by name.</param>
    /// <param name="cancellation">Gives up; the session is of no use afterwards.</param>
    /// <exception cref="ParameterException">An input is missing, not this party's, of another shape, not finite or beyond its bound: it is named, its values never.</exception>
    /// <exception cref="ProtocolException">The other party vanished or broke the protocol.</exception>
    public async Task<ProgramRun> RunAsync(IReadOnlyDictionary<string, Tensor<double>> inputs, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (_broken)
        {
            throw new InvalidOperationException("An earlier run failed, and the connection with it: connect anew.");
        }

        PlainTensor[] brought = ProgramInputs.Encode(_program, Role, inputs, _memory);
        try
        {
            return await RunAsync(brought, cancellation).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _broken = true;
            await _channel.AbortAsync(Reason(Role, e), CancellationToken.None).ConfigureAwait(false);
            // Who waits for this party elsewhere, as at a dealer, need not wait until it is disposed of.
            await _registry.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Closes the connection and wipes the keys that the session made.</summary>
    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync().ConfigureAwait(false);
        await _registry.DisposeAsync().ConfigureAwait(false);
        _memory.Dispose();
    }

    private async Task<ProgramRun> RunAsync(PlainTensor[] brought, CancellationToken cancellation)
    {
        var trace = new List<StepTrace>();
        long started = Stopwatch.GetTimestamp();
        using var executor = new Executor(Plan, Role, _registry, _channel, _options.Random, _program.Bindings, Ledger);
        await executor.PrepareAsync(cancellation).ConfigureAwait(false);
        double preparation = Stopwatch.GetElapsedTime(started).TotalSeconds;
        ChannelCounters before = _channel.Counters;
        started = Stopwatch.GetTimestamp();
        Dictionary<int, PlainTensor> revealed = await executor.RunAsync(brought, trace, cancellation).ConfigureAwait(false);
        double wall = Stopwatch.GetElapsedTime(started).TotalSeconds;
        ChannelCounters used = _channel.Counters - before;
        var results = new Dictionary<string, Tensor<double>>();
        foreach (PlainTensor tensor in revealed.Values)
        {
            if (tensor.Owner == Role)
            {
                results.Add(tensor.Node.Label, Decoded(tensor));
            }

            tensor.Dispose();
        }

        return new ProgramRun(results, trace, wall, preparation, used.BytesSent, used.BytesReceived, Ledger);
    }

    private static Tensor<double> Decoded(PlainTensor tensor)
    {
        var values = new double[tensor.Shape.ElementCount];
        tensor.Integers.Decode(tensor.Node.FractionBits, values);
        return Tensor.Create(values, [.. tensor.Shape.Lengths.Select(length => (nint)length)]);
    }

    private static async Task<Plan> ChooseAsync(Channel channel, SchemeRegistry registry, TensorProgram program, SessionOptions options, CancellationToken cancellation)
    {
        Plan plan = Planner.Plan(program.Graph, registry, new PlanRequest(options.Link, options.Objective, options.Pin));
        options.Policy.Require(new DisclosureLedger(plan));
        await channel.SendAsync(SessionMessages.Schemes, QueryMessage.ForPlan(1, default, plan).Write(), cancellation).ConfigureAwait(false);
        return plan;
    }

    // Messages from the server to the client so far, as either counts them.
    private static long Heard(Channel channel, Party role) => role == Party.Server ? channel.Counters.MessagesSent : channel.Counters.MessagesReceived;

    private static async Task AssureAsync(Channel channel, Party role, CancellationToken cancellation)
    {
        if (role == Party.Server)
        {
            await channel.SendAsync(SessionMessages.Ready, ReadOnlyMemory<byte>.Empty, cancellation).ConfigureAwait(false);
        }
        else
        {
            (await channel.ReceiveAsync(SessionMessages.Ready, 0, cancellation).ConfigureAwait(false)).Dispose();
        }
    }

    private static async Task<Plan> AgreeAsync(Channel channel, SchemeRegistry registry, TensorProgram program, SessionOptions options, CancellationToken cancellation)
    {
        string client = Party.Client.Name();
        using ReceivedFrame frame = await channel.ReceiveAsync(SessionMessages.Schemes, QueryMessage.MaximumBytes, cancellation).ConfigureAwait(false);
        Plan plan = PlanAgreement.Require(program.Graph, registry, QueryMessage.Read(frame.Payload, client, SessionMessages.Schemes), client, SessionMessages.Schemes);
        options.Policy.Require(new DisclosureLedger(plan));
        return plan;
    }

    private static string Reason(Party role, Exception e) =>
        e is HybridException ? e.Message : e is OperationCanceledException ? $"the {role.Name()} gave up" : $"the {role.Name()} failed";

    private static async Task LeaveAsync(Channel? channel, SchemeRegistry registry, Party role, Exception e)
    {
        if (channel is not null)
        {
            await channel.AbortAsync(Reason(role, e), CancellationToken.None).ConfigureAwait(false);
            await channel.DisposeAsync().ConfigureAwait(false);
        }

        await registry.DisposeAsync().ConfigureAwait(false);
    }
}
