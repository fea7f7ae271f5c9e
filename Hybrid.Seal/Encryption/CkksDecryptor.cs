using Hybrid.Seal.Ring;

namespace Hybrid.Seal;

/// <summary>Decrypts with the secret key.</summary>
/// <remarks>
/// A decrypted plaintext holds the ciphertext's noise, from which the secret key can be worked out by whoever knows the ciphertext
/// (Li and Micciancio, "On the Security of Homomorphic Encryption on Approximate Numbers", 2021): give its numbers to others only through
/// <see cref="CkksEncoder.DecodeForRelease"/>. Any number of threads may share one.
/// </remarks>
public sealed class CkksDecryptor
{
    private readonly SecretKey _key;

    /// <summary>Decrypts for the owner of a key, who stays its owner.</summary>
    public CkksDecryptor(SecretKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        _key = key;
    }

    /// <summary>The parameters.</summary>
    public CkksContext Context => _key.Context;

    /// <summary>Decrypts: c_0 + c_1 s + c_2 s² + …</summary>
    /// <param name="ciphertext">A ciphertext of any size.</param>
    /// <param name="destination">Where the plaintext goes, at the ciphertext's level and scale.</param>
    /// <exception cref="ParameterException">The parameters differ.</exception>
    public void Decrypt(Ciphertext ciphertext, Plaintext destination)
    {
        ArgumentNullException.ThrowIfNull(ciphertext);
        ArgumentNullException.ThrowIfNull(destination);
        Context.RequireSame(ciphertext.Context, "ciphertext");
        Context.RequireSame(destination.Context, "destination");
        destination.Reset(ciphertext.Level, ciphertext.Scale);
        for (int i = 0; i <= ciphertext.Level; i++)
        {
            // Horner's rule, from the highest power down.
            ResidueKernels kernels = Context.Ring.Primes[i].Residues;
            Span<ulong> sum = destination.Prime(i);
            ReadOnlySpan<ulong> higher = ciphertext.Prime(ciphertext.Size - 1, i);
            for (int power = ciphertext.Size - 2; power >= 0; power--)
            {
                kernels.MultiplyAdd(higher, _key.Prime(i), ciphertext.Prime(power, i), sum);
                higher = sum;
            }
        }
    }

    /// <inheritdoc cref="Decrypt(Ciphertext, Plaintext)"/>
    public Plaintext Decrypt(Ciphertext ciphertext)
    {
        ArgumentNullException.ThrowIfNull(ciphertext);
        var destination = new Plaintext(Context, ciphertext.Level);
        Decrypt(ciphertext, destination);
        return destination;
    }

    /// <summary>c_0 + c_1 s as coefficients, of a ciphertext whose c_0 is coefficients and whose c_1 is transformed. Costs a transform a prime.</summary>
    internal void DecryptCoefficients(Ciphertext ciphertext, Plaintext destination)
    {
        destination.Reset(ciphertext.Level, ciphertext.Scale);
        for (int i = 0; i <= ciphertext.Level; i++)
        {
            NegacyclicNtt prime = Context.Ring.Primes[i];
            Span<ulong> sum = destination.Prime(i);
            prime.Residues.Multiply(ciphertext.Prime(1, i), _key.Prime(i), sum);
            prime.Inverse(sum);
            prime.Residues.Add(sum, ciphertext.Prime(0, i), sum);
        }
    }
}
