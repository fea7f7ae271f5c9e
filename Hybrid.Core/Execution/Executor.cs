using System.Diagnostics;
using Hybrid.Communication;
using Hybrid.Graph;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Security;

namespace Hybrid.Execution;

/// <summary>Runs a plan at one party, in step with the other party's executor.</summary>
internal static class Executor
{
    /// <summary>Tags below this are the session's own; step i has tag FirstStepTag + i.</summary>
    public const uint FirstStepTag = 256;

    /// <summary>Runs all steps.</summary>
    /// <param name="plan">The plan, the same at both parties.</param>
    /// <param name="input">This party's end of the input; disposed of.</param>
    /// <param name="role">Which party this is.</param>
    /// <param name="registry">Its backends and conversions.</param>
    /// <param name="channel">The way to the other party.</param>
    /// <param name="random">Where randomness comes from.</param>
    /// <param name="bindings">The private constants this party knows.</param>
    /// <param name="ledger">What may be opened.</param>
    /// <param name="trace">Gets an entry for each step.</param>
    /// <param name="cancellation">Ends the run early.</param>
    /// <returns>This party's end of the result.</returns>
    public static async Task<HeldTensor> RunAsync(
        Plan plan,
        HeldTensor input,
        Party role,
        SchemeRegistry registry,
        Channel channel,
        IRandomSource random,
        IReadOnlyDictionary<int, ConstantBinding> bindings,
        DisclosureLedger ledger,
        List<StepTrace> trace,
        CancellationToken cancellation)
    {
        HeldTensor held = input;
        try
        {
            foreach (PlanStep step in plan.Steps)
            {
                var tag = new StepTag(FirstStepTag + (uint)step.Index, $"{(step.IsConversion ? $"{step.From} to {step.To}" : step.Node.Op.Name)} of {step.Node.Label}");
                var context = new StepContext(role, channel, tag, random, bindings, ledger, cancellation);
                ChannelCounters before = channel.Counters;
                long started = Stopwatch.GetTimestamp();
                HeldTensor next = step.IsConversion
                    ? await registry.Conversion(step.From, step.To)!.ExecuteAsync(step, held, context).ConfigureAwait(false)
                    : await registry.Backend(step.To)!.ExecuteAsync(step, held, context).ConfigureAwait(false);
                held.Dispose();
                held = next;
                ChannelCounters used = channel.Counters - before;
                trace.Add(new StepTrace(
                    step,
                    Math.Max(0, (Stopwatch.GetElapsedTime(started) - used.Waited).TotalSeconds),
                    used.BytesSent,
                    used.BytesReceived,
                    used.MessagesSent + used.MessagesReceived));
            }

            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }
}
