namespace Hybrid.Seal;

/// <summary>Where a number stands: in which ciphertext, in which slot.</summary>
/// <param name="Ciphertext">Index of the ciphertext.</param>
/// <param name="Slot">Index of the slot.</param>
public readonly record struct SlotPlace(int Ciphertext, int Slot);
