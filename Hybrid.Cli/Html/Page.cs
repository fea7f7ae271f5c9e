using System.Xml.Linq;

namespace Hybrid.Cli.Html;

/// <summary>A page that is whole in one file: no scripts, nothing from elsewhere, light or dark as the reader's system is.</summary>
internal static class Page
{
    private const string Style = """

        :root { color-scheme: light dark; --ink: #1d2329; --soft: #5c6670; --line: #d9dee3; --paper: #ffffff; --band: #f5f7f9;
          --client: #3572b0; --server: #c65a33; --both: #7d5ba6; --sending: #d19a1c; --waiting: #a3abb3; --measured: #2f8f83;
          --paillier: #b0506b; --ckks: #3572b0; --shares: #4f8a3c; --plain: #8a939b; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e4e8ec; --soft: #9aa5af; --line: #39424b; --paper: #15191d; --band: #1d2328;
            --client: #6aa5e0; --server: #e58660; --both: #ab8bd3; --sending: #e0b44c; --waiting: #6d7780; --measured: #55bdb0;
            --paillier: #d97f98; --ckks: #6aa5e0; --shares: #86bd72; --plain: #7d868e; } }
        body { margin: 0 auto; max-width: 84rem; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
          font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
        h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .3rem; }
        h2 { font-size: 1.2rem; margin: 2.6rem 0 .4rem; }
        h3 { font-size: 1rem; margin: 1.6rem 0 .3rem; }
        p { margin: .3rem 0; max-width: 46rem; }
        .facts, .note, figcaption { color: var(--soft); }
        .wide { overflow-x: auto; margin: .6rem 0; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        th, td { text-align: left; vertical-align: top; padding: .28rem .6rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
        td:last-child:not(.number) { white-space: normal; min-width: 15rem; }
        th { color: var(--soft); font-weight: 600; border-bottom-width: 2px; }
        .number { text-align: right; }
        .chosen { font-weight: 600; }
        figure { margin: 1.2rem 0; }
        svg { display: block; width: 100%; max-width: 760px; height: auto; }
        svg text { font-size: 12.5px; fill: var(--ink); }
        svg text.label { text-anchor: end; }
        .legend { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; font-size: .87rem; }
        .legend i { display: inline-block; width: .8em; height: .8em; margin-right: .4em; border-radius: 2px; }
        .client { fill: var(--client); background: var(--client); } .server { fill: var(--server); background: var(--server); }
        .both { fill: var(--both); background: var(--both); } .sending { fill: var(--sending); background: var(--sending); }
        .waiting { fill: var(--waiting); background: var(--waiting); } .measured { fill: var(--measured); background: var(--measured); }
        .paillier { fill: var(--paillier); background: var(--paillier); } .ckks { fill: var(--ckks); background: var(--ckks); }
        .shares { fill: var(--shares); background: var(--shares); } .plain { fill: var(--plain); background: var(--plain); }

        """;

    /// <summary>The page as text.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="body">What it shows.</param>
    public static string Write(string title, params ReadOnlySpan<object?> body)
    {
        XElement page = Tag.Of(
            "html",
            Tag.With("lang", "en"),
            Tag.Of(
                "head",
                Tag.Of("meta", Tag.With("charset", "utf-8")),
                Tag.Of("meta", Tag.With("name", "viewport"), Tag.With("content", "width=device-width, initial-scale=1")),
                Tag.Of("title", title),
                Tag.Of("style", Style)),
            Tag.Of("body", body));
        return $"<!DOCTYPE html>\n{page}\n";
    }
}
