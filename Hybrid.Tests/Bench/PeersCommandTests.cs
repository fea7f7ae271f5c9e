using System.CommandLine;
using Hybrid.Bench.Peers;

namespace Hybrid.Tests.Bench;

[TestClass]
public sealed class PeersCommandTests
{
    [TestMethod]
    [DataRow("paillier", "")]
    [DataRow("paillier", "--python|py|--rounds|5")]
    [DataRow("paillier", "paillier|--engine|gmpy2|--seconds|0.5")]
    [DataRow("seal", "seal")]
    [DataRow("seal", "seal|--native|./timer|--rounds|5|--seconds|2")]
    [DataRow("crypten", "crypten|--source|./CrypTen")]
    [DataRow("crypten", "crypten|--source|./CrypTen|--python|py|--rounds|5|--seconds|2")]
    public void The_peer_is_chosen(string peer, string line)
    {
        ParseResult parsed = Parse(line);
        Assert.IsEmpty(parsed.Errors, line);
        Assert.AreEqual(peer, parsed.CommandResult.Command.Name);
    }

    [TestMethod]
    public void Options_reach_their_peer()
    {
        ParseResult parsed = Parse("--python|py|--rounds|5");
        Assert.AreEqual("py", parsed.GetValue<string>("--python"));
        Assert.AreEqual(5, parsed.GetValue<int>("--rounds"));
        Assert.AreEqual(3.0, parsed.GetValue<double>("--seconds"));
        parsed = Parse("seal|--native|./timer");
        Assert.AreEqual("./timer", parsed.GetValue<string>("--native"));
        Assert.AreEqual(1.0, parsed.GetValue<double>("--seconds"));
    }

    [TestMethod]
    [DataRow("--rounds|5|seal", "seal")]
    [DataRow("seal|--python|py", "--python")]
    [DataRow("--engine|openssl", "openssl")]
    [DataRow("seal|--rounds|0", "--rounds")]
    [DataRow("--seconds|0", "--seconds")]
    [DataRow("seal|--seconds|NaN", "--seconds")]
    [DataRow("crypten", "--source")]
    [DataRow("crypten|--source|./CrypTen|--rounds|0", "--rounds")]
    [DataRow("heaan", "heaan")]
    public void What_means_nothing_is_refused(string line, string named)
    {
        ParseResult parsed = Parse(line);
        Assert.IsTrue(parsed.Errors.Any(error => error.Message.Contains(named, StringComparison.Ordinal)), $"{line}: {string.Join(" ", parsed.Errors)}");
    }

    private static ParseResult Parse(string line) => new PeersCommand().ParseArguments(line.Split('|', StringSplitOptions.RemoveEmptyEntries));
}
