using Hybrid.Seal.Ring;

namespace Hybrid.Seal;

/// <content>Products and relinearisation.</content>
public sealed partial class CkksEvaluator
{
    /// <summary>a m, slot by slot. The scale becomes the product of both scales.</summary>
    /// <param name="a">The ciphertext.</param>
    /// <param name="plaintext">m, of the ciphertext's level or above.</param>
    /// <param name="destination">Where the product goes; may be the operand.</param>
    /// <exception cref="ParameterException">Parameters differ, the plaintext's level is too low, or the scale would pass the modulus.</exception>
    public void MultiplyPlain(Ciphertext a, Plaintext plaintext, Ciphertext destination)
    {
        Require(a, nameof(a));
        RequirePlaintext(a, plaintext);
        RequireDestination(destination);
        double scale = ProductScale(a.Scale, plaintext.Scale, a.Level);
        ReadOnlySpan<ulong> from = a.Residues;
        int blocks = a.Size * (a.Level + 1);
        destination.Reset(a.Size, a.Level, scale);
        for (int block = 0; block < blocks; block++)
        {
            int prime = block % (a.Level + 1);
            _ring.Primes[prime].Residues.Multiply(_ring.Slice(from, block), plaintext.Prime(prime), _ring.Slice(destination.Residues, block));
        }
    }

    /// <inheritdoc cref="MultiplyPlain(Ciphertext, Plaintext, Ciphertext)"/>
    public Ciphertext MultiplyPlain(Ciphertext a, Plaintext plaintext)
    {
        Ciphertext destination = Like(a);
        MultiplyPlain(a, plaintext, destination);
        return destination;
    }

    /// <summary>sum + a m, slot by slot, in one pass: the step of a weighted sum.</summary>
    /// <param name="a">The ciphertext.</param>
    /// <param name="plaintext">m, of the ciphertext's level or above.</param>
    /// <param name="sum">Of the ciphertext's size and level, and of the product's scale; the product is added to it.</param>
    /// <exception cref="ParameterException">Parameters, levels, sizes or scales do not fit.</exception>
    public void MultiplyPlainAdd(Ciphertext a, Plaintext plaintext, Ciphertext sum)
    {
        Require(a, nameof(a));
        RequirePlaintext(a, plaintext);
        RequireDestination(sum);
        RequireSameLevel(a, sum);
        RequireSameScale(sum.Scale, ProductScale(a.Scale, plaintext.Scale, a.Level));
        if (a.Size != sum.Size)
        {
            throw new ParameterException(ParameterFault.Mismatch, $"The ciphertext has {a.Size} polynomials and the sum {sum.Size}; {nameof(Relinearise)} the larger one.");
        }

        sum.Seed = null;
        for (int block = 0; block < a.Size * (a.Level + 1); block++)
        {
            int prime = block % (a.Level + 1);
            Span<ulong> to = _ring.Slice(sum.Residues, block);
            _ring.Primes[prime].Residues.MultiplyAdd(_ring.Slice(a.Residues, block), plaintext.Prime(prime), to, to);
        }
    }

    /// <summary>Multiplies every slot by the same number, rounded to an integer at a scale: cheaper than an encoded plaintext.</summary>
    /// <param name="a">The ciphertext.</param>
    /// <param name="value">A finite number.</param>
    /// <param name="scale">The scale it is rounded at; 1 for an integer.</param>
    /// <param name="destination">Where the product goes; may be the operand.</param>
    /// <exception cref="ParameterException">The number is not finite or too large, or the scale would pass the modulus.</exception>
    public void MultiplyConstant(Ciphertext a, double value, double scale, Ciphertext destination)
    {
        Require(a, nameof(a));
        RequireDestination(destination);
        Context.RequireScale(scale, a.Level, nameof(scale));
        double product = ProductScale(a.Scale, scale, a.Level);
        double scaled = ScaledConstant(value, scale, a.Level);
        ReadOnlySpan<ulong> from = a.Residues;
        int blocks = a.Size * (a.Level + 1);
        destination.Reset(a.Size, a.Level, product);
        for (int block = 0; block < blocks; block++)
        {
            ulong residue = ConstantResidue.Of(scaled, _ring.Modulus(block % (a.Level + 1)));
            Kernels(block, a.Level).MultiplyScalar(_ring.Slice(from, block), residue, _ring.Slice(destination.Residues, block));
        }
    }

    /// <inheritdoc cref="MultiplyConstant(Ciphertext, double, double, Ciphertext)"/>
    public Ciphertext MultiplyConstant(Ciphertext a, double value, double scale)
    {
        Ciphertext destination = Like(a);
        MultiplyConstant(a, value, scale, destination);
        return destination;
    }

    /// <summary>a b, slot by slot. Sizes n and m give n + m - 1: relinearise two fresh operands' product from three polynomials to two.</summary>
    /// <param name="a">One factor.</param>
    /// <param name="b">The other, of the same level.</param>
    /// <param name="destination">Where the product goes; may be a factor.</param>
    /// <exception cref="ParameterException">Parameters or levels differ, the scale would pass the modulus, or the product would have more than 16 polynomials.</exception>
    public void Multiply(Ciphertext a, Ciphertext b, Ciphertext destination)
    {
        double scale = RequireFactors(a, b, destination);
        if (a.Size == 2 && b.Size == 2)
        {
            ReadOnlySpan<ulong> left = a.Residues;
            ReadOnlySpan<ulong> right = b.Residues;
            destination.Reset(3, a.Level, scale);
            TensorProduct(left, right, a.Level, destination.Residues, destination.Polynomial(2));
            return;
        }

        MultiplyLong(a, b, destination, scale);
    }

    /// <inheritdoc cref="Multiply(Ciphertext, Ciphertext, Ciphertext)"/>
    public Ciphertext Multiply(Ciphertext a, Ciphertext b)
    {
        Ciphertext destination = Like(a);
        Multiply(a, b, destination);
        return destination;
    }

    /// <summary>a², slot by slot.</summary>
    /// <inheritdoc cref="Multiply(Ciphertext, Ciphertext, Ciphertext)"/>
    public void Square(Ciphertext a, Ciphertext destination) => Multiply(a, a, destination);

    /// <inheritdoc cref="Square(Ciphertext, Ciphertext)"/>
    public Ciphertext Square(Ciphertext a) => Multiply(a, a);

    /// <summary>Brings a ciphertext of three polynomials back to two.</summary>
    /// <param name="a">A ciphertext of two or three polynomials; one of two is copied.</param>
    /// <param name="keys">The owner's relinearisation keys.</param>
    /// <param name="destination">Where the result goes; may be the operand.</param>
    /// <exception cref="ParameterException">Parameters differ or have no special prime, or there are more than three polynomials.</exception>
    public void Relinearise(Ciphertext a, RelinearisationKeys keys, Ciphertext destination)
    {
        Require(a, nameof(a));
        RequireKeys(keys);
        RequireDestination(destination);
        if (a.Size > 3)
        {
            throw new ParameterException(ParameterFault.Unsupported, $"The ciphertext has {a.Size} polynomials and relinearisation takes 3; relinearise after every product.");
        }

        ReadOnlySpan<ulong> from = a.Residues;
        if (a.Size == 2)
        {
            destination.CopyFrom(a);
            return;
        }

        int length = (a.Level + 1) * Context.Degree;
        destination.Reset(2, a.Level, a.Scale);
        SwitchInto(from.Slice(2 * length, length), a.Level, keys.Key, from[..(2 * length)], destination.Residues);
    }

    /// <inheritdoc cref="Relinearise(Ciphertext, RelinearisationKeys, Ciphertext)"/>
    public Ciphertext Relinearise(Ciphertext a, RelinearisationKeys keys)
    {
        Ciphertext destination = Like(a);
        Relinearise(a, keys, destination);
        return destination;
    }

    /// <summary>a b, relinearised: what follows a product nearly always.</summary>
    /// <param name="a">One factor, of two polynomials.</param>
    /// <param name="b">The other, of two polynomials and the same level.</param>
    /// <param name="keys">The owner's relinearisation keys.</param>
    /// <param name="destination">Where the product goes; may be a factor.</param>
    /// <exception cref="ParameterException">Parameters, levels or sizes do not fit, there is no special prime, or the scale would pass the modulus.</exception>
    public void MultiplyRelinearise(Ciphertext a, Ciphertext b, RelinearisationKeys keys, Ciphertext destination)
    {
        double scale = RequireFactors(a, b, destination);
        RequireKeys(keys);
        if (a.Size != 2 || b.Size != 2)
        {
            throw new ParameterException(ParameterFault.Unsupported, $"The factors have {a.Size} and {b.Size} polynomials; {nameof(Relinearise)} them to 2 first.");
        }

        ReadOnlySpan<ulong> left = a.Residues;
        ReadOnlySpan<ulong> right = b.Residues;
        int level = a.Level;
        destination.Reset(2, level, scale);
        using WorkspacePool.Loan loan = Context.Workspaces.Borrow((level + 1) * Context.Degree);
        TensorProduct(left, right, level, destination.Residues, loan.Span);
        SwitchInto(loan.Span, level, keys.Key, destination.Residues, destination.Residues);
    }

    /// <inheritdoc cref="MultiplyRelinearise(Ciphertext, Ciphertext, RelinearisationKeys, Ciphertext)"/>
    public Ciphertext MultiplyRelinearise(Ciphertext a, Ciphertext b, RelinearisationKeys keys)
    {
        Ciphertext destination = Like(a);
        MultiplyRelinearise(a, b, keys, destination);
        return destination;
    }

    // destination = addend + (an encryption under s of polynomial times the key's secret); both of two polynomials.
    private void SwitchInto(ReadOnlySpan<ulong> polynomial, int level, KeySwitchingKey key, ReadOnlySpan<ulong> addend, Span<ulong> destination)
    {
        using WorkspacePool.Loan sums = Context.Workspaces.Borrow(_switcher.SumsLength(level));
        _switcher.DecomposeAndAccumulate(polynomial, key, level, sums.Span);
        int sumLength = (level + 2) * Context.Degree;
        int length = (level + 1) * Context.Degree;
        for (int i = 0; i < 2; i++)
        {
            _switcher.DivideBySpecialPrime(sums.Span.Slice(i * sumLength, sumLength), level, addend.Slice(i * length, length), destination.Slice(i * length, length));
        }
    }

    private void TensorProduct(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, int level, Span<ulong> firstTwo, Span<ulong> third)
    {
        int primes = level + 1;
        for (int i = 0; i <= level; i++)
        {
            _ring.Primes[i].Residues.TensorProduct(
                _ring.Slice(left, i), _ring.Slice(left, primes + i), _ring.Slice(right, i), _ring.Slice(right, primes + i),
                _ring.Slice(firstTwo, i), _ring.Slice(firstTwo, primes + i), _ring.Slice(third, i));
        }
    }

    // Any sizes, through working memory.
    private void MultiplyLong(Ciphertext a, Ciphertext b, Ciphertext destination, double scale)
    {
        int size = a.Size + b.Size - 1;
        if (size > Ciphertext.MaximumSize)
        {
            throw new ParameterException(ParameterFault.OutOfRange, $"The product would have {size} polynomials and {Ciphertext.MaximumSize} is the limit; {nameof(Relinearise)} the factors first.");
        }

        int primes = a.Level + 1;
        using WorkspacePool.Loan loan = Context.Workspaces.Borrow(size * primes * Context.Degree);
        Span<ulong> product = loan.Span;
        product.Clear();
        for (int i = 0; i < a.Size; i++)
        {
            for (int j = 0; j < b.Size; j++)
            {
                for (int prime = 0; prime < primes; prime++)
                {
                    Span<ulong> to = _ring.Slice(product, ((i + j) * primes) + prime);
                    _ring.Primes[prime].Residues.MultiplyAdd(a.Prime(i, prime), b.Prime(j, prime), to, to);
                }
            }
        }

        destination.Reset(size, a.Level, scale);
        product.CopyTo(destination.Residues);
    }

    private double RequireFactors(Ciphertext a, Ciphertext b, Ciphertext destination)
    {
        Require(a, nameof(a));
        Require(b, nameof(b));
        RequireDestination(destination);
        RequireSameLevel(a, b);
        return ProductScale(a.Scale, b.Scale, a.Level);
    }

    private void RequireKeys(RelinearisationKeys keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        Context.RequireSame(keys.Context, "relinearisation key");
    }
}
