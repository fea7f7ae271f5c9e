using Hybrid.Seal.Ring;

namespace Hybrid.Seal.Evaluation;

/// <summary>
/// Sums of many rotations of one ciphertext, each times a plaintext: its second polynomial is cut into digits once, and the rotations stay
/// modulo Q P, so that one division by P serves them all.
/// </summary>
/// <remarks>
/// Sources: Halevi and Shoup, "Faster Homomorphic Linear Transformations in HElib" (2018), section 4 (the digits are shared); Bossuat,
/// Mouchet, Troncoso-Pastoriza, Hubaux, "Efficient Bootstrapping for Approximate Homomorphic Encryption with Non-Sparse Keys" (2021),
/// section 4 (the division is shared). Sums lie as in <see cref="KeySwitcher"/>: two polynomials of level + 2 primes each.
/// </remarks>
internal sealed unsafe class HoistedRotator
{
    private readonly CkksContext _context;
    private readonly RnsRing _ring;
    private readonly KeySwitcher _switcher;
    private readonly RotationKernel[] _kernels;

    public HoistedRotator(CkksContext context, KeySwitcher switcher)
    {
        _context = context;
        _ring = context.Ring;
        _switcher = switcher;
        _kernels = [.. _ring.Primes.Select(RotationKernel.Make)];
    }

    /// <summary>Residues that a prepared operand takes: the digits of c_1, and P c_0.</summary>
    public int OperandLength(int level) => _switcher.DigitsLength(level) + ((level + 1) * _context.Degree);

    /// <summary>Prepares one digit of an operand and P c_0 modulo the digit's prime; all digits, in any order, make the operand.</summary>
    public void PrepareDigit(ReadOnlySpan<ulong> c0, ReadOnlySpan<ulong> c1, int level, int digit, ResidueBlock operand)
    {
        int digitsLength = _switcher.DigitsLength(level);
        _switcher.DecomposeDigit(c1, level, digit, operand.Span[..digitsLength]);
        MultiplyBySpecialPrime(_ring.Slice(c0, digit), digit, _ring.Slice(operand.Span[digitsLength..], digit));
    }

    /// <summary>P a modulo one data prime.</summary>
    public void MultiplyBySpecialPrime(ReadOnlySpan<ulong> a, int prime, Span<ulong> destination)
    {
        ulong special = _ring.Modulus(prime).Reduce(_ring.Modulus(_context.SpecialPrime).Value);
        _ring.Primes[prime].Residues.MultiplyScalar(a, special, destination);
    }

    /// <summary>Adds P times a rotation times a plaintext to sums, modulo one prime.</summary>
    /// <param name="operand">A prepared operand.</param>
    /// <param name="key">The rotation's key.</param>
    /// <param name="map">The rotation.</param>
    /// <param name="level">The operand's level.</param>
    /// <param name="index">Which prime: 0 to level, or level + 1 for the special one.</param>
    /// <param name="factor">Address of the plaintext's residues of that prime, with the inverse rotation applied; 0 for one.</param>
    /// <param name="sums">Address of the sums, which the caller keeps alive; added to.</param>
    /// <param name="isFirst">Whether the sums are of any content, and to be taken for zero.</param>
    public void Accumulate(
        ResidueBlock operand, GaloisKey key, AutomorphismScatter map, int level, int index, nint factor, nint sums, bool isFirst = false)
    {
        ulong* c0 = index > level ? null : operand.Pointer + _switcher.DigitsLength(level) + ((long)index * _context.Degree);
        Accumulate(operand.Pointer, c0, key, map, level, index, factor, sums, isFirst);
        GC.KeepAlive(operand);
    }

    /// <summary>The same for a ciphertext whose first polynomial is already a multiple of P modulo all primes.</summary>
    /// <param name="digits">The digits of its second polynomial.</param>
    /// <param name="first">Address of its first polynomial, prime by prime, the special one last, which the caller keeps alive.</param>
    /// <param name="key">The rotation's key.</param>
    /// <param name="map">The rotation.</param>
    /// <param name="level">The level.</param>
    /// <param name="index">Which prime.</param>
    /// <param name="sums">Address of the sums, which the caller keeps alive; added to.</param>
    public void AccumulateLazy(ResidueBlock digits, nint first, GaloisKey key, AutomorphismScatter map, int level, int index, nint sums)
    {
        Accumulate(digits.Pointer, (ulong*)first + ((long)index * _context.Degree), key, map, level, index, 0, sums, isFirst: false);
        GC.KeepAlive(digits);
    }

    private void Accumulate(
        ulong* digits, ulong* addend, GaloisKey key, AutomorphismScatter map, int level, int index, nint factor, nint sums, bool isFirst)
    {
        int degree = _context.Degree;
        int prime = index > level ? _context.SpecialPrime : index;
        Span<nint> left = stackalloc nint[level + 1];
        Span<nint> right0 = stackalloc nint[level + 1];
        Span<nint> right1 = stackalloc nint[level + 1];
        for (int digit = 0; digit <= level; digit++)
        {
            left[digit] = (nint)(digits + ((long)((digit * (level + 2)) + index) * degree));
            right0[digit] = key.Key.Address(digit, 0, prime);
            right1[digit] = key.Key.Address(digit, 1, prime);
        }

        ulong* sum0 = (ulong*)sums + ((long)index * degree);
        ulong* sum1 = sum0 + ((long)(level + 2) * degree);
        _kernels[prime].Accumulate(left, right0, right1, addend, (ulong*)factor, map, sum0, sum1, isFirst);
        GC.KeepAlive(key);
    }
}
