using System.Numerics;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal;

/// <summary>Integers held as doubles, modulo a prime.</summary>
internal static class ConstantResidue
{
    /// <summary>x mod p, for an integral x of any magnitude.</summary>
    public static ulong Of(double x, Modulus modulus)
    {
        if (Math.Abs(x) < 1L << 62)
        {
            long integer = (long)x;
            ulong residue = modulus.Reduce((ulong)Math.Abs(integer));
            return integer < 0 ? modulus.NegateMod(residue) : residue;
        }

        var big = new BigInteger(x);
        return (ulong)(((big % modulus.Value) + modulus.Value) % modulus.Value);
    }
}
