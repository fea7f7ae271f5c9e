using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Paillier;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Seal;
using Hybrid.Security;
using Hybrid.Tests.Core.Communication;

namespace Hybrid.Tests.Paillier.Backend;

/// <summary>What a stretch gave: the parties' words, or what the client learnt; and what it cost on the wire, step by step.</summary>
internal sealed record CipherOutcome(ulong[] Client, ulong[] Server, Int128[] Revealed, List<(PlanStep Step, long Up, long Down, long Messages)> Costs)
{
    /// <summary>The sums of the parties' words.</summary>
    public ulong[] Sums => [.. Client.Zip(Server, (x, y) => x + y)];
}

/// <summary>Both parties' backends of a scheme of ciphertexts, set up over a channel: conversions and stretches, without sessions.</summary>
internal sealed class CipherPair : IAsyncDisposable
{
    private readonly ChannelPair _channels;
    private readonly SchemeRegistry _client;
    private readonly SchemeRegistry _server;
    private uint _tag = Executor.FirstStepTag;

    private CipherPair(Scheme scheme, ChannelPair channels)
    {
        Scheme = scheme;
        _channels = channels;
        _client = Registry(Party.Client);
        _server = Registry(Party.Server);
    }

    public Scheme Scheme { get; }

    public IAdditiveCipher Client => (IAdditiveCipher)_client.Backend(Scheme)!;

    public IAdditiveCipher Server => (IAdditiveCipher)_server.Backend(Scheme)!;

    public ChannelPair Channels => _channels;

    /// <summary>Both set up for a plan with these stretches of a graph.</summary>
    public static async Task<CipherPair> OpenAsync(Scheme scheme, OpGraph graph, params Stretch[] stretches)
    {
        var channel = new ChannelOptions { HeartbeatInterval = TimeSpan.FromSeconds(10), SilenceTimeout = TimeSpan.FromSeconds(60) };
        var pair = new CipherPair(scheme, await ChannelPair.OpenAsync(channel));
        Plan plan = PlanOf(graph, [.. stretches.Select((stretch, i) => new PlanStep(i, stretch.Last, scheme, scheme, stretch, Quote.Free))]);
        await Task.WhenAll(
            pair.Client.SetUpAsync(plan, pair.Context(Party.Client, SessionMessages.SetUp(scheme))),
            pair.Server.SetUpAsync(plan, pair.Context(Party.Server, SessionMessages.SetUp(scheme))));
        return pair;
    }

    /// <summary>The steps of a stretch: in, through and out.</summary>
    public PlanStep[] Steps(OpGraph graph, Stretch stretch)
    {
        Node leaving = stretch.After == Scheme.Plain ? graph.Reveals.Single(reveal => reveal.Inputs[0] == stretch.Last) : stretch.Last;
        Quote enter = (stretch.Before == Scheme.Plain ? _client.Conversion(Scheme.Plain, Scheme)!.Quote(stretch.Entry, stretch) : Client.QuoteFromShares(stretch.Entry, stretch))!.Value;
        Quote leave = (stretch.After == Scheme.Plain ? _client.Conversion(Scheme, Scheme.Plain)!.Quote(leaving, stretch) : Client.QuoteToShares(leaving, stretch))!.Value;
        return
        [
            new PlanStep(0, stretch.Entry, stretch.Before, Scheme, stretch, enter),
            new PlanStep(1, stretch.Last, Scheme, Scheme, stretch, Quote.Free),
            new PlanStep(2, leaving, Scheme, stretch.After, stretch, leave),
        ];
    }

    /// <summary>Runs a stretch on the parties' words; in the clear the client's, taken as signed, are all there is.</summary>
    public async Task<CipherOutcome> RunAsync(OpGraph graph, Stretch stretch, Dictionary<int, ConstantBinding> bindings, ulong[] client, ulong[] server)
    {
        PlanStep[] steps = Steps(graph, stretch);
        var ledger = stretch.After == Scheme.Plain ? new DisclosureLedger(PlanOf(graph, steps)) : null;
        uint first = _tag;
        _tag += 3;
        var costs = new List<(PlanStep, long, long, long)>();
        Task<(ulong[] Words, Int128[] Revealed)> here = RunAsync(Party.Client, steps, first, client, [], ledger, costs);
        Task<(ulong[] Words, Int128[] Revealed)> there = RunAsync(Party.Server, steps, first, server, bindings, ledger, []);
        // Who fails says so, or the other would wait for ever.
        await await Task.WhenAny(here, there);
        await Task.WhenAll(here, there);
        return new CipherOutcome((await here).Words, (await there).Words, (await here).Revealed, costs);
    }

    /// <summary>One party's context of a step.</summary>
    public StepContext Context(Party role, StepTag tag, Dictionary<int, ConstantBinding>? bindings = null, DisclosureLedger? ledger = null) =>
        new(role, role == Party.Client ? _channels.Client : _channels.Server, tag, OsRandom.Instance, bindings ?? [], ledger, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _server.Dispose();
        await _channels.DisposeAsync();
    }

    private static Plan PlanOf(OpGraph graph, PlanStep[] steps) => new(graph, new SchemeAssignment([.. graph.Nodes.Select(_ => Scheme.Plain)]), [.. steps]);

    private static SchemeRegistry Registry(Party role)
    {
        var registry = new SchemeRegistry(role);
        registry.UsePaillier(new PaillierOptions { Key = role == Party.Client ? Connected.Key : null, KeyBits = 2048 });
        registry.UseCkks();
        return registry;
    }

    private async Task<(ulong[] Words, Int128[] Revealed)> RunAsync(
        Party role,
        PlanStep[] steps,
        uint tag,
        ulong[] words,
        Dictionary<int, ConstantBinding> bindings,
        DisclosureLedger? ledger,
        List<(PlanStep, long, long, long)> costs)
    {
        SchemeRegistry registry = role == Party.Client ? _client : _server;
        var backend = (IAdditiveCipher)registry.Backend(Scheme)!;
        Channel channel = role == Party.Client ? _channels.Client : _channels.Server;
        ChannelCounters before = channel.Counters;
        void Count(PlanStep step)
        {
            ChannelCounters used = channel.Counters - before;
            before = channel.Counters;
            costs.Add((step, used.BytesSent, used.BytesReceived, used.MessagesSent + used.MessagesReceived));
        }

        StepContext ContextOf(int step) => Context(role, new StepTag(tag + (uint)step, "test"), bindings, ledger);
        HeldTensor entered;
        if (steps[0].From == Scheme.Plain)
        {
            using var plain = role == Party.Client
                ? new PlainTensor(steps[0].Node, Party.Client, PlainIntegers.Of<long>(steps[0].Node, [.. words.Select(word => (long)word)]))
                : new PlainTensor(steps[0].Node, Party.Client);
            entered = await registry.Conversion(Scheme.Plain, Scheme)!.ExecuteAsync(steps[0], plain, ContextOf(0));
        }
        else
        {
            entered = await backend.FromSharesAsync(steps[0], words, ContextOf(0));
        }

        using HeldTensor input = entered;
        Count(steps[0]);
        using HeldTensor result = (await backend.ExecuteAsync(steps[1], [input], ContextOf(1))).Single();
        Count(steps[1]);
        if (steps[2].To == Scheme.Plain)
        {
            using var revealed = (PlainTensor)await registry.Conversion(Scheme, Scheme.Plain)!.ExecuteAsync(steps[2], result, ContextOf(2));
            Count(steps[2]);
            return ([], role == Party.Client ? revealed.Integers.ToArray() : []);
        }

        var share = new ulong[steps[2].Node.Shape.ElementCount];
        await backend.ToSharesAsync(steps[2], result, share, ContextOf(2));
        Count(steps[2]);
        return (share, []);
    }
}
