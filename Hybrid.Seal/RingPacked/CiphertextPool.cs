namespace Hybrid.Seal.RingPacked;

/// <summary>
/// Ciphertexts that nobody uses any more, for those that come next: fresh memory costs page faults and collections, which for a layer's
/// ciphertexts take as long as a good part of computing on them. Any number of threads may share one.
/// </summary>
internal sealed class CiphertextPool(CkksContext context)
{
    private readonly Lock _lock = new();
    private readonly Stack<Ciphertext> _free = new();

    /// <summary>A ciphertext of any content, with room for two polynomials of the highest level.</summary>
    public Ciphertext Rent()
    {
        lock (_lock)
        {
            if (_free.TryPop(out Ciphertext? ciphertext))
            {
                return ciphertext;
            }
        }

        return new Ciphertext(context);
    }

    /// <summary>Takes ciphertexts that nobody uses any more.</summary>
    public void Return(ReadOnlySpan<Ciphertext> ciphertexts)
    {
        lock (_lock)
        {
            foreach (Ciphertext ciphertext in ciphertexts)
            {
                _free.Push(ciphertext);
            }
        }
    }
}
