using System.Numerics.Tensors;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal.RingPacked;

/// <summary>Polynomials as they are sent: coefficients, without low bits that the bound on the noise does not need.</summary>
/// <remarks>
/// Let x be a coefficient modulo Q and x_0 its residue modulo the first prime, as an integer. Less x_0 mod 2^L, x has a first residue whose
/// low L bits are zero and need not be sent, and the other residues are less the same integer: no number is longer than a word, however
/// long Q is. The reader adds 2^(L-1), so a coefficient is off by that much at most, up or down, which is noise like any other. It is
/// switching to a smaller modulus (Brakerski, Gentry, Vaikuntanathan, "(Leveled) Fully Homomorphic Encryption without Bootstrapping",
/// 2012), by a power of two. What is sent follows from the masked or flooded ciphertext alone, so it tells no more than that.
/// Writing branches on no residue.
/// </remarks>
internal static class ShortResidues
{
    /// <summary>The most bits that may be dropped at a level: what they hold must be a residue modulo every prime.</summary>
    public static int MostDropped(CkksParameters parameters, int level)
    {
        int most = int.MaxValue;
        for (int i = 0; i <= level; i++)
        {
            most = Math.Min(most, parameters.Primes[i].BitCount - 1);
        }

        return most;
    }

    /// <summary>The variance of δ, by which a coefficient is off once bits have been dropped.</summary>
    /// <remarks>δ is 2^(L-1) less a number that is uniform below 2^L, of which the square is (4^L + 2) / 12 on average.</remarks>
    public static double Variance(int dropped) => dropped == 0 ? 0 : (Math.ScaleB(1, 2 * dropped) + 2) / 12;

    /// <summary>The deviation of a decrypted coefficient from what it was, once bits of both polynomials have been dropped: of δ_0 + δ_1 s.</summary>
    public static double Deviation(int dropped, int degree) => Math.Sqrt(Variance(dropped) * Terms(degree));

    /// <summary>The most bits that may be dropped for a deviation to stay within this one, whatever the primes.</summary>
    public static int DroppedWithin(double deviation, int degree)
    {
        double square = (12 * deviation * deviation / Terms(degree)) - 2;
        // The logarithm may be rounded up to a whole number.
        int dropped = square > 1 ? (int)(Math.Log2(square) / 2) : 0;
        return dropped > 0 && Deviation(dropped, degree) > deviation ? dropped - 1 : dropped;
    }

    /// <summary>Bytes of so many coefficients at a level.</summary>
    public static long Bytes(CkksParameters parameters, int level, int coefficients, int dropped)
    {
        long bytes = 0;
        for (int i = 0; i <= level; i++)
        {
            int bits = parameters.Primes[i].BitCount - (i == 0 ? dropped : 0);
            bytes += (((long)coefficients * bits) + 7) / 8;
        }

        return bytes;
    }

    /// <summary>Writes a ciphertext's polynomial; returns how many bytes. Costs a transform a prime.</summary>
    /// <param name="ciphertext">The ciphertext, which stays as it is.</param>
    /// <param name="polynomial">Which of its polynomials.</param>
    /// <param name="addend">Coefficients to add, prime by prime; none if empty.</param>
    /// <param name="dropped">L.</param>
    /// <param name="places">The coefficients to write; all if empty.</param>
    /// <param name="destination">Takes <see cref="Bytes"/>.</param>
    public static int Write(
        Ciphertext ciphertext, int polynomial, ReadOnlySpan<ulong> addend, int dropped, ReadOnlySpan<int> places, Span<byte> destination)
    {
        CkksContext context = ciphertext.Context;
        using WorkspacePool.Loan loan = context.Workspaces.Borrow(3 * context.Degree);
        Span<ulong> coefficients = context.Ring.Slice(loan.Span, 0);
        Span<ulong> low = context.Ring.Slice(loan.Span, 1);
        Span<ulong> chosen = context.Ring.Slice(loan.Span, 2)[..places.Length];
        int at = 0;
        for (int i = 0; i <= ciphertext.Level; i++)
        {
            NegacyclicNtt prime = context.Ring.Primes[i];
            prime.Inverse(ciphertext.Prime(polynomial, i), coefficients);
            if (!addend.IsEmpty)
            {
                prime.Residues.Add(coefficients, context.Ring.Slice(addend, i), coefficients);
            }

            if (i > 0 && dropped > 0)
            {
                prime.Residues.Subtract(coefficients, low, coefficients);
            }
            else if (dropped > 0)
            {
                TensorPrimitives.BitwiseAnd(coefficients, (1UL << dropped) - 1, low);
            }

            for (int k = 0; k < chosen.Length; k++)
            {
                chosen[k] = coefficients[places[k]];
            }

            int unsent = i == 0 ? dropped : 0;
            at += ResiduePacking.Write(places.IsEmpty ? coefficients : chosen, context.Ring.Modulus(i).BitCount, destination[at..], unsent);
        }

        return at;
    }

    /// <summary>Reads a ciphertext's polynomial, as coefficients; returns how many bytes it was.</summary>
    /// <param name="source">The bytes, and whatever follows them.</param>
    /// <param name="ciphertext">The ciphertext.</param>
    /// <param name="polynomial">Which of its polynomials.</param>
    /// <param name="dropped">L.</param>
    /// <param name="places">The coefficients that were written; all if empty. Others become zero.</param>
    /// <exception cref="FormatRefusedException">A residue is not below its prime, or bits behind the last are not 0.</exception>
    public static int Read(ReadOnlySpan<byte> source, Ciphertext ciphertext, int polynomial, int dropped, ReadOnlySpan<int> places)
    {
        CkksContext context = ciphertext.Context;
        using WorkspacePool.Loan loan = context.Workspaces.Borrow(3 * context.Degree);
        Span<ulong> chosen = loan.Span[..places.Length];
        ulong middle = dropped == 0 ? 0 : 1UL << (dropped - 1);
        int at = 0;
        for (int i = 0; i <= ciphertext.Level; i++)
        {
            Modulus modulus = context.Ring.Modulus(i);
            Span<ulong> coefficients = ciphertext.Prime(polynomial, i);
            int unsent = i == 0 ? dropped : 0;
            if (places.IsEmpty)
            {
                at += ResiduePacking.Read(source[at..], modulus, coefficients, unsent);
                context.Ring.Primes[i].Residues.AddScalar(coefficients, middle, coefficients);
                continue;
            }

            at += ResiduePacking.Read(source[at..], modulus, chosen, unsent);
            coefficients.Clear();
            for (int k = 0; k < chosen.Length; k++)
            {
                coefficients[places[k]] = modulus.AddMod(chosen[k], middle);
            }
        }

        return at;
    }

    // Independent terms of a coefficient of δ_0 + δ_1 s, counted by the secret's variance.
    private static double Terms(int degree) => 1 + (degree * NoiseBound.TernaryVariance);
}
