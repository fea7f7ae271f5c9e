using Hybrid.Seal.Ring;

namespace Hybrid.Seal.Evaluation;

/// <summary>
/// Turns c s' into an encryption under s, for a polynomial c and another secret s': c is cut into digits, one a prime; the digits'
/// products with the key add up to P c s'; dividing by P leaves it with little noise.
/// </summary>
/// <remarks>
/// As in Microsoft SEAL (hybrid key switching with one special prime; Cheon et al. 2018, section 4, and Gentry, Halevi and Smart 2012),
/// but with digits taken nearest to zero, which halves their noise. At a level of l + 1 primes: l + 1 inverse and l (l + 1) + l + 1
/// forward transforms for the digits; 2 inverse and 2 (l + 1) forward ones for the division.
/// </remarks>
internal sealed class KeySwitcher(CkksContext context)
{
    private readonly RnsRing _ring = context.Ring;
    private readonly int _degree = context.Degree;

    /// <summary>Residues that the digits of a polynomial of this level take.</summary>
    public int DigitsLength(int level) => (level + 1) * (level + 2) * _degree;

    /// <summary>Residues that two polynomials modulo the level's primes and the special one take.</summary>
    public int SumsLength(int level) => 2 * (level + 2) * _degree;

    /// <summary>Cuts a transformed polynomial into digits, for many keys.</summary>
    /// <param name="polynomial">Its residues, prime by prime, level + 1 primes.</param>
    /// <param name="level">The level.</param>
    /// <param name="digits">Digit by digit, for each the level's primes and then the special one, transformed.</param>
    public void Decompose(ReadOnlySpan<ulong> polynomial, int level, Span<ulong> digits)
    {
        for (int digit = 0; digit <= level; digit++)
        {
            DecomposeDigit(polynomial, level, digit, digits);
        }
    }

    /// <summary>The same for one digit, for threads that share the work.</summary>
    public void DecomposeDigit(ReadOnlySpan<ulong> polynomial, int level, int digit, Span<ulong> digits)
    {
        int special = context.SpecialPrime;
        using WorkspacePool.Loan loan = context.Workspaces.Borrow(_degree);
        Span<ulong> coefficients = loan.Span;
        ReadOnlySpan<ulong> values = _ring.Slice(polynomial, digit);
        _ring.Primes[digit].Inverse(values, coefficients);
        for (int i = 0; i <= level + 1; i++)
        {
            Span<ulong> target = digits.Slice(((digit * (level + 2)) + i) * _degree, _degree);
            if (i == digit)
            {
                values.CopyTo(target);
                continue;
            }

            NegacyclicNtt prime = _ring.Primes[i > level ? special : i];
            prime.ForwardRebased(coefficients, _ring.Modulus(digit), target);
        }
    }

    /// <summary>The sums over all digits of digit times key: two polynomials modulo the level's primes and then the special one.</summary>
    public unsafe void Accumulate(ResidueBlock digits, KeySwitchingKey key, int level, Span<ulong> sums)
    {
        Span<nint> left = stackalloc nint[level + 1];
        Span<nint> right = stackalloc nint[2 * (level + 1)];
        for (int i = 0; i <= level + 1; i++)
        {
            AddressKey(key, level, i, right);
            for (int digit = 0; digit <= level; digit++)
            {
                left[digit] = (nint)(digits.Pointer + ((long)((digit * (level + 2)) + i) * _degree));
            }

            Accumulate(left, right, level, i, sums);
        }

        GC.KeepAlive(key);
        GC.KeepAlive(digits);
    }

    /// <summary>
    /// Both steps for a single key: a prime's digits are used up while they are in the cache, and the key's residues, which are not, are
    /// fetched while digits are transformed.
    /// </summary>
    public unsafe void DecomposeAndAccumulate(ReadOnlySpan<ulong> polynomial, KeySwitchingKey key, int level, Span<ulong> sums)
    {
        int length = (level + 1) * _degree;
        using WorkspacePool.Loan coefficients = context.Workspaces.Borrow(length);
        using WorkspacePool.Loan digits = context.Workspaces.Borrow(length);
        for (int digit = 0; digit <= level; digit++)
        {
            _ring.Primes[digit].Inverse(_ring.Slice(polynomial, digit), _ring.Slice(coefficients.Span, digit));
        }

        Span<nint> left = stackalloc nint[level + 1];
        Span<nint> right = stackalloc nint[2 * (level + 1)];
        fixed (ulong* values = polynomial)
        {
            for (int i = 0; i <= level + 1; i++)
            {
                AddressKey(key, level, i, right);
                for (int digit = 0; digit <= level; digit++)
                {
                    // Modulo its own prime a digit is what it was cut from.
                    left[digit] = (nint)((digit == i ? values : digits.Block.Pointer) + ((long)digit * _degree));
                    if (digit != i)
                    {
                        _ring.Primes[PrimeAt(i, level)].ForwardRebased(
                            _ring.Slice(coefficients.Span, digit), _ring.Modulus(digit), _ring.Slice(digits.Span, digit), right[digit], right[level + 1 + digit]);
                    }
                }

                Accumulate(left, right, level, i, sums);
            }
        }

        GC.KeepAlive(key);
    }

    /// <summary>addend + sum / P, rounded, for one of the two sums.</summary>
    /// <param name="sum">A polynomial modulo the level's primes and then the special one; the special one's residues are overwritten.</param>
    /// <param name="level">The level.</param>
    /// <param name="addend">A polynomial modulo the level's primes; empty for zero.</param>
    /// <param name="destination">The result, modulo the level's primes; may be the addend, or the sum's own start.</param>
    public void DivideBySpecialPrime(Span<ulong> sum, int level, ReadOnlySpan<ulong> addend, Span<ulong> destination)
    {
        int special = context.SpecialPrime;
        Span<ulong> remainder = _ring.Slice(sum, level + 1);
        _ring.Primes[special].Inverse(remainder);
        using WorkspacePool.Loan loan = context.Workspaces.Borrow(_degree);
        Span<ulong> rebased = loan.Span;
        for (int i = 0; i <= level; i++)
        {
            _ring.Primes[i].ForwardQuotient(
                remainder, _ring.Modulus(special), rebased,
                _ring.Slice(sum, i), _ring.Inverse(special, i), addend.IsEmpty ? [] : _ring.Slice(addend, i), _ring.Slice(destination, i));
        }
    }

    /// <summary>(sum / P) / q_level, rounded after each division: both at once, for as many inverse transforms but half the forward ones.</summary>
    /// <param name="sum">A polynomial modulo the level's primes and then the special one; the last two primes' residues are overwritten.</param>
    /// <param name="level">The level, 1 or above.</param>
    /// <param name="destination">The result, modulo the primes of the level below; may be the sum's own start.</param>
    /// <remarks>
    /// With r = sum mod P and t = ((sum - r) / P) mod q_level, nearest to zero, the result is (sum - r - P t) / (P q_level): r and t are
    /// found on coefficients, and only r + P t is transformed.
    /// </remarks>
    public void DivideBySpecialPrimeAndRescale(Span<ulong> sum, int level, Span<ulong> destination)
    {
        int special = context.SpecialPrime;
        Span<ulong> remainder = _ring.Slice(sum, level + 1);
        Span<ulong> quotient = _ring.Slice(sum, level);
        _ring.Primes[special].Inverse(remainder);
        _ring.Primes[level].Inverse(quotient);
        using WorkspacePool.Loan loan = context.Workspaces.Borrow(_degree);
        using WorkspacePool.Loan second = context.Workspaces.Borrow(_degree);
        Span<ulong> rebased = loan.Span;
        Span<ulong> taken = second.Span;
        ResidueKernels last = _ring.Primes[level].Residues;
        last.Rebase(remainder, _ring.Modulus(special), rebased);
        last.SubtractScale(quotient, rebased, _ring.Inverse(special, level), quotient);
        for (int i = 0; i < level; i++)
        {
            NegacyclicNtt prime = _ring.Primes[i];
            Modulus modulus = _ring.Modulus(i);
            prime.Residues.Rebase(remainder, _ring.Modulus(special), taken);
            prime.Residues.Rebase(quotient, _ring.Modulus(level), rebased);
            prime.Residues.MultiplyAddScalar(rebased, modulus.Reduce(_ring.Modulus(special).Value), taken);
            prime.Forward(taken);
            ulong inverse = modulus.MulMod(_ring.Inverse(special, i), _ring.Inverse(level, i));
            prime.Residues.SubtractScale(_ring.Slice(sum, i), taken, inverse, _ring.Slice(destination, i));
        }
    }

    // Where a key's residues are modulo the prime at position i: of all digits' first polynomials, then of their second ones.
    private void AddressKey(KeySwitchingKey key, int level, int i, Span<nint> addresses)
    {
        for (int digit = 0; digit <= level; digit++)
        {
            addresses[digit] = key.Address(digit, 0, PrimeAt(i, level));
            addresses[level + 1 + digit] = key.Address(digit, 1, PrimeAt(i, level));
        }
    }

    private void Accumulate(ReadOnlySpan<nint> digits, ReadOnlySpan<nint> key, int level, int i, Span<ulong> sums) =>
        _ring.Primes[PrimeAt(i, level)].Residues.TwoSumsOfProducts(digits, key, _ring.Slice(sums, i), _ring.Slice(sums, level + 2 + i));

    // The level's primes, then the special one.
    private int PrimeAt(int i, int level) => i > level ? context.SpecialPrime : i;
}
