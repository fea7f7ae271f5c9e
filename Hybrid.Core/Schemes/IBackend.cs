using Hybrid.Graph;
using Hybrid.Planning;

namespace Hybrid.Schemes;

/// <summary>What computes on tensors of one scheme, at one party. Holds that party's keys for one connection.</summary>
public interface IBackend : IDisposable
{
    /// <summary>The scheme.</summary>
    Scheme Scheme { get; }

    /// <summary>The keys in a few words, once set up, as in 3072-bit key; empty where there are none.</summary>
    string Keys { get; }

    /// <summary>Bytes that a dealer has sent the two parties so far; null where the scheme needs none.</summary>
    long? BytesDealt => null;

    /// <summary>Bytes that a dealer would send the two parties for one run of a plan, set-up apart; null where the scheme needs none.</summary>
    /// <param name="plan">The plan.</param>
    long? BytesToDeal(Plan plan) => null;

    /// <summary>What an op would cost on tensors of this scheme; null if the backend cannot do it.</summary>
    /// <param name="node">The op.</param>
    /// <param name="stretch">What the scheme would hold from entering it to leaving it, the op among it.</param>
    Quote? Quote(Node node, Stretch stretch);

    /// <summary>Why <see cref="Quote"/> is null for the ops of a stretch, in a sentence that says what to do; null if the backend has nothing to add.</summary>
    string? Refusal(Stretch stretch) => null;

    /// <summary>
    /// Tells which stretches a plan that is being drawn up has in this scheme: before keys are made, what one of them takes may depend on the
    /// others, which share its keys. None: each by itself.
    /// </summary>
    void Consider(IReadOnlyList<Stretch> together)
    {
    }

    /// <summary>About what <see cref="SetUpAsync"/> would cost for a plan of such steps, once for all queries.</summary>
    /// <param name="steps">The steps.</param>
    Quote QuoteSetUp(IReadOnlyList<PlanStep> steps) => Schemes.Quote.Free;

    /// <summary>
    /// Exchanges what must be known before the first plan runs: public keys. Both parties call it at once.
    /// Its cost is set-up, not any query's.
    /// </summary>
    /// <param name="plan">A plan that the keys must serve, with others that differ from it in lengths only. Not yet agreed on at the server.</param>
    /// <param name="context">The channel and randomness.</param>
    Task SetUpAsync(Plan plan, StepContext context);

    /// <summary>
    /// Gets ready for a plan that the parties have agreed on, with what does not depend on secrets: correlations, noise. Both parties call
    /// it before the plan's first step. Done when the other party is needed no more: what a third one was asked for may still be on its way.
    /// Its cost is preparation, not the query's.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="context">The channel and randomness.</param>
    Task PrepareAsync(Plan plan, StepContext context) => Task.CompletedTask;

    /// <summary>Waits until all that <see cref="PrepareAsync"/> asked for is there. Called before each step that may need it.</summary>
    Task PreparedAsync() => Task.CompletedTask;

    /// <summary>This party's side of a stretch. Both parties call it for the same step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="inputs">This party's ends of the stretch's entries, in their order; disposed of by the caller.</param>
    /// <param name="context">The step's context.</param>
    /// <returns>Its ends of the stretch's exits, in their order.</returns>
    Task<HeldTensor[]> ExecuteAsync(PlanStep step, IReadOnlyList<HeldTensor> inputs, StepContext context);
}
