using Hybrid.Mpc.Circuits;
using Hybrid.Numerics;

namespace Hybrid.Mpc.Functions;

/// <summary>Sorting by a network of comparisons that depends on the length alone.</summary>
/// <remarks>
/// Source: Knuth, "The Art of Computer Programming", volume 3, section 5.2.2, algorithm M (Batcher's merge exchange), which takes any
/// length. n elements take about (log n)² / 2 layers, of four rounds each by tree and two by function sharing.
/// </remarks>
public static class Sorting
{
    /// <summary>The elements along a dimension in order.</summary>
    public static Wire Sort(this Wire x, int axis, bool descending = false) => Ordered(x, axis, descending, withPlaces: false).Values;

    /// <summary>Where the elements of <see cref="Sort"/> come from, without fraction bits; equal elements in no particular order.</summary>
    public static Wire ArgSort(this Wire x, int axis, bool descending = false) => Ordered(x, axis, descending, withPlaces: true).Places!;

    /// <summary>The greatest k along a dimension in descending order, and where they come from, without fraction bits.</summary>
    /// <exception cref="ParameterException">k is not in [1, length of the dimension].</exception>
    public static (Wire Values, Wire Places) TopK(this Wire x, int axis, int k)
    {
        ArgumentNullException.ThrowIfNull(x);
        Shaping.RequireAxis(x, axis);
        if (k < 1 || k > x.Shape[axis])
        {
            throw new ParameterException(ParameterFault.OutOfRange, $"The greatest {k} along dimension {axis} of the {x} were asked for: choose 1 to {x.Shape[axis]}.");
        }

        (Wire values, Wire? places) = Ordered(x, axis, descending: true, withPlaces: true);
        return (values.Slice(axis, 0, k), places!.Slice(axis, 0, k));
    }

    private static (Wire Values, Wire? Places) Ordered(Wire x, int axis, bool descending, bool withPlaces)
    {
        ArgumentNullException.ThrowIfNull(x);
        Shaping.RequireAxis(x, axis);
        int n = x.Shape[axis];
        int[] order = [axis, .. Enumerable.Range(0, x.Shape.Rank).Where(other => other != axis)];
        Wire front = axis == 0 ? x : x.Transpose(order);
        int rest = n == 0 ? 0 : x.Count / n;
        Wire[] rows = [.. Enumerable.Range(0, n).Select(row => front.Slice(0, row, 1).Reshape(rest))];
        Wire[]? places = withPlaces
            ? [.. rows.Select((row, place) => row.Product(PublicTensor.Of(0, 0)).Relabel(0).Add(PublicTensor.Of(place, 0)))]
            : null;
        foreach ((int Low, int High)[] layer in Network(n))
        {
            if (rest > 0)
            {
                Exchange(rows, places, layer, descending, n);
            }
        }

        return (Restore(rows, front, order), places is null ? null : Restore(places, front, order));
    }

    // One layer: all its pairs in one comparison.
    private static void Exchange(Wire[] rows, Wire[]? places, (int Low, int High)[] layer, bool descending, int n)
    {
        Wire low = Shaping.Concat(0, [.. layer.Select(pair => rows[pair.Low])]);
        Wire high = Shaping.Concat(0, [.. layer.Select(pair => rows[pair.High])]);
        Wire difference = high.Subtract(low);
        (MaskedWire masked, System.Collections.Immutable.ImmutableArray<BitWire> bits) =
            Comparing.Compare(difference, [descending ? 1 : 0], 1);
        BitWire swap = descending ? bits[0].Not() : bits[0];
        Wire move = masked.Select(swap, 0).Product;
        Wire newLow = low.Add(move).Narrow(low.Range.Union(high.Range));
        Wire newHigh = high.Subtract(move).Narrow(low.Range.Union(high.Range));
        Scatter(rows, layer, newLow, newHigh);
        if (places is not null)
        {
            Wire lowPlaces = Shaping.Concat(0, [.. layer.Select(pair => places[pair.Low])]);
            Wire highPlaces = Shaping.Concat(0, [.. layer.Select(pair => places[pair.High])]);
            Wire placeMove = swap.Times(highPlaces.Subtract(lowPlaces));
            var range = new WordRange(0, n - 1);
            Scatter(places, layer, lowPlaces.Add(placeMove).Narrow(range), highPlaces.Subtract(placeMove).Narrow(range));
        }
    }

    private static void Scatter(Wire[] rows, (int Low, int High)[] layer, Wire low, Wire high)
    {
        int rest = rows[layer[0].Low].Count;
        for (int pair = 0; pair < layer.Length; pair++)
        {
            rows[layer[pair].Low] = low.Slice(0, pair * rest, rest);
            rows[layer[pair].High] = high.Slice(0, pair * rest, rest);
        }
    }

    private static Wire Restore(Wire[] rows, Wire front, int[] order)
    {
        if (rows.Length == 0)
        {
            return front.Transpose(Inverse(order));
        }

        Wire sorted = Shaping.Concat(0, [.. rows]).Reshape([.. front.Shape.Lengths]);
        return order[0] == 0 ? sorted : sorted.Transpose(Inverse(order));
    }

    private static int[] Inverse(int[] order)
    {
        var inverse = new int[order.Length];
        for (int i = 0; i < order.Length; i++)
            inverse[order[i]] = i;
        return inverse;
    }

    // The layers of pairs to put in order, the first element of a pair coming first.
    private static IEnumerable<(int Low, int High)[]> Network(int n)
    {
        if (n < 2)
        {
            yield break;
        }

        int top = 1 << (31 - System.Numerics.BitOperations.LeadingZeroCount((uint)(n - 1)));
        for (int p = top; p > 0; p >>= 1)
        {
            (int q, int r, int d) = (top, 0, p);
            while (true)
            {
                (int, int)[] layer = [.. Enumerable.Range(0, n - d).Where(i => (i & p) == r).Select(i => (i, i + d))];
                if (layer.Length > 0)
                {
                    yield return layer;
                }

                if (q == p)
                {
                    break;
                }

                (d, q, r) = (q - p, q >> 1, p);
            }
        }
    }
}
