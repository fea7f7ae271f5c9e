using Hybrid.Paillier.Arithmetic;
using Hybrid.Security;

namespace Hybrid.Paillier;

/// <summary>Multiplies ciphertexts by 1 + m n, which adds m to what they hold: one product modulo n, none modulo n².</summary>
internal static class PlaintextProduct
{
    /// <summary>block = block · (1 + m n) with the plaintexts from <paramref name="first"/> on, a lane each.</summary>
    public static void Apply(LaneRing ring, Span<ulong> block, PlaintextVector plaintexts, int first, int count, LaneWorkspace workspace)
    {
        int half = ring.HalfBlockWords;
        using var memory = new SecretBuffer<ulong>(half + ring.Digits);
        Span<ulong> plain = memory.Span[..half];
        Span<ulong> digits = memory.Span[half..];
        for (int lane = 0; lane < count; lane++)
        {
            ring.ToDigits(digits, plaintexts[first + lane]);
            ring.SetLane(plain, lane, digits);
        }

        // (low + high n)(1 + m n) = low + (high + low m) n.
        ring.MultiplyModN(plain, plain, ring.IntoMontgomery, workspace, count);
        ring.MultiplyModN(plain, plain, block, workspace, count);
        ring.Add(block[half..], block[half..], plain);
    }
}
