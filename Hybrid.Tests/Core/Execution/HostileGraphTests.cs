using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Models;
using Hybrid.Mpc;
using Hybrid.Tensors;
using Hybrid.Tests.Core.Communication;

namespace Hybrid.Tests.Core.Execution;

/// <summary>A server that sends something else than the graph of its model is refused before anything of the client's is sent.</summary>
[TestClass]
public sealed class HostileGraphTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    private static readonly Shape Rows = new(1, 4);

    private static readonly NetworkModel Honest = new("net", new Shape(4), 4, x => x.Relu(), bound: 4);

    [TestMethod]
    public async Task Bytes_that_are_no_graph()
    {
        byte[] good = GraphFormat.Write(Honest.Program(1, Revealed.Scores).Graph);
        await RefusedAsync([], "The server's graph");
        await RefusedAsync([1, 2, 3], "The server's graph");
        await RefusedAsync(good[..(good.Length / 2)], "The server's graph");
        await RefusedAsync([.. good, 0], "The server's graph");
    }

    [TestMethod]
    public async Task Graphs_that_reveal_to_the_server()
    {
        const string Words = "does not take one tensor from the client and reveal one to it";
        await RefusedAsync(Graph(x => x.Relu().Reveal(Party.Server, "scores")), Words);
        await RefusedAsync(
            Graph(x =>
            {
                x.Relu().Reveal(Party.Client, "scores");
                x.Reveal(Party.Server, "rows");
            }),
            Words);
    }

    [TestMethod]
    public async Task Graphs_with_constants_that_nobody_knows() => await RefusedAsync(
        Graph(x => (x + x.Program.Secret("model", new Shape(4), 16, 1)).Relu().Reveal(Party.Client, "scores")),
        "The model's graph has model, a constant that neither party knows, of which a model's client has no share");

    [TestMethod]
    public async Task Graphs_of_other_shapes()
    {
        await RefusedAsync(GraphFormat.Write(Honest.Program(2, Revealed.Scores).Graph), "for 1 rows of 4 numbers and 4 results");
        await RefusedAsync(Graph(x => x.Sum([1], keepDimensions: true).Reveal(Party.Client, "scores")), "for 1 rows of 4 numbers and 4 results");
        await RefusedAsync(GraphFormat.Write(new NetworkModel("other", new Shape(9), 9, x => x.Relu()).Program(1, Revealed.Scores).Graph), "for 1 rows of 4 numbers");
    }

    [TestMethod]
    public async Task Mutated_graphs_are_refused_or_planned()
    {
        const int Seed = 22;
        var random = new Random(Seed);
        byte[] good = GraphFormat.Write(Honest.Program(1, Revealed.Scores).Graph);
        int refused = 0;
        for (int run = 0; run < 200; run++)
        {
            if (await ConnectAsync(Mutations.Mutate(random, good)) is { } error)
            {
                // What ends in a plan is stopped by the test's server, which has nothing more to say.
                Assert.IsInstanceOfType<HybridException>(error, $"seed {Seed}, run {run}: {error}");
                refused += error is ProtocolException { Peer: "server" } ? 0 : 1;
            }
        }

        Assert.IsGreaterThan(20, refused, $"seed {Seed}");
    }

    private static byte[] Graph(Action<SecretTensor> reveal)
    {
        var program = new TensorProgram();
        reveal(program.Input("rows", Party.Client, Rows, 4));
        return GraphFormat.Write(program.Graph);
    }

    private static async Task RefusedAsync(byte[] graph, string words) =>
        Sentences.Check(await ConnectAsync(graph) ?? throw new AssertFailedException("The graph was taken."), words);

    // Serves the card and the bytes as its graph, and leaves; gives what the client said of it.
    private static async Task<Exception?> ConnectAsync(byte[] graph)
    {
        (Stream here, Stream there) = InProcessTransport.CreatePair();
        Task serving = Task.Run(async () =>
        {
            await using Channel channel = await Channel.OpenAsync(there, ChannelRole.Responder, "client", ChannelPair.Patient);
            await channel.SendAsync(SessionMessages.Card, Honest.Card.Write());
            (await channel.ReceiveAsync(SessionMessages.Query, QueryMessage.MaximumBytes)).Dispose();
            await channel.SendAsync(SessionMessages.Graph, graph);
            (await channel.ReceiveAsync(SessionMessages.Schemes, QueryMessage.MaximumBytes)).Dispose();
            await channel.AbortAsync("that is all");
        });
        var options = new SessionOptions
        {
            Channel = ChannelPair.Patient,
            Schemes = schemes => schemes.UseShares(new SharesOptions { Dealer = new InProcessDealer() }),
            Reveal = Revealed.Scores,
        };
        try
        {
            await using ModelClient client = await ModelClient.ConnectAsync(here, options).WaitAsync(Soon);
            return null;
        }
        catch (HybridException e)
        {
            return e;
        }
        finally
        {
            await serving.WaitAsync(Soon).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
