using System.Globalization;
using System.Text;
using System.Numerics.Tensors;

namespace Hybrid.Models;

/// <summary>Rows of numbers under named columns, read from CSV: a header line, commas, decimal points, no quotes needed.</summary>
public sealed class DataTable
{
    /// <summary>The name of the column that holds known labels, which no model takes as a feature.</summary>
    public const string LabelColumn = "label";

    /// <summary>The largest file read.</summary>
    public const int MaximumFileBytes = 1 << 28;

    private readonly double[] _values;
    private readonly int[] _lines;

    private DataTable(string source, string[] columns, double[] values, int[] lines)
    {
        Source = source;
        Columns = columns;
        _values = values;
        _lines = lines;
    }

    /// <summary>Where the table came from, for messages.</summary>
    public string Source { get; }

    /// <summary>Names of the columns.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Number of rows.</summary>
    public int Rows => _lines.Length;

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatRefusedException">The file is missing or malformed: line and column are named.</exception>
    public static DataTable Load(string path) => Parse(Encoding.UTF8.GetString(FileReader.ReadAll(path, MaximumFileBytes, "data")), path);

    /// <summary>Reads text.</summary>
    /// <param name="text">The CSV.</param>
    /// <param name="source">What to call it in errors.</param>
    /// <exception cref="FormatRefusedException">The text is malformed: line and column are named.</exception>
    public static DataTable Parse(string text, string source)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[]? columns = null;
        var values = new List<double>();
        var lines = new List<int>();
        int number = 0;
        foreach (ReadOnlySpan<char> raw in text.AsSpan().TrimStart('\uFEFF').EnumerateLines())
        {
            number++;
            ReadOnlySpan<char> line = raw.Trim();
            if (line.IsEmpty)
            {
                continue;
            }

            if (columns is null)
            {
                columns = Header(line, source, number);
            }
            else
            {
                Row(line, columns, values, source, number);
                lines.Add(number);
            }
        }

        return columns is null
            ? throw new FormatRefusedException($"{source} is empty: it needs a header line that names its columns.")
            : new DataTable(source, columns, [.. values], [.. lines]);
    }

    /// <summary>The first rows only.</summary>
    public DataTable Take(int rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        int kept = Math.Min(rows, Rows);
        return new DataTable(Source, [.. Columns], _values[..(kept * Columns.Count)], _lines[..kept]);
    }

    /// <summary>The columns of the given names, in that order, as a tensor (rows, names).</summary>
    /// <exception cref="FormatRefusedException">A column is missing, or there are others besides the label.</exception>
    public Tensor<double> Select(IReadOnlyList<string> features)
    {
        ArgumentNullException.ThrowIfNull(features);
        var places = new int[features.Count];
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = IndexOf(features[i]);
        }

        string[] missing = [.. features.Where((_, i) => places[i] < 0)];
        string[] unknown = [.. Columns.Where(column => column != LabelColumn && !features.Contains(column))];
        if (missing.Length > 0 || unknown.Length > 0)
        {
            throw new FormatRefusedException(
                $"{Source} has {Columns.Count(column => column != LabelColumn)} feature columns and the model takes {features.Count}: "
                + string.Join("; ", new[] { Names("missing", missing), Names("unknown", unknown) }.Where(part => part.Length > 0)) + ".");
        }

        return Tensor.Create(At(places), [Rows, places.Length]);
    }

    /// <summary>
    /// The rows that a model takes, as a tensor (rows, numbers). Columns are found by their names if the model has any for its numbers; else they
    /// are a row's numbers in order, and a column more than there are numbers is the label.
    /// </summary>
    /// <param name="card">What is known of the model.</param>
    /// <exception cref="FormatRefusedException">The columns are not those that the model takes.</exception>
    public Tensor<double> Select(ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        if (card.Features.Count > 0)
        {
            return Select(card.Features);
        }

        int label = LabelPlace(card);
        int[] places = [.. Enumerable.Range(0, Columns.Count).Where(place => place != label)];
        if (places.Length != card.FeatureCount)
        {
            throw new FormatRefusedException(
                $"{Source} has {places.Length} columns of numbers, and the model {card.Name} takes {card.FeatureCount} for a row of shape {card.RowShape}, "
                + $"in order, with a column called {LabelColumn} or none.");
        }

        return Tensor.Create(At(places), [Rows, places.Length]);
    }

    /// <summary>The known labels of a model's rows; null if there are none.</summary>
    /// <param name="card">What is known of the model: <see cref="Select(ModelCard)"/> says which column is the label.</param>
    public double[]? Labels(ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        int place = LabelPlace(card);
        return place < 0 ? null : At([place]);
    }

    /// <summary>The label column; null if there is none.</summary>
    public double[]? Labels()
    {
        int place = IndexOf(LabelColumn);
        return place < 0 ? null : At([place]);
    }

    /// <summary>The line of the source that a row stands on, from 1.</summary>
    public int Line(int row) => _lines[row];

    private static string Names(string what, string[] names) => names.Length == 0
        ? string.Empty
        : $"{what} {string.Join(", ", names.Take(5))}{(names.Length > 5 ? $" and {names.Length - 5} more" : string.Empty)}";

    private static string[] Header(ReadOnlySpan<char> line, string source, int number)
    {
        string[] columns = [.. line.ToString().Split(',').Select(name => name.Trim().Trim('"'))];
        for (int i = 0; i < columns.Length; i++)
        {
            if (columns[i].Length == 0 || !Printable.Is(columns[i]) || double.TryParse(columns[i], NumberStyles.Float, CultureInfo.InvariantCulture, out _))
            {
                throw new FormatRefusedException($"{source}, line {number}, column {i + 1}: \"{Printable.Shortened(columns[i])}\" is no column name; the first line must name the columns.");
            }

            if (Array.IndexOf(columns, columns[i]) < i)
            {
                throw new FormatRefusedException($"{source}, line {number}, column {i + 1}: the name {Printable.Shortened(columns[i])} is there twice.");
            }
        }

        return columns;
    }

    private static void Row(ReadOnlySpan<char> line, string[] columns, List<double> values, string source, int number)
    {
        int column = 0;
        foreach (Range range in line.Split(','))
        {
            ReadOnlySpan<char> cell = line[range].Trim().Trim('"');
            if (column < columns.Length)
            {
                if (!double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
                {
                    throw new FormatRefusedException($"{source}, line {number}, column {column + 1} ({columns[column]}): \"{Printable.Shortened(cell)}\" is no number.");
                }

                if (!double.IsFinite(value))
                {
                    throw new FormatRefusedException($"{source}, line {number}, column {column + 1} ({columns[column]}): {Printable.Shortened(cell)} is not finite; remove the row or give a number.");
                }

                values.Add(value);
            }

            column++;
        }

        if (column != columns.Length)
        {
            throw new FormatRefusedException($"{source}, line {number}: {column} cells where the header names {columns.Length}.");
        }
    }

    private int LabelPlace(ModelCard card) =>
        IndexOf(LabelColumn) is var named and >= 0 ? named
        : card.Features.Count == 0 && Columns.Count == card.FeatureCount + 1 ? Columns.Count - 1
        : -1;

    // Columns, row by row.
    private double[] At(int[] places)
    {
        var selected = new double[Rows * places.Length];
        for (int row = 0; row < Rows; row++)
        {
            for (int i = 0; i < places.Length; i++)
            {
                selected[(row * places.Length) + i] = _values[(row * Columns.Count) + places[i]];
            }
        }

        return selected;
    }

    private int IndexOf(string column)
    {
        for (int i = 0; i < Columns.Count; i++)
        {
            if (Columns[i] == column)
            {
                return i;
            }
        }

        return -1;
    }
}
