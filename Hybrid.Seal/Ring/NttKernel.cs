namespace Hybrid.Seal.Ring;

/// <summary>Which code computes a transform. All give the same numbers, bit for bit; they differ in speed and in what they need.</summary>
public enum NttKernel
{
    /// <summary>The fastest of those below that this machine, prime and degree allow.</summary>
    Auto,

    /// <summary>64-bit integers; any machine, primes to 61 bits, any degree.</summary>
    Portable,

    /// <summary>Four doubles at once; needs AVX2 and FMA, a prime below 2^50 and degree 64 or more.</summary>
    Vector256,

    /// <summary>Eight doubles at once; needs AVX-512 F and DQ, a prime below 2^50 and degree 64 or more.</summary>
    Vector512,
}
