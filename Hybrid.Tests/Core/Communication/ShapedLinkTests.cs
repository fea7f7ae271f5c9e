using System.Diagnostics;
using Hybrid.Communication;
using Hybrid.Graph;
using Hybrid.Planning;

namespace Hybrid.Tests.Core.Communication;

[TestClass]
[DoNotParallelize]
public sealed class ShapedLinkTests
{
    private const int Tries = 60;

    [TestMethod]
    [DataRow("wan", 0.5e-3)]
    [DataRow("lan", 4e-3)]
    [DataRow("8mbit:2mbit/7ms", 2e-3)]
    public async Task A_small_message_takes_half_a_round_trip_each_way(string link, double slack)
    {
        LinkProfile profile = LinkProfile.Parse(link);
        (Stream client, Stream server) = ShapedLink.CreatePair(profile);
        using (client)
        using (server)
        {
            double half = profile.RoundTripSeconds / 2;
            double up = 8 * 16 / profile.BitsPerSecondUp;
            double down = 8 * 16 / profile.BitsPerSecondDown;
            await IsBestOfSeveral(half + up, half + up + slack, () => SendAsync(client, server, 16));
            await IsBestOfSeveral(half + down, half + down + slack, () => SendAsync(server, client, 16));
            await IsBestOfSeveral(
                profile.RoundTripSeconds + up + down,
                (1.05 * profile.RoundTripSeconds) + up + down + slack,
                async () => await SendAsync(client, server, 16) + await SendAsync(server, client, 16));
        }
    }

    [TestMethod]
    public async Task Five_megabytes_take_their_time_at_the_rate_and_the_delay()
    {
        (Stream client, Stream server) = ShapedLink.CreatePair(LinkProfile.Wan);
        using (client)
        using (server)
        {
            await IsBestOfSeveral(0.42, (0.4 * 1.05) + 0.02, () => SendAsync(client, server, 5_000_000));
        }
    }

    [TestMethod]
    public async Task Both_directions_have_their_own_rate_and_do_not_slow_each_other()
    {
        (Stream client, Stream server) = ShapedLink.CreatePair(LinkProfile.Parse("80mbit:160mbit/10ms"));
        using (client)
        using (server)
        {
            double down = 0;
            await IsBestOfSeveral(0.105, 0.115, async () =>
            {
                Task<double> backwards = SendAsync(server, client, 2_000_000);
                double forwards = await SendAsync(client, server, 1_000_000);
                down = await backwards;
                return Math.Max(forwards, down);
            });
            Assert.IsGreaterThanOrEqualTo(0.105, down);
        }
    }

    [TestMethod]
    public async Task A_long_message_arrives_piece_by_piece()
    {
        (Stream client, Stream server) = ShapedLink.CreatePair(LinkProfile.Parse("8mbit/20ms"));
        using (client)
        using (server)
        {
            byte[] buffer = new byte[100_000];
            long started = Stopwatch.GetTimestamp();
            await client.WriteAsync(new byte[100_000]);
            int read = await server.ReadAsync(buffer);
            double first = Stopwatch.GetElapsedTime(started).TotalSeconds;
            Assert.IsGreaterThanOrEqualTo(0.01, first);
            Assert.IsLessThanOrEqualTo(1e6 * (first - 0.01) + 1, read, "A byte came before its time.");
            Assert.IsGreaterThan(0, read);
            await server.ReadExactlyAsync(buffer.AsMemory(read));
            Assert.IsGreaterThanOrEqualTo(0.11, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
    }

    [TestMethod]
    public async Task Megabytes_in_odd_pieces_arrive_unchanged()
    {
        (Stream client, Stream server) = ShapedLink.CreatePair(LinkProfile.Parse("1gbit/2ms"));
        byte[] sent = new byte[7_000_001];
        new Random(7).NextBytes(sent);
        var random = new Random(8);
        Task writing = Task.Run(async () =>
        {
            for (int i = 0, piece; i < sent.Length; i += piece)
            {
                piece = Math.Min(random.Next(4) == 0 ? random.Next(200_000) : random.Next(2_000), sent.Length - i);
                await client.WriteAsync(sent.AsMemory(i, piece));
            }

            client.Dispose();
        });
        using var received = new MemoryStream();
        await server.CopyToAsync(received, 33_331);
        await writing;
        CollectionAssert.AreEqual(sent, received.ToArray());
        server.Dispose();
    }

    [TestMethod]
    public async Task A_sender_waits_once_the_window_is_full_and_goes_on_as_it_empties()
    {
        (Stream client, Stream server) = ShapedLink.CreatePair(LinkProfile.Parse("1gbit/0ms"));
        using (client)
        using (server)
        {
            Task within = client.WriteAsync(new byte[4 << 20]).AsTask();
            Assert.IsTrue(within.IsCompletedSuccessfully, "Less than the window was not taken at once.");
            Task beyond = client.WriteAsync(new byte[8 << 20]).AsTask();
            Assert.IsFalse(beyond.IsCompleted, "More bytes than the window holds were taken.");
            await server.ReadExactlyAsync(new byte[12 << 20]);
            await beyond;
        }
    }

    [TestMethod]
    public async Task Closing_an_end_returns_at_once_and_ends_the_others_stream_after_what_was_sent()
    {
        (Stream client, Stream server) = ShapedLink.CreatePair(LinkProfile.Parse("1mbit/600ms"));
        long started = Stopwatch.GetTimestamp();
        await client.WriteAsync(new byte[5_000]);
        client.Dispose();
        client.Dispose();
        Assert.IsLessThan(0.34, Stopwatch.GetElapsedTime(started).TotalSeconds);
        byte[] buffer = new byte[5_000];
        await server.ReadExactlyAsync(buffer);
        Assert.IsGreaterThanOrEqualTo(0.34, Stopwatch.GetElapsedTime(started).TotalSeconds);
        Assert.AreEqual(0, await server.ReadAsync(buffer));
        await Assert.ThrowsExactlyAsync<IOException>(async () =>
        {
            // It is the second that fails, or a later one: the first is on its way when the other end turns out to be closed.
            while (true)
            {
                await server.WriteAsync(new byte[1]);
                await Task.Delay(1);
            }
        });
        server.Dispose();
    }

    [TestMethod]
    public async Task Closing_an_end_wakes_its_own_reads_and_writes()
    {
        (Stream client, Stream server) = ShapedLink.CreatePair(LinkProfile.Wan);
        Task<int> reading = client.ReadAsync(new byte[1]).AsTask();
        Task writing = client.WriteAsync(new byte[16 << 20]).AsTask();
        client.Dispose();
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => reading);
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => writing);
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(async () => await client.ReadExactlyAsync(new byte[1]));
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(async () => await client.WriteAsync(new byte[1]));
        server.Dispose();
    }

    [TestMethod]
    public async Task Cancelling_ends_a_read_that_loses_nothing_and_a_write_that_waits()
    {
        (Stream client, Stream server) = ShapedLink.CreatePair(LinkProfile.Lan);
        using (client)
        using (server)
        using (var cancel = new CancellationTokenSource())
        {
            Task<int> reading = server.ReadAsync(new byte[4], cancel.Token).AsTask();
            Task writing = server.WriteAsync(new byte[16 << 20], cancel.Token).AsTask();
            cancel.Cancel();
            await Assert.ThrowsAsync<OperationCanceledException>(() => reading);
            await Assert.ThrowsAsync<OperationCanceledException>(() => writing);
            await client.WriteAsync(new byte[] { 1, 2 });
            byte[] received = new byte[2];
            await server.ReadExactlyAsync(received);
            CollectionAssert.AreEqual(new byte[] { 1, 2 }, received);
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Channels_over_wrapped_sockets_talk_at_the_links_pace_and_part_in_peace(bool hasTls)
    {
        var profile = LinkProfile.Parse("50mbit/30ms");
        using var authority = new TestAuthority();
        (string certificate, string key) = authority.Issue("server", "127.0.0.1");
        ServerTls? tls = hasTls ? ServerTls.FromPemFiles(certificate, key) : null;
        (Stream a, Stream b) = await TcpConnection.MakeAsync(tls, tls is null ? null : ClientTls.Pinned(tls.Pin.ToString()));
        await using ChannelPair pair = await ChannelPair.OpenAsync(
            ShapedLink.Wrap(a, profile, Party.Client), ShapedLink.Wrap(b, profile, Party.Server));
        var tag = new StepTag(1);
        byte[] payload = new byte[250_000];
        await IsBestOfSeveral(0.07, 0.085, async () =>
        {
            long started = Stopwatch.GetTimestamp();
            Task sending = pair.Client.SendAsync(tag, payload).AsTask();
            (await pair.Server.ReceiveAsync(tag, payload.Length)).Dispose();
            await sending;
            await pair.Server.SendAsync(tag, new byte[1]);
            (await pair.Client.ReceiveAsync(tag, 1)).Dispose();
            return Stopwatch.GetElapsedTime(started).TotalSeconds;
        });
    }

    [TestMethod]
    public void Nothing_is_held_back_on_the_loopback_and_odd_profiles_are_refused()
    {
        (Stream client, Stream server) = InProcessTransport.CreatePair();
        Assert.AreSame(client, ShapedLink.Wrap(client, LinkProfile.Loopback, Party.Client));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ShapedLink.Wrap(server, LinkProfile.Lan, Party.Dealer));
        foreach (LinkProfile odd in new[]
        {
            LinkProfile.Wan with { BitsPerSecondUp = 0 }, LinkProfile.Wan with { BitsPerSecondDown = double.NaN },
            LinkProfile.Wan with { RoundTripSeconds = -1 }, LinkProfile.Wan with { RoundTripSeconds = double.PositiveInfinity },
        })
        {
            Sentences.Refused<ParameterException>(() => ShapedLink.CreatePair(odd), "1 kbit/s", "60 s");
        }
    }

    [TestMethod]
    public void A_sleep_is_never_short_and_seldom_long()
    {
        foreach ((bool native, double slack) in new[] { (true, 0.5e-3), (false, 2e-3) })
        {
            var sleep = new FineSleep(native);
            foreach (double seconds in new[] { 0, 50e-6, 300e-6, 1.3e-3, 4.7e-3 })
            {
                double best = Enumerable.Range(0, Tries).Min(_ =>
                {
                    long started = Stopwatch.GetTimestamp();
                    sleep.Until(started + (seconds * Stopwatch.Frequency));
                    double slept = (Stopwatch.GetTimestamp() - started) / (double)Stopwatch.Frequency;
                    Assert.IsGreaterThanOrEqualTo(seconds, slept);
                    return slept;
                });
                // Timers of systems without a fine sleep may tick every 16 ms.
                Assert.IsLessThanOrEqualTo(seconds + (OperatingSystem.IsWindows() ? 0.03 : slack), best);
            }
        }
    }

    private static async Task<double> SendAsync(Stream from, Stream to, int bytes)
    {
        byte[] received = new byte[bytes];
        byte[] sent = new byte[bytes];
        long started = Stopwatch.GetTimestamp();
        Task reading = to.ReadExactlyAsync(received).AsTask();
        await from.WriteAsync(sent);
        await reading;
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Checks that no try is too fast, and that the fastest of several, or one before them, is fast enough.</summary>
    private static async Task IsBestOfSeveral(double least, double most, Func<Task<double>> act)
    {
        double best = double.PositiveInfinity;
        for (int i = 0; i < Tries && best > most; i++)
        {
            double seconds = await act();
            // The clock that measures counts in tenths of a microsecond.
            Assert.IsGreaterThanOrEqualTo(least - 1e-6, seconds, "Something came before its time.");
            best = Math.Min(best, seconds);
        }

        Assert.IsLessThanOrEqualTo(most, best, $"{Tries} tries, {least:0.0000} s at least.");
    }
}
