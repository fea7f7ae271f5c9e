using System.Numerics.Tensors;
using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Models;
using Hybrid.Numerics;
using Hybrid.Paillier;
using Hybrid.Security;
using Hybrid.Tests.Core.Models;

namespace Hybrid.Tests.Paillier.Backend;

/// <summary>A client connected to a server in process, with Paillier at 2048 bits under one key that all tests share.</summary>
internal sealed class Connected : IAsyncDisposable
{
    private static readonly Lazy<PaillierPrivateKey> SharedKey = new(() => PaillierPrivateKey.Generate(2048, new AesCtrGenerator(new byte[16], 31)));

    private Connected(ModelClient client, Task serving, MortalStream stream)
    {
        Client = client;
        Serving = serving;
        Stream = stream;
    }

    public static PaillierPrivateKey Key => SharedKey.Value;

    /// <summary>Waits long enough for a busy machine, and sends no heartbeat while a test counts bytes.</summary>
    public static ChannelOptions Patient { get; } = new() { HeartbeatInterval = TimeSpan.FromSeconds(10), SilenceTimeout = TimeSpan.FromSeconds(40) };

    public ModelClient Client { get; }

    /// <summary>The server's side; ends when the client has gone.</summary>
    public Task Serving { get; }

    /// <summary>The client's end of the connection.</summary>
    public MortalStream Stream { get; }

    public static SessionOptions Options(PaillierPrivateKey? key = null, ChannelOptions? channel = null) => new()
    {
        Schemes = schemes => schemes.UsePaillier(new PaillierOptions { Key = key ?? (schemes.Role == Hybrid.Graph.Party.Client ? Key : null) }),
        Channel = channel ?? Patient,
    };

    public static Task<Connected> StartAsync(LinearModel model, SessionOptions? client = null, SessionOptions? server = null, CancellationToken shutDown = default) =>
        StartAsync(new ModelServer(model, server ?? Options()), client, shutDown: shutDown);

    public static async Task<Connected> StartAsync(ModelServer server, SessionOptions? client = null, int rows = 1, CancellationToken shutDown = default)
    {
        (Stream here, Stream there) = InProcessTransport.CreatePair();
        var stream = new MortalStream(here);
        Task serving = Task.Run(() => server.ServeAsync(there, shutDown), CancellationToken.None);
        return new Connected(await ModelClient.ConnectAsync(stream, client ?? Options(), rows, CancellationToken.None), serving, stream);
    }

    /// <summary>Rows within so many scales of the model's means, as a tensor (rows, features).</summary>
    public static Tensor<double> Rows(Random random, LinearModel model, int rows, double scales = 10) =>
        Tensor.Create<double>([.. Enumerable.Range(0, rows).SelectMany(_ => SampleModels.Input(random, model, scales))], [rows, model.Features.Count]);

    /// <summary>Checks that a prediction's scores are the integers W x + c, to the last bit.</summary>
    public static void CheckExact(LinearModel model, Tensor<double> rows, Prediction prediction, string what = "")
    {
        FoldedModel folded = FoldedModel.Of(model);
        int features = model.Features.Count;
        int count = (int)rows.Lengths[0];
        var flat = new double[count * features];
        rows.FlattenTo(flat);
        CollectionAssert.AreEqual(new nint[] { count, model.Outputs }, prediction.Scores!.Lengths.ToArray(), what);
        CollectionAssert.AreEqual(new nint[] { count, model.Outputs }, prediction.Values.Lengths.ToArray(), what);
        Assert.HasCount(count, prediction.Labels, what);
        int fraction = folded.Card.Input.FractionBits + folded.Card.WeightFractionBits;
        for (int row = 0; row < count; row++)
        {
            double[] expected = [.. SampleModels.Exact(folded, flat.AsSpan(row * features, features)).Select(integer => FixedPointFormat.Decode(integer, fraction))];
            double[] values = model.Activation.Apply(expected);
            for (int j = 0; j < expected.Length; j++)
            {
                Assert.AreEqual(BitConverter.DoubleToInt64Bits(expected[j]), BitConverter.DoubleToInt64Bits(prediction.Scores![row, j]), $"{what}, row {row}, score {j}");
                Assert.AreEqual(values[j], prediction.Values[row, j], $"{what}, row {row}, value {j}");
            }

            Assert.AreEqual(model.Activation.Label(expected), prediction.Labels[row], $"{what}, row {row}");
        }
    }

    /// <summary>Predicts and checks the scores.</summary>
    public async Task<Prediction> CheckAsync(LinearModel model, Tensor<double> rows, string what = "")
    {
        Prediction prediction = await Client.PredictAsync(rows);
        CheckExact(model, rows, prediction, what);
        return prediction;
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Serving;
    }
}
