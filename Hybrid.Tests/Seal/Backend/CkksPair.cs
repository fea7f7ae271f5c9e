using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Seal;
using Hybrid.Security;
using Hybrid.Tests.Core.Communication;

namespace Hybrid.Tests.Seal.Backend;

/// <summary>Both parties' CKKS backends, set up over a channel, for chains that no model has.</summary>
internal sealed class CkksPair : IAsyncDisposable
{
    private readonly ChannelPair _channels;
    private readonly SchemeRegistry _client = new(Party.Client);
    private readonly SchemeRegistry _server = new(Party.Server);

    private CkksPair(ChannelPair channels)
    {
        _channels = channels;
        _client.UseCkks();
        _server.UseCkks();
    }

    public CkksBackend Client => (CkksBackend)_client.Backends[0];

    public CkksBackend Server => (CkksBackend)_server.Backends[0];

    public static async Task<CkksPair> OpenAsync(LinearChain chain)
    {
        var pair = new CkksPair(await ChannelPair.OpenAsync());
        await Task.WhenAll(SetUpAsync(pair._client, pair._channels.Client, chain), SetUpAsync(pair._server, pair._channels.Server, chain));
        return pair;
    }

    /// <summary>Sets up, computes the chain and gives what the client learnt.</summary>
    public static async Task<Int128[]> ComputeAsync(LinearChain chain)
    {
        await using CkksPair pair = await OpenAsync(chain);
        return (await pair.RunAsync(chain)).Results;
    }

    /// <summary>The client's results, and its trace.</summary>
    public async Task<(Int128[] Results, List<StepTrace> Trace)> RunAsync(LinearChain chain)
    {
        var trace = new List<StepTrace>();
        Task<PlainTensor> here = ExecuteAsync(_client, new PlainTensor(chain.Input, Party.Client, PlainIntegers.Of<Int128>(chain.Input, chain.Integers)), chain, trace);
        Task<PlainTensor> there = ExecuteAsync(_server, new PlainTensor(chain.Input, Party.Client), chain, []);
        using PlainTensor result = await here;
        using PlainTensor atServer = await there;
        return (result.Integers.ToArray(), trace);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _server.Dispose();
        await _channels.DisposeAsync();
    }

    private static Plan PlanOf(LinearChain chain, SchemeRegistry registry) => Planner.Plan(chain.Graph, registry, LinkProfile.Lan, Scheme.Ckks);

    private static Task SetUpAsync(SchemeRegistry registry, Hybrid.Communication.Channel channel, LinearChain chain)
    {
        var context = new StepContext(registry.Role, channel, SessionMessages.SetUp(Scheme.Ckks), OsRandom.Instance, registry.Role == Party.Server ? chain.Bindings : [], null, CancellationToken.None);
        return registry.Backends[0].SetUpAsync(PlanOf(chain, registry), context);
    }

    private async Task<PlainTensor> ExecuteAsync(SchemeRegistry registry, PlainTensor input, LinearChain chain, List<StepTrace> trace)
    {
        Plan plan = PlanOf(chain, registry);
        using var executor = new Executor(
            plan,
            registry.Role,
            registry,
            registry.Role == Party.Client ? _channels.Client : _channels.Server,
            OsRandom.Instance,
            registry.Role == Party.Server ? chain.Bindings : [],
            new DisclosureLedger(plan));
        return (await executor.RunAsync([input], trace, CancellationToken.None)).Values.Single();
    }
}
