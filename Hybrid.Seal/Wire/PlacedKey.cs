using Hybrid.Seal.Ring;

namespace Hybrid.Seal.Wire;

/// <summary>A key-switching key with its place in a list of SEAL's.</summary>
/// <param name="Place">The index.</param>
/// <param name="Key">The key.</param>
/// <param name="Map">What makes SEAL's form of the key of its residues, if they differ.</param>
internal readonly record struct PlacedKey(int Place, KeySwitchingKey Key, Automorphism? Map);
