using Hybrid.Graph;
using Hybrid.Mpc.Sharing;
using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Mpc.Conversions;

/// <summary>
/// The server masks what the ciphertexts hold, and keeps the mask; the client decrypts the rest: each has a share modulo 2^64, of
/// what the stretch says that the value carries when it leaves. One message;
/// what the client decrypts is masked, so it learns nothing.
/// </summary>
internal sealed class CipherToShares(IAdditiveCipher cipher) : IConversion
{
    public Scheme From => cipher.Scheme;

    public Scheme To => Scheme.Shares;

    public Quote? Quote(Node node, Stretch stretch) => cipher.QuoteToShares(node, stretch);

    public async Task<HeldTensor> ExecuteAsync(PlanStep step, HeldTensor input, StepContext context)
    {
        using var words = new SecretArray(step.Node.Shape.ElementCount);
        await cipher.ToSharesAsync(step, input, words.Memory, context).ConfigureAwait(false);
        return new SharesTensor(step.Node, [new ArithmeticShare((int)context.Role, 2, step.Node.Shape, step.Node.FractionBits + step.Stretch.Leaving.ExtraBits, words.Memory.Span)]);
    }
}
