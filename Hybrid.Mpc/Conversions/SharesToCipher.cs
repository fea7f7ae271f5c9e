using Hybrid.Graph;
using Hybrid.Mpc.Sharing;
using Hybrid.Planning;
using Hybrid.Schemes;

namespace Hybrid.Mpc.Conversions;

/// <summary>
/// The client encrypts its share, the server adds its own: ciphertexts hold the value, right modulo 2^64. One message; the server learns
/// nothing, by the scheme's own hardness.
/// </summary>
internal sealed class SharesToCipher(IAdditiveCipher cipher) : IConversion
{
    public Scheme From => Scheme.Shares;

    public Scheme To => cipher.Scheme;

    public Quote? Quote(Node node, Stretch stretch) => cipher.QuoteFromShares(node, stretch);

    public async Task<HeldTensor> ExecuteAsync(PlanStep step, HeldTensor input, StepContext context)
    {
        ArithmeticShare share = ((SharesTensor)input).Single;
        using var words = new SecretArray(share.Words);
        return await cipher.FromSharesAsync(step, words.Memory, context).ConfigureAwait(false);
    }
}
