using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Hybrid.Communication;

namespace Hybrid.Tests.Cli;

[TestClass]
public sealed class QueryTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private static ClientKey s_key = null!;
    private static TemporaryDirectory s_files = null!;
    private static ServedModel s_plain = null!;
    private static ServedModel s_tls = null!;

    [ClassInitialize]
    public static void Serve(TestContext context)
    {
        s_key = new ClientKey();
        s_files = new TemporaryDirectory();
        WriteCertificate("server", "127.0.0.1", "localhost");
        WriteCertificate("client");
        WriteCertificate("stranger", "127.0.0.1");
        s_plain = ServedModel.Start();
        s_tls = ServedModel.Start("--cert", s_files["server.pem"], "--key", s_files["server.key"]);
    }

    [ClassCleanup]
    public static void Stop()
    {
        s_tls.Dispose();
        s_plain.Dispose();
        s_files.Dispose();
        s_key.Dispose();
    }

    [TestMethod]
    public void Its_predictions_are_those_of_predict()
    {
        JsonElement predicted = CliProcess.Run("predict", "--scheme", "paillier", "--keys", s_key.Directory, "--json").Json();
        JsonElement queried = s_plain.Query("--data", "breast-cancer", "--scheme", "paillier", "--keys", s_key.Directory, "--json", "--ledger").Json();
        CollectionAssert.AreEqual(
            predicted.EnumerateObject().Select(member => member.Name).ToArray(), queried.EnumerateObject().Select(member => member.Name).ToArray());
        foreach (string member in new[] { "model", "rows", "scheme", "keys", "accuracy", "bytesUp", "bytesDown", "rounds", "predictions", "labels", "values" })
        {
            Assert.AreEqual(predicted.GetProperty(member).GetRawText(), queried.GetProperty(member).GetRawText(), member);
        }

        // Without the model there is nothing to compare with.
        Assert.AreEqual(JsonValueKind.Null, queried.GetProperty("agreement").ValueKind);
        Assert.AreEqual(JsonValueKind.Null, queried.GetProperty("maxError").ValueKind);
        Assert.HasCount(4, queried.GetProperty("ledger").EnumerateArray().ToArray());

        CliResult shown = s_plain.Query("--data", "breast-cancer", "--keys", s_key.Directory);
        Assert.AreEqual(0, shown.ExitCode, shown.Error);
        Assert.Contains("breast-cancer, 171 rows; ", shown.Output);
        Assert.DoesNotContain("agreement", shown.Output);
    }

    [TestMethod]
    public void A_fresh_key_is_made_where_none_is_named() =>
        Assert.AreEqual(
            "2176-bit key", s_plain.Query("--data", "breast-cancer", "--rows", "1", "--scheme", "paillier", "--key-bits", "2176", "--json").Json().GetProperty("keys").GetString());

    [TestMethod]
    public void Tls_with_a_pin_or_an_authority()
    {
        Assert.IsTrue(s_tls.Report.GetProperty("tls").GetBoolean());
        Assert.Contains(s_tls.Pin, s_tls.Report.GetProperty("query").GetString()!);
        ExpectAnswer(s_tls, "--pin", s_tls.Pin);
        ExpectAnswer(s_tls, "--ca", s_files["server.pem"]);
        string byName = $"localhost:{IPEndPoint.Parse(s_tls.Address).Port}";
        Assert.AreEqual(0, CliProcess.Run("query", "--server", byName, "--ca", s_files["server.pem"], "--data", "breast-cancer", "--rows", "1", "--keys", s_key.Directory).ExitCode);
    }

    [TestMethod]
    public void Servers_that_do_not_prove_themselves_are_refused()
    {
        string wrongPin = s_tls.Pin[..^1] + (s_tls.Pin[^1] == '0' ? '1' : '0');
        Refused(s_tls, ["--pin", wrongPin], s_tls.Address, wrongPin, "pinned");
        Refused(s_tls, ["--ca", s_files["stranger.pem"]], s_tls.Address, "no authority");
        Refused(s_tls, ["--tls"], s_tls.Address, "no authority");
        Refused(s_tls, [], "server", "TLS");
        Refused(s_plain, ["--pin", s_tls.Pin], s_plain.Address, "TLS 1.3");
    }

    [TestMethod]
    public void Clients_prove_themselves_where_the_server_asks_for_it()
    {
        using ServedModel server = ServedModel.Start("--cert", s_files["server.pem"], "--key", s_files["server.key"], "--client-ca", s_files["client.pem"]);
        Assert.Contains("--cert", server.Report.GetProperty("query").GetString()!);
        ExpectAnswer(server, "--pin", server.Pin, "--cert", s_files["client.pem"], "--key", s_files["client.key"]);
        Refused(server, ["--pin", server.Pin], "certificate");
        Refused(server, ["--pin", server.Pin, "--cert", s_files["stranger.pem"], "--key", s_files["stranger.key"]], "certificate");
        ExpectAnswer(server, "--ca", s_files["server.pem"], "--cert", s_files["client.pem"], "--key", s_files["client.key"]);
    }

    [TestMethod]
    public void Options_that_contradict_each_other()
    {
        Refused(s_plain, ["--cert", s_files["client.pem"], "--key", s_files["client.key"]], "--pin, --ca and --tls");
        Refused(s_plain, ["--tls", "--cert", s_files["client.pem"]], "--cert and --key");
        Refused(s_plain, ["--tls", "--pin", s_tls.Pin], "one of --pin, --ca and --tls");
        Refused(s_plain, ["--pin", "sha256:00"], "64 hexadecimal digits");
        Refused(s_plain, ["--ca", s_files["none.pem"]], "none.pem", "does not exist");
    }

    [TestMethod]
    public void Servers_that_are_not_there()
    {
        int port = FreePort();
        RefusedAt($"127.0.0.1:{port}", [], $"Nobody listens at 127.0.0.1:{port}");
        RefusedAt("no-such-host.invalid:7000", ["--plaintext"], "'no-such-host.invalid'");
        RefusedAt("203.0.113.7:7000", [], "203.0.113.7:7000", "--pin", "--plaintext");
        RefusedAt("127.0.0.1:0", [], "port 0");
        RefusedAt("127.0.0.1", [], "'127.0.0.1'", "host:port");
        RefusedAt("http://127.0.0.1:7000", [], "host:port");
    }

    [TestMethod]
    public void Rows_of_another_model()
    {
        Refused(s_plain, ["--data", "diabetes"], "10 feature columns", "takes 30");
        Refused(s_plain, ["--data", s_files["none.csv"]], "none.csv", "does not exist");
        ExpectAnswer(s_plain);
    }

    private static void WriteCertificate(string name, params string[] hosts)
    {
        using SelfSignedCertificate certificate = SelfSignedCertificate.Create(name, hosts, TimeSpan.FromHours(1));
        certificate.WriteFiles(s_files[$"{name}.pem"], s_files[$"{name}.key"]);
    }

    private static void ExpectAnswer(ServedModel server, params string[] options)
    {
        CliResult result = server.Query(["--data", "breast-cancer", "--rows", "1", "--keys", s_key.Directory, "--json", .. options]);
        Assert.AreEqual(1, result.Json().GetProperty("accuracy").GetDouble());
        Assert.AreEqual(string.Empty, result.Error);
    }

    private static void Refused(ServedModel server, string[] options, params string[] words) => RefusedAt(server.Address, options, words);

    private static void RefusedAt(string address, string[] options, params string[] words)
    {
        string[] data = options.Contains("--data") ? [] : ["--data", "breast-cancer"];
        long start = Stopwatch.GetTimestamp();
        CliProcess.Run(["query", "--server", address, "--keys", s_key.Directory, .. data, .. options]).ExpectError(1, words);
        Assert.IsLessThan(Limit, Stopwatch.GetElapsedTime(start));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
