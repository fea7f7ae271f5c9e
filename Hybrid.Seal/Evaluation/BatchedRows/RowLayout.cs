namespace Hybrid.Seal;

/// <summary>Which slot of which ciphertext holds which feature of which row, of a matrix with a row for each sample. Immutable.</summary>
public abstract class RowLayout
{
    private protected RowLayout(int slotCount, int rows, int features)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(slotCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        SlotCount = slotCount;
        Rows = rows;
        Features = features;
    }

    /// <summary>Slots of a ciphertext.</summary>
    public int SlotCount { get; }

    /// <summary>Rows.</summary>
    public int Rows { get; }

    /// <summary>Features of a row.</summary>
    public int Features { get; }

    /// <summary>How many ciphertexts it takes.</summary>
    public abstract int CiphertextCount { get; }

    /// <summary>Where a feature of a row stands.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row or feature.</exception>
    public SlotPlace Place(int row, int feature)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
        ArgumentOutOfRangeException.ThrowIfNegative(feature);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(feature, Features);
        return PlaceOf(row, feature);
    }

    /// <summary>Lays out one ciphertext's numbers.</summary>
    /// <param name="values">All numbers, row by row.</param>
    /// <param name="ciphertext">Which ciphertext.</param>
    /// <param name="slots">Takes as many numbers as there are slots; those without a number take 0.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such ciphertext.</exception>
    public void Pack(ReadOnlySpan<double> values, int ciphertext, Span<double> slots)
    {
        Require(values.Length, ciphertext, slots.Length);
        slots.Clear();
        PackInto(values, ciphertext, slots);
    }

    /// <summary>Takes one ciphertext's numbers out of decoded slots.</summary>
    /// <param name="slots">The decoded slots.</param>
    /// <param name="ciphertext">Which ciphertext they are of.</param>
    /// <param name="values">All numbers, row by row, of which this ciphertext's are written.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such ciphertext.</exception>
    public void Unpack(ReadOnlySpan<double> slots, int ciphertext, Span<double> values)
    {
        Require(values.Length, ciphertext, slots.Length);
        UnpackFrom(slots, ciphertext, values);
    }

    private protected abstract SlotPlace PlaceOf(int row, int feature);

    private protected abstract void PackInto(ReadOnlySpan<double> values, int ciphertext, Span<double> slots);

    private protected abstract void UnpackFrom(ReadOnlySpan<double> slots, int ciphertext, Span<double> values);

    private void Require(int values, int ciphertext, int slots)
    {
        if (values != (long)Rows * Features || slots != SlotCount)
        {
            throw new ArgumentException($"{Rows} rows of {Features} are {(long)Rows * Features} numbers, in ciphertexts of {SlotCount} slots; {values} numbers and {slots} slots were given.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(ciphertext);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(ciphertext, CiphertextCount);
    }
}
