using Hybrid.Seal.Ring;

namespace Hybrid.Seal;

/// <content>Rotations, conjugation and sums over slots.</content>
public sealed partial class CkksEvaluator
{
    /// <summary>Moves the slots in a circle: slot i takes the number of slot i + steps.</summary>
    /// <param name="a">A ciphertext of two polynomials.</param>
    /// <param name="steps">Places to the left, or to the right if negative; above -N/2 and below N/2. 0 copies.</param>
    /// <param name="keys">The owner's Galois keys, the rotation's among them.</param>
    /// <param name="destination">Where the result goes; may be the operand.</param>
    /// <exception cref="ParameterException">Parameters differ, the ciphertext is not relinearised, or the rotation's key is missing.</exception>
    public void Rotate(Ciphertext a, int steps, GaloisKeys keys, Ciphertext destination)
    {
        RequireRotatable(a, keys);
        RequireDestination(destination);
        if (steps == 0)
        {
            destination.CopyFrom(a);
            return;
        }

        Apply(a, keys[GaloisElement.OfRotation(Context.Degree, steps)], destination);
    }

    /// <inheritdoc cref="Rotate(Ciphertext, int, GaloisKeys, Ciphertext)"/>
    public Ciphertext Rotate(Ciphertext a, int steps, GaloisKeys keys)
    {
        Ciphertext destination = Like(a);
        Rotate(a, steps, keys, destination);
        return destination;
    }

    /// <summary>Conjugates every slot.</summary>
    /// <param name="a">A ciphertext of two polynomials.</param>
    /// <param name="keys">The owner's Galois keys, the one for conjugation among them.</param>
    /// <param name="destination">Where the result goes; may be the operand.</param>
    /// <exception cref="ParameterException">Parameters differ, the ciphertext is not relinearised, or the key is missing.</exception>
    public void Conjugate(Ciphertext a, GaloisKeys keys, Ciphertext destination)
    {
        RequireRotatable(a, keys);
        RequireDestination(destination);
        Apply(a, keys[GaloisElement.OfConjugation(Context.Degree)], destination);
    }

    /// <inheritdoc cref="Conjugate(Ciphertext, GaloisKeys, Ciphertext)"/>
    public Ciphertext Conjugate(Ciphertext a, GaloisKeys keys)
    {
        Ciphertext destination = Like(a);
        Conjugate(a, keys, destination);
        return destination;
    }

    /// <summary>Several rotations of one ciphertext, which share the cutting into digits: each costs about a third less than alone.</summary>
    /// <param name="a">A ciphertext of two polynomials.</param>
    /// <param name="steps">The rotations; 0 copies.</param>
    /// <param name="keys">The owner's Galois keys, all the rotations' among them.</param>
    /// <param name="destinations">One for each rotation; none may be the operand.</param>
    /// <exception cref="ParameterException">Parameters differ, the ciphertext is not relinearised, or a rotation's key is missing.</exception>
    /// <remarks>Source: Halevi and Shoup (2018), section 4.</remarks>
    public void RotateMany(Ciphertext a, ReadOnlySpan<int> steps, GaloisKeys keys, ReadOnlySpan<Ciphertext> destinations)
    {
        RequireRotatable(a, keys);
        if (steps.Length != destinations.Length)
        {
            throw new ArgumentException($"There are {steps.Length} rotations and {destinations.Length} destinations; give one for each.", nameof(destinations));
        }

        // Everything is checked before anything is written.
        for (int i = 0; i < steps.Length; i++)
        {
            RequireDestination(destinations[i]);
            if (destinations[i] == a)
            {
                throw new ArgumentException("A destination is the operand itself, which the other rotations still need; give another.", nameof(destinations));
            }

            if (steps[i] != 0)
            {
                _ = keys[GaloisElement.OfRotation(Context.Degree, steps[i])];
            }
        }

        using WorkspacePool.Loan digits = Context.Workspaces.Borrow(_switcher.DigitsLength(a.Level));
        _switcher.Decompose(a.Polynomial(1), a.Level, digits.Span);
        for (int i = 0; i < steps.Length; i++)
        {
            if (steps[i] == 0)
            {
                destinations[i].CopyFrom(a);
            }
            else
            {
                ApplyDecomposed(a, digits.Block, keys[GaloisElement.OfRotation(Context.Degree, steps[i])], destinations[i]);
            }
        }
    }

    /// <summary>
    /// Adds up slots in circles: slot i takes the sum of slots i, i + 1, … i + count - 1. With as many as there are slots, every slot
    /// takes the sum of all. Costs log2 count rotations.
    /// </summary>
    /// <param name="a">A ciphertext of two polynomials.</param>
    /// <param name="count">How many, a power of two up to N / 2.</param>
    /// <param name="keys">The owner's Galois keys, for rotations by 1, 2, 4, … count / 2.</param>
    /// <param name="destination">Where the result goes; may be the operand.</param>
    /// <exception cref="ParameterException">Parameters differ, the ciphertext is not relinearised, or a rotation's key is missing.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The count is not a power of two, or there are not that many slots.</exception>
    public void SumSlots(Ciphertext a, int count, GaloisKeys keys, Ciphertext destination)
    {
        RequireRotatable(a, keys);
        RequireDestination(destination);
        if (count <= 0 || count > Context.SlotCount || !System.Numerics.BitOperations.IsPow2(count))
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, $"Slots are added up by powers of two, up to {Context.SlotCount}; pad with zeros.");
        }

        // Every key is looked for before anything is written: the destination may be the operand.
        for (int steps = 1; steps < count; steps *= 2)
        {
            _ = keys[GaloisElement.OfRotation(Context.Degree, steps)];
        }

        destination.CopyFrom(a);
        for (int steps = 1; steps < count; steps *= 2)
        {
            RotateAdd(destination, keys[GaloisElement.OfRotation(Context.Degree, steps)]);
        }
    }

    /// <inheritdoc cref="SumSlots(Ciphertext, int, GaloisKeys, Ciphertext)"/>
    public Ciphertext SumSlots(Ciphertext a, int count, GaloisKeys keys)
    {
        Ciphertext destination = Like(a);
        SumSlots(a, count, keys, destination);
        return destination;
    }

    private void Apply(Ciphertext a, GaloisKey key, Ciphertext destination)
    {
        using WorkspacePool.Loan sums = Context.Workspaces.Borrow(_switcher.SumsLength(a.Level));
        _switcher.DecomposeAndAccumulate(a.Polynomial(1), key.Key, a.Level, sums.Span);
        Finish(a, sums.Span, key, destination);
    }

    private void ApplyDecomposed(Ciphertext a, ResidueBlock digits, GaloisKey key, Ciphertext destination)
    {
        using WorkspacePool.Loan sums = Context.Workspaces.Borrow(_switcher.SumsLength(a.Level));
        _switcher.Accumulate(digits, key.Key, a.Level, sums.Span);
        Finish(a, sums.Span, key, destination);
    }

    // The sums over digits, divided by P and added to c_0, still have to be mapped.
    private void Finish(Ciphertext a, Span<ulong> sums, GaloisKey key, Ciphertext destination)
    {
        int level = a.Level;
        Divide(a, sums);
        destination.Reset(2, level, a.Scale);
        for (int block = 0; block < 2 * (level + 1); block++)
        {
            key.Automorphism.Apply(Switched(sums, block, level), _ring.Slice(destination.Residues, block));
        }
    }

    private void Divide(Ciphertext a, Span<ulong> sums)
    {
        int sumLength = (a.Level + 2) * Context.Degree;
        int length = (a.Level + 1) * Context.Degree;
        _switcher.DivideBySpecialPrime(sums[..sumLength], a.Level, a.Polynomial(0), sums[..length]);
        _switcher.DivideBySpecialPrime(sums[sumLength..], a.Level, [], sums.Slice(sumLength, length));
    }

    // a + its rotation.
    private void RotateAdd(Ciphertext a, GaloisKey key)
    {
        int level = a.Level;
        using WorkspacePool.Loan sums = Context.Workspaces.Borrow(_switcher.SumsLength(level));
        using WorkspacePool.Loan moved = Context.Workspaces.Borrow(Context.Degree);
        _switcher.DecomposeAndAccumulate(a.Polynomial(1), key.Key, level, sums.Span);
        Divide(a, sums.Span);
        a.Seed = null;
        for (int block = 0; block < 2 * (level + 1); block++)
        {
            key.Automorphism.Apply(Switched(sums.Span, block, level), moved.Span);
            Span<ulong> to = _ring.Slice(a.Residues, block);
            Kernels(block, level).Add(to, moved.Span, to);
        }
    }

    // The sums have the special prime's residues behind each polynomial.
    private ReadOnlySpan<ulong> Switched(ReadOnlySpan<ulong> sums, int block, int level) => _ring.Slice(sums, block <= level ? block : block + 1);

    private void RequireRotatable(Ciphertext a, GaloisKeys keys)
    {
        Require(a, nameof(a));
        ArgumentNullException.ThrowIfNull(keys);
        Context.RequireSame(keys.Context, "Galois key");
        if (a.Size != 2)
        {
            throw new ParameterException(ParameterFault.Unsupported, $"The ciphertext has {a.Size} polynomials and a rotation takes 2; {nameof(Relinearise)} first.");
        }
    }
}
