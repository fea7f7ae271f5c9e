using Hybrid.Communication;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Protocols;
using Hybrid.Numerics;
using Hybrid.Tests.Core.Communication;

namespace Hybrid.Tests.Mpc.Circuits;

/// <summary>
/// Two parties or more in one process, each on threads of its own, with a dealer of fixed seed. Whatever they run, bytes, messages and
/// rounds are compared with what the circuit declares, and all that was dealt must have been drawn.
/// </summary>
internal sealed class Parties : IAsyncDisposable
{
    /// <summary>No run of a test takes as long on any machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly ChannelOptions Options = ChannelPair.Patient with { MaximumFrameBytes = 1 << 28 };

    private readonly RecordingStream?[,] _wires;
    private readonly bool[,] _hasSent;

    private Parties(Channel?[][] channels, RecordingStream?[,] wires, byte seed)
    {
        Channels = channels;
        Networks = [.. channels.Select((own, party) => new PartyNetwork(party, [.. own]))];
        Dealer = new LocalDealer(channels.Length, new RandomWords(seed).Source);
        _wires = wires;
        _hasSent = new bool[channels.Length, channels.Length];
    }

    public PartyNetwork[] Networks { get; }

    /// <summary>Each party's channel to each other.</summary>
    public Channel?[][] Channels { get; }

    public LocalDealer Dealer { get; }

    public int Count => Networks.Length;

    /// <summary>Connects parties, over TCP if there are two and it is asked for.</summary>
    public static async Task<Parties> OpenAsync(int parties = 2, byte seed = 1, bool tcp = false, bool record = false, ChannelOptions? options = null)
    {
        Channel?[][] channels = [.. Enumerable.Range(0, parties).Select(_ => new Channel?[parties])];
        var wires = new RecordingStream?[parties, parties];
        for (int one = 0; one < parties; one++)
        {
            for (int other = one + 1; other < parties; other++)
            {
                (Stream a, Stream b) = tcp ? await TcpConnection.MakeAsync(null, null) : InProcessTransport.CreatePair();
                if (record)
                {
                    a = wires[one, other] = new RecordingStream(a);
                    b = wires[other, one] = new RecordingStream(b);
                }

                Task<Channel> first = Channel.OpenAsync(a, ChannelRole.Initiator, $"party {other}", options ?? Options);
                Task<Channel> second = Channel.OpenAsync(b, ChannelRole.Responder, $"party {one}", options ?? Options);
                (channels[one][other], channels[other][one]) = (await first, await second);
            }
        }

        return new Parties(channels, wires, seed);
    }

    /// <summary>Builds a circuit on some inputs, opens one tensor to all, runs, and gives its integers.</summary>
    public static Task<long[]> ComputeAsync(Func<Wire[], Wire> build, params Feed[] feeds) => ComputeAsync(CircuitOptions.Default, build, feeds);

    /// <summary>Builds a circuit on some inputs, opens one tensor to all, runs, and gives its integers.</summary>
    public static async Task<long[]> ComputeAsync(CircuitOptions options, Func<Wire[], Wire> build, params Feed[] feeds) =>
        (await ComputeManyAsync(options, wires => [build(wires)], feeds))[0];

    /// <summary>Builds a circuit on some inputs, opens some tensors to all, runs, and gives their integers.</summary>
    public static async Task<long[][]> ComputeManyAsync(CircuitOptions options, Func<Wire[], Wire[]> build, params Feed[] feeds)
    {
        var circuit = new Circuit(options);
        Wire[] wires = [.. feeds.Select(feed => feed.AddTo(circuit))];
        Opening[] openings = [.. build(wires).Select((wire, index) => circuit.Open(wire, $"result {index}"))];
        await using Parties parties = await OpenAsync(circuit.Parties);
        CircuitInputs[] inputs = Inputs(circuit);
        for (int index = 0; index < feeds.Length; index++)
            feeds[index].Give(wires[index], inputs, (byte)(100 + index));
        CircuitResults[] results = await parties.RunAsync(circuit, inputs);
        long[][] opened = [.. openings.Select(opening => results[0].Integers(opening).ToArray())];
        for (int index = 0; index < openings.Length; index++)
        {
            foreach (CircuitResults other in results)
                CollectionAssert.AreEqual(opened[index], other.Integers(openings[index]).ToArray(), "the parties learnt different things");
            WordRange range = openings[index].Value.Range;
            if (feeds.All(feed => feed.IsHonest) && opened[index].Any(integer => integer < range.Low || integer > range.High))
            {
                Assert.Fail($"An integer is outside of what the circuit says can be: {openings[index].Value}.");
            }
        }

        return opened;
    }

    /// <summary>Empty inputs for each party of a circuit.</summary>
    public static CircuitInputs[] Inputs(Circuit circuit) => [.. Enumerable.Range(0, circuit.Parties).Select(_ => new CircuitInputs())];

    /// <summary>Runs one circuit at all parties and checks what it cost.</summary>
    public async Task<CircuitResults[]> RunAsync(Circuit circuit, params CircuitInputs[] inputs)
    {
        CircuitCost cost = circuit.Cost;
        ICorrelationSource[] sources = [.. Networks.Select(network => Dealer.GiveSource(network.Party, cost.Demand))];
        ChannelCounters[][] before = Snapshots();
        CircuitResults[] results = await EachAsync(party => CircuitRunner.RunAsync(circuit, Networks[party], sources[party], inputs[party]));
        ChannelCounters[][] after = Snapshots();
        for (int party = 0; party < Count; party++)
        {
            ChannelCounters[] used = [.. after[party].Zip(before[party], (later, earlier) => later - earlier)];
            Assert.AreEqual(cost.BytesFrom[party], used.Sum(one => one.BytesSent), $"bytes from party {party}");
            Assert.AreEqual(cost.MessagesFrom[party], used.Sum(one => one.MessagesSent), $"messages from party {party}");
            for (int other = 0; other < Count; other++)
            {
                Assert.AreEqual(party == other ? 0 : Rounds(circuit, party, other), used[other].Rounds, $"rounds of party {party} with {other}");
            }

            Assert.AreEqual(0, sources[party].DrawsLeft, "something dealt was not drawn");
            sources[party].Dispose();
        }

        return results;
    }

    /// <summary>Opens one party's weights under a mask of a number; gives what circuits call them, and each party's end.</summary>
    public async Task<(WeightSpecification Weights, PrivateWeights[] Ends)> OpenWeightsAsync(Feed weights, int number, Int128 norm)
    {
        var circuit = new Circuit();
        Wire input = weights.AddTo(circuit);
        var mask = new WeightMask(number, weights.Owner!.Value, weights.Words.Length);
        WeightSpecification opened = circuit.OpenWeights(input, mask, norm);
        CircuitInputs[] inputs = Inputs(circuit);
        inputs[mask.Owner].Set(input, weights.Integers);
        CircuitResults[] results = await RunAsync(circuit, inputs);
        PrivateWeights[] ends = [.. results.Select(one => one.TakeWeights(mask))];
        Assert.ThrowsExactly<InvalidOperationException>(() => results[0].TakeWeights(mask));
        return (opened, ends);
    }

    /// <summary>Runs a party's part at each of them.</summary>
    public Task<T[]> EachAsync<T>(Func<int, Task<T>> part) =>
        Task.WhenAll(Enumerable.Range(0, Count).Select(party => Task.Run(() => part(party)))).WaitAsync(Patience);

    /// <summary>Runs a circuit at one party, with a fresh source.</summary>
    public async Task<CircuitResults> RunOneAsync(int party, Circuit circuit, CircuitInputs inputs, CancellationToken cancellationToken = default)
    {
        using ICorrelationSource source = Dealer.GiveSource(party, circuit.Cost.Demand);
        return await CircuitRunner.RunAsync(circuit, Networks[party], source, inputs, cancellationToken);
    }

    /// <summary>What a party has sent another, message by message; only where recording was asked for.</summary>
    public List<byte[]> Sent(int from, int to) => _wires[from, to]!.Messages();

    public async ValueTask DisposeAsync()
    {
        // Each says goodbye and waits for the other.
        await Task.WhenAll(Channels.SelectMany(own => own).Where(channel => channel is not null).Select(channel => channel!.DisposeAsync().AsTask()));
        Dealer.Dispose();
    }

    private ChannelCounters[][] Snapshots() => [.. Channels.Select(own => own.Select(channel => channel?.Counters ?? default).ToArray())];

    // A channel's round begins with a wait after something was sent: a level in which both send is one.
    private int Rounds(Circuit circuit, int party, int other)
    {
        int rounds = 0;
        bool greets = circuit.Schedule.Greets(party, other);
        _hasSent[party, other] |= greets;
        foreach ((_, var exchanges) in circuit.Schedule.Levels)
        {
            _hasSent[party, other] |= exchanges.Any(gate => gate.WordsTo(party, other) > 0);
            if (exchanges.Any(gate => gate.WordsTo(other, party) > 0))
            {
                // A greeting is heard just before the first message: the wait is for the greeting.
                rounds += _hasSent[party, other] ? 1 : 0;
                _hasSent[party, other] = false;
                greets = false;
            }
        }

        if (greets)
        {
            rounds += _hasSent[party, other] ? 1 : 0;
            _hasSent[party, other] = false;
        }

        if (circuit.Gates.OfType<ExchangeGate>().All(gate => gate.Sender is null && gate.Receiver is null))
        {
            Assert.AreEqual(circuit.Cost.Rounds, rounds, "all send and receive in every round");
        }

        return rounds;
    }
}
