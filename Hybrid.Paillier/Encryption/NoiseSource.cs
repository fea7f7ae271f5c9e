using System.Runtime.InteropServices;
using Hybrid.Paillier.Arithmetic;
using Hybrid.Security;

namespace Hybrid.Paillier;

/// <summary>
/// Makes the random factors rho of encryption and re-randomisation with a public key: n-th powers modulo n² of which
/// nothing is known. With a noise base rho = h_s^a for random a (DJN 2010); without, rho = r^n for random r (Paillier 1999).
/// </summary>
internal sealed class NoiseSource : IDisposable
{
    private readonly PaillierPublicKey _key;
    private readonly IRandomSource _random;
    private readonly int _exponentBits;
    private readonly ulong[] _base;
    private readonly FixedBaseTable? _table;
    private bool _disposed;

    /// <param name="key">The key.</param>
    /// <param name="extraBits">How much longer than half the modulus the exponent of h_s is.</param>
    /// <param name="expectedCount">How many factors will be drawn: decides whether a table pays, and its size.</param>
    /// <param name="random">Where exponents come from.</param>
    /// <param name="parallelism">Threads.</param>
    public NoiseSource(PaillierPublicKey key, int extraBits, int expectedCount, IRandomSource random, int parallelism)
    {
        _key = key;
        _random = random;
        _exponentBits = key.HasNoiseBase ? ((key.Bits + 1) / 2) + extraBits : key.Bits;
        if (!key.HasNoiseBase)
        {
            _base = [];
            return;
        }

        LaneRing ring = key.Ring;
        _base = new ulong[ring.BlockWords];
        using LaneWorkspace workspace = ring.CreateWorkspace();
        var alike = new ulong[LaneRing.Lanes * key.NoiseBase.Length];
        for (int lane = 0; lane < LaneRing.Lanes; lane++)
        {
            key.NoiseBase.CopyTo(alike.AsSpan(lane * key.NoiseBase.Length));
        }

        ring.Import(_base, alike, key.NoiseBase.Length, 1, workspace);
        if (expectedCount > LaneRing.Lanes)
        {
            _table = new FixedBaseTable(ring, _base, _exponentBits, FixedBaseTable.BestWindow(_exponentBits, expectedCount, 1), parallelism);
        }
    }

    /// <summary>Limbs of one factor's secret.</summary>
    public int SecretLimbs => Limbs.CountFor(_exponentBits);

    /// <summary>Draws the secrets of so many factors, in order, so that the outcome does not depend on threads.</summary>
    public SecretBuffer<ulong> DrawSecrets(int count)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        int limbs = SecretLimbs;
        var secrets = new SecretBuffer<ulong>(count * limbs);
        ulong topMask = ulong.MaxValue >> ((limbs * Limbs.Bits) - _exponentBits);
        for (int i = 0; i < count; i++)
        {
            Span<ulong> secret = secrets.Span.Slice(i * limbs, limbs);
            do
            {
                _random.Fill(MemoryMarshal.AsBytes(secret));
                secret[^1] &= topMask;
            }
            while (!_key.HasNoiseBase && (Limbs.IsZero(secret) || Limbs.Compare(secret, _key.Modulus) >= 0));
        }

        return secrets;
    }

    /// <summary>Blocks of factors, in Montgomery form, from their secrets, eight to a block.</summary>
    public void Fill(Span<ulong> blocks, ReadOnlySpan<ulong> secrets, LaneWorkspace workspace)
    {
        LaneRing ring = _key.Ring;
        int limbs = SecretLimbs;
        if (_table is not null)
        {
            _table.Power(blocks, secrets, limbs, workspace);
            return;
        }

        int whole = LaneRing.Lanes * limbs;
        for (int i = 0; i * whole < secrets.Length; i++)
        {
            ReadOnlySpan<ulong> here = secrets[(i * whole)..Math.Min((i + 1) * whole, secrets.Length)];
            FillOne(blocks.Slice(i * ring.BlockWords, ring.BlockWords), here, workspace);
        }
    }

    public void Dispose()
    {
        _disposed = true;
        _table?.Dispose();
    }

    private void FillOne(Span<ulong> block, ReadOnlySpan<ulong> secrets, LaneWorkspace workspace)
    {
        LaneRing ring = _key.Ring;
        int limbs = SecretLimbs;
        int count = secrets.Length / limbs;
        using var exponents = new SecretBuffer<ulong>(LaneRing.Lanes * limbs);
        if (_key.HasNoiseBase)
        {
            secrets.CopyTo(exponents.Span);
            Exponentiation.Power(ring, block, _base, exponents.Span, _exponentBits, workspace, count);
            return;
        }

        for (int lane = 0; lane < LaneRing.Lanes; lane++)
        {
            _key.Modulus.CopyTo(exponents.Span[(lane * limbs)..]);
        }

        ring.Import(block, secrets, limbs, 1, workspace);
        Exponentiation.Power(ring, block, block, exponents.Span, _exponentBits, workspace, count);
    }
}
