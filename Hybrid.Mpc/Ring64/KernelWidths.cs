using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Hybrid.Numerics;

namespace Hybrid.Mpc.Ring64;

/// <summary>The widths of the matrix kernels that the machine at hand runs: one, four or eight words a step.</summary>
internal static class KernelWidths
{
    /// <summary>The widest one, which <see cref="KernelWidth.Auto"/> stands for.</summary>
    public static KernelWidth Best { get; } = new[] { KernelWidth.Vector512, KernelWidth.Vector256, KernelWidth.Portable }.First(IsSupported);

    /// <summary>Whether this machine, as the runtime was configured, has the width.</summary>
    public static bool IsSupported(KernelWidth width) => width switch
    {
        KernelWidth.Vector512 => Vector512.IsHardwareAccelerated && Avx512DQ.IsSupported,
        KernelWidth.Vector256 => Vector256.IsHardwareAccelerated && Avx2.IsSupported,
        _ => true,
    };
}
