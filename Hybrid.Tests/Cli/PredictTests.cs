using System.Diagnostics;
using System.Text.Json;

namespace Hybrid.Tests.Cli;

[TestClass]
public sealed class PredictTests
{
    private static ClientKey s_key = null!;

    [ClassInitialize]
    public static void MakeKey(TestContext context) => s_key = new ClientKey();

    [ClassCleanup]
    public static void DeleteKey() => s_key.Dispose();

    [TestMethod]
    public void Without_arguments_it_shows_a_private_prediction()
    {
        CliResult result = CliProcess.Run("predict");
        Assert.AreEqual(0, result.ExitCode, result.Error);
        Assert.AreEqual(string.Empty, result.Error);
        Assert.Contains("breast-cancer, 171 rows; the client learns the scores", result.Output);
        Assert.MatchesRegex("scheme +(paillier, 3072-bit key|ckks, degree 8192 and 150-bit modulus|shares, dealer in this process)", result.Output);
        Assert.Contains("accuracy  0.994 ", result.Output);
        Assert.Contains("agreement 1.000 ", result.Output);
        Assert.Contains("benign", result.Output);
        Assert.Contains("163 more", result.Output);
        Assert.DoesNotContain("why, and what hides the rest", result.Output);
    }

    [TestMethod]
    public void Json_is_one_document_with_results_and_costs()
    {
        JsonElement report = CliProcess.Run("predict", "--scheme", "paillier", "--json").Json();
        Assert.AreEqual("breast-cancer", report.GetProperty("model").GetString());
        Assert.AreEqual("paillier", report.GetProperty("scheme").GetString());
        Assert.AreEqual("3072-bit key", report.GetProperty("keys").GetString());
        ExpectPrediction(report, 171, accuracy: 0.994);
        Assert.AreEqual(1, report.GetProperty("rounds").GetInt32());
        // Less than a kilobyte a patient up, and a quarter of one down.
        Assert.IsLessThanOrEqualTo(1024.0, report.GetProperty("bytesUp").GetInt64() / 171.0);
        Assert.IsLessThanOrEqualTo(256.0, report.GetProperty("bytesDown").GetInt64() / 171.0);
        foreach (JsonElement phase in new[] { report, report.GetProperty("setUp") })
        {
            double wall = phase.GetProperty("wallSeconds").GetDouble();
            double client = phase.GetProperty("client").GetProperty("seconds").GetDouble();
            double server = phase.GetProperty("server").GetProperty("seconds").GetDouble();
            Assert.IsGreaterThan(0, client);
            Assert.IsGreaterThan(0, server);
            Assert.IsLessThanOrEqualTo(wall, client);
            Assert.IsLessThanOrEqualTo(wall, server);
            Assert.IsGreaterThan(0, phase.GetProperty("bytesUp").GetInt64());
            Assert.IsGreaterThan(0, phase.GetProperty("bytesDown").GetInt64());
        }

        CollectionAssert.IsSubsetOf(Numbers(report, "predictions").Distinct().ToArray(), new[] { 0.0, 1.0 });
        Assert.AreEqual(JsonValueKind.Null, report.GetProperty("ledger").ValueKind);
    }

    [TestMethod]
    public void One_row_costs_a_ciphertext_for_each_feature()
    {
        JsonElement report = CliProcess.Run("predict", "--scheme", "paillier", "--rows", "1", "--json").Json();
        ExpectPrediction(report, 1, accuracy: 1);
        Assert.IsLessThanOrEqualTo(24_000, report.GetProperty("bytesUp").GetInt64());
        Assert.IsLessThanOrEqualTo(1024, report.GetProperty("bytesDown").GetInt64());
    }

    [TestMethod]
    public void Ten_classes()
    {
        JsonElement report = Predict("--model", "digits");
        ExpectPrediction(report, 540, accuracy: 0.978);
        Assert.HasCount(10, report.GetProperty("labels").EnumerateArray().ToArray());
        foreach (JsonElement row in report.GetProperty("values").EnumerateArray())
        {
            Assert.AreEqual(1, row.EnumerateArray().Sum(value => value.GetDouble()), 1e-9);
        }
    }

    [TestMethod]
    public void A_regression()
    {
        JsonElement report = Predict("--model", "diabetes");
        ExpectPrediction(report, 133, accuracy: null);
        Assert.AreEqual(0.569, report.GetProperty("r2").GetDouble(), 0.01);
        Assert.IsEmpty(report.GetProperty("labels").EnumerateArray().ToArray());

        CliResult shown = CliProcess.Run("predict", "--model", "diabetes", "--rows", "1", "--keys", s_key.Directory);
        Assert.Contains("diabetes, 1 row; ", shown.Output);
        Assert.DoesNotContain("accuracy", shown.Output);
        Assert.DoesNotContain("more;", shown.Output);
    }

    [TestMethod]
    public void A_variance_that_is_no_number_is_left_out()
    {
        using var directory = new TemporaryDirectory();
        string[] lines = File.ReadAllLines(Sample("diabetes-test.csv"));
        File.WriteAllLines(directory["same.csv"], [lines[0], lines[1], lines[1]]);
        JsonElement report = Predict("--model", "diabetes", "--data", directory["same.csv"]);
        Assert.AreEqual(JsonValueKind.Null, report.GetProperty("r2").ValueKind);
    }

    [TestMethod]
    public void Schemes_agree_to_the_last_bit_and_auto_takes_one_of_them()
    {
        Dictionary<string, JsonElement> pinned = new[] { "paillier", "ckks" }.ToDictionary(
            scheme => scheme, scheme => CliProcess.Run("predict", "--rows", "20", "--scheme", scheme, "--reveal", "scores", "--link", "wan", "--json").Json());
        JsonElement auto = CliProcess.Run("predict", "--rows", "20", "--link", "wan", "--json").Json();
        Assert.AreEqual(pinned["paillier"].GetProperty("values").GetRawText(), pinned["ckks"].GetProperty("values").GetRawText());
        Assert.AreEqual(pinned["paillier"].GetProperty("maxError").GetRawText(), pinned["ckks"].GetProperty("maxError").GetRawText());
        JsonElement taken = pinned[auto.GetProperty("scheme").GetString()!];
        foreach (string member in new[] { "scheme", "keys", "values", "bytesUp", "bytesDown" })
        {
            Assert.AreEqual(taken.GetProperty(member).GetRawText(), auto.GetProperty(member).GetRawText(), member);
        }
    }

    [TestMethod]
    public void The_ledger_lists_the_clients_scores_and_no_value_for_the_server()
    {
        string[] arguments = ["predict", "--rows", "3", "--keys", s_key.Directory, "--ledger"];
        JsonElement report = CliProcess.Run([.. arguments, "--json"]).Json();
        (string Learner, string Value)[] entries =
            [.. report.GetProperty("ledger").EnumerateArray().Select(entry => (entry.GetProperty("learner").GetString()!, entry.GetProperty("value").GetString()!))];
        CollectionAssert.AreEquivalent(
            new[] { ("client", "model card"), ("client", "scores"), ("server", "query size"), ("server", "public key") }, entries);

        CliResult shown = CliProcess.Run(arguments);
        Assert.AreEqual(0, shown.ExitCode, shown.Error);
        Assert.MatchesRegex(@"(?m)^  client +scores +\(3, 1\) ", shown.Output);
        Assert.Contains("sees sizes and times", shown.Output);
    }

    [TestMethod]
    public void Columns_may_come_in_any_order_and_without_labels()
    {
        string[][] cells = [.. File.ReadLines(Sample("diabetes-test.csv")).Take(4).Select(line => line.Split(','))];
        string expected = Predict("--model", "diabetes", "--rows", "3").GetProperty("predictions").GetRawText();
        using var directory = new TemporaryDirectory();
        File.WriteAllLines(directory["own.csv"], cells.Select(row => string.Join(" , ", row[..^1].Reverse())));
        File.Copy(Sample("diabetes.json"), directory["own.json"]);
        JsonElement report = Predict("--model", directory["own.json"], "--data", directory["own.csv"]);
        Assert.AreEqual("own", report.GetProperty("model").GetString());
        Assert.AreEqual(expected, report.GetProperty("predictions").GetRawText());
        Assert.AreEqual(JsonValueKind.Null, report.GetProperty("r2").ValueKind);
        Assert.AreEqual(1, report.GetProperty("agreement").GetDouble());
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void Rows_may_come_through_a_pipe()
    {
        using var directory = new TemporaryDirectory();
        using (Process make = Process.Start("mkfifo", [directory["rows.csv"]]))
        {
            make.WaitForExit();
        }

        using CliProcess process = CliProcess.Start("predict", "--json", "--keys", s_key.Directory, "--rows", "2", "--data", directory["rows.csv"]);
        File.WriteAllBytes(directory["rows.csv"], File.ReadAllBytes(Sample("breast-cancer-test.csv")));
        ExpectPrediction(process.WaitForExit().Json(), 2, accuracy: 1);
    }

    private static JsonElement Predict(params string[] arguments)
    {
        JsonElement report = CliProcess.Run(["predict", "--json", "--scheme", "paillier", "--keys", s_key.Directory, .. arguments]).Json();
        // The key's size, not the default.
        Assert.AreEqual("2048-bit key", report.GetProperty("keys").GetString());
        return report;
    }

    private static void ExpectPrediction(JsonElement report, int rows, double? accuracy)
    {
        Assert.AreEqual(rows, report.GetProperty("rows").GetInt32());
        Assert.HasCount(rows, Numbers(report, "predictions"));
        Assert.HasCount(rows, report.GetProperty("values").EnumerateArray().ToArray());
        Assert.AreEqual(1, report.GetProperty("agreement").GetDouble());
        Assert.IsLessThan(1e-3, report.GetProperty("maxError").GetDouble());
        if (accuracy is { } share)
        {
            Assert.AreEqual(share, report.GetProperty("accuracy").GetDouble(), 5e-4);
        }
        else
        {
            Assert.AreEqual(JsonValueKind.Null, report.GetProperty("accuracy").ValueKind);
        }
    }

    private static double[] Numbers(JsonElement report, string name) => [.. report.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];

    private static string Sample(string name) => Path.Combine(AppContext.BaseDirectory, "samples", name);
}
