using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Mpc.Ring64;

/// <summary>How many words one step of a matrix kernel takes; every width gives the same bits.</summary>
internal enum KernelWidth
{
    /// <summary>One word: any machine.</summary>
    Scalar,

    /// <summary>Four words: AVX2.</summary>
    Vector256,

    /// <summary>Eight words: AVX-512.</summary>
    Vector512,
}

/// <summary>The widths of the machine at hand.</summary>
internal static class KernelWidths
{
    /// <summary>The widest one, which kernels use unless a test asks for another.</summary>
    public static KernelWidth Best { get; } = new[] { KernelWidth.Vector512, KernelWidth.Vector256, KernelWidth.Scalar }.First(IsSupported);

    /// <summary>Whether this machine, as the runtime was configured, has the width.</summary>
    public static bool IsSupported(KernelWidth width) => width switch
    {
        KernelWidth.Vector512 => Vector512.IsHardwareAccelerated && Avx512DQ.IsSupported,
        KernelWidth.Vector256 => Vector256.IsHardwareAccelerated && Avx2.IsSupported,
        _ => true,
    };
}
