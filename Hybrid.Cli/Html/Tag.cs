using System.Xml.Linq;

namespace Hybrid.Cli.Html;

/// <summary>Elements of a page. Texts are escaped when the page is written, so whatever a model is called stays text.</summary>
internal static class Tag
{
    private static readonly string[] Void = ["meta", "br", "hr", "rect", "line", "col"];

    /// <summary>An element without attributes of its own.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="content">Texts, elements, sequences of them and, made by With or Class, attributes.</param>
    public static XElement Of(string name, params ReadOnlySpan<object?> content)
    {
        // An element that a browser expects an end of gets one even where it is empty.
        var element = new XElement(name, content.ToArray());
        if (element.IsEmpty && Array.IndexOf(Void, name) < 0)
        {
            element.Add(string.Empty);
        }

        return element;
    }

    /// <summary>An attribute.</summary>
    public static XAttribute With(string name, string value) => new(name, value);

    /// <summary>An attribute that is a number.</summary>
    public static XAttribute With(string name, double value) => new(name, value.ToString("0.##", System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>A class.</summary>
    public static XAttribute Class(string name) => new("class", name);

    /// <summary>A table: columns of texts to the left, those of numbers to the right.</summary>
    /// <param name="columns">The columns' titles; those of numbers begin with &gt;.</param>
    /// <param name="rows">As many cells a row, texts or elements.</param>
    /// <exception cref="ArgumentException">A row has more or fewer cells than there are columns.</exception>
    public static XElement Table(string[] columns, IEnumerable<object[]> rows)
    {
        XAttribute? Align(int column) => columns[column].StartsWith('>') ? Class("number") : null;
        object[] Checked(object[] row) => row.Length == columns.Length
            ? row
            : throw new ArgumentException($"A row has {row.Length} cells where there are {columns.Length} columns.", nameof(rows));
        return Of(
            "div",
            Class("wide"),
            Of(
                "table",
                Of("thead", Of("tr", columns.Select((title, i) => Of("th", Align(i), title.TrimStart('>'))))),
                Of("tbody", rows.Select(row => Of("tr", Checked(row).Select((cell, i) => Of("td", Align(i), cell)))))));
    }
}
