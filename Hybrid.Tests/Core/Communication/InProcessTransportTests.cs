using Hybrid.Communication;

namespace Hybrid.Tests.Core.Communication;

[TestClass]
public sealed class InProcessTransportTests
{
    [TestMethod]
    public async Task What_one_end_writes_the_other_reads_in_both_directions()
    {
        (Stream a, Stream b) = InProcessTransport.CreatePair();
        await a.WriteAsync(new byte[] { 1, 2, 3 });
        await b.WriteAsync(new byte[] { 4, 5 });
        byte[] atB = new byte[3];
        byte[] atA = new byte[2];
        await b.ReadExactlyAsync(atB);
        await a.ReadExactlyAsync(atA);
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }, atB);
        CollectionAssert.AreEqual(new byte[] { 4, 5 }, atA);
    }

    [TestMethod]
    public async Task Three_megabytes_in_odd_pieces_arrive_unchanged()
    {
        (Stream a, Stream b) = InProcessTransport.CreatePair();
        byte[] sent = new byte[3_000_001];
        new Random(7).NextBytes(sent);
        Task writing = Task.Run(async () =>
        {
            for (int i = 0; i < sent.Length; i += 77_777)
            {
                await a.WriteAsync(sent.AsMemory(i, Math.Min(77_777, sent.Length - i)));
            }

            a.Dispose();
        });
        using var received = new MemoryStream();
        await b.CopyToAsync(received, 33_331);
        await writing;
        CollectionAssert.AreEqual(sent, received.ToArray());
    }

    [TestMethod]
    public async Task A_writer_waits_while_the_pipe_is_full_and_goes_on_once_it_is_read()
    {
        (Stream a, Stream b) = InProcessTransport.CreatePair();
        Task writing = a.WriteAsync(new byte[300 * 1024]).AsTask();
        await Task.Delay(20);
        Assert.IsFalse(writing.IsCompleted, "More bytes than the pipe holds were taken.");
        await b.ReadExactlyAsync(new byte[300 * 1024]);
        await writing;
    }

    [TestMethod]
    public async Task Closing_an_end_ends_the_others_stream_after_what_was_written()
    {
        (Stream a, Stream b) = InProcessTransport.CreatePair();
        await a.WriteAsync(new byte[] { 9 });
        a.Dispose();
        byte[] buffer = new byte[8];
        Assert.AreEqual(1, await b.ReadAsync(buffer));
        Assert.AreEqual(0, await b.ReadAsync(buffer));
        await Assert.ThrowsExactlyAsync<IOException>(async () => await b.WriteAsync(new byte[1]));
    }

    [TestMethod]
    public async Task Closing_an_end_wakes_its_own_reads_and_writes()
    {
        (Stream a, _) = InProcessTransport.CreatePair();
        Task<int> reading = a.ReadAsync(new byte[1]).AsTask();
        Task writing = a.WriteAsync(new byte[1 << 20]).AsTask();
        a.Dispose();
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => reading);
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => writing);
    }

    [TestMethod]
    public async Task A_cancelled_read_loses_nothing()
    {
        (Stream a, Stream b) = InProcessTransport.CreatePair();
        using var cancel = new CancellationTokenSource();
        Task<int> reading = b.ReadAsync(new byte[4], cancel.Token).AsTask();
        cancel.Cancel();
        await Assert.ThrowsAsync<OperationCanceledException>(() => reading);
        await a.WriteAsync(new byte[] { 1, 2 });
        Assert.AreEqual(2, await b.ReadAsync(new byte[4]));
    }
}
