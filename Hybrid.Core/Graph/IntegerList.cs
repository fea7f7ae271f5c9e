using System.Collections.Immutable;

namespace Hybrid.Graph;

/// <summary>Integers of an op, such as dimensions or places: equal if they are the same ones.</summary>
public readonly struct IntegerList : IEquatable<IntegerList>
{
    private readonly ImmutableArray<int> _items;

    /// <summary>Takes the integers.</summary>
    public IntegerList(params ReadOnlySpan<int> items) => _items = [.. items];

    /// <summary>The integers.</summary>
    public ImmutableArray<int> Items => _items.IsDefault ? [] : _items;

    /// <summary>How many.</summary>
    public int Count => Items.Length;

    /// <summary>The integers, to read.</summary>
    public ReadOnlySpan<int> AsSpan() => Items.AsSpan();

    /// <summary>One of them.</summary>
    public int this[int index] => Items[index];

    /// <summary>Whether both have the same integers in the same order.</summary>
    public static bool operator ==(IntegerList left, IntegerList right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(IntegerList left, IntegerList right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(IntegerList other) => AsSpan().SequenceEqual(other.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is IntegerList other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (int item in Items)
            hash.Add(item);
        return hash.ToHashCode();
    }

    /// <summary>As in [0, 2]; where there are very many, their number and a digest.</summary>
    public override string ToString() => $"[{string.Join(", ", Items)}]";
}
