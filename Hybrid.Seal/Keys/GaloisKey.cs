using Hybrid.Seal.Ring;

namespace Hybrid.Seal;

/// <summary>The key of one map X to X^g, with the map's inverse applied to it.</summary>
/// <param name="Automorphism">The map.</param>
/// <param name="Key">Switches from s to what the inverse map makes of s.</param>
internal sealed record GaloisKey(Automorphism Automorphism, KeySwitchingKey Key)
{
    /// <summary>From the key as it is defined and as SEAL writes it, which switches from what the map makes of s to s.</summary>
    public static GaloisKey FromSwitchingKey(Automorphism automorphism, KeySwitchingKey key)
    {
        var inverse = new Automorphism(key.Context.Degree, Automorphism.InverseElement(key.Context.Degree, automorphism.Element));
        return new GaloisKey(automorphism, Mapped(key, inverse));
    }

    /// <summary>The key as it is defined and as SEAL writes it.</summary>
    public KeySwitchingKey ToSwitchingKey() => Mapped(Key, Automorphism);

    private static KeySwitchingKey Mapped(KeySwitchingKey key, Automorphism automorphism)
    {
        var mapped = new KeySwitchingKey(key.Context);
        key.Seeds.CopyTo(mapped.Seeds, 0);
        for (int digit = 0; digit < key.Digits; digit++)
        {
            for (int polynomial = 0; polynomial < 2; polynomial++)
            {
                for (int prime = 0; prime < key.Context.Parameters.Primes.Length; prime++)
                {
                    automorphism.Apply(key.Prime(digit, polynomial, prime), mapped.Prime(digit, polynomial, prime));
                }
            }
        }

        return mapped;
    }
}
