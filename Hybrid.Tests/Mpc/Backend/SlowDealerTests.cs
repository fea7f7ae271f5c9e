using System.Numerics.Tensors;
using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Mpc;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Dealing;
using Hybrid.Schemes;
using Hybrid.Seal;
using Hybrid.Tensors;
using Hybrid.Tests.Core;
using Hybrid.Tests.Mpc.Circuits;

namespace Hybrid.Tests.Mpc.Backend;

/// <summary>A dealer that takes its time: what needs nothing of it goes on meanwhile.</summary>
[TestClass]
public sealed class SlowDealerTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    // Tag of the first step's message: the input's ciphertexts, or its first opening.
    private const uint FirstStep = Executor.FirstStepTag;

    [TestMethod]
    [DataRow(Scheme.Ckks)]
    [DataRow(Scheme.Shares)]
    public async Task What_the_first_query_draws_is_asked_for_at_set_up(Scheme first)
    {
        (ProgramParty client, ProgramParty server, _) = await ConnectAsync(first, (_, cancellation) => Task.Delay(Timeout.Infinite, cancellation), runs: 0);
        await using (client)
        {
            await using (server)
            {
                Task<ProgramRun> serving = server.RunAsync(new Dictionary<string, Tensor<double>>());
                Check(await client.RunAsync(Given()).WaitAsync(Soon));
                await serving.WaitAsync(Soon);
            }
        }
    }

    [TestMethod]
    public async Task Ciphertexts_are_sent_before_the_dealer_has_answered()
    {
        var answered = new TaskCompletionSource();
        (ProgramParty client, ProgramParty server, RecordingStream sent) = await ConnectAsync(Scheme.Ckks, (_, _) => answered.Task);
        await using (client)
        {
            await using (server)
            {
                int before = sent.Frames().Count(frame => frame.Tag == FirstStep);
                Task<ProgramRun> serving = server.RunAsync(new Dictionary<string, Tensor<double>>());
                Task<ProgramRun> asking = client.RunAsync(Given());
                await ArrivesAsync(() => sent.Frames().Count(frame => frame.Tag == FirstStep) > before);
                Assert.IsFalse(asking.IsCompleted || serving.IsCompleted);
                answered.SetResult();
                Check(await asking.WaitAsync(Soon));
                await serving.WaitAsync(Soon);
            }
        }
    }

    [TestMethod]
    public async Task What_begins_on_shares_waits_for_the_dealer_before_it_runs()
    {
        var answered = new TaskCompletionSource();
        (ProgramParty client, ProgramParty server, RecordingStream sent) = await ConnectAsync(Scheme.Shares, (_, _) => answered.Task);
        await using (client)
        {
            await using (server)
            {
                int before = sent.Frames().Count;
                Task<ProgramRun> serving = server.RunAsync(new Dictionary<string, Tensor<double>>());
                Task<ProgramRun> asking = client.RunAsync(Given());
                Assert.HasCount(before, sent.Frames());
                answered.SetResult();
                ProgramRun run = await asking.WaitAsync(Soon);
                Check(run);
                Assert.IsGreaterThan(0, run.PreparationSeconds);
                await serving.WaitAsync(Soon);
            }
        }
    }

    [TestMethod]
    [DataRow(Party.Client)]
    [DataRow(Party.Server)]
    public async Task A_dealer_that_vanishes_while_ciphertexts_are_under_way_is_both_parties_news(Party unlucky)
    {
        (ProgramParty client, ProgramParty server, _) = await ConnectAsync(
            Scheme.Ckks, (party, _) => party == (int)unlucky ? throw new ProtocolException("dealer", "correlations", "vanished") : Task.CompletedTask);
        await using (client)
        {
            await using (server)
            {
                Task<ProgramRun> serving = server.RunAsync(new Dictionary<string, Tensor<double>>());
                Task<ProgramRun> asking = client.RunAsync(Given());
                (Task<ProgramRun> own, Task<ProgramRun> other) = unlucky == Party.Client ? (asking, serving) : (serving, asking);
                Sentences.Check(await Assert.ThrowsExactlyAsync<ProtocolException>(() => own.WaitAsync(Soon)), "The dealer vanished");
                // The other hears of it from this party or at the dealer, wherever it waits.
                ProtocolException told = await Assert.ThrowsExactlyAsync<ProtocolException>(() => other.WaitAsync(Soon));
                Sentences.Check(told);
                Assert.IsTrue(
                    told.Message.StartsWith($"The {unlucky.Name()} stopped: The dealer vanished", StringComparison.Ordinal) || told.Message.StartsWith("The dealer stopped: The meeting is over", StringComparison.Ordinal), told.Message);
            }
        }
    }

    private static Dictionary<string, Tensor<double>> Given() => new() { ["x"] = Tensor.Create<double>([1, -2], [1, 2]) };

    private static void Check(ProgramRun run) =>
        CollectionAssert.AreEqual(new[] { 0.0, 0.5 }, run["result"].ToArray().Select(value => Math.Round(value, 3)).ToArray());

    private static async Task ArrivesAsync(Func<bool> isThere)
    {
        using var limit = new CancellationTokenSource(Soon);
        while (!isThere())
            await Task.Delay(5, limit.Token);
    }

    // The first layer in a scheme, the second on shares. After so many runs, whose first one's demand is made at set-up, demands wait for what is given.
    private static async Task<(ProgramParty Client, ProgramParty Server, RecordingStream Sent)> ConnectAsync(
        Scheme first, Func<int, CancellationToken, Task> waiting, int runs = 1)
    {
        var dealer = new SlowDealer(new InProcessDealer(), waiting);
        var options = new SessionOptions
        {
            Schemes = schemes =>
            {
                schemes.UseCkks();
                schemes.UseShares(new SharesOptions { Dealer = dealer });
            },
            Channel = SharesSessions.Patient,
        };
        (Stream a, Stream b) = InProcessTransport.CreatePair();
        var sent = new RecordingStream(a);
        Task<ProgramParty> serving = Task.Run(() => ProgramParty.ConnectAsync(b, Party.Server, Program(first), options));
        ProgramParty client = await ProgramParty.ConnectAsync(sent, Party.Client, Program(first), options).WaitAsync(Soon);
        ProgramParty server = await serving.WaitAsync(Soon);
        for (int run = 0; run < runs; run++)
            await Task.WhenAll(client.RunAsync(Given()), server.RunAsync(new Dictionary<string, Tensor<double>>())).WaitAsync(Soon);
        dealer.IsSlow = true;
        return (client, server, sent);
    }

    private static TensorProgram Program(Scheme first)
    {
        var program = new TensorProgram();
        SecretTensor x = program.Input("x", Party.Client, new Shape(1, 2), 4);
        SecretTensor hidden = x.MatMul(program.Private("weights", Party.Server, Tensor.Create<double>([-1, 0.5, 0, -0.25], [2, 2]))).On(first).Relu().On(Scheme.Shares);
        hidden.MatMul(program.Private("more weights", Party.Server, Tensor.Create<double>([1, 0, 0, 0.5], [2, 2]))).On(Scheme.Shares).Reveal(Party.Client, "result");
        return program;
    }

    private sealed class SlowDealer(IDealerAccess inner, Func<int, CancellationToken, Task> waiting) : IDealerAccess
    {
        public bool IsSlow { get; set; }

        public string Description => "a dealer that takes its time";

        public async ValueTask<ICorrelationProvider> JoinAsync(MeetingId meeting, int party, int parties, CancellationToken cancellationToken = default) =>
            new Provider(this, await inner.JoinAsync(meeting, party, parties, cancellationToken));

        private sealed class Provider(SlowDealer dealer, ICorrelationProvider provider) : ICorrelationProvider
        {
            public int Party => provider.Party;

            public int Parties => provider.Parties;

            public async ValueTask<ICorrelationSource> PrepareAsync(CorrelationDemand demand, CancellationToken cancellationToken)
            {
                if (dealer.IsSlow)
                {
                    await dealer.Waiting(Party, cancellationToken);
                }

                return await provider.PrepareAsync(demand, cancellationToken);
            }

            public ValueTask DisposeAsync() => provider.DisposeAsync();
        }

        private Task Waiting(int party, CancellationToken cancellation) => waiting(party, cancellation);
    }
}
