using System.Numerics.Tensors;
using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Mpc;
using Hybrid.Mpc.Correlations;
using Hybrid.Mpc.Dealing;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Security;
using Hybrid.Tensors;
using Hybrid.Tests.Core.Communication;

namespace Hybrid.Tests.Mpc.Backend;

/// <summary>What is asked for at set-up, and then not wanted: it is dropped before the dealer is asked for anything else.</summary>
[TestClass]
public sealed class AskedAheadTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [TestMethod]
    [DataRow(3, null, 2)]
    [DataRow(5, 4, 4)]
    public async Task A_query_by_another_plan_drops_what_was_asked_for(int columns, int? more, int demands)
    {
        await using ChannelPair channels = await ChannelPair.OpenAsync(SharesSessions.Patient);
        var dealer = new StrictDealer(new InProcessDealer());
        TensorProgram first = Program(3, null);
        TensorProgram second = Program(columns, more);
        await Task.WhenAll(RunAsync(Party.Client, channels.Client), RunAsync(Party.Server, channels.Server)).WaitAsync(Soon);

        // Either party asks for the first plan's weights and what it draws; for the second's, unless they are the same.
        Assert.AreEqual((2 * demands, 0), (dealer.Demands, dealer.Late));

        async Task RunAsync(Party role, Channel channel)
        {
            using var registry = new SchemeRegistry(role);
            registry.UseShares(new SharesOptions { Dealer = dealer });
            var backend = (SharesBackend)registry.Backend(Scheme.Shares)!;
            await using (backend)
            {
                await backend.SetUpAsync(PlanOf(first, registry), Context(first, SessionMessages.SetUp(Scheme.Shares)));
                await backend.PrepareAsync(PlanOf(second, registry), Context(second, SessionMessages.Preparation(Scheme.Shares)));
                await backend.PreparedAsync();
            }

            StepContext Context(TensorProgram program, StepTag tag) =>
                new(role, channel, tag, OsRandom.Instance, role == Party.Server ? program.Bindings : new Dictionary<int, ConstantBinding>(), null, CancellationToken.None);
        }
    }

    private static Plan PlanOf(TensorProgram program, SchemeRegistry registry) => Planner.Plan(program.Graph, registry, LinkProfile.Lan, Scheme.Shares);

    // A layer of so many columns, and another one if it is asked for.
    private static TensorProgram Program(int columns, int? more)
    {
        var program = new TensorProgram();
        SecretTensor value = program.Input("x", Party.Client, new Shape(1, 2), 4).MatMul(Weights(program, 2, columns)).Relu();
        (more is { } last ? value.MatMul(Weights(program, columns, last)) : value).Reveal(Party.Client);
        return program;
    }

    private static SecretTensor Weights(TensorProgram program, int rows, int columns) =>
        program.Private("weights", Party.Server, Tensor.Create<double>([.. Enumerable.Range(0, rows * columns).Select(i => i / 10.0)], [rows, columns]));

    // Counts demands, and those made while a source is in use.
    private sealed class StrictDealer(IDealerAccess inner) : IDealerAccess
    {
        private int _demands;
        private int _late;

        public string Description => "a dealer that looks";

        public int Demands => _demands;

        public int Late => _late;

        public async ValueTask<ICorrelationProvider> JoinAsync(MeetingId meeting, int party, int parties, CancellationToken cancellationToken = default) =>
            new Provider(this, await inner.JoinAsync(meeting, party, parties, cancellationToken));

        private sealed class Provider(StrictDealer dealer, ICorrelationProvider provider) : ICorrelationProvider
        {
            private int _used;

            public int Party => provider.Party;

            public int Parties => provider.Parties;

            public async ValueTask<ICorrelationSource> PrepareAsync(CorrelationDemand demand, CancellationToken cancellationToken)
            {
                Interlocked.Increment(ref dealer._demands);
                if (Volatile.Read(ref _used) > 0)
                {
                    Interlocked.Increment(ref dealer._late);
                }

                ICorrelationSource source = await provider.PrepareAsync(demand, cancellationToken);
                Interlocked.Increment(ref _used);
                return new Source(source, () => Interlocked.Decrement(ref _used));
            }

            public ValueTask DisposeAsync() => provider.DisposeAsync();
        }

        private sealed class Source(ICorrelationSource source, Action left) : ICorrelationSource
        {
            public int Party => source.Party;

            public int Parties => source.Parties;

            public int DrawsLeft => source.DrawsLeft;

            public Correlation Draw(CorrelationDraw draw, SecretPool? memory) => source.Draw(draw, memory);

            public void Dispose()
            {
                source.Dispose();
                left();
            }
        }
    }
}
