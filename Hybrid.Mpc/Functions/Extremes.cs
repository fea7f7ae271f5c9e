using Hybrid.Mpc.Circuits;
using Hybrid.Numerics;
using Hybrid.Tensors;

namespace Hybrid.Mpc.Functions;

/// <summary>The greatest of many: a tournament of groups of four, all pairs of a group compared at once.</summary>
/// <remarks>
/// A level takes five rounds by tree (comparisons, an AND, a selection), three by function sharing, and leaves a quarter of the
/// elements: 6 comparisons for 3 that drop out, against 3 in twice the rounds.
/// </remarks>
public static class Extremes
{
    private const int GroupSize = 4;

    /// <summary>The greatest element along a dimension.</summary>
    public static Wire Max(this Wire x, int axis, bool keepDimension = false) => Restore(Tournament(x, axis, withIndex: false).Value, x, axis, keepDimension);

    /// <summary>The least element along a dimension.</summary>
    public static Wire Min(this Wire x, int axis, bool keepDimension = false) => x.Negate().Max(axis, keepDimension).Negate();

    /// <summary>Where the greatest element along a dimension is, without fraction bits: the first place of several.</summary>
    public static Wire ArgMax(this Wire x, int axis, bool keepDimension = false) =>
        Restore(Tournament(x, axis, withIndex: true).Index!, x, axis, keepDimension);

    /// <summary>Where the least element along a dimension is, without fraction bits: the first place of several.</summary>
    public static Wire ArgMin(this Wire x, int axis, bool keepDimension = false) => x.Negate().ArgMax(axis, keepDimension);

    /// <summary>The greatest elements of windows of images (N, C, H, W); cells of the padding never win.</summary>
    public static Wire MaxPool(this Wire x, int windowHeight, int windowWidth, Conv2dGeometry geometry)
    {
        Circuit circuit = Linear.Of(x);
        Shape planes = TensorShuffle.WindowsShape(x.Shape, windowHeight, windowWidth, geometry);
        Shape pooled = TensorShuffle.SummedWindowsShape(x.Shape, windowHeight, windowWidth, geometry);
        ulong outside = unchecked((ulong)(long)x.Range.Low);
        Wire windows = circuit.NewWire("windows", planes, x.FractionBits, x.Range);
        circuit.AddLocal($"windows {windowHeight} × {windowWidth}, {geometry}", windows, [x], values =>
            TensorShuffle.Windows(
                values.Words(x.Id), x.Shape, windowHeight, windowWidth, geometry, values.IsFirst ? outside : 0, values.New(windows)));
        return windows.Max(0).Reshape([.. pooled.Lengths]);
    }

    // The greatest along a dimension that is moved to the front, the others one after the other.
    private static (Wire Value, Wire? Index) Tournament(Wire x, int axis, bool withIndex)
    {
        ArgumentNullException.ThrowIfNull(x);
        Shaping.RequireAxis(x, axis);
        if (x.Shape[axis] == 0)
        {
            throw new ParameterException(ParameterFault.OutOfRange, $"The {x} has nothing along dimension {axis}, so nothing is greatest there.");
        }

        int rest = x.Count / x.Shape[axis];
        int[] order = [axis, .. Enumerable.Range(0, x.Shape.Rank).Where(other => other != axis)];
        Wire value = (axis == 0 ? x : x.Transpose(order)).Reshape(x.Shape[axis], rest);
        Wire? index = null;
        int places = value.Shape[0];
        bool isFirst = true;
        while (value.Shape[0] > 1)
        {
            (value, index) = Level(value, isFirst ? null : index, withIndex, places);
            isFirst = false;
        }

        if (withIndex && index is null)
        {
            index = value.Relabel(0).Product(PublicTensor.Of(0, 0));
        }

        return (value, index);
    }

    // Neighbours meet, so that of equal ones the first is left; the later groups may have one member less.
    private static (Wire Value, Wire? Index) Level(Wire value, Wire? index, bool withIndex, int places)
    {
        int rows = value.Shape[0];
        int groups = (rows + GroupSize - 1) / GroupSize;
        int members = (rows + groups - 1) / groups;
        int whole = rows - ((members - 1) * groups);
        var values = new List<Wire>();
        var indices = new List<Wire>();
        foreach ((int start, int size, int count) in new[] { (0, whole, members), (whole * members, groups - whole, members - 1) })
        {
            if (size == 0)
            {
                continue;
            }

            Wire[] group = Members(value, start, size, count);
            BitWire[] wins = count == 1 ? [] : Wins(group);
            values.Add(count == 1 ? group[0] : wins.Zip(group, (win, one) => win.Times(one)).Aggregate((a, b) => a.AddExclusive(b)).Narrow(value.Range));
            if (withIndex)
            {
                indices.Add(Places(index, wins, start, size, count, value.Shape[1], places));
            }
        }

        return (Shaping.Concat(0, [.. values]), withIndex ? Shaping.Concat(0, [.. indices]) : null);
    }

    // The first members of all groups, the second ones, and so on.
    private static Wire[] Members(Wire rows, int start, int size, int count) =>
        [.. Enumerable.Range(0, count).Select(member => rows.Slice([start + member, 0], [size, rows.Shape[1]], [count, 1]))];

    // Whether each member is the greatest of its group, and the first of those.
    private static BitWire[] Wins(Wire[] group)
    {
        var less = new BitWire[group.Length, group.Length];
        for (int i = 0; i < group.Length; i++)
        {
            for (int j = i + 1; j < group.Length; j++)
                less[i, j] = group[i].Less(group[j]);
        }

        BitWire[] wins = new BitWire[group.Length];
        for (int i = 0; i < group.Length; i++)
        {
            var factors = new List<BitWire>();
            for (int j = 0; j < group.Length; j++)
            {
                if (j != i)
                {
                    factors.Add(j < i ? less[j, i] : less[i, j].Not());
                }
            }

            wins[i] = BitFunctions.And([.. factors]);
        }

        return wins;
    }

    // The winners' places: public numbers in the first level, secret ones after.
    private static Wire Places(Wire? index, BitWire[] wins, int start, int size, int count, int rest, int all)
    {
        var range = new WordRange(0, all - 1);
        if (index is not null)
        {
            Wire[] members = Members(index, start, size, count);
            return count == 1 ? members[0] : wins.Zip(members, (win, one) => win.Times(one)).Aggregate((a, b) => a.AddExclusive(b)).Narrow(range);
        }

        Wire?[] words = count == 1 ? [null] : [.. wins.Select(win => win.ToWire())];
        Wire? sum = null;
        for (int member = 0; member < count; member++)
        {
            long[] integers = [.. Enumerable.Range(0, size * rest).Select(i => (long)(start + member + (i / rest * count)))];
            var constants = new PublicTensor(new Shape(size, rest), 0, integers);
            Wire place = words[member] is { } word ? word.Product(constants) : throw new InvalidOperationException("A group of one has no winner to find.");
            sum = sum is null ? place : sum.Add(place);
        }

        return sum!.Narrow(range);
    }

    private static Wire Restore(Wire result, Wire x, int axis, bool keepDimension)
    {
        int[] lengths = [.. x.Shape.Lengths];
        int[] shape = keepDimension
            ? [.. lengths.Select((length, dimension) => dimension == axis ? 1 : length)]
            : [.. lengths.Where((_, dimension) => dimension != axis)];
        return result.Reshape(shape.Length == 0 ? [1] : shape);
    }
}
