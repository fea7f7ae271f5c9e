using System.Text.Json;
using System.Xml;
using System.Xml.Linq;

namespace Hybrid.Tests.Cli;

[TestClass]
public sealed class CompareTests
{
    [TestMethod]
    public void It_shows_whole_plans_and_every_op_in_every_scheme()
    {
        CliResult result = CliProcess.Run("compare", "--model", "digits");
        Assert.AreEqual(0, result.ExitCode, result.Error);
        Assert.AreEqual(string.Empty, result.Error);
        foreach (string word in new[] { "all-paillier", "all-ckks", "all-shares", "chosen", "MatMul3", "Add4", "err beside the encoding of inputs" })
        {
            Assert.Contains(word, result.Output);
        }

        Assert.DoesNotContain("measured", result.Output);
        Assert.IsLessThanOrEqualTo(110, result.Output.Split('\n').Max(line => line.Length));
    }

    [TestMethod]
    public void A_plan_that_cannot_be_says_why()
    {
        JsonElement[] variants = [.. Compare("--model", "breast-cancer").GetProperty("variants").EnumerateArray()];
        StringAssert.Contains(variants[2].GetProperty("refusal").GetString()!, "Shares cannot compute");
        Assert.AreEqual(JsonValueKind.Null, variants[2].GetProperty("cost").ValueKind);
        Assert.IsNotNull(variants[3].GetProperty("sameAs").GetString());
    }

    [TestMethod]
    [DataRow("loopback")]
    [DataRow("20mbit/1ms")]
    public void A_run_shows_measured_beside_expected(string link)
    {
        JsonElement report = Compare("--model", "digits-mlp", "--rows", "2", "--link", link, "--key-bits", "2048", "--run", "--runs", "1");
        foreach (JsonElement variant in report.GetProperty("variants").EnumerateArray())
        {
            string name = variant.GetProperty("name").GetString()!;
            JsonElement measured = variant.GetProperty("measured");
            Assert.IsGreaterThan(0, measured.GetProperty("seconds").GetDouble(), name);
            Assert.IsLessThanOrEqualTo(variant.GetProperty("error").GetDouble(), measured.GetProperty("error").GetDouble(), name);
            Assert.AreEqual(variant.GetProperty("bytesDealt").GetInt64(), measured.GetProperty("bytesDealt").GetInt64(), name);
            JsonElement[] steps = [.. variant.GetProperty("steps").EnumerateArray()];
            Assert.AreEqual(measured.GetProperty("bytesUp").GetInt64(), steps.Sum(step => step.GetProperty("measured").GetProperty("bytesUp").GetInt64()), name);
            // Keys are chosen as they were planned, for the link and the machines.
            if (name != "all-paillier")
            {
                Assert.AreEqual(variant.GetProperty("cost").GetProperty("bytesUp").GetInt64(), measured.GetProperty("bytesUp").GetInt64());
                Assert.AreEqual(variant.GetProperty("cost").GetProperty("bytesDown").GetInt64(), measured.GetProperty("bytesDown").GetInt64());
            }
        }
    }

    [TestMethod]
    public void A_plan_that_would_take_long_is_not_run()
    {
        CliResult result = CliProcess.Run("compare", "--model", "digits-mlp", "--link", "loopback", "--run", "--runs", "1", "--longest", "0.5");
        Assert.AreEqual(0, result.ExitCode, result.Error);
        Assert.Contains("all-paillier was not run", result.Output);
        Assert.Contains("measured", result.Output);
    }

    [TestMethod]
    public void The_page_is_well_formed_whole_and_without_scripts()
    {
        using var directory = new TemporaryDirectory();
        string model = directory["<b>&'\".json"];
        File.Copy(Path.Combine(AppContext.BaseDirectory, "samples", "diabetes.json"), model);
        CliResult result = CliProcess.Run("compare", "--model", model, "--rows", "3", "--run", "--runs", "1", "--link", "loopback", "--html", directory["page.html"]);
        Assert.AreEqual(0, result.ExitCode, result.Error);
        Assert.Contains("measured", result.Output);
        string page = File.ReadAllText(directory["page.html"]);
        StringAssert.StartsWith(page, "<!DOCTYPE html>");
        foreach (string absent in new[] { "<script", "http:", "https:", "url(", "@import", "<b>" })
        {
            Assert.DoesNotContain(absent, page);
        }

        var names = new HashSet<string>();
        using XmlReader reader = XmlReader.Create(new StringReader(page), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        while (reader.Read())
        {
            if (reader.NodeType == XmlNodeType.Element)
            {
                names.Add(reader.Name);
                // A browser takes <div/> for an opening tag.
                Assert.IsTrue(!reader.IsEmptyElement || reader.Name is "meta" or "rect", reader.Name);
            }
        }

        foreach (string name in new[] { "h1", "table", "svg", "rect", "title", "style" })
        {
            Assert.Contains(name, names);
        }

        StringAssert.Contains(page, "&lt;b&gt;&amp;'\", 3 rows, loopback");
        // Under each title its own figures: of what was run, steps have times expected and measured.
        XElement steps = XDocument.Parse(page).Descendants("table").Last();
        string[] titles = [.. steps.Descendants("th").Select(title => title.Value)];
        CollectionAssert.AreEqual(new[] { "step", "", "client", "server", "up", "down", "rounds", "time", "client, measured", "server, measured", "up, measured", "down, measured" }, titles);
        foreach (XElement row in steps.Element("tbody")!.Elements())
        {
            string[] cells = [.. row.Elements().Select(cell => cell.Value)];
            Assert.HasCount(titles.Length, cells);
            Assert.AreEqual((cells[4], cells[5]), (cells[10], cells[11]), "what was sent is what was quoted");
        }
    }

    [TestMethod]
    public void Bad_input_is_one_sentence()
    {
        CliProcess.Run("compare", "--pin", "nothing=ckks").ExpectError(1, "no op 'nothing'");
        CliProcess.Run("compare", "--html", "").ExpectError(2, "--html takes the name of a file");
        CliProcess.Run("compare", "--html", Path.Combine("no", "such", "place", "page.html")).ExpectError(1, "page.html");
        CliProcess.Run("compare", "--runs", "0").ExpectError(2, "--runs takes a number");
        CliProcess.Run("compare", "--longest", "never").ExpectError(2, "--longest takes a number");
    }

    private static JsonElement Compare(params string[] arguments) => CliProcess.Run(["compare", "--json", .. arguments]).Json();
}
