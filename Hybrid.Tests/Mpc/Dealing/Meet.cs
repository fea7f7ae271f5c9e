using Hybrid.Communication;
using Hybrid.Mpc.Circuits;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Dealing;
using Hybrid.Mpc.Functions;
using Hybrid.Numerics;
using Hybrid.Tensors;
using Hybrid.Tests.Core.Communication;

namespace Hybrid.Tests.Mpc.Dealing;

/// <summary>A dealer in the test's process, parties that meet at it, and a small circuit for two of them.</summary>
internal sealed class Meet : IDisposable
{
    /// <summary>Nothing should take as long, however busy the machine is.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>For channels on a busy machine; a chunk of comparison keys takes several megabytes.</summary>
    public static ChannelOptions Calm { get; } = ChannelPair.Patient with { MaximumFrameBytes = 1 << 28 };

    private readonly CancellationTokenSource _stop = new();

    public Meet(DealerOptions? options = null) => Dealer = new DealerService(options ?? Options);

    /// <summary>Seeds that repeat, and channels that wait for a busy machine.</summary>
    public static DealerOptions Options => new() { Random = new RandomWords(7).Source, Channel = Calm };

    public static DealerConnectionOptions Party { get; } = new() { Channel = Calm };

    public DealerService Dealer { get; }

    public MeetingId Id { get; } = MeetingId.Create(new RandomWords(8).Source);

    /// <summary>How serving each connection ended, in the order they came.</summary>
    public List<Task> Served { get; } = [];

    /// <summary>A connection that the dealer serves.</summary>
    public Stream Connect()
    {
        (Stream party, Stream dealer) = InProcessTransport.CreatePair();
        Served.Add(Dealer.ServeAsync(dealer, _stop.Token));
        return party;
    }

    /// <summary>All parties of a meeting.</summary>
    public Task<DealerConnection[]> GatherAsync(int parties = 2, DealerConnectionOptions? options = null) => Task.WhenAll(
        Enumerable.Range(0, parties).Select(party => DealerConnection.ConnectAsync(Connect(), Id, party, parties, options ?? Party))).WaitAsync(Patience);

    /// <summary>A party whose channel the test uses itself.</summary>
    public async Task<Channel> ComeRawAsync(int party, int parties = 2)
    {
        Channel channel = await Channel.OpenAsync(Connect(), ChannelRole.Initiator, "dealer", Calm);
        await channel.SendAsync(DealerMessages.Hello, DealerMessages.WriteHello(Id, party, parties));
        return channel;
    }

    public void Dispose() => _stop.Dispose();

    /// <summary>Tells the dealer to stop.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>Waits until all connections are served, however that ended.</summary>
    public async Task<AggregateException?> EndAsync()
    {
        Task all = Task.WhenAll(Served);
        await all.WaitAsync(Patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.IsTrue(all.IsCompleted, "The dealer still serves.");
        // A meeting is struck off just after its last party has been served.
        for (int wait = 0; wait < 200 && Dealer.Meetings > 0; wait++)
            await Task.Delay(20);
        Assert.AreEqual(0, Dealer.Meetings);
        return all.Exception;
    }

    /// <summary>Runs relu of party 0's numbers at both parties, with what the providers' dealer deals; gives what the parties open.</summary>
    public static async Task<long[][]> ReluAsync(IReadOnlyList<ICorrelationProvider> providers, long[] numbers, ComparisonMethod method)
    {
        var circuit = new Circuit(new CircuitOptions { Comparison = method });
        Wire input = circuit.Input(0, new Shape(numbers.Length), 16, WordRange.OfBits(40));
        var output = circuit.Open(input.Relu(), "relu");
        await using ChannelPair channels = await ChannelPair.OpenAsync(Calm);
        async Task<long[]> RunAsync(int party)
        {
            using ICorrelationSource source = await providers[party].PrepareAsync(circuit.Cost.Demand);
            var network = new PartyNetwork(party, party == 0 ? channels.Client : channels.Server);
            CircuitInputs inputs = party == 0 ? new CircuitInputs().Set(input, numbers) : new CircuitInputs();
            using CircuitResults results = await CircuitRunner.RunAsync(circuit, network, source, inputs);
            return results.Integers(output).ToArray();
        }

        return await Task.WhenAll(Task.Run(() => RunAsync(0)), Task.Run(() => RunAsync(1))).WaitAsync(Patience);
    }

    /// <summary>Numbers of both signs below 2^38 in magnitude.</summary>
    public static long[] Numbers(int count) => [.. new RandomWords(9).Next(count).Select(word => (long)word >> 26)];
}
