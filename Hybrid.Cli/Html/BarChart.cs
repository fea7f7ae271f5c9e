using System.Xml.Linq;

namespace Hybrid.Cli.Html;

/// <summary>A part of a bar.</summary>
/// <param name="Class">The style's class, which says what it stands for.</param>
/// <param name="Value">How long it is; not negative.</param>
/// <param name="Title">What is shown where the pointer rests on it.</param>
internal sealed record BarPart(string Class, double Value, string Title);

/// <summary>A bar.</summary>
/// <param name="Label">What stands before it.</param>
/// <param name="Parts">Its parts, from left to right.</param>
/// <param name="Text">What stands behind it.</param>
internal sealed record Bar(string Label, BarPart[] Parts, string Text)
{
    /// <summary>All parts together.</summary>
    public double Length => Parts.Sum(part => part.Value);
}

/// <summary>Horizontal bars to one linear scale, as an SVG picture in a page.</summary>
internal static class BarChart
{
    private const int Width = 760;
    private const int LabelWidth = 190;
    private const int TextWidth = 110;
    private const int RowHeight = 24;
    private const int BarHeight = 15;
    private const double FarLonger = 10;
    private const int MostPictures = 3;

    /// <summary>Draws bars, and, where long ones leave others too short to see, the shorter ones once more by themselves, and once more if need be.</summary>
    /// <param name="description">What the picture shows, for those who do not see it.</param>
    /// <param name="bars">The bars, from top to bottom.</param>
    /// <param name="legend">Classes of parts, and what they stand for.</param>
    public static IEnumerable<XElement> DrawAll(string description, IReadOnlyList<Bar> bars, params (string Class, string Name)[] legend)
    {
        yield return Draw(description, bars, legend);
        Bar[] shorter = ShorterThan(bars);
        for (int picture = 1; picture < MostPictures && shorter.Length > 0; picture++, shorter = ShorterThan(shorter))
            yield return Draw($"{description}; the shorter ones once more, to a scale of their own", shorter, legend);
    }

    // Those that are hard to see beside the longest; nothing cannot be seen at all.
    private static Bar[] ShorterThan(IReadOnlyList<Bar> bars)
    {
        double longest = bars.Max(bar => bar.Length);
        return [.. bars.Where(bar => bar.Length > 0 && bar.Length < longest / FarLonger)];
    }

    /// <summary>Draws bars.</summary>
    /// <param name="description">What the picture shows, for those who do not see it.</param>
    /// <param name="bars">The bars, from top to bottom.</param>
    /// <param name="legend">Classes of parts, and what they stand for.</param>
    public static XElement Draw(string description, IReadOnlyList<Bar> bars, params (string Class, string Name)[] legend)
    {
        double longest = bars.Select(bar => bar.Length).DefaultIfEmpty(0).Max();
        double scale = longest > 0 ? (Width - LabelWidth - TextWidth) / longest : 0;
        int height = (bars.Count * RowHeight) + 4;
        return Tag.Of(
            "figure",
            Tag.Of("figcaption", description),
            Tag.Of("p", Tag.Class("legend"), legend.Select(entry => Tag.Of("span", Tag.Of("i", Tag.Class(entry.Class)), entry.Name))),
            Tag.Of(
                "svg",
                Tag.With("viewBox", $"0 0 {Width} {height}"),
                Tag.With("role", "img"),
                Tag.With("aria-label", description),
                bars.Select((bar, i) => Row(bar, (i * RowHeight) + 4, scale))));
    }

    private static XElement Row(Bar bar, double top, double scale)
    {
        double middle = top + 11.5;
        double left = LabelWidth;
        var row = Tag.Of("g", Tag.Of("text", Tag.With("x", LabelWidth - 8), Tag.With("y", middle), Tag.Class("label"), bar.Label));
        foreach (BarPart part in bar.Parts.Where(part => part.Value > 0))
        {
            double width = part.Value * scale;
            row.Add(Tag.Of(
                "rect",
                Tag.Class(part.Class),
                Tag.With("x", left),
                Tag.With("y", top),
                // A hair's breadth is seen even where the scale makes less of it.
                Tag.With("width", Math.Max(width, 0.5)),
                Tag.With("height", BarHeight),
                Tag.Of("title", part.Title)));
            left += width;
        }

        row.Add(Tag.Of("text", Tag.With("x", left + 6), Tag.With("y", middle), bar.Text));
        return row;
    }
}
