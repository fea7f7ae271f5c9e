using System.Numerics;
using Hybrid.Paillier.Arithmetic;
using Hybrid.Security;

namespace Hybrid.Paillier;

/// <summary>
/// Encrypts: c = (1 + m n) · rho mod n². The owner of the key does so modulo p² and q² apart, about twice as fast.
/// </summary>
/// <remarks>
/// Exponents have half the modulus's bits and come one for one from the random source; equal randomness gives equal
/// ciphertexts on every processor. Hides the plaintext computationally (decisional composite residuosity and the DJN
/// subgroup assumption). One instance may be used by one thread at a time; it uses several itself.
/// </remarks>
public sealed class PaillierEncryptor : IDisposable
{
    private readonly IRandomSource _random;
    private readonly int _parallelism;
    private readonly NoiseSource? _noise;
    private readonly PaillierPrivateKey? _owner;
    private readonly FixedBaseTable? _ownerTable;
    private readonly int _exponentBits;

    /// <summary>An encryptor with the public key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="expectedCount">About how many ciphertexts will be made; sizes the table of powers (16 MB at most for 3072 bits).</param>
    /// <param name="random">Where the randomness comes from; the operating system unless given.</param>
    /// <param name="parallelism">Threads to use; all processors unless given.</param>
    public PaillierEncryptor(PaillierPublicKey key, int expectedCount = 1000, IRandomSource? random = null, int? parallelism = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        Key = key;
        _random = random ?? OsRandom.Instance;
        _parallelism = parallelism ?? Environment.ProcessorCount;
        _noise = new NoiseSource(key, 0, expectedCount, _random, _parallelism);
    }

    /// <summary>An encryptor for the owner of a key.</summary>
    /// <param name="key">The key, which must outlive the encryptor.</param>
    /// <param name="expectedCount">About how many ciphertexts will be made; sizes the table of powers (16 MB at most for 3072 bits).</param>
    /// <param name="random">Where the randomness comes from; the operating system unless given.</param>
    /// <param name="parallelism">Threads to use; all processors unless given.</param>
    public PaillierEncryptor(PaillierPrivateKey key, int expectedCount = 1000, IRandomSource? random = null, int? parallelism = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        Key = key.PublicKey;
        _random = random ?? OsRandom.Instance;
        _parallelism = parallelism ?? Environment.ProcessorCount;
        if (!Key.HasNoiseBase)
        {
            // Without a base there is no table to share; r^n is left to the public way.
            _noise = new NoiseSource(Key, 0, expectedCount, _random, _parallelism);
            return;
        }

        _owner = key;
        _exponentBits = (Key.Bits + 1) / 2;
        LaneRing ring = key.Ring.Ring;
        using LaneWorkspace workspace = ring.CreateWorkspace();
        using var noiseBase = new SecretBuffer<ulong>(ring.BlockWords);
        ring.Import(noiseBase.Span, Key.NoiseBase, Key.NoiseBase.Length, 2, workspace);
        _ownerTable = new FixedBaseTable(ring, noiseBase.Span, _exponentBits, FixedBaseTable.BestWindow(_exponentBits, 2L * expectedCount, 2), _parallelism);
    }

    /// <summary>The key encrypted under.</summary>
    public PaillierPublicKey Key { get; }

    /// <summary>Encrypts plaintexts.</summary>
    /// <exception cref="ParameterException">The plaintexts belong to another key.</exception>
    public CiphertextVector Encrypt(PlaintextVector plaintexts)
    {
        ArgumentNullException.ThrowIfNull(plaintexts);
        Key.RequireSame(plaintexts.Key, "plaintexts");
        return _owner is null ? EncryptPublicly(plaintexts, null) : EncryptAsOwner(plaintexts, _owner, _ownerTable!);
    }

    /// <summary>Encrypts signed integers of magnitude below n/2.</summary>
    /// <exception cref="ParameterException">A number is out of range.</exception>
    public CiphertextVector Encrypt(params ReadOnlySpan<BigInteger> values)
    {
        using PlaintextVector plaintexts = PlaintextVector.FromIntegers(Key, values);
        return Encrypt(plaintexts);
    }

    /// <summary>Wipes the table.</summary>
    public void Dispose()
    {
        _noise?.Dispose();
        _ownerTable?.Dispose();
    }

    // Paillier's own encryption with given r: for known answers, where r is no secret.
    internal CiphertextVector EncryptWith(PlaintextVector plaintexts, ReadOnlySpan<BigInteger> randomness)
    {
        using var secrets = new SecretBuffer<ulong>(plaintexts.Count * _noise!.SecretLimbs);
        for (int i = 0; i < randomness.Length; i++)
        {
            Limbs.FromBigInteger(randomness[i], _noise.SecretLimbs).CopyTo(secrets.Span[(i * _noise.SecretLimbs)..]);
        }

        return EncryptPublicly(plaintexts, secrets);
    }

    private CiphertextVector EncryptPublicly(PlaintextVector plaintexts, SecretBuffer<ulong>? given)
    {
        LaneRing ring = Key.Ring;
        int limbs = _noise!.SecretLimbs;
        var rows = new ulong[plaintexts.Count * ring.RowWords];
        SecretBuffer<ulong> secrets = given ?? _noise.DrawSecrets(plaintexts.Count);
        try
        {
            LaneBlocks.ForGroups(ring, plaintexts.Count, LaneRing.Lanes, _parallelism, (first, count, workspace) =>
            {
                int blocks = (count + LaneRing.Lanes - 1) / LaneRing.Lanes;
                using var memory = new SecretBuffer<ulong>(blocks * ring.BlockWords);
                _noise.Fill(memory.Span, secrets.Span.Slice(first * limbs, count * limbs), workspace);
                for (int start = 0; start < count; start += LaneRing.Lanes)
                {
                    Span<ulong> block = memory.Span.Slice(start / LaneRing.Lanes * ring.BlockWords, ring.BlockWords);
                    int here = Math.Min(LaneRing.Lanes, count - start);
                    PlaintextProduct.Apply(ring, block, plaintexts, first + start, here, workspace);
                    ring.Store(rows, first + start, here, block);
                }
            });
        }
        finally
        {
            if (given is null)
            {
                secrets.Dispose();
            }
        }

        return new CiphertextVector(Key, rows);
    }

    private CiphertextVector EncryptAsOwner(PlaintextVector plaintexts, PaillierPrivateKey key, FixedBaseTable table)
    {
        OwnerRing owner = key.Ring;
        LaneRing ring = owner.Ring;
        int count = plaintexts.Count;
        int limbs = Limbs.CountFor(_exponentBits);
        int square = Key.SquareLimbs;
        using var secrets = new SecretBuffer<ulong>(count * limbs);
        _random.Fill(System.Runtime.InteropServices.MemoryMarshal.AsBytes(secrets.Span));
        var integers = new ulong[count * square];
        LaneBlocks.ForGroups(ring, count, OwnerRing.NumbersPerBlock, _parallelism, (first, part, workspace) =>
        {
            int blocks = (part + OwnerRing.NumbersPerBlock - 1) / OwnerRing.NumbersPerBlock;
            using var memory = new SecretBuffer<ulong>((blocks + 1) * ring.BlockWords);
            Span<ulong> plain = memory.Span[(blocks * ring.BlockWords)..];
            table.Power(memory.Span, secrets.Span.Slice(first * limbs, part * limbs), limbs, workspace);
            for (int start = 0; start < part; start += OwnerRing.NumbersPerBlock)
            {
                Span<ulong> block = memory.Span.Slice(start / OwnerRing.NumbersPerBlock * ring.BlockWords, ring.BlockWords);
                int here = Math.Min(OwnerRing.NumbersPerBlock, part - start);

                // Modulo p², 1 + m n = 1 + (m q) p: the product's high part gains low · m q.
                ring.Import(plain, plaintexts.Range(first + start, here), Key.ModulusLimbs, 2, workspace);
                int half = ring.HalfBlockWords;
                ring.MultiplyModN(plain, plain, owner.OtherPrime, workspace, 2 * here);
                ring.MultiplyModN(plain, plain, block, workspace, 2 * here);
                ring.Add(block[half..], block[half..], plain[..half]);
                owner.Combine(integers.AsSpan((first + start) * square, here * square), block, here, workspace);
            }
        });
        return CiphertextFormat.FromIntegers(Key, integers, _parallelism);
    }
}
