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
    private readonly Func<IRandomSource, UniformSeed> _drawSeed = SealSeed.Draw;
    private readonly AesCtrGenerator _random;
    private readonly ZeroEncryption _zero;
    private readonly SecretBuffer<long> _small;
    private readonly SecretBuffer<ulong> _residues;

    /// <summary>Encrypts with the public key.</summary>
    /// <param name="publicKey">The receiver's public key.</param>
    /// <param name="random">Where randomness comes from; the operating system unless given.</param>
    public CkksEncryptor(PublicKey publicKey, IRandomSource? random = null)
        : this(publicKey?.Context ?? throw new ArgumentNullException(nameof(publicKey)), random) => _publicKey = publicKey;

    /// <summary>Encrypts with the secret key: less work, less noise, and half the bytes.</summary>
    /// <param name="secretKey">The owner's secret key.</param>
    /// <param name="random">Where randomness comes from; the operating system unless given.</param>
    public CkksEncryptor(SecretKey secretKey, IRandomSource? random = null)
        : this(secretKey, random, SealSeed.Draw)
    {
    }

    /// <summary>Encrypts with the secret key, from seeds of a kind.</summary>
    internal CkksEncryptor(SecretKey secretKey, IRandomSource? random, Func<IRandomSource, UniformSeed> drawSeed)
        : this(secretKey?.Context ?? throw new ArgumentNullException(nameof(secretKey)), random) => (_secretKey, _drawSeed) = (secretKey, drawSeed);

    private CkksEncryptor(CkksContext context, IRandomSource? random)
    {
        Context = context;
        _random = RandomStreams.Fork(random ?? OsRandom.Instance);
        _zero = new ZeroEncryption(context, _random);
        _small = new SecretBuffer<long>(3 * context.Degree);
        _residues = new SecretBuffer<ulong>(4 * context.Degree);
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
            destination.Seed = _drawSeed(_random);
            _zero.Fill(_secretKey, destination.Seed, level + 1, destination.Polynomial(0), destination.Polynomial(1));
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
        _zero.Dispose();
        _random.Dispose();
    }

    private Span<long> Ternary => _small.Span[..Context.Degree];

    private Span<long> Error(int polynomial) => _small.Span.Slice((1 + polynomial) * Context.Degree, Context.Degree);

    private Span<ulong> Remainder(int polynomial) => _residues.Span.Slice((1 + polynomial) * Context.Degree, Context.Degree);

    private void Sample()
    {
        TernarySampler.Fill(_random, Ternary);
        ErrorSampler.Fill(_random, Error(0));
        ErrorSampler.Fill(_random, Error(1));
    }

    // Small integers, transformed modulo one prime.
    private static void Transform(ReadOnlySpan<long> small, NegacyclicNtt prime, Span<ulong> destination)
    {
        SignedResidues.Reduce(small, prime.Tables.Modulus, destination);
        prime.Forward(destination);
    }

    // Dividing by P: with t = p_c u + e_c mod P, nearest to zero, the quotient is (p_c u - (t - e_c)) / P, of which t - e_c is transformed
    // at once. Prime by prime, so that all of it stays in the cache.
    private void EncryptZeroDivided(int level, Ciphertext destination)
    {
        int special = Context.SpecialPrime;
        NegacyclicNtt specialPrime = Context.Ring.Primes[special];
        Span<ulong> ternary = _residues.Span[..Context.Degree];
        Span<ulong> difference = _residues.Span[(3 * Context.Degree)..];
        Sample();
        Transform(Ternary, specialPrime, ternary);
        for (int polynomial = 0; polynomial < 2; polynomial++)
        {
            Span<ulong> remainder = Remainder(polynomial);
            specialPrime.Residues.Multiply(ternary, _publicKey!.Prime(polynomial, special), remainder);
            specialPrime.Inverse(remainder);
            SignedResidues.Reduce(Error(polynomial), specialPrime.Tables.Modulus, difference);
            specialPrime.Residues.Add(remainder, difference, remainder);
        }

        for (int i = 0; i <= level; i++)
        {
            NegacyclicNtt prime = Context.Ring.Primes[i];
            Transform(Ternary, prime, ternary);
            for (int polynomial = 0; polynomial < 2; polynomial++)
            {
                Span<ulong> to = destination.Prime(polynomial, i);
                prime.Residues.Rebase(Remainder(polynomial), specialPrime.Tables.Modulus, difference);
                SignedResidues.Reduce(Error(polynomial), prime.Tables.Modulus, to);
                prime.Residues.Subtract(difference, to, difference);
                prime.Residues.Multiply(ternary, _publicKey!.Prime(polynomial, i), to);
                prime.ForwardQuotient(difference, prime.Tables.Modulus, difference, to, Context.Ring.Inverse(special, i), [], to);
            }
        }

        Wipe();
    }

    private void EncryptZeroDirectly(int level, Ciphertext destination)
    {
        Span<ulong> ternary = _residues.Span[..Context.Degree];
        Span<ulong> error = Remainder(0);
        Sample();
        for (int i = 0; i <= level; i++)
        {
            NegacyclicNtt prime = Context.Ring.Primes[i];
            Transform(Ternary, prime, ternary);
            for (int polynomial = 0; polynomial < 2; polynomial++)
            {
                Transform(Error(polynomial), prime, error);
                prime.Residues.MultiplyAdd(ternary, _publicKey!.Prime(polynomial, i), error, destination.Prime(polynomial, i));
            }
        }

        Wipe();
    }

    private void Wipe()
    {
        _small.Span.Clear();
        _residues.Span.Clear();
    }
}
