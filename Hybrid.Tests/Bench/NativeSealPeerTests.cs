using Hybrid.Bench.Peers;

namespace Hybrid.Tests.Bench;

[TestClass]
public sealed class NativeSealPeerTests
{
    [TestMethod]
    public void Lines_of_figures_are_read()
    {
        IReadOnlyList<Timing> timings = NativeSealPeer.Parse("SEAL 4.1\nN=4096 ntt 40.4 encsym 1e3  mulrel 7\r\n\nN=8192 matvec 80000\n", "timer");
        CollectionAssert.AreEqual(
            new[]
            {
                new Timing("transform", 4096, 40.4, "what timer printed"), new Timing("encrypt-written", 4096, 1000, "what timer printed"),
                new Timing("multiply-relinearise", 4096, 7, "what timer printed"), new Timing("matrix-256x256", 8192, 80000, "what timer printed"),
            },
            timings.ToArray());
    }

    [TestMethod]
    [DataRow("", "timer printed no line")]
    [DataRow("hello", "timer printed no line")]
    [DataRow("N=4096", "timer printed no line")]
    [DataRow("N=4096 ntt", "N=4096 ntt")]
    [DataRow("N=many ntt 4", "N=many ntt 4")]
    [DataRow("N=4096 bootstrap 4", "\"bootstrap\"")]
    [DataRow("N=4096 ntt soon", "\"soon\"")]
    [DataRow("N=4096 ntt -1", "\"-1\"")]
    [DataRow("N=4096 ntt NaN", "\"NaN\"")]
    public void Anything_else_is_refused(string output, string named)
    {
        PeerMissingException error = Assert.ThrowsExactly<PeerMissingException>(() => NativeSealPeer.Parse(output, "timer"));
        StringAssert.Contains(error.Message, named);
    }

    [TestMethod]
    public async Task A_missing_program_is_named()
    {
        string program = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));
        PeerMissingException error = await Assert.ThrowsExactlyAsync<PeerMissingException>(() => new NativeSealPeer(program).CheckAsync(CancellationToken.None));
        Assert.AreEqual($"There is no {program} to run: --native names a program that prints the figures of native SEAL.", error.Message);
    }
}
