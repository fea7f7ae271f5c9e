using Hybrid.Communication;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Protocols;
using Hybrid.Mpc.Sharing;
using Hybrid.Tensors;
using Hybrid.Tests.Core.Communication;
using Hybrid.Tests.Mpc.Sharing;

namespace Hybrid.Tests.Mpc.Protocols;

/// <summary>Two parties, each on threads of its own, with a dealer in the process.</summary>
internal sealed class Parties : IAsyncDisposable
{
    private readonly ChannelPair _channels;
    private readonly ICorrelationSource[] _sources;

    private Parties(ChannelPair channels, ICorrelationSource[] sources)
    {
        _channels = channels;
        _sources = sources;
        Links = [new TwoPartyLink(channels.Client, sources[0]), new TwoPartyLink(channels.Server, sources[1])];
    }

    public TwoPartyLink[] Links { get; }

    public Channel[] Channels => [_channels.Client, _channels.Server];

    public CorrelationDemand Left(int party) => _sources[party].Left;

    public static async Task<Parties> OpenAsync(byte seed, CorrelationDemand demand, bool tcp = false)
    {
        ChannelOptions options = ChannelPair.Patient with { MaximumFrameBytes = 1 << 28 };
        ChannelPair channels;
        if (tcp)
        {
            (Stream a, Stream b) = await TcpConnection.MakeAsync(null, null);
            channels = await ChannelPair.OpenAsync(a, b, options);
        }
        else
        {
            channels = await ChannelPair.OpenAsync(options);
        }

        using var dealer = new LocalDealer(demand, new RandomWords(seed).Source);
        return new Parties(channels, [dealer.GiveSource(0), dealer.GiveSource(1)]);
    }

    /// <summary>Runs one round at both parties; the results of party 0 and party 1.</summary>
    public Task<T[]> RoundAsync<T>(Func<Round, int, Pending<T>> add)
        where T : class =>
        BothAsync(async party =>
        {
            var round = new Round(Links[party]);
            Pending<T> result = add(round, party);
            await round.RunAsync();
            return result.Result;
        });

    /// <summary>Runs a party's part at each, on two threads.</summary>
    public static Task<T[]> BothAsync<T>(Func<int, Task<T>> part) =>
        Task.WhenAll(Task.Run(() => part(0)), Task.Run(() => part(1)));

    public static ArithmeticShare[] Split(ulong[] words, Shape shape, int fractionBits, RandomWords random) =>
        ShareTestTools.Split(words, shape, fractionBits, 2, random);

    public async ValueTask DisposeAsync()
    {
        await _channels.DisposeAsync();
        foreach (ICorrelationSource source in _sources)
            source.Dispose();
    }
}
