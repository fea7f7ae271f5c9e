using System.Collections.Concurrent;
using System.Numerics.Tensors;
using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Mpc;
using Hybrid.Schemes;
using Hybrid.Seal;
using Hybrid.Tensors;
using Hybrid.Tests.Core.Communication;
using Hybrid.Tests.Mpc.Circuits;

namespace Hybrid.Tests.Seal.Backend;

/// <summary>What is said and done before a first query's ciphertexts come.</summary>
[TestClass]
public sealed class CkksPreparationTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [TestMethod]
    [DataRow(Scheme.Ckks, 1)]
    [DataRow(Scheme.Shares, 0)]
    public async Task The_server_says_that_it_has_come_to_the_plan_if_set_up_does_not(Scheme last, int assurances)
    {
        (Stream a, Stream b) = InProcessTransport.CreatePair();
        using var server = new RecordingStream(b);
        SessionOptions options = Options();
        Task<ProgramParty> serving = Task.Run(() => ProgramParty.ConnectAsync(server, Party.Server, Program(last), options));
        await using ProgramParty client = await ProgramParty.ConnectAsync(a, Party.Client, Program(last), options).WaitAsync(Soon);
        await using ProgramParty other = await serving.WaitAsync(Soon);
        Assert.AreEqual(assurances, server.Frames().Count(frame => frame.Tag == SessionMessages.Ready.Value));
        Assert.IsNotEmpty(server.Frames());
    }

    [TestMethod]
    public async Task Weights_are_prepared_once_keys_are_there()
    {
        (Stream a, Stream b) = InProcessTransport.CreatePair();
        SessionOptions options = Options();
        TensorProgram program = Program(Scheme.Ckks);
        Task<ProgramParty> serving = Task.Run(() => ProgramParty.ConnectAsync(b, Party.Server, program, options));
        await using ProgramParty client = await ProgramParty.ConnectAsync(a, Party.Client, Program(Scheme.Ckks), options).WaitAsync(Soon);
        await using ProgramParty server = await serving.WaitAsync(Soon);
        ConcurrentDictionary<IntegerList, PreparedWeights> prepared = program.Bindings.Values.Single().Prepared(_ => new ConcurrentDictionary<IntegerList, PreparedWeights>());

        // Nobody has asked for anything yet.
        using var limit = new CancellationTokenSource(Soon);
        while (prepared.IsEmpty)
            await Task.Delay(5, limit.Token);
        Task<ProgramRun> waiting = server.RunAsync(new Dictionary<string, Tensor<double>>());
        Assert.IsFalse(waiting.IsCompleted);
        Task<ProgramRun> asking = client.RunAsync(new Dictionary<string, Tensor<double>> { ["x"] = Tensor.Create<double>([1, -2], [1, 2]) });
        CollectionAssert.AreEqual(new[] { -1.0, 1 }, (await asking.WaitAsync(Soon))["result"].ToArray().Select(value => Math.Round(value, 3)).ToArray());
        await waiting.WaitAsync(Soon);
        Assert.HasCount(1, prepared);
    }

    private static SessionOptions Options()
    {
        var shares = new SharesOptions { Dealer = new InProcessDealer() };
        return new SessionOptions
        {
            Channel = ChannelPair.Patient,
            Schemes = schemes =>
            {
                schemes.UseCkks();
                schemes.UseShares(shares);
            },
        };
    }

    // One layer in CKKS, or one on shares.
    private static TensorProgram Program(Scheme scheme)
    {
        var program = new TensorProgram();
        SecretTensor x = program.Input("x", Party.Client, new Shape(1, 2), 4);
        x.MatMul(program.Private("weights", Party.Server, Tensor.Create<double>([-1, 0.5, 0, -0.25], [2, 2]))).On(scheme).Reveal(Party.Client, "result");
        return program;
    }
}
