using Hybrid.Communication;

namespace Hybrid.Tests.Core.Communication;

[TestClass]
public sealed class HostAndPortTests
{
    [TestMethod]
    [DataRow("localhost:5000", "localhost", 5000)]
    [DataRow("a-b.example_1.org:1", "a-b.example_1.org", 1)]
    [DataRow("127.0.0.1:65535", "127.0.0.1", 65535)]
    [DataRow("[::1]:0", "::1", 0)]
    [DataRow("[fe80::1%2]:80", "fe80::1%2", 80)]
    public void An_address_is_read_and_written_back(string text, string host, int port)
    {
        var address = HostAndPort.Parse(text);
        Assert.AreEqual(host, address.Host);
        Assert.AreEqual(port, address.Port);
        Assert.AreEqual(text, address.ToString());
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("localhost")]
    [DataRow("localhost:")]
    [DataRow(":5000")]
    [DataRow("localhost:65536")]
    [DataRow("localhost:99999999999")]
    [DataRow("localhost:+80")]
    [DataRow("localhost:080")]
    [DataRow("localhost: 80")]
    [DataRow(" localhost:80")]
    [DataRow("local host:80")]
    [DataRow("http://localhost:80")]
    [DataRow("localhost:80/")]
    [DataRow("::1:80")]
    [DataRow("[::1:80")]
    [DataRow("[]:80")]
    [DataRow("[[::1]]:80")]
    [DataRow("[127.0.0.1]:80")]
    [DataRow("[localhost]:80")]
    [DataRow("127.0.0:80")]
    [DataRow("127.0.0.256:80")]
    [DataRow("127.0.0.01:80")]
    [DataRow("2130706433:80")]
    [DataRow("-a:80")]
    [DataRow("a..b:80")]
    [DataRow("a\nb:80")]
    [DataRow("é:80")]
    public void Anything_else_is_refused_in_one_sentence(string text)
    {
        Assert.IsFalse(HostAndPort.TryParse(text, out _));
        FormatRefusedException error = Assert.ThrowsExactly<FormatRefusedException>(() => HostAndPort.Parse(text));
        StringAssert.Contains(error.Message, "an address is written host:port");
        Assert.IsFalse(error.Message.Any(char.IsControl));
    }

    [TestMethod]
    public void A_name_has_limits()
    {
        Assert.IsFalse(HostAndPort.TryParse(new string('a', 64) + ":80", out _));
        Assert.IsFalse(HostAndPort.TryParse(string.Join('.', Enumerable.Repeat("abcdefgh", 40)) + ":80", out _));
    }
}
