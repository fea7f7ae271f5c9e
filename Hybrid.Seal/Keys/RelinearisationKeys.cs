namespace Hybrid.Seal;

/// <summary>The key that brings a product of two ciphertexts back to two polynomials: it switches from s² to s.</summary>
public sealed class RelinearisationKeys
{
    internal RelinearisationKeys(KeySwitchingKey key) => Key = key;

    /// <summary>The parameters.</summary>
    public CkksContext Context => Key.Context;

    /// <summary>The key for s².</summary>
    internal KeySwitchingKey Key { get; }
}
