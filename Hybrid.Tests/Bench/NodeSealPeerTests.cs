using Hybrid.Bench.Peers;
using Hybrid.Bench.Seal;

namespace Hybrid.Tests.Bench;

[TestClass]
public sealed class NodeSealPeerTests
{
    [TestMethod]
    public async Task A_missing_node_seal_is_a_sentence_that_says_what_to_install()
    {
        string folder = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));
        PeerMissingException error = await Assert.ThrowsExactlyAsync<PeerMissingException>(() => new NodeSealPeer(folder, PreparedCkks.Degrees).CheckAsync(CancellationToken.None));
        Assert.AreEqual(
            $"There is no node-seal in {folder} to compare with: install it there (npm install --prefix \"{folder}\" node-seal@7.0.0 node@22) or let HYBRID_NODE_SEAL name the folder that holds its node_modules.",
            error.Message);
    }

    [TestMethod]
    public async Task Real_seal_is_timed_at_every_operation()
    {
        string folder = NodeSealPeer.Folder();
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "node-seal")))
        {
            Assert.Inconclusive($"NOT TIMED AGAINST REAL SEAL: {folder} holds no node-seal; let {NodeSealPeer.FolderVariable} name the folder that holds its node_modules.");
        }

        IReadOnlyList<Timing> timings = await new NodeSealPeer(folder, [PreparedMatrix.Degree]).MeasureAsync(0.001, CancellationToken.None);
        CollectionAssert.AreEqual(SealOperation.All.Select(operation => operation.Name).ToArray(), timings.Select(timing => timing.Name).ToArray());
        Assert.IsTrue(timings.All(timing => timing.Size == PreparedMatrix.Degree && timing.Engine.Contains("node-seal 7", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Ours_has_every_operation_too()
    {
        using TimedCases cases = CkksTimings.Prepare([PreparedMatrix.Degree]);
        IReadOnlyList<Timing> timings = cases.Measure(TimeSpan.Zero, CancellationToken.None);
        CollectionAssert.AreEqual(SealOperation.All.Select(operation => operation.Name).ToArray(), timings.Select(timing => timing.Name).ToArray());
        Assert.IsTrue(timings.All(timing => timing is { Size: PreparedMatrix.Degree, Microseconds: > 0 }));
    }
}
