using Hybrid.Graph;
using Hybrid.Planning;

namespace Hybrid.Schemes;

/// <summary>What computes on tensors of one scheme, at one party. Holds that party's keys for one connection.</summary>
public interface IBackend : IDisposable
{
    /// <summary>The scheme.</summary>
    Scheme Scheme { get; }

    /// <summary>What an op would cost on tensors of this scheme; null if the backend cannot do it.</summary>
    /// <param name="node">The op.</param>
    /// <param name="roomBits">Bits of the widest value until the tensor leaves the scheme.</param>
    Quote? Quote(Node node, int roomBits);

    /// <summary>
    /// Exchanges what must be known before the first plan runs: public keys. Both parties call it at once.
    /// Its cost is set-up, not any query's.
    /// </summary>
    Task SetUpAsync(StepContext context);

    /// <summary>This party's side of an op. Both parties call it for the same step.</summary>
    Task<HeldTensor> ExecuteAsync(PlanStep step, HeldTensor input, StepContext context);
}
