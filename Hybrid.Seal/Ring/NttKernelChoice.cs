using Hybrid.Numerics;

namespace Hybrid.Seal.Ring;

/// <summary>Decides which kernel serves a prime and a degree on this machine.</summary>
internal static class NttKernelChoice
{
    /// <summary>Primes of the vector kernels are below 2^50: <see cref="PrimeLanes{TVector, TLanes}"/> says why.</summary>
    public const int MaximumVectorBits = 50;

    /// <summary>The least degree with one pass over whole vectors before the levels inside registers.</summary>
    public const int MinimumVectorDegree = 64;

    /// <summary>The width asked for, once it is known to fit; the fastest that fits for <see cref="KernelWidth.Auto"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such kernel.</exception>
    /// <exception cref="ParameterException">The kernel does not run on this machine, or not with this prime or degree.</exception>
    public static KernelWidth Make(NttTables tables, KernelWidth asked)
    {
        bool fits = tables.Modulus.BitCount <= MaximumVectorBits && tables.Degree >= MinimumVectorDegree;
        switch (asked)
        {
            case KernelWidth.Auto:
                return fits && DoubleLanes512.IsSupported ? KernelWidth.Vector512
                    : fits && DoubleLanes256.IsSupported ? KernelWidth.Vector256
                    : KernelWidth.Portable;

            case KernelWidth.Portable:
                return asked;

            case KernelWidth.Vector256:
            case KernelWidth.Vector512:
                if (!(asked == KernelWidth.Vector512 ? DoubleLanes512.IsSupported : DoubleLanes256.IsSupported))
                {
                    throw new ParameterException(
                        ParameterFault.Unsupported, $"This machine does not run the {asked} kernel; use {nameof(KernelWidth.Auto)}.");
                }

                if (!fits)
                {
                    throw new ParameterException(
                        ParameterFault.Unsupported,
                        $"The {asked} kernel takes primes below 2^{MaximumVectorBits} and degrees from {MinimumVectorDegree}, "
                        + $"not {tables.Modulus.BitCount} bits and degree {tables.Degree}; use {nameof(KernelWidth.Auto)}.");
                }

                return asked;

            default:
                throw new ArgumentOutOfRangeException(nameof(asked), asked, "There is no such kernel; use one of the enumeration's values.");
        }
    }
}
