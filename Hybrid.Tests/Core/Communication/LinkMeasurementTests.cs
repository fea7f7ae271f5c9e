using System.Diagnostics;
using Hybrid.Communication;
using Hybrid.Graph;
using Hybrid.Planning;

namespace Hybrid.Tests.Core.Communication;

[TestClass]
[DoNotParallelize]
public sealed class LinkMeasurementTests
{
    private static readonly StepTag Tag = new(6, "measurement");

    [TestMethod]
    [DataRow("wan", 2.0)]
    [DataRow("mobile", 2.0)]
    [DataRow("37mbit:4.2mbit/83ms", 2.0)]
    [DataRow("400kbit:900kbit/45ms", 2.0)]
    public async Task A_link_measures_as_what_it_is(string link, double mostSeconds)
    {
        LinkProfile truth = LinkProfile.Parse(link);
        for (int tries = 10; ; tries--)
        {
            (Stream client, Stream server) = ShapedLink.CreatePair(truth);
            await using ChannelPair pair = await ChannelPair.OpenAsync(client, server);
            long started = Stopwatch.GetTimestamp();
            LinkProfile measured = await MeasureAsync(pair);
            double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            double error = new[]
            {
                Math.Abs((measured.BitsPerSecondUp / truth.BitsPerSecondUp) - 1),
                Math.Abs((measured.BitsPerSecondDown / truth.BitsPerSecondDown) - 1),
                Math.Abs((measured.RoundTripSeconds / truth.RoundTripSeconds) - 1),
            }.Max();
            if (error < 0.15 && seconds < mostSeconds)
            {
                return;
            }

            Assert.IsGreaterThan(1, tries, $"{link} measured as {measured} in {seconds:0.00} s.");
        }
    }

    [TestMethod]
    public async Task A_fast_link_is_measured_fast_and_the_channel_goes_on()
    {
        double best = double.PositiveInfinity;
        for (int i = 0; i < 5; i++)
        {
            await using ChannelPair pair = await ChannelPair.OpenAsync();
            long started = Stopwatch.GetTimestamp();
            LinkProfile measured = await MeasureAsync(pair);
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalSeconds);
            Assert.IsLessThan(0.05, measured.RoundTripSeconds);
            Assert.IsGreaterThan(1e7, measured.BitsPerSecondUp);
            await pair.Client.SendAsync(Tag, new byte[] { 5 });
            using ReceivedFrame next = await pair.Server.ReceiveAsync(Tag, 1);
            Assert.AreEqual(5, next.Span[0]);
        }

        Assert.IsLessThan(0.25, best);
    }

    [TestMethod]
    public async Task Figures_that_no_link_has_are_refused()
    {
        foreach (double[] figures in new double[][]
        {
            [double.NaN, 1e6, 0.1], [1e6, double.PositiveInfinity, 0.1], [1e6, 1e6, double.NaN], [-1e6, 1e6, 0.1], [1e6, 0, 0.1],
            [1e6, 1e13, 0.1], [1e6, 1e6, -0.1], [1e6, 1e6, 61],
        })
        {
            await ServerRefusesAsync([.. figures.SelectMany(BitConverter.GetBytes)], "figures of a link");
        }
    }

    [TestMethod]
    public async Task Requests_that_are_no_part_of_a_measurement_are_refused()
    {
        foreach (byte[] request in new byte[][]
        {
            [], [1], [0, 0, 0, 0], [255, 255, 255, 255], [1, 0, 64, 0], [1, 2, 3, 4, 5], new byte[23], new byte[8191],
        })
        {
            await ServerRefusesAsync(request, "no part of a measurement");
        }
    }

    [TestMethod]
    public async Task A_client_that_never_has_enough_is_refused()
    {
        await using ChannelPair pair = await ChannelPair.OpenAsync();
        Task<LinkProfile> measuring = LinkMeasurement.MeasureAsync(pair.Server, Party.Server, Tag);
        for (int i = 0; i < 1000 && !measuring.IsCompleted; i++)
        {
            await pair.Client.SendAsync(Tag, new byte[] { 1, 0, 0, 0 });
            Task answer = Receive(pair.Client, 1);
            await Task.WhenAny(answer, measuring);
        }

        Sentences.Check(await Assert.ThrowsExactlyAsync<ProtocolException>(() => measuring), "client", "measurement");
        await pair.Server.SendAsync(Tag, new byte[1]);
    }

    [TestMethod]
    public async Task An_answer_of_another_length_is_refused()
    {
        foreach (int length in new[] { 0, 2 })
        {
            await using ChannelPair pair = await ChannelPair.OpenAsync();
            Task<LinkProfile> measuring = LinkMeasurement.MeasureAsync(pair.Client, Party.Client, Tag);
            await pair.Server.SendAsync(Tag, new byte[length]);
            Sentences.Check(await Assert.ThrowsExactlyAsync<ProtocolException>(() => measuring), "server", "measurement");
        }
    }

    [TestMethod]
    public async Task A_dealer_measures_nothing()
    {
        await using ChannelPair pair = await ChannelPair.OpenAsync();
        await Assert.ThrowsExactlyAsync<ArgumentOutOfRangeException>(() => LinkMeasurement.MeasureAsync(pair.Client, Party.Dealer, Tag));
    }

    [TestMethod]
    public async Task Cancelling_ends_a_measurement()
    {
        await using ChannelPair pair = await ChannelPair.OpenAsync();
        using var cancel = new CancellationTokenSource();
        Task<LinkProfile> measuring = LinkMeasurement.MeasureAsync(pair.Server, Party.Server, Tag, cancel.Token);
        cancel.Cancel();
        await Assert.ThrowsAsync<OperationCanceledException>(() => measuring);
    }

    private static async Task<LinkProfile> MeasureAsync(ChannelPair pair)
    {
        Task<LinkProfile> atServer = LinkMeasurement.MeasureAsync(pair.Server, Party.Server, Tag);
        LinkProfile measured = await LinkMeasurement.MeasureAsync(pair.Client, Party.Client, Tag);
        Assert.AreEqual(measured, await atServer, "The parties measured different links.");
        Assert.AreEqual("measured", measured.Name);
        Assert.AreEqual(measured, LinkProfile.Parse(measured.ToString()) with { Name = measured.Name, WakeSeconds = 0 });
        return measured;
    }

    private static async Task ServerRefusesAsync(byte[] request, string part)
    {
        await using ChannelPair pair = await ChannelPair.OpenAsync();
        Task<LinkProfile> measuring = LinkMeasurement.MeasureAsync(pair.Server, Party.Server, Tag);
        await pair.Client.SendAsync(Tag, request);
        Sentences.Check(await Assert.ThrowsExactlyAsync<ProtocolException>(() => measuring), "client", part, "measurement");
    }

    private static async Task Receive(Channel channel, int bytes) => (await channel.ReceiveAsync(Tag, bytes)).Dispose();
}
