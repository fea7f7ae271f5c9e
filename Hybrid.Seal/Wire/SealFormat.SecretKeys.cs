using Hybrid.Seal.Ring;
using Hybrid.Seal.Wire;
using Hybrid.Security;

namespace Hybrid.Seal;

public static partial class SealFormat
{
    private const string SecretKeyName = "secret key";

    /// <summary>Writes a secret key as SEAL's SecretKey, into memory that is wiped when disposed.</summary>
    /// <remarks>Neither side encrypts it: whoever reads the bytes reads everything under the key.</remarks>
    public static SecretBuffer<byte> WriteSecretKey(SecretKey key, SealCompression compression = SealCompression.None)
    {
        ArgumentNullException.ThrowIfNull(key);
        return SealSaver.SaveSecret(new SavedPlaintext(key.Context, key.Residues, KeyScale), compression);
    }

    /// <summary>Reads SEAL's SecretKey, and checks what SEAL does not: that its coefficients are -1, 0 and 1, the same modulo every prime.</summary>
    /// <param name="context">The parameters it must be under.</param>
    /// <param name="bytes">The whole object, nothing after it.</param>
    /// <exception cref="FormatRefusedException">The bytes are no such object, or are damaged.</exception>
    /// <exception cref="ParameterException">It is under other parameters.</exception>
    public static SecretKey ReadSecretKey(CkksContext context, ReadOnlySpan<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var container = new SealContainer(bytes, SecretKeyName, SavedPlaintext.SizeOf(context, context.Parameters.Primes.Length));
        var found = new SealPlaintext(container.Reader, context, isKey: true);
        var key = new SecretKey(context);
        try
        {
            found.CopyTo(key.Residues);
            if (!IsTernary(key))
            {
                throw container.Reader.Refuse("is not made of the coefficients -1, 0 and 1: it was altered");
            }

            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    // Nothing branches on a coefficient until all have been looked at.
    private static bool IsTernary(SecretKey key)
    {
        RnsRing ring = key.Context.Ring;
        int degree = ring.Degree;
        using var signs = new SecretBuffer<ulong>(degree);
        using var coefficients = new SecretBuffer<ulong>(degree);
        Span<ulong> first = signs.Span;
        Span<ulong> here = coefficients.Span;
        ulong wrong = 0;
        for (int prime = 0; prime < ring.Primes.Length; prime++)
        {
            key.Prime(prime).CopyTo(here);
            ring.Primes[prime].Inverse(here);
            ulong minusOne = ring.Modulus(prime).Value - 1;
            for (int i = 0; i < degree; i++)
            {
                // 1 where equal: residues are shorter than 63 bits, so only 0 - 1 has the top bit.
                ulong zero = (here[i] - 1) >> 63;
                ulong one = ((here[i] ^ 1) - 1) >> 63;
                ulong minus = ((here[i] ^ minusOne) - 1) >> 63;
                ulong sign = one - minus;
                first[i] = prime == 0 ? sign : first[i];
                wrong |= (1 - zero - one - minus) | (sign ^ first[i]);
            }
        }

        return wrong == 0;
    }
}
