using Hybrid.Communication;
using Hybrid.Seal;
using Hybrid.Seal.RingPacked;
using Hybrid.Security;

namespace Hybrid.Bench.Planning;

/// <summary>Both parties of one layer in CKKS without the front end: the same packing, keys of their own, the same kind of channel.</summary>
internal sealed class CkksByHand : IAsyncDisposable
{
    private static readonly StepTag Query = new(1, "query");
    private static readonly StepTag Reply = new(2, "reply");

    private readonly Channel _client;
    private readonly Channel _server;
    private readonly RingPacking _packing;
    private readonly SecretKey _secretKey;
    private readonly RingPackedEncryptor _encryptor;
    private readonly RingPackedDecryptor _decryptor;
    private readonly RingPackedEvaluator _evaluator;
    private readonly RingPackedWeights _weights;
    private readonly byte[] _query;
    private readonly byte[] _reply;

    private CkksByHand(Channel client, Channel server, CkksContext context, RingPacking packing, ReadOnlySpan<long> weights)
    {
        (_client, _server, _packing) = (client, server, packing);
        using var generator = new CkksKeyGenerator(context);
        _secretKey = generator.SecretKey;
        _encryptor = new RingPackedEncryptor(_secretKey, cores: Environment.ProcessorCount);
        _decryptor = new RingPackedDecryptor(_secretKey, Environment.ProcessorCount);
        _evaluator = new RingPackedEvaluator(generator.CreatePublicKey(), cores: Environment.ProcessorCount);
        _weights = new RingPackedWeights(context, packing, weights);
        _query = new byte[packing.Plan.BytesUp];
        _reply = new byte[packing.ReplyBytes!.Value];
    }

    /// <summary>Connects both parties.</summary>
    /// <param name="packing">The packing that the front end has chosen.</param>
    /// <param name="weights">Inputs by outputs.</param>
    public static async Task<CkksByHand> StartAsync(RingPacking packing, long[] weights)
    {
        (Stream client, Stream server) = InProcessTransport.CreatePair();
        Task<Channel> serving = Channel.OpenAsync(server, ChannelRole.Responder, "client", ChannelOptions.Default);
        Channel here = await Channel.OpenAsync(client, ChannelRole.Initiator, "server", ChannelOptions.Default);
        return new CkksByHand(here, await serving, new CkksContext(packing.Parameters), packing, weights);
    }

    /// <summary>Runs once.</summary>
    /// <param name="rows">The client's rows.</param>
    /// <param name="inputBits">Fraction bits of the inputs.</param>
    /// <param name="outputBits">Fraction bits of the results.</param>
    public async Task<double[]> RunAsync(double[] rows, int inputBits, int outputBits)
    {
        Task serving = Task.Run(ServeAsync);
        Task<double[]> asking = Task.Run(() => AskAsync(rows, inputBits, outputBits));
        await Task.WhenAll(serving, asking);
        return await asking;
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
        _evaluator.Dispose();
        _encryptor.Dispose();
        _decryptor.Dispose();
        _weights.Dispose();
        _secretKey.Dispose();
    }

    private async Task<double[]> AskAsync(double[] rows, int inputBits, int outputBits)
    {
        using var words = new SecretBuffer<ulong>(rows.Length);
        for (int i = 0; i < rows.Length; i++)
            words.Span[i] = (ulong)(long)Math.Round(rows[i] * (1L << inputBits));
        _encryptor.Write(_packing, words, _query);
        await _client.SendAsync(Query, _query);
        using ReceivedFrame frame = await _client.ReceiveAsync(Reply, int.MaxValue);
        using var results = new SecretBuffer<ulong>(_packing.Shape.OutputLength);
        _decryptor.Read(_packing, frame.Payload, results);
        var values = new double[results.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = Math.ScaleB((long)results.Span[i], -outputBits);
        return values;
    }

    private async Task ServeAsync()
    {
        Ciphertext[] inputs;
        using (ReceivedFrame frame = await _server.ReceiveAsync(Query, int.MaxValue))
            inputs = _evaluator.ReadInputs(_packing, frame.Payload);
        _evaluator.WriteRevealed(_evaluator.Multiply(_weights, inputs), [], _reply);
        _evaluator.Recycle(inputs);
        await _server.SendAsync(Reply, _reply);
    }
}
