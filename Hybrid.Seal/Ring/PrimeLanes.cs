using System.Runtime.CompilerServices;

namespace Hybrid.Seal.Ring;

/// <summary>Exact arithmetic modulo a prime p below 2^50 on vectors of doubles that hold integers, by fused multiply-add.</summary>
/// <remarks>
/// A product is h + l exactly, with h the rounded product and l = fma(y, w, -h); with q the integer next to h / p, fma(-q, p, h) + l is
/// the residue y w - q p. All sums are integers below 2^53, hence exact, so every width gives the same bits. Bounds, in units of p:
/// <list type="bullet">
/// <item>|y| up to B and |w| up to 1/2 give |y w - q p| &lt; 1/2 + B/8: half from rounding q, and two relative errors of 2^-53 on
/// |y w / p| up to B 2^49;</item>
/// <item>B must not pass 4, so that |q| stays within the 2^51 that adding and taking away 1.5 * 2^52 rounds to an integer;</item>
/// <item>anything added up must stay below 8 = 2^53 / 2^50.</item>
/// </list>
/// Known from FLINT's fft_small.
/// </remarks>
internal readonly struct PrimeLanes<TVector, TLanes>
    where TVector : struct
    where TLanes : struct, IDoubleLanes<TVector>
{
    private const double RoundingShift = 6755399441055744.0; // 1.5 * 2^52

    private readonly TVector _p;
    private readonly TVector _inverse;
    private readonly TVector _shift;

    // Inlined, so that the constants live in registers: a call would leave them in memory.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PrimeLanes(double p)
    {
        _p = TLanes.Broadcast(p);
        _inverse = TLanes.Broadcast(1 / p);
        _shift = TLanes.Broadcast(RoundingShift);
    }

    /// <summary>p in every lane.</summary>
    public TVector Modulus => _p;

    /// <summary>y w mod p, somewhere in (-1/2 - B/8, 1/2 + B/8) p for |y| up to B p and |w| up to p / 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Product(TVector y, TVector w)
    {
        TVector high = TLanes.Multiply(y, w);
        TVector quotient = TLanes.Subtract(TLanes.MultiplyAdd(high, _inverse, _shift), _shift);
        TVector low = TLanes.MultiplySubtract(y, w, high);
        return TLanes.Add(TLanes.MultiplyAddNegated(quotient, _p, high), low);
    }

    /// <summary>x mod p in [-p/2 - 1, p/2 + 1], for |x| up to 8 p.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Reduce(TVector x)
    {
        TVector quotient = TLanes.Subtract(TLanes.MultiplyAdd(x, _inverse, _shift), _shift);
        return TLanes.MultiplyAddNegated(quotient, _p, x);
    }

    /// <summary>From (-p, p) to [0, p).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Canonical(TVector x) => TLanes.AddWhereNegative(x, _p);
}
