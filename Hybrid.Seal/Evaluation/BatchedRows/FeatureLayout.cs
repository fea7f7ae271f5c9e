namespace Hybrid.Seal;

/// <summary>
/// A ciphertext for each feature, a slot for each row: for thousands of rows. Products with known weights then need neither rotations nor
/// Galois keys (<see cref="FeatureProduct"/>).
/// </summary>
/// <remarks>
/// Row r, feature f: slot r mod slots of ciphertext (r / slots) · features + f. Rows beyond the slots go into further batches of ciphertexts.
/// </remarks>
public sealed class FeatureLayout : RowLayout
{
    /// <summary>A layout.</summary>
    /// <param name="slotCount">Slots of a ciphertext.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="features">Features of a row.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive.</exception>
    public FeatureLayout(int slotCount, int rows, int features)
        : base(slotCount, rows, features)
    {
    }

    /// <summary>Batches of rows.</summary>
    public int BatchCount => (Rows + SlotCount - 1) / SlotCount;

    /// <inheritdoc/>
    public override int CiphertextCount => BatchCount * Features;

    private protected override SlotPlace PlaceOf(int row, int feature) => new(((row / SlotCount) * Features) + feature, row % SlotCount);

    private protected override void PackInto(ReadOnlySpan<double> values, int ciphertext, Span<double> slots)
    {
        int first = ciphertext / Features * SlotCount;
        for (int row = first; row < Math.Min(Rows, first + SlotCount); row++)
        {
            slots[row - first] = values[(row * Features) + (ciphertext % Features)];
        }
    }

    private protected override void UnpackFrom(ReadOnlySpan<double> slots, int ciphertext, Span<double> values)
    {
        int first = ciphertext / Features * SlotCount;
        for (int row = first; row < Math.Min(Rows, first + SlotCount); row++)
        {
            values[(row * Features) + (ciphertext % Features)] = slots[row - first];
        }
    }
}
