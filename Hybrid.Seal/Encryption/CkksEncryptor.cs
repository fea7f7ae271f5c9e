using Hybrid.Seal.Ring;
using Hybrid.Seal.Sampling;
using Hybrid.Security;

namespace Hybrid.Seal;

/// <summary>Encrypts plaintexts, with the public key or with the secret one.</summary>
/// <remarks>
/// Under the public key (p_0, p_1) a plaintext m becomes ((p_0 u + e_0) / P + m, (p_1 u + e_1) / P) for a ternary u and errors e: computed
/// modulo the level's primes and the special prime P and divided by P, as Microsoft SEAL does, which leaves hardly more noise than the
/// rounding. Without a special prime there is no division. Under the secret key it becomes (m - a s - e, a), with a expanded from a seed,
/// which halves what must be sent. Working memory is wiped. One thread at a time; give each thread its own.
/// </remarks>
public sealed class CkksEncryptor : IDisposable
{
    private readonly PublicKey? _publicKey;
    private readonly SecretKey? _secretKey;
    private readonly AesCtrGenerator _random;
    private readonly ZeroEncryption _zero;
    private readonly SecretBuffer<long> _small;
    private readonly SecretBuffer<ulong> _residues;
    private readonly SecretBuffer<ulong> _products;

    /// <summary>Encrypts with the public key.</summary>
    /// <param name="publicKey">The receiver's public key.</param>
    /// <param name="random">Where randomness comes from; the operating system unless given.</param>
    public CkksEncryptor(PublicKey publicKey, IRandomSource? random = null)
        : this(publicKey?.Context ?? throw new ArgumentNullException(nameof(publicKey)), random) => _publicKey = publicKey;

    /// <summary>Encrypts with the secret key: less work, less noise, and half the bytes.</summary>
    /// <param name="secretKey">The owner's secret key.</param>
    /// <param name="random">Where randomness comes from; the operating system unless given.</param>
    public CkksEncryptor(SecretKey secretKey, IRandomSource? random = null)
        : this(secretKey?.Context ?? throw new ArgumentNullException(nameof(secretKey)), random) => _secretKey = secretKey;

    private CkksEncryptor(CkksContext context, IRandomSource? random)
    {
        Context = context;
        _random = RandomStreams.Fork(random ?? OsRandom.Instance);
        _zero = new ZeroEncryption(context, _random);
        _small = new SecretBuffer<long>(2 * context.Degree);
        _residues = new SecretBuffer<ulong>(2 * context.Degree);
        _products = new SecretBuffer<ulong>(2 * context.Parameters.Primes.Length * context.Degree);
    }

    /// <summary>The parameters.</summary>
    public CkksContext Context { get; }

    /// <summary>Encrypts a plaintext, at its level and scale.</summary>
    /// <param name="plaintext">The plaintext.</param>
    /// <param name="destination">Where the ciphertext goes.</param>
    /// <exception cref="ParameterException">The plaintext or the destination has other parameters.</exception>
    public void Encrypt(Plaintext plaintext, Ciphertext destination)
    {
        ArgumentNullException.ThrowIfNull(plaintext);
        Context.RequireSame(plaintext.Context, "plaintext");
        EncryptZero(plaintext.Level, plaintext.Scale, destination);
        for (int i = 0; i <= plaintext.Level; i++)
        {
            Context.Ring.Primes[i].Residues.Add(destination.Prime(0, i), plaintext.Prime(i), destination.Prime(0, i));
        }
    }

    /// <inheritdoc cref="Encrypt(Plaintext, Ciphertext)"/>
    public Ciphertext Encrypt(Plaintext plaintext)
    {
        ArgumentNullException.ThrowIfNull(plaintext);
        var destination = new Ciphertext(Context, plaintext.Level);
        Encrypt(plaintext, destination);
        return destination;
    }

    /// <summary>Encrypts zero: added to a ciphertext under the public key, it makes it independent of how that came about, but for its noise.</summary>
    /// <param name="level">The level.</param>
    /// <param name="scale">The scale, which zero has whatever it is.</param>
    /// <param name="destination">Where the ciphertext goes.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such level, or the scale does not fit it.</exception>
    public void EncryptZero(int level, double scale, Ciphertext destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        Context.RequireSame(destination.Context, "destination");
        Context.RequireLevel(level, nameof(level));
        Context.RequireScale(scale, level, nameof(scale));
        destination.Reset(2, level, scale);
        if (_secretKey is not null)
        {
            destination.Seed = _zero.Fill(_secretKey, level + 1, destination.Polynomial(0), destination.Polynomial(1));
        }
        else if (Context.Parameters.HasSpecialPrime)
        {
            EncryptZeroDivided(level, destination);
        }
        else
        {
            EncryptZeroDirectly(level, destination);
        }
    }

    /// <summary>Wipes working memory; not the key.</summary>
    public void Dispose()
    {
        _small.Dispose();
        _residues.Dispose();
        _products.Dispose();
        _zero.Dispose();
        _random.Dispose();
    }

    // p_c u for both polynomials and so many primes; the last of them is the prime at the given index.
    private void MultiplyByTernary(int primes, int last)
    {
        Span<long> ternary = _small.Span[..Context.Degree];
        Span<ulong> residues = _residues.Span[..Context.Degree];
        TernarySampler.Fill(_random, ternary);
        for (int i = 0; i < primes; i++)
        {
            int index = i == primes - 1 ? last : i;
            NegacyclicNtt prime = Context.Ring.Primes[index];
            SignedResidues.Reduce(ternary, prime.Tables.Modulus, residues);
            prime.Forward(residues);
            for (int polynomial = 0; polynomial < 2; polynomial++)
            {
                prime.Residues.Multiply(residues, _publicKey!.Prime(polynomial, index), Context.Ring.Slice(_products.Span, (polynomial * primes) + i));
            }
        }
    }

    // Dividing by P: with t = p_c u + e_c mod P, nearest to zero, the quotient is (p_c u + e_c - t) / P, of which e_c - t is transformed at once.
    private void EncryptZeroDivided(int level, Ciphertext destination)
    {
        int special = Context.SpecialPrime;
        int primes = level + 2;
        MultiplyByTernary(primes, special);
        Span<long> error = _small.Span[Context.Degree..];
        Span<ulong> remainder = _residues.Span[..Context.Degree];
        Span<ulong> difference = _residues.Span[Context.Degree..];
        NegacyclicNtt specialPrime = Context.Ring.Primes[special];
        for (int polynomial = 0; polynomial < 2; polynomial++)
        {
            ErrorSampler.Fill(_random, error);
            Context.Ring.Slice(_products.Span, (polynomial * primes) + level + 1).CopyTo(remainder);
            specialPrime.Inverse(remainder);
            SignedResidues.Reduce(error, specialPrime.Tables.Modulus, difference);
            specialPrime.Residues.Add(remainder, difference, remainder);
            for (int i = 0; i <= level; i++)
            {
                NegacyclicNtt prime = Context.Ring.Primes[i];
                Span<ulong> to = destination.Prime(polynomial, i);
                prime.Residues.Rebase(remainder, specialPrime.Tables.Modulus, difference);
                SignedResidues.Reduce(error, prime.Tables.Modulus, to);
                prime.Residues.Subtract(difference, to, difference);
                prime.Forward(difference);
                prime.Residues.SubtractScale(Context.Ring.Slice(_products.Span, (polynomial * primes) + i), difference, Context.Ring.Inverse(special, i), to);
            }
        }

        Wipe();
    }

    private void EncryptZeroDirectly(int level, Ciphertext destination)
    {
        int primes = level + 1;
        MultiplyByTernary(primes, level);
        Span<long> error = _small.Span[Context.Degree..];
        Span<ulong> residues = _residues.Span[..Context.Degree];
        for (int polynomial = 0; polynomial < 2; polynomial++)
        {
            ErrorSampler.Fill(_random, error);
            for (int i = 0; i <= level; i++)
            {
                NegacyclicNtt prime = Context.Ring.Primes[i];
                SignedResidues.Reduce(error, prime.Tables.Modulus, residues);
                prime.Forward(residues);
                prime.Residues.Add(residues, Context.Ring.Slice(_products.Span, (polynomial * primes) + i), destination.Prime(polynomial, i));
            }
        }

        Wipe();
    }

    private void Wipe()
    {
        _small.Span.Clear();
        _residues.Span.Clear();
        _products.Span.Clear();
    }
}
