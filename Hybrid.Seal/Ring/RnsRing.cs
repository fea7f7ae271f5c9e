using System.Collections.Immutable;
using Hybrid.Numerics;

namespace Hybrid.Seal.Ring;

/// <summary>The rings Z_p[X] / (X^N + 1) of all primes of a parameter set, with the constants that lead from one set of primes to another.</summary>
/// <remarks>Polynomials lie prime by prime: residue k of prime i at index i N + k. Immutable, so any number of threads may share one.</remarks>
internal sealed class RnsRing
{
    private readonly ulong[,] _inverses;

    public RnsRing(int degree, ReadOnlySpan<Modulus> primes, KernelWidth width)
    {
        Degree = degree;
        var primeRings = ImmutableArray.CreateBuilder<NegacyclicNtt>(primes.Length);
        foreach (Modulus prime in primes)
        {
            var tables = new NttTables(prime, degree);
            bool isVector = prime.BitCount <= NttKernelChoice.MaximumVectorBits && degree >= NttKernelChoice.MinimumVectorDegree;
            primeRings.Add(new NegacyclicNtt(tables, isVector ? width : KernelWidth.Portable));
        }

        Primes = primeRings.MoveToImmutable();
        _inverses = new ulong[primes.Length, primes.Length];
        for (int i = 0; i < primes.Length; i++)
        {
            for (int j = 0; j < primes.Length; j++)
            {
                _inverses[i, j] = i == j ? 0 : primes[j].InverseMod(primes[j].Reduce(primes[i].Value));
            }
        }
    }

    /// <summary>N.</summary>
    public int Degree { get; }

    /// <summary>The ring of each prime.</summary>
    public ImmutableArray<NegacyclicNtt> Primes { get; }

    /// <summary>A prime.</summary>
    public Modulus Modulus(int index) => Primes[index].Tables.Modulus;

    /// <summary>1 / (prime <paramref name="of"/>) modulo prime <paramref name="modulo"/>; the two differ.</summary>
    public ulong Inverse(int of, int modulo) => _inverses[of, modulo];

    /// <summary>The residues of one prime.</summary>
    public Span<ulong> Slice(Span<ulong> polynomial, int prime) => polynomial.Slice(prime * Degree, Degree);

    /// <summary>The residues of one prime.</summary>
    public ReadOnlySpan<ulong> Slice(ReadOnlySpan<ulong> polynomial, int prime) => polynomial.Slice(prime * Degree, Degree);
}
