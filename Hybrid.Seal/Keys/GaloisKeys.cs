namespace Hybrid.Seal;

/// <summary>The keys that rotations and conjugation need, one for each that was asked for.</summary>
/// <remarks>
/// The key of an element g is kept with the inverse of X to X^g already applied, so that one decomposition of a ciphertext serves any
/// number of rotations, each mapping only its result (Halevi and Shoup, "Faster Homomorphic Linear Transformations in HElib", 2018,
/// section 4). Bytes: 16 N times data primes times all primes, each.
/// </remarks>
public sealed class GaloisKeys
{
    private readonly SortedDictionary<uint, GaloisKey> _keys = [];

    internal GaloisKeys(CkksContext context) => Context = context;

    /// <summary>The parameters.</summary>
    public CkksContext Context { get; }

    /// <summary>The elements there are keys for, in rising order.</summary>
    public IReadOnlyCollection<uint> Elements => _keys.Keys;

    /// <summary>Whether there is a key for a rotation.</summary>
    public bool HasRotation(int steps) => _keys.ContainsKey(GaloisElement.OfRotation(Context.Degree, steps));

    internal void Add(GaloisKey key) => _keys.Add(key.Automorphism.Element, key);

    /// <summary>The key of an element.</summary>
    /// <exception cref="ParameterException">There is none; the message says for which rotation.</exception>
    internal GaloisKey this[uint element] => _keys.TryGetValue(element, out GaloisKey? key)
        ? key
        : throw new ParameterException(
            ParameterFault.Mismatch,
            $"There is no Galois key for the {GaloisElement.Describe(Context.Degree, element)}; have the key's owner create one with {nameof(CkksKeyGenerator)}.{nameof(CkksKeyGenerator.CreateGaloisKeys)}.");

    /// <summary>The keys, by rising element.</summary>
    internal IReadOnlyCollection<GaloisKey> Keys => _keys.Values;
}
