using Hybrid.Bench.Peers;

namespace Hybrid.Tests.Bench;

[TestClass]
public sealed class MpcComparisonTableTests
{
    [TestMethod]
    public void Times_stand_with_and_without_dealing_beside_rounds_and_bytes()
    {
        var table = new MpcComparisonTable("CrypTen");
        table.AddOurs([new MpcTiming("relu", 1000, 0.002, 0.001, 3, 16_000), new MpcTiming("exp", 1000, 0.001, null, 8, 64_000)]);
        table.AddOurs([new MpcTiming("relu", 1000, 0.004, 0.001, 3, 16_000)]);
        table.AddOurs([new MpcTiming("relu", 1000, 0.003, 0.001, 3, 16_000)]);
        table.AddPeers([new MpcTiming("relu", 1000, 0.3, 0.1, 9, 1_600_000, "CrypTen 1"), new MpcTiming("exp", 1000, 0.02, 0.01, 8, 128_000, "CrypTen 1"), new MpcTiming("log", 1, 2, 1, 27, 320, "CrypTen 1")]);
        using var writer = new StringWriter { NewLine = "\n" };
        table.Write(writer);
        string[] lines =
        [
            "| shares, a thread a party | size | Hybrid | CrypTen | ratio | online: Hybrid | CrypTen | ratio | rounds: Hybrid | CrypTen | bytes: Hybrid | CrypTen |",
            "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
            "| relu | 1000 | 3.00 ms | 300 ms | 100 | 2.00 ms | 200 ms | 100 | 3 | 9 | 16,000 | 1,600,000 |",
            "| exp | 1000 | 1.00 ms | 20.0 ms | 20 | – | 10.0 ms | – | 8 | 8 | 64,000 | 128,000 |",
            "| log | 1 | – | 2.00 s | – | – | 1.00 s | – | – | 27 | – | 320 |",
            "",
            "CrypTen is CrypTen 1.",
            "Medians; a ratio above 1 says how many times faster Hybrid is. Online: without the time in which correlations were made.",
            "",
        ];
        Assert.AreEqual(string.Join('\n', lines), writer.ToString());
    }
}
