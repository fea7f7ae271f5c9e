using Hybrid.Seal.Wire;

namespace Hybrid.Seal.SlotReplies;

/// <summary>
/// A reply's ciphertexts as bytes: SEAL's Ciphertext objects one after the other, uncompressed and with both polynomials whole, so that their length
/// is agreed before and any SEAL client can load them.
/// </summary>
internal static class SlotReplyWire
{
    /// <summary>Bytes of a ciphertext of a level.</summary>
    public static long Bytes(CkksContext context, int level) => SavedPolynomials.LargestSize(context, 2, level + 1);

    /// <summary>Reads one that was agreed on.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="bytes">As many as the plan's ciphertexts have.</param>
    /// <param name="destination">After an error it holds anything.</param>
    /// <exception cref="FormatRefusedException">It is no such ciphertext, or of another level, size or scale.</exception>
    /// <exception cref="ParameterException">It is under other parameters.</exception>
    public static void Read(SlotReplyPlan plan, ReadOnlySpan<byte> bytes, Ciphertext destination)
    {
        if (SealHeader.Read(bytes, "result ciphertext").Compression != SealCompression.None)
        {
            throw new FormatRefusedException("A result ciphertext is compressed, so its length tells nothing of what it inflates to: replies are sent uncompressed.");
        }

        SealFormat.ReadCiphertext(bytes, destination);
        if (destination.Level != plan.Level || destination.Size != 2)
        {
            throw new FormatRefusedException(
                $"A result ciphertext is at level {destination.Level} with {destination.Size} polynomials where level {plan.Level} and 2 were agreed: the parties' plans differ.");
        }

        if (!CkksEvaluator.IsSameScale(destination.Scale, plan.Scale))
        {
            throw new FormatRefusedException(
                $"A result ciphertext has the scale 2^{Math.Log2(destination.Scale):F9} where 2^{Math.Log2(plan.Scale):F9} was agreed: the parties' plans differ.");
        }
    }
}
