namespace Hybrid.Seal;

/// <content>Inner products.</content>
public sealed partial class CkksEvaluator
{
    /// <summary>
    /// The inner product with a plaintext: slot i of the result is the sum over j from 0 to count - 1 of slots i + j of the product, so that
    /// slot 0 has the inner product of the first numbers of both. Multiplies, rescales (from level 1 up) and adds up slots.
    /// </summary>
    /// <param name="a">A ciphertext of two polynomials.</param>
    /// <param name="plaintext">The other factor, of the ciphertext's level or above; 0 behind its numbers, if there are fewer than the count.</param>
    /// <param name="count">How many slots to add up, a power of two up to N / 2.</param>
    /// <param name="keys">The owner's Galois keys, for rotations by 1, 2, 4, … count / 2.</param>
    /// <param name="destination">Where the result goes; may be the operand.</param>
    /// <exception cref="ParameterException">Parameters or levels do not fit, the scale would pass the modulus, or a rotation's key is missing.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The count is not a power of two, or there are not that many slots.</exception>
    public void DotProduct(Ciphertext a, Plaintext plaintext, int count, GaloisKeys keys, Ciphertext destination)
    {
        RequireRotatable(a, keys);
        MultiplyPlain(a, plaintext, destination);
        SumRescaled(destination, count, keys);
    }

    /// <inheritdoc cref="DotProduct(Ciphertext, Plaintext, int, GaloisKeys, Ciphertext)"/>
    public Ciphertext DotProduct(Ciphertext a, Plaintext plaintext, int count, GaloisKeys keys)
    {
        Ciphertext destination = Like(a);
        DotProduct(a, plaintext, count, keys, destination);
        return destination;
    }

    /// <summary>
    /// The inner product of two ciphertexts: slot i of the result is the sum over j from 0 to count - 1 of slots i + j of the product.
    /// Multiplies, relinearises, rescales (from level 1 up) and adds up slots.
    /// </summary>
    /// <param name="a">One factor, of two polynomials.</param>
    /// <param name="b">The other, of two polynomials and the same level.</param>
    /// <param name="count">How many slots to add up, a power of two up to N / 2.</param>
    /// <param name="relinearisationKeys">The owner's relinearisation keys.</param>
    /// <param name="keys">The owner's Galois keys, for rotations by 1, 2, 4, … count / 2.</param>
    /// <param name="destination">Where the result goes; may be a factor.</param>
    /// <exception cref="ParameterException">Parameters, levels or sizes do not fit, the scale would pass the modulus, or a rotation's key is missing.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The count is not a power of two, or there are not that many slots.</exception>
    public void DotProduct(Ciphertext a, Ciphertext b, int count, RelinearisationKeys relinearisationKeys, GaloisKeys keys, Ciphertext destination)
    {
        RequireRotatable(a, keys);
        MultiplyRelinearise(a, b, relinearisationKeys, destination);
        SumRescaled(destination, count, keys);
    }

    /// <inheritdoc cref="DotProduct(Ciphertext, Ciphertext, int, RelinearisationKeys, GaloisKeys, Ciphertext)"/>
    public Ciphertext DotProduct(Ciphertext a, Ciphertext b, int count, RelinearisationKeys relinearisationKeys, GaloisKeys keys)
    {
        Ciphertext destination = Like(a);
        DotProduct(a, b, count, relinearisationKeys, keys, destination);
        return destination;
    }

    // Rescaled first, rotations are cheaper.
    private void SumRescaled(Ciphertext product, int count, GaloisKeys keys)
    {
        if (product.Level > 0)
        {
            Rescale(product, product);
        }

        SumSlots(product, count, keys, product);
    }
}
