using Hybrid.Seal.Ring;

namespace Hybrid.Seal;

/// <content>Rescaling and switching to lower levels.</content>
public sealed partial class CkksEvaluator
{
    /// <summary>
    /// Divides ciphertext and scale by the last prime of the level, with rounding: the numbers stay, the level sinks by one. This is
    /// what brings a product's scale back.
    /// </summary>
    /// <param name="a">A ciphertext of level 1 or above.</param>
    /// <param name="destination">Where the result goes; may be the operand.</param>
    /// <exception cref="ParameterException">The ciphertext is at level 0.</exception>
    public void Rescale(Ciphertext a, Ciphertext destination)
    {
        Require(a, nameof(a));
        RequireDestination(destination);
        if (a.Level == 0)
        {
            throw new ParameterException(ParameterFault.OutOfRange, "The ciphertext is at level 0, so there is no prime left to rescale by; use parameters with more primes, or fewer products.");
        }

        int level = a.Level;
        int size = a.Size;
        int degree = Context.Degree;
        Modulus last = _ring.Modulus(level);
        ReadOnlySpan<ulong> from = a.Residues;
        using WorkspacePool.Loan loan = Context.Workspaces.Borrow((size + 1) * degree);
        Span<ulong> remainders = loan.Span[..(size * degree)];
        Span<ulong> rebased = loan.Span[(size * degree)..];
        for (int polynomial = 0; polynomial < size; polynomial++)
        {
            Span<ulong> remainder = _ring.Slice(remainders, polynomial);
            _ring.Primes[level].Inverse(_ring.Slice(from, (polynomial * (level + 1)) + level), remainder);
        }

        // In place, block b of the result takes the memory of a block that has been read before.
        destination.Reset(size, level - 1, a.Scale / last.Value);
        Span<ulong> to = destination.Residues;
        for (int polynomial = 0; polynomial < size; polynomial++)
        {
            for (int i = 0; i < level; i++)
            {
                _ring.Primes[i].ForwardQuotient(
                    _ring.Slice(remainders, polynomial), last, rebased,
                    _ring.Slice(from, (polynomial * (level + 1)) + i), _ring.Inverse(level, i), [], _ring.Slice(to, (polynomial * level) + i));
            }
        }
    }

    /// <inheritdoc cref="Rescale(Ciphertext, Ciphertext)"/>
    public Ciphertext Rescale(Ciphertext a)
    {
        Require(a, nameof(a));
        var destination = new Ciphertext(Context, Math.Max(0, a.Level - 1));
        Rescale(a, destination);
        return destination;
    }

    /// <summary>Drops primes: numbers and scale stay, the level sinks. It makes later operations cheaper.</summary>
    /// <param name="a">The ciphertext.</param>
    /// <param name="level">The level to go to, at or below the ciphertext's.</param>
    /// <param name="destination">Where the result goes; may be the operand.</param>
    /// <exception cref="ParameterException">The level is above the ciphertext's, or has no room for its scale.</exception>
    public void ModSwitch(Ciphertext a, int level, Ciphertext destination)
    {
        Require(a, nameof(a));
        RequireDestination(destination);
        if (level > a.Level || level < 0)
        {
            throw new ParameterException(ParameterFault.OutOfRange, $"The ciphertext is at level {a.Level} and cannot be switched to level {level}; levels only sink, down to 0.");
        }

        if (Math.Log2(a.Scale) >= Context.BitsAt(level))
        {
            throw new ParameterException(
                ParameterFault.OutOfRange,
                $"The scale, 2^{Math.Log2(a.Scale):F1}, is beyond the modulus of level {level}, 2^{Context.BitsAt(level):F1}; {nameof(Rescale)} first.");
        }

        ReadOnlySpan<ulong> from = a.Residues;
        int oldLength = (a.Level + 1) * Context.Degree;
        int newLength = (level + 1) * Context.Degree;
        int size = a.Size;
        if (level == a.Level)
        {
            destination.CopyFrom(a);
            return;
        }

        destination.Reset(size, level, a.Scale);
        for (int polynomial = 0; polynomial < size; polynomial++)
        {
            from.Slice(polynomial * oldLength, newLength).CopyTo(destination.Residues.Slice(polynomial * newLength, newLength));
        }
    }

    /// <inheritdoc cref="ModSwitch(Ciphertext, int, Ciphertext)"/>
    public Ciphertext ModSwitch(Ciphertext a, int level)
    {
        Require(a, nameof(a));
        var destination = new Ciphertext(Context, Math.Clamp(level, 0, a.Level));
        ModSwitch(a, level, destination);
        return destination;
    }
}
