using System.Text.Json;

namespace Hybrid.Tests.Cli;

/// <summary>CKKS from the command line.</summary>
[TestClass]
public sealed class CkksTests
{
    private const string Keys = "degree 8192 and 150-bit modulus";

    [TestMethod]
    [DataRow("breast-cancer", 171)]
    [DataRow("diabetes", 133)]
    [DataRow("digits", 540)]
    public void Samples_agree_with_their_models(string model, int rows)
    {
        JsonElement report = CliProcess.Run("predict", "--model", model, "--scheme", "ckks", "--json").Json();
        Assert.AreEqual(rows, report.GetProperty("rows").GetInt32());
        Assert.AreEqual("ckks", report.GetProperty("scheme").GetString());
        Assert.AreEqual(Keys, report.GetProperty("keys").GetString());
        Assert.AreEqual(1, report.GetProperty("agreement").GetDouble());
        Assert.IsLessThan(1e-4, report.GetProperty("maxError").GetDouble());
        Assert.AreEqual(1, report.GetProperty("rounds").GetInt32());
        Assert.IsFalse(report.TryGetProperty("keyBits", out _));
        foreach (JsonElement phase in new[] { report, report.GetProperty("setUp") })
        {
            Assert.IsGreaterThan(0, phase.GetProperty("client").GetProperty("seconds").GetDouble());
            Assert.IsGreaterThan(0, phase.GetProperty("server").GetProperty("seconds").GetDouble());
            Assert.IsGreaterThan(0, phase.GetProperty("bytesUp").GetInt64());
            Assert.IsGreaterThan(0, phase.GetProperty("bytesDown").GetInt64());
        }
    }

    [TestMethod]
    public void People_are_told_the_scheme_its_keys_and_the_ledger()
    {
        CliResult shown = CliProcess.Run("predict", "--scheme", "ckks", "--rows", "3", "--ledger");
        Assert.AreEqual(0, shown.ExitCode, shown.Error);
        Assert.Contains("breast-cancer, 3 rows; the client learns the scores", shown.Output);
        Assert.MatchesRegex($"(?m)^scheme +ckks, {Keys}$", shown.Output);
        Assert.MatchesRegex(@"(?m)^  client +scores +\(3, 1\) ", shown.Output);
        Assert.MatchesRegex(@"(?m)^  server +public key ", shown.Output);
        Assert.Contains("sees sizes and times", shown.Output);
    }

    [TestMethod]
    public void Another_process_serves_it()
    {
        using ServedModel server = ServedModel.Start("--model", "digits");
        JsonElement queried = server.Query("--data", "digits", "--scheme", "ckks", "--ledger", "--json").Json();
        JsonElement predicted = CliProcess.Run("predict", "--model", "digits", "--scheme", "ckks", "--json").Json();
        foreach (string member in new[] { "model", "rows", "scheme", "keys", "accuracy", "bytesUp", "bytesDown", "rounds", "predictions", "labels", "values" })
        {
            Assert.AreEqual(predicted.GetProperty(member).GetRawText(), queried.GetProperty(member).GetRawText(), member);
        }

        CollectionAssert.AreEquivalent(
            new[] { ("client", "model card"), ("client", "scores"), ("server", "query size"), ("server", "public key") },
            queried.GetProperty("ledger").EnumerateArray().Select(entry => (entry.GetProperty("learner").GetString()!, entry.GetProperty("value").GetString()!)).ToArray());

        // Another client of the same server takes the other scheme.
        JsonElement paillier = server.Query("--data", "digits", "--rows", "2", "--scheme", "paillier", "--key-bits", "2048", "--json").Json();
        Assert.AreEqual("2048-bit key", paillier.GetProperty("keys").GetString());
    }

    [TestMethod]
    public void Schemes_that_are_none_are_refused_with_those_there_are()
    {
        foreach (string[] verb in new string[][] { ["predict"], ["query", "--server", "127.0.0.1:1", "--data", "digits"] })
        {
            CliProcess.Run([.. verb, "--scheme", "nonsense"]).ExpectError(2, "'nonsense'", "auto", "paillier", "ckks");
            CliProcess.Run([.. verb, "--scheme", "plain"]).ExpectError(2, "'plain'");
            CliProcess.Run([.. verb, "--scheme", "CKKS"]).ExpectError(2, "'CKKS'");
        }
    }
}
