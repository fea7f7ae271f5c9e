using System.Numerics;
using Hybrid.Paillier.Arithmetic;
using Hybrid.Security;

namespace Hybrid.Paillier;

/// <summary>
/// Decrypts, modulo p² and q² apart: c^(p-1) = 1 + lambda p mod p², m = -lambda / q mod p, and the two put together
/// (Paillier 1999, section 7). Eight powers run side by side, each at constant time.
/// </summary>
public sealed class PaillierDecryptor
{
    private readonly PaillierPrivateKey _key;
    private readonly int _parallelism;

    /// <summary>A decryptor for a key, which must outlive it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="parallelism">Threads to use; all processors unless given.</param>
    public PaillierDecryptor(PaillierPrivateKey key, int? parallelism = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        _key = key;
        _parallelism = parallelism ?? Environment.ProcessorCount;
    }

    /// <summary>Decrypts to signed integers in (-n/2, n/2).</summary>
    /// <exception cref="ParameterException">The ciphertexts belong to another key.</exception>
    public BigInteger[] DecryptIntegers(CiphertextVector ciphertexts)
    {
        using PlaintextVector plaintexts = Decrypt(ciphertexts);
        return [.. Enumerable.Range(0, plaintexts.Count).Select(plaintexts.ToInteger)];
    }

    /// <summary>Decrypts.</summary>
    /// <exception cref="ParameterException">The ciphertexts belong to another key.</exception>
    public PlaintextVector Decrypt(CiphertextVector ciphertexts)
    {
        ArgumentNullException.ThrowIfNull(ciphertexts);
        _key.PublicKey.RequireSame(ciphertexts.Key, "ciphertexts");
        OwnerRing owner = _key.Ring;
        LaneRing ring = owner.Ring;
        int square = _key.PublicKey.SquareLimbs;
        int count = ciphertexts.Count;
        ulong[] integers = ciphertexts.ToIntegers(_parallelism);
        var plaintexts = new PlaintextVector(_key.PublicKey, count);
        using SecretBuffer<ulong> exponents = Exponents();
        LaneBlocks.For(ring, count, OwnerRing.NumbersPerBlock, _parallelism, (first, here, workspace) =>
        {
            using var memory = new SecretBuffer<ulong>(2 * ring.BlockWords);
            Span<ulong> block = memory.Span[..ring.BlockWords];
            Span<ulong> raw = memory.Span[ring.BlockWords..];
            ring.Import(block, integers.AsSpan(first * square, here * square), square, 2, workspace);
            Exponentiation.Power(ring, block, block, exponents.Span, _key.PrimeBits, workspace, 2 * here);
            // Out of Montgomery form: low is 1, and high is lambda.
            owner.RawOne(raw);
            ring.Multiply(block, block, raw, workspace, 2 * here);
            Combine(plaintexts, first, here, block, workspace);
        });
        return plaintexts;
    }

    // m = n - (v_p q + v_q p) with v_p = lambda_p / q² mod p.
    private void Combine(PlaintextVector plaintexts, int first, int count, Span<ulong> block, LaneWorkspace workspace)
    {
        LaneRing ring = _key.Ring.Ring;
        int prime = _key.P.Length;
        int modulus = _key.PublicKey.ModulusLimbs;
        ReadOnlySpan<ulong> n = _key.PublicKey.Modulus;
        Span<ulong> lambda = block.Slice(ring.HalfBlockWords, ring.HalfBlockWords);
        ring.MultiplyModN(lambda, lambda, _key.Ring.InverseSquare, workspace, 2 * count);
        using var memory = new SecretBuffer<ulong>(prime + (3 * ((2 * prime) + 1)));
        Span<ulong> value = memory.Span[..prime];
        Span<ulong> sum = memory.Span.Slice(prime, (2 * prime) + 1);
        Span<ulong> term = memory.Span.Slice((3 * prime) + 1, (2 * prime) + 1);
        Span<ulong> whole = memory.Span[((5 * prime) + 2)..];
        n.CopyTo(whole);
        for (int i = 0; i < count; i++)
        {
            sum.Clear();
            for (int half = 0; half < 2; half++)
            {
                ring.NormaliseModN(value, lambda, (2 * i) + half, workspace);
                term.Clear();
                Limbs.Multiply(term[..(2 * prime)], value, half == 0 ? _key.Q : _key.P);
                Limbs.AddTo(sum, term);
            }

            // Below 2n: reduced to [0, n), then taken from n; n itself stands for 0.
            Limbs.SubtractOnceIfNotSmaller(sum, 0, whole, term);
            Limbs.Subtract(sum, whole, sum);
            Limbs.SubtractOnceIfNotSmaller(sum, 0, whole, term);
            sum[..modulus].CopyTo(plaintexts[first + i]);
        }
    }

    private SecretBuffer<ulong> Exponents()
    {
        int limbs = _key.P.Length;
        var exponents = new SecretBuffer<ulong>(LaneRing.Lanes * limbs);
        for (int lane = 0; lane < LaneRing.Lanes; lane++)
        {
            Span<ulong> exponent = exponents.Span.Slice(lane * limbs, limbs);
            (lane % 2 == 0 ? _key.P : _key.Q).CopyTo(exponent);
            // p is odd: p - 1 clears its lowest bit.
            exponent[0] -= 1;
        }

        return exponents;
    }
}
