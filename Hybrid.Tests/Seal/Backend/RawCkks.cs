using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Graph;
using Hybrid.Models;
using Hybrid.Planning;
using Hybrid.Schemes;
using Hybrid.Seal;
using Hybrid.Seal.RingPacked;
using Hybrid.Tests.Core.Communication;
using Hybrid.Tests.Paillier.Backend;
using Hybrid.Tests.Seal.RingPacked;

namespace Hybrid.Tests.Seal.Backend;

/// <summary>Either party's messages of a model, made by hand so that they can be made wrong.</summary>
internal sealed class RawCkks : IDisposable
{
    private readonly SchemeRegistry _registry = new(Party.Client);

    public RawCkks(LinearModel model, byte seed = 221)
    {
        Folded = FoldedModel.Of(model);
        _registry.UseCkks();
        Context = new CkksContext(Layout(1).Parameters);
        using var random = RingPackedSamples.Generator(seed);
        using var generator = new CkksKeyGenerator(Context, random);
        SecretKey = generator.SecretKey;
        Key = SealFormat.WritePublicKey(generator.CreatePublicKey());
        Encryptor = new RingPackedEncryptor(SecretKey, random);
        Decryptor = new RingPackedDecryptor(SecretKey);
    }

    public FoldedModel Folded { get; }

    public CkksContext Context { get; }

    public SecretKey SecretKey { get; }

    /// <summary>The public key, as a client sends it.</summary>
    public byte[] Key { get; }

    public RingPackedEncryptor Encryptor { get; }

    public RingPackedDecryptor Decryptor { get; }

    public byte[] Choice => Query(1);

    public CkksLayout Layout(int rows) => ((CkksBackend)_registry.Backends[0]).RequireLayout(PlanOf(rows).Steps[0].Stretch);

    public byte[] Hash(int rows) => PlanOf(rows).Hash();

    public byte[] Query(int rows) => RawPeer.Query(rows, Scheme.Ckks, Hash(rows));

    /// <summary>The ciphertexts of so many rows, whose integers these are.</summary>
    public byte[] Upload(int rows, Int128[] integers)
    {
        CkksLayout layout = Layout(rows);
        var limbs = new ulong[layout.Limbs * integers.Length];
        InputLimbs.Split(integers, layout.Limbs, layout.LimbBits, limbs);
        return [.. Encryptor.Encrypt(layout.Packing, limbs).SelectMany(ciphertext =>
        {
            var bytes = new byte[RingPackedWire.InputBytes(layout.Packing)];
            RingPackedWire.WriteInput(layout.Packing, ciphertext, bytes);
            return bytes;
        })];
    }

    /// <summary>A good server's answer to a key and an upload.</summary>
    public byte[] Answer(int rows, ReadOnlySpan<byte> key, ReadOnlySpan<byte> upload)
    {
        RingPacking packing = Layout(rows).Packing;
        int each = RingPackedWire.InputBytes(packing);
        var inputs = new Ciphertext[packing.Plan.CiphertextsUp];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = RingPackedWire.ReadInput(Context, packing, upload.Slice(i * each, each));
        }

        using var weights = new RingPackedWeights(Context, packing, Folded.Weights);
        using var evaluator = new RingPackedEvaluator(SealFormat.ReadPublicKey(Context, key));
        Ciphertext[] replies = evaluator.RevealTo(evaluator.Multiply(weights, inputs), []);
        return [.. replies.SelectMany((reply, i) =>
        {
            var bytes = new byte[RingPackedWire.OutputBytes(packing, i)];
            RingPackedWire.WriteOutput(packing, i, reply, bytes);
            return bytes;
        })];
    }

    /// <summary>Bytes of a reply.</summary>
    public int ReplyBytes(int rows)
    {
        RingPacking packing = Layout(rows).Packing;
        return Enumerable.Range(0, packing.Plan.CiphertextsDown).Sum(i => RingPackedWire.OutputBytes(packing, i));
    }

    /// <summary>The ciphertexts of a reply.</summary>
    public Ciphertext[] Read(int rows, ReadOnlySpan<byte> reply)
    {
        RingPacking packing = Layout(rows).Packing;
        var ciphertexts = new Ciphertext[packing.Plan.CiphertextsDown];
        for (int i = 0; i < ciphertexts.Length; i++)
        {
            int each = RingPackedWire.OutputBytes(packing, i);
            ciphertexts[i] = RingPackedWire.ReadOutput(Context, packing, i, reply[..each]);
            reply = reply[each..];
        }

        return ciphertexts;
    }

    /// <summary>The integers that a reply decrypts to.</summary>
    public Int128[] Decrypt(int rows, ReadOnlySpan<byte> reply)
    {
        CkksLayout layout = Layout(rows);
        var words = new ulong[layout.Packing.Shape.OutputLength];
        Decryptor.Decrypt(layout.Packing, Read(rows, reply), words);
        var integers = new Int128[words.Length / layout.Limbs];
        InputLimbs.Join<Int128>(words, layout.Limbs, layout.LimbBits, integers);
        return integers;
    }

    /// <summary>The integers W x + c of rows of integers.</summary>
    public Int128[] Exact(Int128[] rows)
    {
        int outputs = Folded.Card.Outputs;
        int features = Folded.Card.Features.Count;
        return [.. Enumerable.Range(0, rows.Length / features * outputs).Select(i => Enumerable.Range(0, features).Aggregate(
            (Int128)Folded.Bias[i % outputs], (sum, k) => sum + (rows[(i / outputs * features) + k] * Folded.Weights[(k * outputs) + (i % outputs)])))];
    }

    /// <summary>A client's channel to a server, the card received and, if asked for, set up.</summary>
    public async Task<(Channel Client, Task Serving)> OpenAsync(ModelServer server, bool isSetUp = true)
    {
        (Stream here, Stream there) = InProcessTransport.CreatePair();
        Task serving = Task.Run(() => server.ServeAsync(there));
        Channel client = await Channel.OpenAsync(here, ChannelRole.Initiator, "server", ChannelPair.Patient);
        (await client.ReceiveAsync(SessionMessages.Card, ModelCard.MaximumBytes)).Dispose();
        if (isSetUp)
        {
            await client.SendAsync(SessionMessages.Schemes, Choice);
            await client.SendAsync(SessionMessages.SetUp(Scheme.Ckks), Key);
            (await client.ReceiveAsync(SessionMessages.Ready, SessionMessages.SecondsBytes)).Dispose();
        }

        return (client, serving);
    }

    /// <summary>Asks a server and gives the bytes of its reply.</summary>
    public async Task<byte[]> AskAsync(Channel client, int rows, byte[] upload)
    {
        await RawPeer.AskAsync(client, Query(rows));
        await client.SendAsync(RawPeer.Upload, upload);
        byte[] reply;
        using (ReceivedFrame frame = await client.ReceiveAsync(RawPeer.Reply, ReplyBytes(rows)))
        {
            reply = frame.Span.ToArray();
        }

        (await client.ReceiveAsync(SessionMessages.Report, SessionMessages.SecondsBytes)).Dispose();
        return reply;
    }

    public void Dispose()
    {
        Encryptor.Dispose();
        Decryptor.Dispose();
        SecretKey.Dispose();
        _registry.Dispose();
    }

    private Plan PlanOf(int rows) => Planner.Plan(Folded.Card.Program(rows).Graph, _registry, LinkProfile.Lan, Scheme.Ckks);
}
