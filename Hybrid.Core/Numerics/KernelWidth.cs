namespace Hybrid.Numerics;

/// <summary>
/// How many numbers one step of a kernel takes. All widths give the same numbers, bit for bit; they differ in speed and in
/// what they need, and not every kernel has every width.
/// </summary>
public enum KernelWidth
{
    /// <summary>The fastest that the kernel has and that this machine and its operands allow.</summary>
    Auto,

    /// <summary>Integers one after the other; runs everywhere and on all operands.</summary>
    Portable,

    /// <summary>Vectors of 256 bits: AVX2 and what else the kernel names.</summary>
    Vector256,

    /// <summary>Vectors of 512 bits: AVX-512 and what else the kernel names.</summary>
    Vector512,
}
