using System.Diagnostics;
using Hybrid.Communication;
using Hybrid.Graph;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Security;

namespace Hybrid.Execution;

/// <summary>Runs a plan at one party, in step with the other party's executor.</summary>
internal sealed class Executor : IDisposable
{
    /// <summary>Tags below this are the session's own; step i has tag FirstStepTag + i.</summary>
    public const uint FirstStepTag = 256;

    private readonly Plan _plan;
    private readonly Party _role;
    private readonly SchemeRegistry _registry;
    private readonly Channel _channel;
    private readonly IRandomSource _random;
    private readonly IReadOnlyDictionary<int, ConstantBinding> _bindings;
    private readonly DisclosureLedger _ledger;
    private readonly HeldValues _values;

    /// <summary>Gets ready to run a plan.</summary>
    /// <param name="plan">The plan, the same at both parties.</param>
    /// <param name="role">Which party this is.</param>
    /// <param name="registry">Its backends and conversions.</param>
    /// <param name="channel">The way to the other party.</param>
    /// <param name="random">Where randomness comes from.</param>
    /// <param name="bindings">The private constants this party knows, by number.</param>
    /// <param name="ledger">What may be opened.</param>
    public Executor(
        Plan plan,
        Party role,
        SchemeRegistry registry,
        Channel channel,
        IRandomSource random,
        IReadOnlyDictionary<int, ConstantBinding> bindings,
        DisclosureLedger ledger)
    {
        _plan = plan;
        _role = role;
        _registry = registry;
        _channel = channel;
        _random = random;
        _bindings = bindings;
        _ledger = ledger;
        _values = new HeldValues(plan);
    }

    /// <summary>Called with each value that a step gives, as it is held here: for those who look on.</summary>
    public Action<HeldTensor>? Observer { get; init; }

    /// <summary>
    /// Has the backends get ready for the plan, with what does not depend on inputs, and waits for the one that comes first. The others go
    /// on meanwhile. Nobody waits for the other party, whose messages find it when it is ready.
    /// </summary>
    public async Task PrepareAsync(CancellationToken cancellation)
    {
        foreach (Scheme scheme in _plan.Schemes)
        {
            var context = new StepContext(_role, _channel, SessionMessages.Preparation(scheme), _random, _bindings, null, cancellation);
            await _registry.Backend(scheme)!.PrepareAsync(_plan, context).ConfigureAwait(false);
        }

        await PreparedAsync(_plan.Steps.Select(step => step.To).FirstOrDefault(scheme => scheme != Scheme.Plain)).ConfigureAwait(false);
    }

    /// <summary>Waits until all backends are ready: for those who want a run to be all that they measure.</summary>
    public async Task PreparedAsync()
    {
        foreach (Scheme scheme in _plan.Schemes)
            await PreparedAsync(scheme).ConfigureAwait(false);
    }

    /// <summary>Runs all steps.</summary>
    /// <param name="inputs">This party's ends of the inputs; disposed of.</param>
    /// <param name="trace">Gets an entry for each step.</param>
    /// <param name="cancellation">Ends the run early.</param>
    /// <returns>This party's ends of what is revealed, by the numbers of the reveals; the caller disposes of them.</returns>
    // Steps compute for long where they do not wait: not on a thread that is the caller's own.
    public Task<Dictionary<int, PlainTensor>> RunAsync(IEnumerable<PlainTensor> inputs, List<StepTrace> trace, CancellationToken cancellation) =>
        Thread.CurrentThread.IsThreadPoolThread
            ? RunStepsAsync(inputs, trace, cancellation)
            : Task.Run(() => RunStepsAsync(inputs, trace, cancellation), CancellationToken.None);

    /// <summary>Wipes what is still held.</summary>
    public void Dispose() => _values.Dispose();

    private async Task<Dictionary<int, PlainTensor>> RunStepsAsync(IEnumerable<PlainTensor> inputs, List<StepTrace> trace, CancellationToken cancellation)
    {
        foreach (PlainTensor input in inputs)
            _values.Add(input);
        foreach (PlanStep step in _plan.Steps)
        {
            cancellation.ThrowIfCancellationRequested();
            // Who converts draws nothing but of what it converts from. Waiting is no part of the step.
            await PreparedAsync(step.IsConversion ? step.From : step.To).ConfigureAwait(false);
            ChannelCounters before = _channel.Counters;
            long started = Stopwatch.GetTimestamp();
            double ahead = SecondsAhead(step);
            foreach (HeldTensor result in await RunAsync(step, cancellation).ConfigureAwait(false))
            {
                ahead -= result.SecondsAhead;
                Observer?.Invoke(result);
                _values.Add(result);
            }

            _values.DropAfter(step);
            ChannelCounters used = _channel.Counters - before;
            TimeSpan wall = Stopwatch.GetElapsedTime(started);
            trace.Add(new StepTrace(
                step,
                Math.Max(0, (wall - used.Waited).TotalSeconds + ahead),
                wall.TotalSeconds,
                used.BytesSent,
                used.BytesReceived,
                used.MessagesSent + used.MessagesReceived));
        }

        return _plan.Graph.Reveals.ToDictionary(reveal => reveal.Id, _values.TakeRevealed);
    }

    // What the step before has computed of this one counts as this one's.
    private double SecondsAhead(PlanStep step) =>
        step.IsConversion || step.To == Scheme.Plain ? 0 : step.Stretch.Entries.Sum(entry => _values.Get(entry, step.From).SecondsAhead);

    private Task PreparedAsync(Scheme scheme) => scheme == Scheme.Plain ? Task.CompletedTask : _registry.Backend(scheme)!.PreparedAsync();

    private async Task<HeldTensor[]> RunAsync(PlanStep step, CancellationToken cancellation)
    {
        var tag = new StepTag(FirstStepTag + (uint)step.Index, $"{step.Title} of {step.Node.Label}");
        var context = new StepContext(_role, _channel, tag, _random, _bindings, _ledger, cancellation);
        if (step.IsConversion)
        {
            Node value = step.Node.Op is RevealOp ? step.Node.Inputs[0] : step.Node;
            return [await _registry.Conversion(step.From, step.To)!.ExecuteAsync(step, _values.Get(value, step.From), context).ConfigureAwait(false)];
        }

        HeldTensor[] inputs = [.. step.Stretch.Entries.Select(entry => _values.Get(entry, step.From))];
        return step.To == Scheme.Plain
            ? PlainStep.Run(step, [.. inputs.Cast<PlainTensor>()], context)
            : await _registry.Backend(step.To)!.ExecuteAsync(step, inputs, context).ConfigureAwait(false);
    }
}
