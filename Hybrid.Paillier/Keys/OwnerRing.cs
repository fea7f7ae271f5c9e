using Hybrid.Paillier.Arithmetic;
using Hybrid.Security;

namespace Hybrid.Paillier;

/// <summary>
/// What only the owner of a key can do: work modulo p² and q² side by side, in the even and the odd lanes, and put the
/// results together. Numbers modulo p² are half as long as modulo n², so a product is a
/// quarter of the work; encryption takes half the time, and decryption, whose exponents are half as long too, a quarter.
/// </summary>
internal sealed class OwnerRing : IDisposable
{
    /// <summary>Numbers modulo n² in a block: each takes a lane modulo p² and one modulo q².</summary>
    public const int NumbersPerBlock = LaneRing.Lanes / 2;

    private readonly PaillierPrivateKey _key;
    private readonly SecretBuffer<ulong> _blocks;
    private readonly SecretBuffer<ulong> _squares;

    public OwnerRing(PaillierPrivateKey key)
    {
        _key = key;
        Ring = LaneRing.Create(key.Primes, 2, key.PrimeBits, 4 * key.PrimeBits, key.PublicKey.KernelWidth);
        _blocks = new SecretBuffer<ulong>(3 * Ring.BlockWords);
        int limbs = key.P.Length;
        _squares = new SecretBuffer<ulong>(4 * limbs);
        Limbs.Multiply(_squares.Span[..(2 * limbs)], key.P, key.P);
        Limbs.Multiply(_squares.Span[(2 * limbs)..], key.Q, key.Q);

        // Each lane's other prime, and one over its square.
        using LaneWorkspace workspace = Ring.CreateWorkspace();
        using var swapped = new SecretBuffer<ulong>(LaneRing.Lanes * limbs);
        for (int lane = 0; lane < LaneRing.Lanes; lane++)
        {
            (lane % 2 == 0 ? key.Q : key.P).CopyTo(swapped.Span[(lane * limbs)..]);
        }

        Span<ulong> other = _blocks.Span[..Ring.BlockWords];
        Ring.Import(other, swapped.Span, limbs, 1, workspace);
        Span<ulong> inverse = _blocks.Span.Slice(Ring.BlockWords, Ring.BlockWords);
        other.CopyTo(inverse);
        if (!RowInversion.TryInvert(Ring, inverse, workspace))
        {
            throw new ParameterException(ParameterFault.OutOfRange, "The two primes of a Paillier key have a common factor: they are no primes.");
        }

        Ring.Square(inverse, inverse, workspace);
        Span<ulong> raw = _blocks.Span[(2 * Ring.BlockWords)..];
        RawOne(raw);
        Ring.Multiply(raw, inverse, raw, workspace);
    }

    /// <summary>Lanes modulo p, q, p, q, …</summary>
    public LaneRing Ring { get; }

    /// <summary>In each lane its other prime, in Montgomery form.</summary>
    public ReadOnlySpan<ulong> OtherPrime => _blocks.Span[..Ring.BlockWords];

    /// <summary>In each lane 1 / (other prime)², in Montgomery form.</summary>
    public ReadOnlySpan<ulong> InverseSquare => _blocks.Span.Slice(Ring.BlockWords, Ring.BlockWords);

    /// <summary>The same as a raw number: a product with it leaves Montgomery form.</summary>
    public ReadOnlySpan<ulong> RawInverseSquare => _blocks.Span[(2 * Ring.BlockWords)..];

    /// <summary>
    /// The integer modulo n² whose residues modulo p² and q² stand in two lanes of a block, in Montgomery form:
    /// u_p q² + u_q p² with u = residue / (other prime)².
    /// </summary>
    /// <param name="integers">Results, one after the other.</param>
    /// <param name="block">Overwritten.</param>
    /// <param name="count">How many numbers the block holds.</param>
    /// <param name="workspace">Scratch.</param>
    public void Combine(Span<ulong> integers, Span<ulong> block, int count, LaneWorkspace workspace)
    {
        int prime = _key.P.Length;
        int square = _key.PublicKey.SquareLimbs;
        Ring.Multiply(block, block, RawInverseSquare, workspace, 2 * count);
        using var memory = new SecretBuffer<ulong>((2 * prime) + (2 * prime) + (2 * ((4 * prime) + 1)));
        Span<ulong> low = memory.Span[..prime];
        Span<ulong> high = memory.Span.Slice(prime, prime);
        Span<ulong> residue = memory.Span.Slice(2 * prime, 2 * prime);
        Span<ulong> sum = memory.Span.Slice(4 * prime, (4 * prime) + 1);
        Span<ulong> term = memory.Span[((8 * prime) + 1)..];
        using var modulus = new SecretBuffer<ulong>((4 * prime) + 1);
        Limbs.Multiply(modulus.Span[..(4 * prime)], _squares.Span[..(2 * prime)], _squares.Span[(2 * prime)..]);
        for (int i = 0; i < count; i++)
        {
            sum.Clear();
            for (int half = 0; half < 2; half++)
            {
                Ring.Normalise(low, high, block, (2 * i) + half, workspace);
                Limbs.Multiply(residue, high, half == 0 ? _key.P : _key.Q);
                Limbs.AddTo(residue, low);
                term.Clear();
                Limbs.Multiply(term[..(4 * prime)], residue, _squares.Span.Slice((1 - half) * 2 * prime, 2 * prime));
                Limbs.AddTo(sum, term[..(4 * prime)]);
            }

            // Both terms are below n², so the sum is below 2n².
            Limbs.SubtractOnceIfNotSmaller(sum, 0, modulus.Span[..sum.Length], term);
            sum[..square].CopyTo(integers.Slice(i * square, square));
        }
    }

    /// <summary>Wipes everything derived from the primes.</summary>
    public void Dispose()
    {
        Ring.Dispose();
        _blocks.Dispose();
        _squares.Dispose();
    }

    /// <summary>The number 1 in every lane, not in Montgomery form.</summary>
    public void RawOne(Span<ulong> block)
    {
        block.Clear();
        Span<ulong> row = stackalloc ulong[Ring.Digits];
        row[0] = 1;
        for (int lane = 0; lane < LaneRing.Lanes; lane++)
        {
            Ring.SetLane(block[..Ring.HalfBlockWords], lane, row);
        }
    }
}
