namespace Hybrid.Seal.RingPacked;

/// <summary>Parameter sets for ring-packed layers: primes of 50 bits, which the vector kernels take; a special one only where results are merged.</summary>
public static class RingPackedParameters
{
    /// <summary>N = 4096, one prime of 50 bits: results to shares that are truncated there, with noise in what that cuts off. 128 bits of security.</summary>
    public static CkksParameters Degree4096Short() => CkksParameters.CreateWithoutSpecialPrime(4096, [50]);

    /// <summary>N = 4096, two primes of 50 bits: 64-bit shares times 16-bit weights, results to shares. 128 bits of security.</summary>
    public static CkksParameters Degree4096() => CkksParameters.CreateWithoutSpecialPrime(4096, [50, 50]);

    /// <summary>N = 8192, three primes of 50 bits: longer weights, or results revealed to the key's owner. 128 bits of security.</summary>
    public static CkksParameters Degree8192() => CkksParameters.CreateWithoutSpecialPrime(8192, [50, 50, 50]);

    /// <summary>N = 8192, four primes of 50 bits: longer weights still. 128 bits of security.</summary>
    public static CkksParameters Degree8192Long() => CkksParameters.CreateWithoutSpecialPrime(8192, [50, 50, 50, 50]);

    /// <summary>N = 4096, one prime of 50 bits and a special one: results to shares that are truncated there, merged before they are sent. 128 bits of security.</summary>
    public static CkksParameters Degree4096ShortMerging() => CkksParameters.Create(4096, [50, 50]);

    /// <summary>N = 8192, two primes of 50 bits and a special one: results to shares, merged before they are sent. 128 bits of security.</summary>
    public static CkksParameters Degree8192Merging() => CkksParameters.Create(8192, [50, 50, 50]);

    /// <summary>N = 8192, three primes of 50 bits and a special one: longer weights, or results revealed, merged before they are sent. 128 bits of security.</summary>
    public static CkksParameters Degree8192LongMerging() => CkksParameters.Create(8192, [50, 50, 50, 50]);

    /// <summary>The smallest of the sets without a special prime that carries all layers of a model.</summary>
    /// <param name="layers">Their shapes.</param>
    /// <param name="options">What they must bear; 16-bit weights and results to shares unless given.</param>
    /// <exception cref="ParameterException">None carries them; the message is that of the largest.</exception>
    public static CkksParameters Choose(ReadOnlySpan<RingPackedShape> layers, RingPackedOptions? options = null)
    {
        if (layers.IsEmpty)
        {
            throw new ArgumentException("There are no layers to choose parameters for.", nameof(layers));
        }

        foreach (Func<CkksParameters> candidate in new[] { Degree4096Short, Degree4096, Degree8192 })
        {
            CkksParameters parameters = candidate();
            if (Carries(parameters, layers, options))
            {
                return parameters;
            }
        }

        CkksParameters last = Degree8192Long();
        foreach (RingPackedShape layer in layers)
        {
            layer.Pack(last, options);
        }

        return last;
    }

    /// <summary>The smallest of the sets without a special prime that carries a layer.</summary>
    /// <inheritdoc cref="Choose(ReadOnlySpan{RingPackedShape}, RingPackedOptions?)"/>
    public static CkksParameters Choose(RingPackedShape layer, RingPackedOptions? options = null) => Choose([layer], options);

    /// <summary>log2 of the product of a level's primes.</summary>
    internal static double DataBits(this CkksParameters parameters, int level)
    {
        double bits = 0;
        for (int i = 0; i <= level; i++)
        {
            bits += Math.Log2(parameters.Primes[i].Value);
        }

        return bits;
    }

    private static bool Carries(CkksParameters parameters, ReadOnlySpan<RingPackedShape> layers, RingPackedOptions? options)
    {
        try
        {
            foreach (RingPackedShape layer in layers)
            {
                layer.Pack(parameters, options);
            }

            return true;
        }
        catch (ParameterException refusal) when (refusal.Fault == ParameterFault.OutOfRange)
        {
            return false; // a larger set may do, and the largest says why not
        }
    }
}
