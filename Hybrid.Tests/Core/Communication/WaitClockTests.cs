using Hybrid.Communication;
using Hybrid.Planning;

namespace Hybrid.Tests.Core.Communication;

[TestClass]
public sealed class WaitClockTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);

    [TestMethod]
    public async Task Waits_that_overlap_count_once()
    {
        var clock = new WaitClock();
        var all = System.Diagnostics.Stopwatch.StartNew();
        clock.Begin();
        clock.Begin();
        await Task.Delay(Pause);
        clock.End();
        Assert.AreEqual(TimeSpan.Zero, clock.Waited);
        clock.End();
        Assert.IsInRange(Pause - TimeSpan.FromMilliseconds(2), all.Elapsed, clock.Waited);
    }

    [TestMethod]
    public async Task What_lies_between_waits_does_not_count()
    {
        var clock = new WaitClock();
        clock.Begin();
        clock.End();
        await Task.Delay(Pause);
        clock.Begin();
        clock.End();
        Assert.IsLessThan(Pause, clock.Waited);
    }

    [TestMethod]
    public async Task A_sender_that_waits_for_room_waits()
    {
        // Four megabytes fill the link's window; what is more waits for the first to have gone.
        var link = new LinkProfile("slow", 200e6, 200e6, 0.001);
        (Stream here, Stream there) = ShapedLink.CreatePair(link);
        Task<Channel> accepting = Channel.OpenAsync(there, ChannelRole.Responder, "client", ChannelOptions.Default);
        await using Channel sender = await Channel.OpenAsync(here, ChannelRole.Initiator, "server", ChannelOptions.Default);
        await using Channel receiver = await accepting;
        var tag = new StepTag(1, "much");
        var message = new byte[6 << 20];
        Task<ReceivedFrame> receiving = receiver.ReceiveAsync(tag, message.Length).AsTask();
        await sender.SendAsync(tag, message);
        (await receiving).Dispose();
        // Two megabytes at 200 Mbit/s take 84 ms.
        Assert.IsGreaterThan(TimeSpan.FromMilliseconds(40), sender.Counters.Waited);
    }
}
