using System.Numerics;

namespace Hybrid.Seal.Ring;

/// <summary>What the transform of Z_p[X] / (X^N + 1) knows beforehand: a 2N-th root of unity and its powers, in bit-reversed order.</summary>
/// <remarks>
/// The root psi is the least of the N primitive 2N-th roots of unity modulo p, and power i of it stands at index reverse(i), both as in
/// Microsoft SEAL, so that transformed polynomials mean the same here and there. Costs N word products to make and 8 N bytes to keep.
/// Immutable, so any number of threads may share one.
/// </remarks>
public sealed class NttTables
{
    /// <summary>The smallest degree N.</summary>
    public const int MinimumDegree = 2;

    /// <summary>The largest degree N.</summary>
    public const int MaximumDegree = 1 << 17;

    private readonly ulong[] _rootPowers;

    /// <summary>Makes the tables of one prime and one degree.</summary>
    /// <param name="modulus">The prime p, with p = 1 mod 2N.</param>
    /// <param name="degree">N, a power of two from 2 to 2^17.</param>
    /// <exception cref="ArgumentOutOfRangeException">The degree is not a power of two in its range.</exception>
    /// <exception cref="ParameterException">p is not 1 modulo 2N, so there is no such root.</exception>
    public NttTables(Modulus modulus, int degree)
    {
        ArgumentNullException.ThrowIfNull(modulus);
        CheckDegree(degree);
        if ((modulus.Value - 1) % (2 * (ulong)degree) != 0)
        {
            throw new ParameterException(
                ParameterFault.Mismatch,
                $"The prime {modulus} is not 1 modulo {2 * degree}, so degree {degree} has no transform over it; "
                + $"take the prime from {nameof(NttPrimes)}.");
        }

        Modulus = modulus;
        Degree = degree;
        LogDegree = BitOperations.Log2((uint)degree);
        Root = LeastPrimitiveRoot(modulus, degree);
        InverseDegree = modulus.InverseMod(modulus.Reduce((ulong)degree));
        _rootPowers = new ulong[degree];
        ulong quotient = modulus.ShoupQuotient(Root);
        ulong power = 1;
        for (int i = 0; i < degree; i++)
        {
            _rootPowers[ReverseBits(i, LogDegree)] = power;
            power = modulus.MulModShoup(power, Root, quotient);
        }
    }

    /// <summary>The prime p.</summary>
    public Modulus Modulus { get; }

    /// <summary>The degree N.</summary>
    public int Degree { get; }

    /// <summary>log2 N.</summary>
    public int LogDegree { get; }

    /// <summary>psi, the least primitive 2N-th root of unity modulo p.</summary>
    public ulong Root { get; }

    /// <summary>1 / N mod p.</summary>
    public ulong InverseDegree { get; }

    /// <summary>The N powers psi^0 … psi^(N-1), canonical; psi^i stands at the index that has the log2 N bits of i in reverse.</summary>
    public ReadOnlySpan<ulong> RootPowers => _rootPowers;

    /// <summary>The lowest <paramref name="bits"/> bits of <paramref name="value"/> in reverse order.</summary>
    /// <param name="value">A number in [0, 2^bits).</param>
    /// <param name="bits">How many bits, 0 to 31.</param>
    internal static int ReverseBits(int value, int bits)
    {
        int reversed = 0;
        for (int i = 0; i < bits; i++)
        {
            reversed = (reversed << 1) | ((value >> i) & 1);
        }

        return reversed;
    }

    internal static void CheckDegree(int degree)
    {
        if (degree is < MinimumDegree or > MaximumDegree || !BitOperations.IsPow2(degree))
        {
            throw new ArgumentOutOfRangeException(nameof(degree), degree, $"The degree N must be a power of two from {MinimumDegree} to {MaximumDegree}.");
        }
    }

    private static ulong LeastPrimitiveRoot(Modulus modulus, int degree)
    {
        // g^((p-1)/2N) has order dividing 2N; it is a primitive root just when its N-th power is -1, which holds for every other g.
        ulong cofactor = (modulus.Value - 1) / (2 * (ulong)degree);
        ulong root = 0;
        for (ulong generator = 2; modulus.PowMod(root, (ulong)degree) != modulus.Value - 1; generator++)
        {
            root = modulus.PowMod(generator, cofactor);
        }

        // The primitive roots are the odd powers of any one of them.
        ulong square = modulus.MulMod(root, root);
        ulong quotient = modulus.ShoupQuotient(square);
        ulong least = root;
        for (int i = 1; i < degree; i++)
        {
            root = modulus.MulModShoup(root, square, quotient);
            least = Math.Min(least, root);
        }

        return least;
    }
}
