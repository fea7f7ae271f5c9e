using System.Net;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using Hybrid.Communication;

namespace Hybrid.Tests.Cli;

[TestClass]
public sealed class ServeTests
{
    private const long MostMemory = 300L << 20;

    private static ClientKey s_key = null!;

    [ClassInitialize]
    public static void MakeKey(TestContext context) => s_key = new ClientKey();

    [ClassCleanup]
    public static void DeleteKey() => s_key.Dispose();

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [UnsupportedOSPlatform("windows")]
    public void It_prints_its_address_and_a_query_that_works()
    {
        using CliProcess server = CliProcess.Start("serve");
        string[] first = server.ReadLine()!.Split(' ');
        CollectionAssert.AreEqual(new[] { "serving", "breast-cancer", "on", "without", "TLS" }, first.Where((_, i) => i != 3).ToArray());
        IPEndPoint address = IPEndPoint.Parse(first[3]);
        Assert.AreEqual(IPAddress.Loopback, address.Address);
        string[] query = server.ReadLine()!.Split(": ", 2)[1].Replace("FILE", "breast-cancer", StringComparison.Ordinal).Split(' ');
        Assert.AreEqual("hybrid", query[0]);
        CliResult result = CliProcess.Run([.. query[1..], "--rows", "2", "--keys", s_key.Directory]);
        Assert.AreEqual(0, result.ExitCode, result.Error);
        Assert.MatchesRegex(@"accuracy +1\.000 ", result.Output);
        server.Signal("TERM");
        CliResult ended = server.WaitForExit();
        Assert.AreEqual(0, ended.ExitCode, ended.Error);
        Assert.AreEqual(string.Empty, ended.Output);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [UnsupportedOSPlatform("windows")]
    public async Task A_client_under_way_is_told_that_the_server_stops()
    {
        foreach (string signal in new[] { "TERM", "INT" })
        {
            using ServedModel server = ServedModel.Start();
            await using Channel client = await GreetAsync(server);
            using (ReceivedFrame card = await client.ReceiveAsync(new StepTag(1), 1 << 20))
            {
                Assert.Contains("mean_radius", Encoding.UTF8.GetString(card.Span));
            }

            string notes = server.Stop(signal);
            ProtocolException error = await Assert.ThrowsExactlyAsync<ProtocolException>(() => client.ReceiveAsync(new StepTag(3), 8).AsTask());
            Assert.Contains("shutting down", error.Message);
            Assert.Contains("dropped", notes);
        }
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [UnsupportedOSPlatform("windows")]
    public void Several_clients_at_once_and_one_after_another_within_little_memory()
    {
        using ServedModel server = ServedModel.Start("--model", "digits");
        Assert.AreEqual("digits", server.Report.GetProperty("model").GetString());
        Assert.IsFalse(server.Report.GetProperty("tls").GetBoolean());
        Assert.AreEqual(JsonValueKind.Null, server.Report.GetProperty("pin").ValueKind);
        string[] query = ["--data", "digits", "--keys", s_key.Directory, "--json"];
        string expected = server.Query(query).Json().GetProperty("predictions").GetRawText();
        CliProcess[] atOnce = [.. Enumerable.Range(0, 4).Select(_ => server.StartQuery(query))];
        foreach (CliProcess client in atOnce)
        {
            using (client)
            {
                Assert.AreEqual(expected, client.WaitForExit().Json().GetProperty("predictions").GetRawText());
            }
        }

        Assert.AreEqual(540, server.Query(query).Json().GetProperty("rows").GetInt32());
        Assert.IsLessThan(MostMemory, server.Process.PeakMemory);
        Assert.AreEqual(6, server.Stop().Split('\n').Count(line => line.EndsWith(": served.", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Who_finds_all_places_taken_waits()
    {
        using ServedModel server = ServedModel.Start("--max-clients", "1");
        CliProcess waiting;
        await using (Channel first = await GreetAsync(server))
        {
            using ReceivedFrame card = await first.ReceiveAsync(new StepTag(1), 1 << 20);
            await using Channel second = await GreetAsync(server);
            ValueTask<ReceivedFrame> itsCard = second.ReceiveAsync(new StepTag(1), 1 << 20);
            waiting = server.StartQuery("--data", "breast-cancer", "--rows", "1", "--keys", s_key.Directory, "--json");
            await Task.Delay(TimeSpan.FromSeconds(1));
            Assert.IsFalse(itsCard.IsCompleted);
            await first.DisposeAsync();
            using ReceivedFrame served = await itsCard;
        }

        using (waiting)
        {
            Assert.AreEqual(1, waiting.WaitForExit().Json().GetProperty("accuracy").GetDouble());
        }
    }

    [TestMethod]
    public void Addresses_that_cannot_or_should_not_be_listened_on()
    {
        using ServedModel server = ServedModel.Start();
        CliProcess.Run("serve", "--listen", server.Address).ExpectError(1, server.Address, "already in use");
        CliProcess.Run("serve", "--listen", "203.0.113.7:0", "--plaintext").ExpectError(1, "203.0.113.7", "not this machine's");
        CliProcess.Run("serve", "--listen", "0.0.0.0:0").ExpectError(1, "0.0.0.0:0", "--cert", "--plaintext");
        CliProcess.Run("serve", "--listen", "example.org:0").ExpectError(1, "example.org", "IP address");
        CliProcess.Run("serve", "--listen", "7000").ExpectError(1, "'7000'", "host:port");
        CliProcess.Run("serve", "--listen", "127.0.0.1:70000").ExpectError(1, "65535");

        using ServedModel open = ServedModel.Start("--listen", "0.0.0.0:0", "--plaintext");
        Assert.Contains("--plaintext", open.Report.GetProperty("query").GetString()!);
        Assert.Contains("HOST:", open.Report.GetProperty("query").GetString()!);
    }

    [TestMethod]
    public void Certificates_that_will_not_do()
    {
        using var files = new TemporaryDirectory();
        using SelfSignedCertificate one = SelfSignedCertificate.Create("one", [], TimeSpan.FromHours(1));
        using SelfSignedCertificate other = SelfSignedCertificate.Create("other", [], TimeSpan.FromHours(1));
        one.WriteFiles(files["one.pem"], files["one.key"]);
        other.WriteFiles(files["other.pem"], files["other.key"]);
        CliProcess.Run("serve", "--cert", files["one.pem"]).ExpectError(1, "--cert and --key");
        CliProcess.Run("serve", "--cert", files["one.pem"], "--key", files["other.key"]).ExpectError(1, "other.key", "one.pem");
        CliProcess.Run("serve", "--cert", files["none.pem"], "--key", files["one.key"]).ExpectError(1, "none.pem", "does not exist");
        CliProcess.Run("serve", "--cert", files["one.key"], "--key", files["one.key"]).ExpectError(1, "one.key", "no certificate");
        CliProcess.Run("serve", "--client-ca", files["one.pem"]).ExpectError(1, "--client-ca", "--cert");
        CliProcess.Run("serve", "--cert", "", "--key", files["one.key"]).ExpectError(2, "--cert");
    }

    private static Task<Channel> GreetAsync(ServedModel server) => Channel.OpenAsync(server.Connect().GetStream(), ChannelRole.Initiator, "server");
}
