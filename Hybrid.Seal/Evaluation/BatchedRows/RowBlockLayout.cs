using System.Numerics;

namespace Hybrid.Seal;

/// <summary>
/// Several rows in a ciphertext, one after the other, each in as many slots as the next power of two of its features: for few rows.
/// </summary>
/// <remarks>
/// Row r, feature f: slot (r mod c) · stride + f of ciphertext r / c, with c rows a ciphertext. One weighted sum of the features of every row:
/// <see cref="CkksEvaluator.DotProduct(Ciphertext, Plaintext, int, GaloisKeys, Ciphertext)"/> with weights laid out by
/// <see cref="RepeatWeights"/> and the stride as count leaves the row's sum in its first slot, <see cref="ResultSlot"/>. For many sums take a
/// <see cref="LinearTransform"/> with a stride.
/// </remarks>
public sealed class RowBlockLayout : RowLayout
{
    /// <summary>A layout.</summary>
    /// <param name="slotCount">Slots of a ciphertext, a power of two.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="features">Features of a row, at most the slots.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive, the slots are not a power of two, or there are more features than slots.</exception>
    public RowBlockLayout(int slotCount, int rows, int features)
        : base(slotCount, rows, features)
    {
        if (!BitOperations.IsPow2(slotCount))
        {
            throw new ArgumentOutOfRangeException(nameof(slotCount), slotCount, "A ciphertext has a power of two of slots.");
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(features, slotCount);
        Stride = (int)BitOperations.RoundUpToPowerOf2((uint)features);
    }

    /// <summary>Slots of a row.</summary>
    public int Stride { get; }

    /// <summary>Rows of a ciphertext.</summary>
    public int RowsPerCiphertext => SlotCount / Stride;

    /// <inheritdoc/>
    public override int CiphertextCount => (Rows + RowsPerCiphertext - 1) / RowsPerCiphertext;

    /// <summary>Where a sum over a row's slots stands.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public SlotPlace ResultSlot(int row) => Place(row, 0);

    /// <summary>Lays out weights for all rows of a ciphertext.</summary>
    /// <param name="weights">A weight for each feature.</param>
    /// <param name="slots">Takes as many numbers as there are slots, to be encoded.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public void RepeatWeights(ReadOnlySpan<double> weights, Span<double> slots)
    {
        if (weights.Length != Features || slots.Length != SlotCount)
        {
            throw new ArgumentException($"There are {Features} features and {SlotCount} slots; {weights.Length} weights and {slots.Length} slots were given.", nameof(weights));
        }

        slots.Clear();
        for (int start = 0; start < SlotCount; start += Stride)
        {
            weights.CopyTo(slots[start..]);
        }
    }

    private protected override SlotPlace PlaceOf(int row, int feature) => new(row / RowsPerCiphertext, ((row % RowsPerCiphertext) * Stride) + feature);

    private protected override void PackInto(ReadOnlySpan<double> values, int ciphertext, Span<double> slots)
    {
        int first = ciphertext * RowsPerCiphertext;
        for (int row = first; row < Math.Min(Rows, first + RowsPerCiphertext); row++)
        {
            values.Slice(row * Features, Features).CopyTo(slots[((row - first) * Stride)..]);
        }
    }

    private protected override void UnpackFrom(ReadOnlySpan<double> slots, int ciphertext, Span<double> values)
    {
        int first = ciphertext * RowsPerCiphertext;
        for (int row = first; row < Math.Min(Rows, first + RowsPerCiphertext); row++)
        {
            slots.Slice((row - first) * Stride, Features).CopyTo(values[(row * Features)..]);
        }
    }
}
