using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hybrid.Bench.Peers;
using Hybrid.Communication;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Sharing;
using Hybrid.Security;

namespace Hybrid.Bench.Mpc;

/// <summary>One of two processes that time operations on shares together, over loopback.</summary>
/// <remarks>
/// One connection carries the shares' messages. Over the other, party 0 tells what runs next and hands out what it dealt, before time is
/// taken: so dealing, computing and talking are told apart.
/// </remarks>
internal sealed class BenchParty : IAsyncDisposable
{
    private const ulong InputSeed = 19;
    private static readonly StepTag Control = new(1, "control");

    private readonly int _party;
    private readonly Channel _control;
    private readonly Channel _shares;
    private readonly PartyNetwork _network;
    private readonly Dictionary<MpcOperation, ShareOperation> _operations = [];
    private readonly CircuitOptions _options;

    private BenchParty(int party, Channel control, Channel shares, CircuitOptions options)
    {
        _party = party;
        _control = control;
        _shares = shares;
        _network = new PartyNetwork(party, shares);
        _options = options;
    }

    /// <summary>What ran last.</summary>
    public ShareRun? Last { get; private set; }

    /// <summary>Party 0: waits for party 1.</summary>
    public static async Task<BenchParty> AcceptAsync(TcpListener listener, CircuitOptions options)
    {
        Channel control = await OpenAsync(await listener.AcceptTcpClientAsync(), ChannelRole.Responder);
        Channel shares = await OpenAsync(await listener.AcceptTcpClientAsync(), ChannelRole.Responder);
        return new BenchParty(0, control, shares, options);
    }

    /// <summary>Party 1: runs what party 0 says, until it leaves.</summary>
    public static async Task ServeAsync(int port, CircuitOptions options)
    {
        Channel control = await OpenAsync(await ConnectAsync(port), ChannelRole.Initiator);
        Channel shares = await OpenAsync(await ConnectAsync(port), ChannelRole.Initiator);
        await using var party = new BenchParty(1, control, shares, options);
        while (true)
        {
            int next;
            using (ReceivedFrame frame = await party._control.ReceiveAsync(Control, sizeof(int)))
            {
                next = BitConverter.ToInt32(frame.Span);
            }

            if (next < 0)
            {
                return;
            }

            await party.RunAsync(MpcOperation.All[next]);
        }
    }

    /// <summary>Runs an operation once, with the other party.</summary>
    public async Task<ShareRun> RunAsync(MpcOperation operation)
    {
        if (!_operations.TryGetValue(operation, out ShareOperation? drawn))
        {
            _operations.Add(operation, drawn = ShareOperation.Of(operation, _options));
        }

        CircuitCost cost = drawn.Circuit.Cost;
        double dealing = 0;
        ICorrelationSource source;
        if (_party == 0)
        {
            await _control.SendAsync(Control, BitConverter.GetBytes(IndexOf(operation)));
            (source, dealing) = await DealAsync(cost.Demand);
        }
        else
        {
            source = await ReceiveAsync(cost.Demand);
        }

        using (source)
        using (CircuitInputs inputs = Inputs(drawn))
        {
            using ReceivedFrame ready = await _control.ExchangeAsync(Control, new byte[1], 1);
            ChannelCounters before = _shares.Counters;
            long start = Stopwatch.GetTimestamp();
            (await CircuitRunner.RunAsync(drawn.Circuit, _network, source, inputs)).Dispose();
            using ReceivedFrame done = await _control.ExchangeAsync(Control, new byte[1], 1);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            ChannelCounters used = _shares.Counters - before;
            return Last = new ShareRun(seconds, dealing, cost.Rounds, used.BytesSent + used.BytesReceived, cost.Demand.DealtBytes(0) + cost.Demand.DealtBytes(1));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_party == 0)
        {
            await _control.SendAsync(Control, BitConverter.GetBytes(-1));
        }

        await _control.DisposeAsync();
        await _shares.DisposeAsync();
        _network.Dispose();
    }

    private static int IndexOf(MpcOperation operation)
    {
        for (int index = 0; index < MpcOperation.All.Count; index++)
        {
            if (MpcOperation.All[index] == operation)
            {
                return index;
            }
        }

        throw new ArgumentException($"{operation} is not in the list.", nameof(operation));
    }

    private static async Task<TcpClient> ConnectAsync(int port)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        return client;
    }

    private static Task<Channel> OpenAsync(TcpClient client, ChannelRole role)
    {
        client.NoDelay = true;
        return Channel.OpenAsync(client.GetStream(), role, "party", ChannelOptions.Default with { KeepsTranscript = false });
    }

    private async Task<(ICorrelationSource Source, double Seconds)> DealAsync(CorrelationDemand demand)
    {
        using var seeds = new DealerSeeds(2, OsRandom.Instance);
        using var memory = new DealerMemory();
        await _control.SendAsync(Control, seeds.Of(1).ToArray());
        var mine = new StoredFeed();
        using var work = new DealerWork(demand, seeds, memory);
        double seconds = 0;
        while (true)
        {
            long start = Stopwatch.GetTimestamp();
            bool more = work.MoveNext();
            seconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (!more)
            {
                break;
            }

            mine.Add(work.Message(0));
            await _control.SendAsync(Control, work.Message(1));
        }

        return (new SeededCorrelationSource(0, 2, seeds.Of(0), demand, mine), seconds);
    }

    private async Task<ICorrelationSource> ReceiveAsync(CorrelationDemand demand)
    {
        byte[] seed;
        using (ReceivedFrame frame = await _control.ReceiveAsync(Control, AesCtrGenerator.SeedBytes))
        {
            seed = frame.Span.ToArray();
        }

        var feed = new StoredFeed();
        foreach (CorrelationDraw draw in demand.Draws)
        {
            for (int chunk = 0; chunk < draw.Chunks; chunk++)
            {
                if (CorrectionMessage.Bytes(draw, 0, 2, chunk) + CorrectionMessage.Bytes(draw, 1, 2, chunk) > 0)
                {
                    using ReceivedFrame frame = await _control.ReceiveAsync(Control, int.MaxValue);
                    feed.Add(frame.Payload);
                }
            }
        }

        return new SeededCorrelationSource(1, 2, seed, demand, feed);
    }

    // Both parties draw the same tensors and take their shares of them.
    private CircuitInputs Inputs(ShareOperation drawn)
    {
        using var generator = new AesCtrGenerator(BitConverter.GetBytes(InputSeed).Concat(new byte[8]).ToArray());
        var inputs = new CircuitInputs();
        foreach ((Wire wire, int bits, bool positive) in drawn.Inputs)
        {
            var values = new ulong[wire.Count];
            var masks = new ulong[wire.Count];
            generator.Fill(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));
            generator.Fill(System.Runtime.InteropServices.MemoryMarshal.AsBytes(masks.AsSpan()));
            for (int i = 0; i < values.Length; i++)
            {
                ulong value = positive ? values[i] >> (64 - bits) : (ulong)((long)values[i] >> (64 - bits));
                masks[i] = _party == 0 ? value - masks[i] : masks[i];
            }

            using var share = new ArithmeticShare(_party, 2, wire.Shape, wire.FractionBits, masks);
            inputs.Set(wire, share);
        }

        return inputs;
    }

    private sealed class StoredFeed : ICorrectionFeed
    {
        private readonly Queue<byte[]> _messages = new();

        public void Add(ReadOnlyMemory<byte> message)
        {
            if (!message.IsEmpty)
            {
                _messages.Enqueue(message.ToArray());
            }
        }

        public ValueTask<ReadOnlyMemory<byte>> NextAsync(int maximumBytes, CancellationToken cancellationToken) =>
            ValueTask.FromResult<ReadOnlyMemory<byte>>(_messages.Dequeue());

        public void Dispose() => _messages.Clear();
    }
}

/// <summary>One run of an operation.</summary>
/// <param name="Seconds">From when both parties are ready, with what was dealt in memory, until both are done.</param>
/// <param name="DealingSeconds">What the dealer computed for it, on one thread.</param>
/// <param name="Rounds">Exchanges that one waits for after another.</param>
/// <param name="Bytes">Both parties' bytes to one another.</param>
/// <param name="DealtBytes">What the dealer sends both parties.</param>
internal sealed record ShareRun(double Seconds, double DealingSeconds, int Rounds, long Bytes, long DealtBytes);
