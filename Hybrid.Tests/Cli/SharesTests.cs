using System.Text.Json;

namespace Hybrid.Tests.Cli;

/// <summary>Shares from the command line: one process, and three.</summary>
[TestClass]
public sealed class SharesTests
{
    [TestMethod]
    [DataRow("breast-cancer", 171)]
    [DataRow("diabetes", 133)]
    [DataRow("digits", 540)]
    public void Samples_agree_with_their_models(string model, int rows)
    {
        JsonElement report = CliProcess.Run("predict", "--model", model, "--scheme", "shares", "--json").Json();
        Assert.AreEqual(rows, report.GetProperty("rows").GetInt32());
        Assert.AreEqual("shares", report.GetProperty("scheme").GetString());
        Assert.AreEqual("dealer in this process", report.GetProperty("keys").GetString());
        Assert.AreEqual("values", report.GetProperty("revealed").GetString());
        Assert.AreEqual(1, report.GetProperty("agreement").GetDouble());
        Assert.IsLessThanOrEqualTo(1e-4, report.GetProperty("maxError").GetDouble());
        Assert.IsGreaterThan(0, report.GetProperty("bytesDealt").GetInt64());
        foreach (JsonElement phase in new[] { report, report.GetProperty("setUp") })
        {
            Assert.IsGreaterThan(0, phase.GetProperty("bytesUp").GetInt64());
            Assert.IsGreaterThan(0, phase.GetProperty("bytesDown").GetInt64());
        }
    }

    [TestMethod]
    public void People_are_told_of_the_dealer_and_that_values_are_all_that_is_learnt()
    {
        CliResult shown = CliProcess.Run("predict", "--scheme", "shares", "--rows", "3", "--ledger");
        Assert.AreEqual(0, shown.ExitCode, shown.Error);
        Assert.Contains("breast-cancer, 3 rows; the client learns the values", shown.Output);
        Assert.MatchesRegex("scheme +shares, dealer in this process", shown.Output);
        Assert.Contains("values differ by", shown.Output);
        Assert.MatchesRegex(@"(?m)^dealt +[\d,]+ bytes from the dealer", shown.Output);
        Assert.MatchesRegex(@"(?m)^  client +values +\(3, 1\) of 18 bits ", shown.Output);
        Assert.MatchesRegex(@"(?m)^  dealer +what to deal ", shown.Output);
        Assert.DoesNotContain("scores", shown.Output);
        Assert.DoesNotContain("public key", shown.Output);
    }

    [TestMethod]
    public void Three_processes_compute_what_one_does()
    {
        using ServedDealer dealer = ServedDealer.Start();
        using ServedModel server = ServedModel.Start("--model", "breast-cancer", "--dealer", dealer.Address);
        Assert.AreEqual($"dealer at {dealer.Address}", server.Report.GetProperty("dealer").GetString());
        JsonElement queried = server.Query("--data", "breast-cancer", "--scheme", "shares", "--dealer", dealer.Address, "--ledger", "--json").Json();
        JsonElement predicted = CliProcess.Run("predict", "--scheme", "shares", "--json").Json();
        Assert.AreEqual($"dealer at {dealer.Address}", queried.GetProperty("keys").GetString());
        foreach (string member in new[] { "model", "rows", "scheme", "accuracy", "bytesUp", "bytesDown", "bytesDealt", "rounds", "predictions", "labels" })
        {
            Assert.AreEqual(predicted.GetProperty(member).GetRawText(), queried.GetProperty(member).GetRawText(), member);
        }

        CollectionAssert.AreEqual(
            new[] { ("client", "model card"), ("server", "query size"), ("dealer", "what to deal"), ("client", "values") },
            queried.GetProperty("ledger").EnumerateArray().Select(entry => (entry.GetProperty("learner").GetString()!, entry.GetProperty("value").GetString()!)).ToArray());

        // Another client of the same server takes another scheme.
        JsonElement ckks = server.Query("--data", "breast-cancer", "--rows", "2", "--scheme", "ckks", "--json").Json();
        Assert.AreEqual(JsonValueKind.Null, ckks.GetProperty("bytesDealt").ValueKind);
        Assert.AreEqual("scores", ckks.GetProperty("revealed").GetString());
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void A_dealer_may_prove_itself_with_TLS()
    {
        using var directory = new TemporaryDirectory();
        using (var certificate = Hybrid.Communication.SelfSignedCertificate.Create("dealer", [], TimeSpan.FromHours(1)))
        {
            certificate.WriteFiles(directory["dealer.pem"], directory["dealer.key"]);
        }

        using ServedDealer dealer = ServedDealer.Start("--cert", directory["dealer.pem"], "--key", directory["dealer.key"]);
        string[] options = dealer.Connect.Split(' ');
        CollectionAssert.AreEqual(new[] { "--dealer", dealer.Address, "--dealer-pin" }, options.Take(3).ToArray());
        using ServedModel server = ServedModel.Start(["--model", "diabetes", .. options]);
        Assert.AreEqual(133, server.Query(["--data", "diabetes", "--scheme", "shares", "--json", .. options]).Json().GetProperty("rows").GetInt32());
        server.Query("--data", "diabetes", "--scheme", "shares", "--dealer", dealer.Address, "--dealer-pin", $"sha256:{new string('0', 64)}").ExpectError(1, $"dealer at {dealer.Address}");
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void A_server_without_a_dealer_a_query_without_one_and_one_that_is_not_there_are_one_sentence_each()
    {
        using ServedModel server = ServedModel.Start("--model", "diabetes");
        string[] query = ["--data", "diabetes", "--scheme", "shares"];
        server.Query(query).ExpectError(1, "--scheme shares needs a dealer: add --dealer HOST:PORT");
        using ServedDealer dealer = ServedDealer.Start();
        server.Query([.. query, "--dealer", dealer.Address]).ExpectError(1, "The server stopped: The client asked for Shares, which this server does not offer, for it has no dealer");

        using ServedModel other = ServedModel.Start("--model", "diabetes", "--dealer", dealer.Address);
        dealer.Kill();
        other.Query([.. query, "--dealer", dealer.Address]).ExpectError(1, "Nobody listens at", "check the address, and that the dealer is running");
        other.Stop();
    }

    [TestMethod]
    public void Parties_that_name_different_dealers_give_up_within_the_time_of_a_frozen_server()
    {
        using ServedDealer one = ServedDealer.Start();
        using ServedDealer another = ServedDealer.Start();
        using ServedModel server = ServedModel.Start("--model", "diabetes", "--dealer", one.Address);
        server.Query("--data", "diabetes", "--scheme", "shares", "--dealer", another.Address).ExpectError(1, "dealer", "bring the parties together within 8 s");
        server.Stop();
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void A_dealer_that_is_killed_under_way_ends_the_query_in_one_sentence_and_the_server_goes_on()
    {
        using ServedDealer dealer = ServedDealer.Start();
        using ServedModel server = ServedModel.Start("--model", "digits", "--dealer", dealer.Address);
        using var directory = new TemporaryDirectory();
        string[] lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "samples", "digits-test.csv"));
        File.WriteAllLines(directory["many.csv"], [lines[0], .. Enumerable.Repeat(lines[1..], 40).SelectMany(rows => rows)]);
        using CliProcess query = server.StartQuery("--data", directory["many.csv"], "--scheme", "shares", "--dealer", dealer.Address);
        query.WaitForWork(TimeSpan.FromSeconds(1.5));
        dealer.Kill();
        CliResult ended = query.WaitForExit();
        ended.ExpectError(1, "dealer");
        Assert.AreEqual(2, server.Query("--data", "digits", "--rows", "2", "--scheme", "ckks", "--json").Json().GetProperty("rows").GetInt32());
        Assert.Contains("dealer", server.Stop());
    }

    [TestMethod]
    public void Options_that_do_not_go_together_are_refused()
    {
        CliProcess.Run("predict", "--scheme", "shares", "--dealer-tls").ExpectError(1, "--dealer-tls goes with a dealer: give --dealer HOST:PORT");
        CliProcess.Run("predict", "--scheme", "shares", "--dealer", "127.0.0.1:0").ExpectError(1, "port 0, which no dealer has");
        CliProcess.Run("predict", "--scheme", "shares", "--dealer", "192.0.2.1:7").ExpectError(1, "another machine", "--dealer-pin, --dealer-ca or --dealer-tls", "--plaintext");
        CliProcess.Run("predict", "--scheme", "shares", "--dealer", "127.0.0.1:1", "--dealer-tls", "--dealer-ca", "x").ExpectError(1, "A dealer is trusted in one way");
        CliProcess.Run("serve", "--dealer-tls").ExpectError(1, "--dealer-tls goes with a dealer");
    }
}
