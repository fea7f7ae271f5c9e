using Hybrid.Communication;

namespace Hybrid.Tests.Core.Communication;

// Occupies the whole thread pool, so nothing else may run beside it.
[TestClass]
[DoNotParallelize]
public sealed class HeartbeatTests
{
    private const int FrameBytes = 8;

    [TestMethod]
    public async Task Heartbeats_go_out_while_every_pool_thread_is_busy()
    {
        (Channel client, Stream server) = await ChannelPair.OpenBareAsync();
        var release = new TaskCompletionSource();
        ThreadPool.GetMinThreads(out int threads, out _);
        int blockers = threads + 100;
        int busy = 0;
        try
        {
            // Far more than the pool grows by in the time of the test.
            for (int i = 0; i < blockers; i++)
            {
                ThreadPool.UnsafeQueueUserWorkItem(
                    _ =>
                    {
                        Interlocked.Increment(ref busy);
                        release.Task.Wait();
                    },
                    null);
            }

            Assert.IsTrue(SpinWait.SpinUntil(() => Volatile.Read(ref busy) >= Environment.ProcessorCount, TimeSpan.FromSeconds(10)), "The pool should be busy.");
            Assert.IsLessThan(blockers, Volatile.Read(ref busy), "The pool should have no thread left.");
            byte[] beats = new byte[FrameBytes * 8];
            server.ReadExactly(beats);
            for (int i = 0; i < 8; i++)
            {
                CollectionAssert.AreEqual(ChannelPair.Frame(0, StepTag.Heartbeat), beats[(i * FrameBytes)..((i + 1) * FrameBytes)]);
            }
        }
        finally
        {
            release.SetResult();
        }

        server.Dispose();
        await client.DisposeAsync();
    }
}
