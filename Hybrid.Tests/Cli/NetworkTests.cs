using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Hybrid.Tests.Cli;

/// <summary>Networks from ONNX files, from the command line: one process, and three.</summary>
[TestClass]
public sealed class NetworkTests
{
    private const int MostColumns = 100;

    private static TemporaryDirectory s_files = null!;

    [ClassInitialize]
    public static void MakeDirectory(TestContext context) => s_files = new TemporaryDirectory();

    [ClassCleanup]
    public static void Delete() => s_files.Dispose();

    [TestMethod]
    public void A_query_of_another_process_gives_the_label_of_the_logits_for_every_row()
    {
        using ServedDealer dealer = ServedDealer.Start();
        using ServedModel server = ServedModel.Start("--model", "digits-mlp", "--dealer", dealer.Address);
        Assert.IsTrue(server.Report.GetProperty("needsDealer").GetBoolean());
        Assert.EndsWith($" --data FILE --dealer {dealer.Address}", server.Report.GetProperty("query").GetString()!);
        JsonElement report = server.Query("--data", "digits-mlp", "--dealer", dealer.Address, "--ledger", "--steps", "--json").Json();
        Assert.AreEqual(540, report.GetProperty("rows").GetInt32());
        Assert.Contains("shares", report.GetProperty("scheme").GetString()!);
        Assert.AreEqual(0.969, report.GetProperty("accuracy").GetDouble(), 5e-4);
        double[][] logits = Logits("digits-mlp");
        CollectionAssert.AreEqual(logits.Select(row => Array.IndexOf(row, row.Max())).ToArray(), report.GetProperty("predictions").EnumerateArray().Select(label => label.GetInt32()).ToArray());
        double[][] values = [.. report.GetProperty("values").EnumerateArray().Select(row => row.EnumerateArray().Select(value => value.GetDouble()).ToArray())];
        Assert.IsLessThan(5e-3, logits.Zip(values, (expected, got) => expected.Zip(got, (x, y) => Math.Abs(x - y)).Max()).Max());
        Assert.IsGreaterThan(0, report.GetProperty("bytesDealt").GetInt64());
        Assert.IsGreaterThan(0, report.GetProperty("preparation").GetProperty("bytesUp").GetInt64());
        Assert.IsNotEmpty(report.GetProperty("steps").EnumerateArray().ToArray());
        string[] learnt = [.. report.GetProperty("ledger").EnumerateArray().Where(entry => entry.GetProperty("bits").GetInt32() > 0).Select(entry => $"{entry.GetProperty("learner")} {entry.GetProperty("value")}")];
        CollectionAssert.AreEqual(new[] { "client scores" }, learnt);

        // The same server tells another client nothing but labels.
        JsonElement labels = server.Query("--data", "digits-mlp", "--rows", "20", "--reveal", "label", "--dealer", dealer.Address, "--json").Json();
        Assert.AreEqual("label", labels.GetProperty("revealed").GetString());
        Assert.AreEqual(JsonValueKind.Null, labels.GetProperty("values").ValueKind);
        CollectionAssert.AreEqual(
            report.GetProperty("predictions").EnumerateArray().Take(20).Select(label => label.GetInt32()).ToArray(),
            labels.GetProperty("predictions").EnumerateArray().Select(label => label.GetInt32()).ToArray());
        server.Query("--data", "digits-mlp").ExpectError(1, "cannot compute Relu", "add --dealer HOST:PORT, the same one that the server was started with");
    }

    [TestMethod]
    public void A_server_that_allows_labels_alone_tells_no_scores()
    {
        using ServedDealer dealer = ServedDealer.Start();
        using ServedModel server = ServedModel.Start("--model", "digits-mlp", "--dealer", dealer.Address, "--allow", "label");
        server.Query("--data", "digits-mlp", "--rows", "3", "--dealer", dealer.Address).ExpectError(1, "would show scores", "policy");
        JsonElement labels = server.Query("--data", "digits-mlp", "--rows", "3", "--reveal", "label", "--dealer", dealer.Address, "--json").Json();
        Assert.HasCount(3, labels.GetProperty("predictions").EnumerateArray().ToArray());
        CliProcess.Run("serve", "--allow", "everything").ExpectError(2, "--allow takes scores or values or label");
    }

    [TestMethod]
    [DataRow("scores")]
    [DataRow("label")]
    public void Convolutions_agree_with_the_model_in_the_clear(string reveal)
    {
        JsonElement report = CliProcess.Run("predict", "--model", "digits-cnn", "--rows", "50", "--reveal", reveal, "--json").Json();
        Assert.AreEqual(50, report.GetProperty("rows").GetInt32());
        Assert.AreEqual(1, report.GetProperty("agreement").GetDouble());
        Assert.AreEqual(reveal, report.GetProperty("revealed").GetString());
        if (reveal == "scores")
        {
            Assert.IsLessThan(5e-3, report.GetProperty("maxError").GetDouble());
        }
        else
        {
            Assert.AreEqual(JsonValueKind.Null, report.GetProperty("maxError").ValueKind);
        }
    }

    [TestMethod]
    public void Schemes_join_where_one_is_pinned()
    {
        JsonElement report = CliProcess.Run("predict", "--model", "digits-mlp", "--rows", "20", "--scheme", "ckks", "--objective", "bytes", "--json").Json();
        Assert.AreEqual("ckks+shares", report.GetProperty("scheme").GetString());
        Assert.AreEqual(1, report.GetProperty("agreement").GetDouble());
    }

    [TestMethod]
    public void The_link_may_be_measured()
    {
        CliResult shown = CliProcess.Run("predict", "--model", "digits-mlp", "--rows", "5", "--link", "measure");
        Assert.AreEqual(0, shown.ExitCode, shown.Error);
        Assert.MatchesRegex(@"(?m)^link +\S+bit/\S+s, as measured", shown.Output);
        Assert.AreEqual("300mbit/5ms", CliProcess.Run("predict", "--model", "digits-mlp", "--rows", "5", "--link", "300mbit/5ms", "--json").Json().GetProperty("link").GetString());
    }

    [TestMethod]
    public void What_is_shown_fits_a_terminal()
    {
        CliResult shown = CliProcess.Run("predict", "--model", "digits-cnn", "--rows", "10", "--scheme", "ckks", "--steps");
        Assert.AreEqual(0, shown.ExitCode, shown.Error);
        foreach (string line in shown.Output.Split('\n'))
            Assert.IsLessThanOrEqualTo(MostColumns, line.Length, line);
    }

    [TestMethod]
    public void A_file_of_ones_own_is_checked_if_asked()
    {
        string[] arguments = ["predict", "--model", Copy("own.onnx"), "--data", Sample("digits-test.csv"), "--divide", "16", "--input-bound", "1", "--rows", "5", "--json"];
        JsonElement report = CliProcess.Run(arguments).Json();
        Assert.AreEqual("own", report.GetProperty("model").GetString());
        Assert.AreEqual(JsonValueKind.Null, report.GetProperty("agreement").ValueKind);
        Assert.AreEqual(1, CliProcess.Run([.. arguments, "--check"]).Json().GetProperty("agreement").GetDouble());
    }

    [TestMethod]
    public void Columns_count_by_their_order_and_one_more_is_the_label()
    {
        string[][] cells = [.. File.ReadLines(Sample("digits-test.csv")).Take(6).Select(line => line.Split(','))];
        string[] names = [.. Enumerable.Range(0, 64).Select(i => $"pixel {i}"), "digit"];
        File.WriteAllLines(s_files["pixels.csv"], [string.Join(',', names), .. cells.Skip(1).Select(row => string.Join(',', row))]);
        JsonElement report = CliProcess.Run("predict", "--model", "digits-mlp", "--data", s_files["pixels.csv"], "--divide", "16", "--json").Json();
        Assert.AreEqual(1, report.GetProperty("accuracy").GetDouble());
    }

    [TestMethod]
    public void Files_that_are_no_model_and_operators_that_cannot_be_computed()
    {
        byte[] good = File.ReadAllBytes(Sample("digits-mlp.onnx"));
        File.WriteAllBytes(s_files["cut.onnx"], good[..(good.Length / 2)]);
        File.WriteAllText(s_files["text.onnx"], "no model at all");
        byte[] odd = [.. good];
        foreach (int at in Enumerable.Range(0, odd.Length - 4).Where(at => odd.AsSpan(at, 4).SequenceEqual("Relu"u8)).ToArray())
            Encoding.ASCII.GetBytes("Xelu").CopyTo(odd, at);
        File.WriteAllBytes(s_files["odd.onnx"], odd);
        foreach (string verb in new[] { "predict", "serve" })
        {
            CliProcess.Run(verb, "--model", s_files["cut.onnx"]).ExpectError(1, "cut");
            CliProcess.Run(verb, "--model", s_files["text.onnx"]).ExpectError(1, "text");
            CliProcess.Run(verb, "--model", s_files["odd.onnx"]).ExpectError(1, "odd", "operators that cannot be computed", "Xelu");
            CliProcess.Run(verb, "--model", s_files["none.onnx"]).ExpectError(1, "none.onnx", "does not exist");
        }
    }

    [TestMethod]
    public void Rows_and_options_that_do_not_fit()
    {
        CliProcess.Run("predict", "--model", "digits-mlp", "--data", "breast-cancer").ExpectError(1, "30 columns", "takes 64", "label");
        CliProcess.Run("predict", "--model", "digits-mlp", "--data", Sample("digits-test.csv")).ExpectError(1, "Row 1, feature x2", "input range of ±1");
        CliProcess.Run("predict", "--model", "diabetes", "--reveal", "label").ExpectError(1, "regression", "reveal its values");
        CliProcess.Run("predict", "--model", "diabetes", "--input-bound", "4").ExpectError(1, "linear", "--input-bound");
        CliProcess.Run("predict", "--model", "digits-mlp", "--input-bound", "0").ExpectError(2, "--input-bound", "'0'");
        CliProcess.Run("predict", "--model", "digits-mlp", "--row-shape", "8,x").ExpectError(2, "--row-shape", "'8,x'");
        CliProcess.Run("predict", "--divide", "0").ExpectError(2, "--divide", "'0'");
        CliProcess.Run("predict", "--reveal", "weights").ExpectError(2, "--reveal", "'weights'");
        CliProcess.Run("serve", "--model", "digits-cnn").ExpectError(1, "cannot compute MaxPool", "add --dealer HOST:PORT, where 'hybrid dealer' runs");
    }

    private static string Copy(string name)
    {
        File.Copy(Sample("digits-mlp.onnx"), s_files[name], overwrite: true);
        return s_files[name];
    }

    private static double[][] Logits(string model) =>
        [.. File.ReadLines(Core.Repository.Sample($"{model}-logits.csv")).Select(line => line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray())];

    private static string Sample(string name) => Path.Combine(AppContext.BaseDirectory, "samples", name);
}
