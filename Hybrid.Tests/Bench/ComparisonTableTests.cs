using Hybrid.Bench.Peers;

namespace Hybrid.Tests.Bench;

[TestClass]
public sealed class ComparisonTableTests
{
    [TestMethod]
    public void One_peer_stands_beside_ours_for_every_size()
    {
        var table = new ComparisonTable("Paillier", size => $"{size} bits", ["Python"]);
        table.AddOurs([new Timing("add, at once", 2048, 2), new Timing("add", 2048, 4), new Timing("add", 3072, 5000)]);
        table.AddOurs([new Timing("add, at once", 2048, 1), new Timing("add", 2048, 4)]);
        table.AddOurs([new Timing("add, at once", 2048, 90), new Timing("add", 2048, 4)]);
        table.AddPeers(0, [new Timing("add", 2048, 12, "phe"), new Timing("add", 3072, 2.5e6, "phe")]);
        AssertWritten(
            table,
            "| Paillier | 2048 bits: Hybrid | Python | ratio | 3072 bits: Hybrid | Python | ratio |",
            "|---|---:|---:|---:|---:|---:|---:|",
            "| add, at once | 2.00 µs | 12.0 µs | 6 | – | 2.50 s | – |",
            "| add | 4.00 µs | 12.0 µs | 3 | 5.00 ms | 2.50 s | 500 |",
            "",
            "Python is phe.",
            "Medians; a ratio above 1 says how many times faster Hybrid is.");
    }

    [TestMethod]
    public void Several_peers_get_a_table_a_size()
    {
        var table = new ComparisonTable("CKKS", size => $"N = {size}", ["first", "second"]);
        table.AddOurs([new Timing("add", 8192, 10), new Timing("matrix", 8192, 100), new Timing("add", 4096, 5)]);
        table.AddPeers(0, [new Timing("add", 4096, 20, "A"), new Timing("add", 8192, 41, "A"), new Timing("matrix", 8192, 1234, "A")]);
        table.AddPeers(1, [new Timing("add", 4096, 4, "B"), new Timing("add", 8192, 250, "B")]);
        AssertWritten(
            table,
            "| CKKS | N = 4096: Hybrid | first | ratio | second | ratio |",
            "|---|---:|---:|---:|---:|---:|",
            "| add | 5.00 µs | 20.0 µs | 4 | 4.00 µs | 0.8 |",
            "",
            "| CKKS | N = 8192: Hybrid | first | ratio | second | ratio |",
            "|---|---:|---:|---:|---:|---:|",
            "| add | 10.0 µs | 41.0 µs | 4.1 | 250 µs | 25 |",
            "| matrix | 100 µs | 1.23 ms | 12.3 | – | – |",
            "",
            "first is A.",
            "second is B.",
            "Medians; a ratio above 1 says how many times faster Hybrid is.");
    }

    private static void AssertWritten(ComparisonTable table, params string[] lines)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        table.Write(writer);
        Assert.AreEqual(string.Join('\n', lines) + "\n", writer.ToString());
    }
}
