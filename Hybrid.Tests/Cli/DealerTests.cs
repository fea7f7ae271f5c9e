using System.Runtime.Versioning;
using System.Text.Json;
using Hybrid.Communication;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Dealing;
using Hybrid.Security;
using Hybrid.Tests.Core;
using Hybrid.Tests.Mpc.Dealing;

namespace Hybrid.Tests.Cli;

[TestClass]
public sealed class DealerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly CorrelationDemand Some = new([new(new MultiplicationTriple(), 10)]);

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [UnsupportedOSPlatform("windows")]
    public async Task Two_parties_compute_with_what_it_deals_without_TLS_and_with_it()
    {
        using var files = new TemporaryDirectory();
        using SelfSignedCertificate certificate = SelfSignedCertificate.Create("dealer", [], TimeSpan.FromHours(1));
        certificate.WriteFiles(files["dealer.pem"], files["dealer.key"]);
        foreach (string[] arguments in new string[][] { [], ["--cert", files["dealer.pem"], "--key", files["dealer.key"]] })
        {
            using CliProcess dealer = Start(arguments, out JsonElement report);
            Assert.AreEqual(arguments.Length > 0, report.GetProperty("tls").GetBoolean());
            string? pin = report.GetProperty("pin").GetString();
            string address = report.GetProperty("address").GetString()!;
            Assert.AreEqual(pin is null ? address : $"{address} --pin {pin}", report.GetProperty("connect").GetString());
            DealerConnection[] parties = await GatherAsync(report);
            foreach (ComparisonMethod method in Enum.GetValues<ComparisonMethod>())
            {
                long[] numbers = Meet.Numbers(10_000);
                foreach (long[] opened in await Meet.ReluAsync(parties, numbers, method))
                    CollectionAssert.AreEqual(numbers.Select(number => Math.Max(0, number)).ToArray(), opened);
            }

            await Task.WhenAll(parties.Select(party => party.DisposeAsync().AsTask()));
            CliResult ended = Stop(dealer, "TERM");
            Assert.AreEqual(2, ended.Error.Split('\n').Count(line => line.EndsWith(": served.", StringComparison.Ordinal)), ended.Error);
        }
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [UnsupportedOSPlatform("windows")]
    public async Task Parties_are_told_that_it_stops_and_see_it_die()
    {
        foreach (string signal in new[] { "INT", "KILL" })
        {
            using CliProcess dealer = Start([], out JsonElement report);
            DealerConnection[] parties = await GatherAsync(report);
            Task<Exception> waiting = FailsAsync(parties[0].PrepareAsync(Some).AsTask());
            if (signal == "INT")
            {
                Stop(dealer, signal);
            }
            else
            {
                dealer.Signal(signal);
            }

            Exception error = await waiting.WaitAsync(Patience);
            Sentences.Check(error, "dealer", signal == "INT" ? "shutting down" : "closed the connection");
            await FailsAsync(parties[1].PrepareAsync(Some).AsTask().WaitAsync(Patience));
            foreach (DealerConnection party in parties)
                await party.DisposeAsync();
        }
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [UnsupportedOSPlatform("windows")]
    public async Task What_goes_wrong_in_one_meeting_is_told_in_a_line_and_ends_no_other()
    {
        using CliProcess dealer = Start(["--max-meetings", "2"], out JsonElement report);
        DealerConnection[] good = await GatherAsync(report);
        DealerConnection[] bad = await GatherAsync(report);
        Exception refused = await FailsAsync(ConnectAsync(report, MeetingId.Create(OsRandom.Instance), 0));
        Sentences.Check(refused, "all 2 meetings");
        Exception[] errors = await Task.WhenAll(
            FailsAsync(bad[0].PrepareAsync(Some).AsTask()), FailsAsync(bad[1].PrepareAsync(Some + Some).AsTask())).WaitAsync(Patience);
        foreach (Exception error in errors)
            Sentences.Check(error, "Party 1", "same plan");
        long[] numbers = Meet.Numbers(100);
        long[][] opened = await Meet.ReluAsync(good, numbers, ComparisonMethod.Tree);
        CollectionAssert.AreEqual(numbers.Select(number => Math.Max(0, number)).ToArray(), opened[0]);
        await Task.WhenAll(good.Concat(bad).Select(party => party.DisposeAsync().AsTask()));
        CliResult ended = Stop(dealer, "TERM");
        Assert.AreEqual(2, ended.Error.Split('\n').Count(line => line.Contains("Party 1 demands other", StringComparison.Ordinal)), ended.Error);
        Assert.Contains("all 2 meetings", ended.Error);
    }

    [TestMethod]
    public void It_says_where_it_listens_and_refuses_what_serve_refuses()
    {
        using CliProcess dealer = CliProcess.Start("dealer");
        string[] first = dealer.ReadLine()!.Split(' ');
        CollectionAssert.AreEqual(new[] { "dealing", "on", "without", "TLS" }, first.Where((_, i) => i != 2).ToArray());
        Assert.AreEqual($"parties connect to: {first[2]}", dealer.ReadLine());
        CliProcess.Run("dealer", "--listen", first[2]).ExpectError(1, first[2], "already in use");
        CliProcess.Run("dealer", "--listen", "0.0.0.0:0").ExpectError(1, "0.0.0.0:0", "--cert", "--plaintext");
        CliProcess.Run("dealer", "--max-meetings", "0").ExpectError(2, "--max-meetings");
    }

    private static CliProcess Start(string[] arguments, out JsonElement report)
    {
        CliProcess process = CliProcess.Start(["dealer", "--json", .. arguments]);
        string line = process.ReadLine() ?? throw new AssertFailedException(process.WaitForExit().Error);
        using JsonDocument document = JsonDocument.Parse(line);
        report = document.RootElement.Clone();
        return process;
    }

    private static CliResult Stop(CliProcess dealer, string signal)
    {
        dealer.Signal(signal);
        CliResult result = dealer.WaitForExit();
        Assert.AreEqual(0, result.ExitCode, result.Error);
        Assert.AreEqual(string.Empty, result.Output);
        Assert.EndsWith("hybrid: stopped.\n", result.Error);
        Assert.DoesNotContain("bug", result.Error);
        return result;
    }

    private static async Task<DealerConnection[]> GatherAsync(JsonElement report)
    {
        MeetingId meeting = MeetingId.Create(OsRandom.Instance);
        return await Task.WhenAll(ConnectAsync(report, meeting, 0), ConnectAsync(report, meeting, 1)).WaitAsync(Patience);
    }

    private static async Task<DealerConnection> ConnectAsync(JsonElement report, MeetingId meeting, int party)
    {
        string? pin = report.GetProperty("pin").GetString();
        HostAndPort address = HostAndPort.Parse(report.GetProperty("address").GetString()!);
        Stream stream = await TcpTransport.ConnectAsync(address, pin is null ? null : ClientTls.Pinned(pin), Patience);
        return await DealerConnection.ConnectAsync(stream, meeting, party, 2);
    }

    private static async Task<Exception> FailsAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (HybridException e)
        {
            return e;
        }

        throw new AssertFailedException("Nothing failed.");
    }
}
