using System.Numerics.Tensors;
using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Numerics;
using Hybrid.Schemes;
using Hybrid.Seal.RingPacked;
using Hybrid.Tests.Core;
using Hybrid.Tests.Core.Communication;
using Hybrid.Tests.Paillier.Backend;

namespace Hybrid.Tests.Seal.Backend;

/// <summary>Whatever a server replies, the client ends with a sentence, soon, and without reserving what it was told to.</summary>
[TestClass]
public sealed class HostileCkksServerTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private static readonly Tensor<double> Row = Tensor.Create<double>([1.5, -2], [1, 2]);

    private static readonly RawCkks Raw = new(RawPeer.Model);

    [TestMethod]
    public async Task The_messages_of_these_tests_are_a_good_servers()
    {
        double score = await PredictAsync(reply => reply);
        // The raw server leaves out the bias, which nothing in CKKS shows.
        Int128[] integers = [.. new[] { 1.5, -2 }.Select(value => (Int128)(long)Math.ScaleB(value, Raw.Folded.Card.Input.FractionBits))];
        Assert.AreEqual(FixedPointFormat.Decode(Raw.Exact(integers)[0] - Raw.Folded.Bias[0], Raw.Folded.Card.Input.FractionBits + Raw.Folded.Card.WeightFractionBits), score);
    }

    public static IEnumerable<object[]> BadRepliesNames => from bad in BadReplies() select new object[] { bad.What };

    private static IEnumerable<(string What, Func<byte[], byte[]> Spoil, string Problem)> BadReplies()
    {
        int length = Raw.ReplyBytes(1);
        yield return ("nothing", _ => [], $"The server sent 0 bytes of ciphertexts where {length} were due (during Ckks to Plain of scores)");
        yield return ("a byte too few", reply => reply[..^1], $"sent {length - 1} bytes of ciphertexts where {length} were due");
        yield return ("half", reply => reply[..(length / 2)], "bytes of ciphertexts where");
        yield return ("a byte too many", reply => [.. reply, 0], $"announced a message of {length + 1} bytes where at most {length} are accepted");
        yield return ("two", reply => [.. reply, .. reply], "announced a message of");
        yield return ("two megabytes", _ => new byte[1 << 21], "announced a message of 2097152 bytes");
        yield return ("another level", reply => [(byte)(reply[0] ^ 1), .. reply[1..]], "A result ciphertext is at level");
        yield return ("no level there is", reply => [255, .. reply[1..]], "A result ciphertext is at level 255");
        int second = WholeResidues().Start.Value + 500;
        yield return ("residues beyond their prime", reply => [.. reply[..second], .. Enumerable.Repeat((byte)0xFF, 20), .. reply[(second + 20)..]], "has a residue that is not below its prime");
        yield return ("a last residue beyond its prime", reply => [.. reply[..^7], .. Enumerable.Repeat((byte)0xFF, 7)], "has a residue that is not below its prime");
        yield return ("all ones", reply => [reply[0], .. Enumerable.Repeat((byte)0xFF, length - 1)], "has a residue that is not below its prime");
    }

    [TestMethod]
    [DynamicData(nameof(BadRepliesNames))]
    public async Task Replies_that_are_none_are_refused(string what)
    {
        (_, Func<byte[], byte[]> spoil, string problem) = BadReplies().Single(bad => bad.What == what);
        var pool = new RecordingPool();
        HybridException e = await Assert.ThrowsAsync<HybridException>(() => PredictAsync(spoil, pool), what);
        Assert.IsTrue(e is ProtocolException or FormatRefusedException, e.GetType().Name);
        Sentences.Check(e, problem);
        Assert.IsLessThanOrEqualTo(1 << 20, pool.Largest, what);
    }

    [TestMethod]
    public async Task Any_other_reply_is_some_number_and_no_crash()
    {
        Assert.AreEqual(0, await PredictAsync(reply => [reply[0], .. new byte[reply.Length - 1]]));
        Assert.IsTrue(double.IsFinite(await PredictAsync(reply =>
        {
            // Bits of low significance of many residues.
            Span<byte> whole = reply.AsSpan(WholeResidues());
            for (int i = 0; i < whole.Length; i += 25)
            {
                whole[i] ^= 1;
            }

            return reply;
        })));
    }

    [TestMethod]
    public async Task Another_step_in_place_of_the_reply_is_refused()
    {
        ProtocolException e = await Assert.ThrowsExactlyAsync<ProtocolException>(() => PredictAsync(reply => reply, tag: RawPeer.Upload));
        Sentences.Check(e, "sent step 256 where step 258 was expected");
    }

    // Predicts at a server that does all well but spoils its reply; expects that neither side waits for the other.
    private static async Task<double> PredictAsync(Func<byte[], byte[]> spoil, RecordingPool? pool = null, StepTag? tag = null)
    {
        (Stream here, Stream there) = InProcessTransport.CreatePair();
        Task serving = Task.Run(() => ServeAsync(there, spoil, tag ?? RawPeer.Reply));
        try
        {
            ChannelOptions limits = ChannelPair.Patient with { Pool = pool ?? new RecordingPool() };
            await using ModelClient client = await ModelClient.ConnectAsync(here, CkksSessions.Options(limits)).WaitAsync(Soon);
            double score = (await client.PredictAsync(Row).WaitAsync(Soon)).Scores![0, 0];
            await client.DisposeAsync();
            await serving.WaitAsync(Soon);
            return score;
        }
        catch (HybridException)
        {
            // The raw server notices too: the client has gone.
            await Assert.ThrowsExactlyAsync<ProtocolException>(() => serving.WaitAsync(Soon));
            throw;
        }
    }

    // Of c_1 modulo the second prime: those modulo the first are shortened, so that all ones may be one, too.
    private static Range WholeResidues()
    {
        int start = 1 + (int)ShortResidues.Bytes(Raw.Context.Parameters, 0, Raw.Context.Degree, Raw.Layout(1).Packing.Plan.DroppedBits);
        return start..(start + ResiduePacking.Bytes(Raw.Context.Degree, 50));
    }

    private static async Task ServeAsync(Stream stream, Func<byte[], byte[]> spoil, StepTag replyTag)
    {
        Channel channel = await Channel.OpenAsync(stream, ChannelRole.Responder, "client", ChannelPair.Patient);
        await using (channel)
        {
            await channel.SendAsync(SessionMessages.Card, Raw.Folded.Card.Write());
            (await channel.ReceiveAsync(SessionMessages.Schemes, 100)).Dispose();
            byte[] key;
            using (ReceivedFrame frame = await channel.ReceiveAsync(SessionMessages.SetUp(Scheme.Ckks), 1 << 20))
            {
                key = frame.Span.ToArray();
            }

            await channel.SendAsync(SessionMessages.Ready, RawPeer.Seconds(0.5));
            (await channel.ReceiveAsync(SessionMessages.Query, 100)).Dispose();
            byte[] upload;
            using (ReceivedFrame frame = await channel.ReceiveAsync(RawPeer.Upload, 1 << 20))
            {
                upload = frame.Span.ToArray();
            }

            await channel.SendAsync(replyTag, spoil(Raw.Answer(1, key, upload)));
            await channel.SendAsync(SessionMessages.Report, RawPeer.Seconds(0.25));
            (await channel.ReceiveAsync(SessionMessages.Query, 100)).Dispose();
        }
    }
}
