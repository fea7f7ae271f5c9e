using Hybrid.Seal.Ring;
using Hybrid.Seal.Sampling;

namespace Hybrid.Seal;

/// <summary>
/// What turns a polynomial times some secret into an encryption under s: for every data prime q_i, as digit i, an encryption of zero
/// modulo all primes with P times that secret added modulo q_i.
/// </summary>
/// <remarks>As in Microsoft SEAL. Residues lie digit by digit, polynomial by polynomial, prime by prime, transformed.</remarks>
internal sealed class KeySwitchingKey
{
    private readonly ResidueBlock _block;

    public KeySwitchingKey(CkksContext context)
    {
        Context = context;
        Digits = context.Parameters.DataPrimeCount;
        _block = new ResidueBlock(2L * Digits * context.Parameters.Primes.Length * context.Degree);
        Seeds = new UniformSeed?[Digits];
    }

    public CkksContext Context { get; }

    /// <summary>How many digits: one a data prime.</summary>
    public int Digits { get; }

    /// <summary>What the second polynomial of each digit was expanded from, if it was.</summary>
    public UniformSeed?[] Seeds { get; }

    /// <summary>Residues of one digit: two polynomials, prime by prime.</summary>
    public Span<ulong> Digit(int digit)
    {
        int length = 2 * Context.Parameters.Primes.Length * Context.Degree;
        return _block.Span.Slice(digit * length, length);
    }

    /// <summary>The residues of one digit, polynomial and prime.</summary>
    public Span<ulong> Prime(int digit, int polynomial, int prime) =>
        Digit(digit).Slice(((polynomial * Context.Parameters.Primes.Length) + prime) * Context.Degree, Context.Degree);

    /// <summary>Where they are; valid while the key is referenced.</summary>
    public unsafe nint Address(int digit, int polynomial, int prime) =>
        (nint)(_block.Pointer + ((long)((((digit * 2) + polynomial) * Context.Parameters.Primes.Length) + prime) * Context.Degree));
}
