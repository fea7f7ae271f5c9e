using Hybrid.Bench.Peers;

namespace Hybrid.Tests.Bench;

[TestClass]
public sealed class CrypTenPeerTests
{
    [TestMethod]
    public async Task A_missing_crypten_is_a_sentence_that_says_what_to_name()
    {
        string folder = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));
        PeerMissingException error = await Assert.ThrowsExactlyAsync<PeerMissingException>(() => new CrypTenPeer("python3", folder).CheckAsync(CancellationToken.None));
        Assert.AreEqual(
            $"There is no CrypTen in {folder} to compare with: --source names a copy of github.com/facebookresearch/CrypTen, the folder in which its package, crypten, lies.",
            error.Message);
    }

    [TestMethod]
    public void The_scripts_answer_is_read()
    {
        IReadOnlyList<MpcTiming> timings = MpcTiming.Parse(
            """[{"name": "relu", "size": 100000, "seconds": 0.3, "dealing": 0.1, "fastest": 0.2, "repeats": 9, "rounds": 9, "bytes": 57600000, "engine": "CrypTen"}]""", "no");
        Assert.AreEqual(new MpcTiming("relu", 100_000, 0.3, 0.1, 9, 57_600_000, "CrypTen"), timings.Single());
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("Python 3")]
    [DataRow("[]")]
    [DataRow("[null]")]
    [DataRow("[{}]")]
    [DataRow("""[{"name": "relu", "size": 1, "seconds": 0, "dealing": 0, "rounds": 9, "bytes": 1}]""")]
    [DataRow("""[{"name": "relu", "size": 1, "seconds": 1, "dealing": -1, "rounds": 9, "bytes": 1}]""")]
    public void Any_other_answer_is_refused(string json)
    {
        PeerMissingException error = Assert.ThrowsExactly<PeerMissingException>(() => MpcTiming.Parse(json, "That is something else."));
        Assert.AreEqual("That is something else.", error.Message);
    }

    [TestMethod]
    public void Every_operation_is_listed_once() => CollectionAssert.AllItemsAreUnique(MpcOperation.All.ToArray());
}
