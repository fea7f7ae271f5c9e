using Hybrid.Graph;
using Hybrid.Planning;

namespace Hybrid.Schemes;

/// <summary>
/// What schemes of ciphertexts have in common: the client has the key, the server computes, and what ciphertexts hold is right modulo
/// 2^64. Conversions to and from additive shares are written once, against this.
/// </summary>
public interface IAdditiveCipher : IBackend
{
    /// <summary>What the scheme's steps are made of, and a machine is measured by.</summary>
    WorkUnits Units { get; }

    /// <summary>How often each party does them in a step of a plan, whose quote's seconds they are.</summary>
    /// <param name="step">The step, which the backend or one of its conversions has quoted.</param>
    PartiesWork Work(PlanStep step);

    /// <summary>What <see cref="FromSharesAsync"/> would cost; null if it cannot be done.</summary>
    /// <param name="node">The node whose value moves.</param>
    /// <param name="stretch">The stretch that it enters.</param>
    Quote? QuoteFromShares(Node node, Stretch stretch);

    /// <summary>
    /// The client encrypts its share and sends it, the server adds its own: ciphertexts hold the sum, right modulo 2^64. One message.
    /// Hides the client's share computationally.
    /// </summary>
    /// <param name="step">The conversion.</param>
    /// <param name="share">This party's share, as many words as the node has elements.</param>
    /// <param name="context">The step's context.</param>
    Task<HeldTensor> FromSharesAsync(PlanStep step, ReadOnlyMemory<ulong> share, StepContext context);

    /// <summary>What <see cref="ToSharesAsync"/> would cost; null if it cannot be done.</summary>
    /// <param name="node">The node whose value moves.</param>
    /// <param name="stretch">The stretch that it leaves.</param>
    Quote? QuoteToShares(Node node, Stretch stretch);

    /// <summary>
    /// The server masks and re-randomises what it holds and sends it, the client decrypts: the sum of their words is the value modulo
    /// 2^64, with what the stretch says that it carries when it leaves (<see cref="Stretch.Leaving"/>). One message. The client learns
    /// nothing: what it decrypts is masked.
    /// </summary>
    /// <param name="step">The conversion.</param>
    /// <param name="tensor">This party's end; disposed of by the caller.</param>
    /// <param name="share">This party's share, written here: as many words as the node has elements.</param>
    /// <param name="context">The step's context.</param>
    Task ToSharesAsync(PlanStep step, HeldTensor tensor, Memory<ulong> share, StepContext context);
}
