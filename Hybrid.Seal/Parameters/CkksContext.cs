using Hybrid.Numerics;
using Hybrid.Seal.Ring;

namespace Hybrid.Seal;

/// <summary>A parameter set made ready to compute with: transforms, constants and working memory. One serves all keys, ciphertexts and threads.</summary>
/// <remarks>Making one costs some milliseconds and 48 N bytes a prime.</remarks>
public sealed class CkksContext
{
    /// <summary>Prepares a parameter set.</summary>
    /// <param name="parameters">Degree and primes.</param>
    /// <param name="width">Which kernels are to compute; the same numbers come out of each. Primes beyond 50 bits take the portable ones.</param>
    /// <exception cref="ParameterException">The kernel asked for by name does not run on this machine.</exception>
    public CkksContext(CkksParameters parameters, KernelWidth width = KernelWidth.Auto)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Parameters = parameters;
        Width = width;
        Ring = new RnsRing(parameters.Degree, parameters.Primes.AsSpan(), width);
        Workspaces = new WorkspacePool();
    }

    /// <summary>The parameters.</summary>
    public CkksParameters Parameters { get; }

    /// <summary>The width of kernel asked for.</summary>
    public KernelWidth Width { get; }

    /// <summary>N.</summary>
    public int Degree => Parameters.Degree;

    /// <summary>N / 2.</summary>
    public int SlotCount => Parameters.SlotCount;

    /// <summary>The level of fresh ciphertexts.</summary>
    public int MaximumLevel => Parameters.MaximumLevel;

    internal RnsRing Ring { get; }

    internal WorkspacePool Workspaces { get; }

    /// <summary>Index of the special prime.</summary>
    /// <exception cref="ParameterException">There is none.</exception>
    internal int SpecialPrime => Parameters.HasSpecialPrime
        ? Parameters.Primes.Length - 1
        : throw new ParameterException(ParameterFault.Unsupported, $"These parameters ({Parameters}) have no special prime, so keys cannot be switched: no relinearisation and no rotation; create them with one.");

    internal void RequireLevel(int level, string parameter)
    {
        if ((uint)level > (uint)MaximumLevel)
        {
            throw new ArgumentOutOfRangeException(parameter, level, $"Levels of these parameters go from 0 to {MaximumLevel}.");
        }
    }

    /// <summary>Throws unless both stand for the same parameters.</summary>
    internal void RequireSame(CkksContext other, string what)
    {
        if (this != other && !Parameters.Equals(other.Parameters))
        {
            throw new ParameterException(ParameterFault.Mismatch, $"The {what} has other parameters ({other.Parameters}) than this context ({Parameters}); use keys and ciphertexts of one parameter set.");
        }
    }

    /// <summary>Throws unless a scale is a positive number that leaves its level room.</summary>
    internal void RequireScale(double scale, int level, string parameter)
    {
        if (!(scale > 0) || Math.Log2(scale) >= BitsAt(level))
        {
            throw new ArgumentOutOfRangeException(
                parameter, scale, $"A scale is positive and below the modulus, 2^{BitsAt(level):F1} at level {level}; take a smaller scale or a higher level.");
        }
    }

    /// <summary>log2 of the product of the primes of a level.</summary>
    internal double BitsAt(int level)
    {
        double bits = 0;
        for (int i = 0; i <= level; i++)
        {
            bits += Math.Log2(Parameters.Primes[i].Value);
        }

        return bits;
    }
}
