using Hybrid.Seal.Ring;
using Hybrid.Seal.Sampling;
using Hybrid.Security;

namespace Hybrid.Seal;

/// <summary>Encryptions of zero under the secret key, (-(a s + e), a): what keys and symmetric ciphertexts are made of.</summary>
/// <remarks>
/// a is expanded from a fresh public seed, uniform modulo each prime, so that the seed can stand for it.
/// Working memory is wiped. One thread at a time.
/// </remarks>
internal sealed class ZeroEncryption : IDisposable
{
    private readonly CkksContext _context;
    private readonly IRandomSource _random;
    private readonly SecretBuffer<long> _error;
    private readonly SecretBuffer<ulong> _residues;

    public ZeroEncryption(CkksContext context, IRandomSource random)
    {
        _context = context;
        _random = random;
        _error = new SecretBuffer<long>(context.Degree);
        _residues = new SecretBuffer<ulong>(context.Degree);
    }

    /// <summary>Makes one modulo the first primes.</summary>
    /// <param name="key">The secret key.</param>
    /// <param name="seed">A fresh seed, which the second polynomial is expanded from.</param>
    /// <param name="primes">How many primes.</param>
    /// <param name="first">The first polynomial, prime by prime.</param>
    /// <param name="second">The second, prime by prime.</param>
    public void Fill(SecretKey key, UniformSeed seed, int primes, Span<ulong> first, Span<ulong> second)
    {
        seed.Expand(_context, primes, second);

        Span<long> error = _error.Span;
        Span<ulong> residues = _residues.Span;
        ErrorSampler.Fill(_random, error);
        for (int i = 0; i < primes; i++)
        {
            NegacyclicNtt prime = _context.Ring.Primes[i];
            Span<ulong> to = _context.Ring.Slice(first, i);
            SignedResidues.Reduce(error, prime.Tables.Modulus, residues);
            prime.Forward(residues);
            prime.Residues.MultiplyAdd(_context.Ring.Slice(second, i), key.Prime(i), residues, to);
            prime.Residues.Negate(to, to);
        }

        error.Clear();
        residues.Clear();
    }

    public void Dispose()
    {
        _error.Dispose();
        _residues.Dispose();
    }
}
