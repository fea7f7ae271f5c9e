using Hybrid.Numerics;

namespace Hybrid.Mpc.FunctionSharing;

/// <summary>Which of the kernels, all of which yield the same bits, do the work.</summary>
/// <param name="Width">The vector width of the steps between the hashes.</param>
/// <param name="PortableHash">Whether the hash is the one that runs everywhere.</param>
internal readonly record struct KernelChoice(KernelWidth Width, bool PortableHash)
{
    /// <summary>What is fastest on this machine.</summary>
    public static KernelChoice Best { get; } = new(KernelWidth.Auto, PortableHash: false);
}
