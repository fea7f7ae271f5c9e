using Hybrid.Numerics;

namespace Hybrid.Seal.Sampling;

/// <summary>The widths of the samplers that the machine at hand runs.</summary>
internal static class SamplingWidths
{
    /// <summary>The widest one, which <see cref="KernelWidth.Auto"/> stands for.</summary>
    public static KernelWidth Best { get; } = new[] { KernelWidth.Vector512, KernelWidth.Vector256, KernelWidth.Portable }.First(IsSupported);

    /// <summary>Whether this machine, as the runtime was configured, has the width.</summary>
    public static bool IsSupported(KernelWidth width) => width switch
    {
        KernelWidth.Vector512 => WordLanes512.IsSupported && ByteLanes512.IsSupported,
        KernelWidth.Vector256 => WordLanes256.IsSupported && ByteLanes256.IsSupported,
        _ => true,
    };

    /// <summary>The width asked for, once it is known to run here.</summary>
    /// <exception cref="ParameterException">The machine does not have it.</exception>
    public static KernelWidth Choose(KernelWidth asked)
    {
        if (asked == KernelWidth.Auto)
        {
            return Best;
        }

        return IsSupported(asked)
            ? asked
            : throw new ParameterException(
                ParameterFault.Unsupported, $"This machine does not run the {asked} samplers; use {nameof(KernelWidth.Auto)}.");
    }
}
