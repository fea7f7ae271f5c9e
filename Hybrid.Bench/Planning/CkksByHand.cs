using Hybrid.Communication;
using Hybrid.Seal;
using Hybrid.Seal.RingPacked;

namespace Hybrid.Bench.Planning;

/// <summary>Both parties of one layer in CKKS without the front end: the same packing, keys of their own, the same kind of channel.</summary>
internal sealed class CkksByHand : IAsyncDisposable
{
    private static readonly StepTag Query = new(1, "query");
    private static readonly StepTag Reply = new(2, "reply");

    private readonly Channel _client;
    private readonly Channel _server;
    private readonly CkksContext _context;
    private readonly RingPacking _packing;
    private readonly SecretKey _secretKey;
    private readonly RingPackedEncryptor _encryptor;
    private readonly RingPackedDecryptor _decryptor;
    private readonly RingPackedEvaluator _evaluator;
    private readonly RingPackedWeights _weights;

    private CkksByHand(Channel client, Channel server, CkksContext context, RingPacking packing, ReadOnlySpan<long> weights)
    {
        (_client, _server, _context, _packing) = (client, server, context, packing);
        using var generator = new CkksKeyGenerator(context);
        _secretKey = generator.SecretKey;
        _encryptor = new RingPackedEncryptor(_secretKey);
        _decryptor = new RingPackedDecryptor(_secretKey);
        _evaluator = new RingPackedEvaluator(generator.CreatePublicKey(), cores: Environment.ProcessorCount);
        _weights = new RingPackedWeights(context, packing, weights);
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
        ulong[] words = [.. rows.Select(x => (ulong)(long)Math.Round(Math.ScaleB(x, inputBits)))];
        int each = RingPackedWire.InputBytes(_packing.Parameters);
        var query = new byte[each * _packing.Plan.CiphertextsUp];
        Ciphertext[] inputs = _encryptor.Encrypt(_packing, words);
        for (int i = 0; i < inputs.Length; i++)
            RingPackedWire.WriteInput(inputs[i], query.AsSpan(i * each, each));
        await _client.SendAsync(Query, query);
        using ReceivedFrame frame = await _client.ReceiveAsync(Reply, int.MaxValue);
        var replies = new Ciphertext[_packing.Plan.CiphertextsDown];
        int at = 0;
        for (int i = 0; i < replies.Length; i++)
        {
            int bytes = RingPackedWire.OutputBytes(_packing, i);
            replies[i] = RingPackedWire.ReadOutput(_context, _packing, i, frame.Span.Slice(at, bytes));
            at += bytes;
        }

        var results = new ulong[_packing.Shape.OutputLength];
        _decryptor.Decrypt(_packing, replies, results);
        return [.. results.Select(word => Math.ScaleB((long)word, -outputBits))];
    }

    private async Task ServeAsync()
    {
        int each = RingPackedWire.InputBytes(_packing.Parameters);
        var inputs = new Ciphertext[_packing.Plan.CiphertextsUp];
        using (ReceivedFrame frame = await _server.ReceiveAsync(Query, int.MaxValue))
        {
            for (int i = 0; i < inputs.Length; i++)
                inputs[i] = RingPackedWire.ReadInput(_context, frame.Span.Slice(i * each, each));
        }

        Ciphertext[] replies = _evaluator.RevealTo(_evaluator.Multiply(_weights, inputs), []);
        var reply = new byte[Enumerable.Range(0, replies.Length).Sum(i => RingPackedWire.OutputBytes(_packing, i))];
        int at = 0;
        for (int i = 0; i < replies.Length; i++)
            at += RingPackedWire.WriteOutput(_packing, i, replies[i], reply.AsSpan(at));
        await _server.SendAsync(Reply, reply);
    }
}
