namespace Hybrid.Seal.Ring;

/// <summary>Decides which kernel serves a prime and a degree on this machine.</summary>
internal static class NttKernelChoice
{
    /// <summary>Primes of the vector kernels are below 2^50: <see cref="PrimeLanes{TVector, TLanes}"/> says why.</summary>
    public const int MaxVectorBits = 50;

    /// <summary>The least degree with one pass over whole vectors before the levels inside registers.</summary>
    public const int MinVectorDegree = 64;

    /// <summary>The kernel asked for, once it is known to fit; the fastest that fits for <see cref="NttKernel.Auto"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such kernel.</exception>
    /// <exception cref="ParameterException">The kernel does not run on this machine, or not with this prime or degree.</exception>
    public static NttKernel Make(NttTables tables, NttKernel asked)
    {
        bool fits = tables.Modulus.BitCount <= MaxVectorBits && tables.Degree >= MinVectorDegree;
        switch (asked)
        {
            case NttKernel.Auto:
                return fits && DoubleLanes512.IsSupported ? NttKernel.Vector512
                    : fits && DoubleLanes256.IsSupported ? NttKernel.Vector256
                    : NttKernel.Portable;

            case NttKernel.Portable:
                return asked;

            case NttKernel.Vector256:
            case NttKernel.Vector512:
                if (!(asked == NttKernel.Vector512 ? DoubleLanes512.IsSupported : DoubleLanes256.IsSupported))
                {
                    throw new ParameterException(
                        ParameterFault.Unsupported, $"This machine does not run the {asked} kernel; use {nameof(NttKernel.Auto)}.");
                }

                if (!fits)
                {
                    throw new ParameterException(
                        ParameterFault.Unsupported,
                        $"The {asked} kernel takes primes below 2^{MaxVectorBits} and degrees from {MinVectorDegree}, "
                        + $"not {tables.Modulus.BitCount} bits and degree {tables.Degree}; use {nameof(NttKernel.Auto)}.");
                }

                return asked;

            default:
                throw new ArgumentOutOfRangeException(nameof(asked), asked, "There is no such kernel; use one of the enumeration's values.");
        }
    }
}
