using Hybrid.Numerics;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal.Encoding;

/// <summary>Decides which kernel serves an encoding step on this machine.</summary>
internal static class EncodingKernelChoice
{
    /// <summary>What the vector kernels on residues take, made once: a sentence put together anew would be all that a call allocates.</summary>
    public static readonly string ShortPrimes = $"primes below 2^{NttKernelChoice.MaximumVectorBits}";

    /// <summary>The width asked for, once it is known to fit; the fastest that fits for <see cref="KernelWidth.Auto"/>.</summary>
    /// <param name="asked">The width asked for.</param>
    /// <param name="fits256">Whether the operands fit the kernel of 256 bits.</param>
    /// <param name="fits512">Whether the operands fit the kernel of 512 bits.</param>
    /// <param name="takes">What the vector kernels take, as the end of a sentence.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such kernel.</exception>
    /// <exception cref="ParameterException">The kernel does not run on this machine, or not on these operands.</exception>
    public static KernelWidth Make(KernelWidth asked, bool fits256, bool fits512, string takes) => asked switch
    {
        KernelWidth.Auto => fits512 && DoubleLanes512.IsSupported ? KernelWidth.Vector512
            : fits256 && DoubleLanes256.IsSupported ? KernelWidth.Vector256
            : KernelWidth.Portable,
        KernelWidth.Portable => asked,
        KernelWidth.Vector256 => Checked(asked, DoubleLanes256.IsSupported, fits256, takes),
        KernelWidth.Vector512 => Checked(asked, DoubleLanes512.IsSupported, fits512, takes),
        _ => throw new ArgumentOutOfRangeException(nameof(asked), asked, "There is no such kernel; use one of the enumeration's values."),
    };

    private static KernelWidth Checked(KernelWidth asked, bool supported, bool fits, string takes)
    {
        if (!supported)
        {
            throw new ParameterException(
                ParameterFault.Unsupported, $"This machine does not run the {asked} kernel; use {nameof(KernelWidth.Auto)}.");
        }

        if (!fits)
        {
            throw new ParameterException(
                ParameterFault.Unsupported, $"The {asked} kernel takes {takes}; use {nameof(KernelWidth.Auto)}.");
        }

        return asked;
    }
}
