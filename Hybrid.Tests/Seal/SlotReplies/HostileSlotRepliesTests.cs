using System.Buffers.Binary;
using Hybrid.Communication;
using Hybrid.Seal;
using Hybrid.Seal.SlotReplies;
using Hybrid.Seal.Wire;
using Hybrid.Tests.Core;
using Hybrid.Tests.Core.Communication;
using Hybrid.Tests.Paillier.Wire;

namespace Hybrid.Tests.Seal.SlotReplies;

/// <summary>Whatever a server sends, the client ends with numbers or with a sentence, and reserves nothing that a message asks for.</summary>
[TestClass]
public sealed class HostileSlotRepliesTests
{
    private const int Mutations = 5_000;
    private const int Seed = 92;
    private const int Each = (16 * 64 * 3) + 113;
    private const int ScaleOffset = SealHeader.Size + ParametersId.Size + 1 + 24;
    private const int WordsOffset = ScaleOffset + 16 + SealHeader.Size + 8;

    private static SlotReplySamples s_samples = null!;
    private static SlotReplyPlan s_plan = null!;
    private static SlotReplyDecryptor s_client = null!;
    private static byte[] s_message = null!;

    [ClassInitialize]
    public static void Initialize(TestContext _)
    {
        // Three primes are sent, for the last is longer than the noise: as long as three polynomials of two.
        s_samples = new SlotReplySamples(SlotReplySamples.Small(64, 20, 50, 50, 50), 80, 0, 1);
        FeatureProduct layer = s_samples.Layer([1, -1]);
        s_plan = SlotReplyPlan.Of(s_samples.Reply(layer, 1, 1e-8));
        using var server = new SlotReplyEvaluator(s_samples.Ckks.PublicKey, SlotReplySamples.Randomness(41));
        s_message = server.Write(s_plan, s_samples.Multiply(layer));
        s_client = new SlotReplyDecryptor(s_samples.Ckks.SecretKey);
    }

    [ClassCleanup]
    public static void Cleanup()
    {
        s_client.Dispose();
        s_samples.Dispose();
    }

    public static IEnumerable<object[]> BadNames => from bad in Bad() select new object[] { bad.What };

    [TestMethod]
    [DynamicData(nameof(BadNames))]
    public void Messages_that_are_none_are_refused(string what)
    {
        (_, Func<byte[]> make, string says) = Bad().Single(bad => bad.What == what);
        byte[] message = make();
        Refused(message);
        long before = GC.GetAllocatedBytesForCurrentThread();
        HybridException error = Refused(message);
        Assert.IsLessThan(40_000, GC.GetAllocatedBytesForCurrentThread() - before, what);
        Sentences.Check(error, says);
    }

    [TestMethod]
    public void Thousands_of_mutations_are_refused_or_are_numbers()
    {
        Assert.AreEqual(2, s_plan.Level);
        var mutator = new Mutator(Seed);
        var values = new double[s_plan.Reply.Count * 32];
        int accepted = 0;
        for (int i = 0; i < Mutations; i++)
        {
            byte[] mutated = mutator.Bytes(s_message);
            try
            {
                s_client.Read(s_plan, mutated, values);
                Assert.IsTrue(Array.TrueForAll(values, double.IsFinite), $"mutation {i}, seed {Seed}");
                accepted++;
            }
            catch (HybridException error)
            {
                Sentences.Check(error);
            }
        }

        // Low bits of residues are anybody's.
        Assert.IsInRange(1, Mutations / 2, accepted, $"seed {Seed}");
    }

    [TestMethod]
    [DataRow(0, "sent 0 bytes of ciphertexts where 6370 were due (during step 3, scores)")]
    [DataRow(-1, "sent 6369 bytes of ciphertexts where 6370 were due")]
    [DataRow(1, "announced a message of 6371 bytes where at most 6370 are accepted")]
    [DataRow(1 << 21, "announced a message of 2103522 bytes where at most 6370 are accepted")]
    public async Task Messages_of_another_length_are_refused_before_room_is_made(int more, string says)
    {
        Assert.AreEqual(6370, s_plan.MessageBytes);
        var pool = new RecordingPool();
        await using ChannelPair channels = await ChannelPair.OpenAsync(ChannelPair.Patient with { Pool = pool });
        var step = new StepTag(3, "scores");
        byte[] message = more == 0 ? [] : new byte[s_plan.MessageBytes + more];
        Task sending = channels.Server.SendAsync(step, message).AsTask();
        ProtocolException error = await Assert.ThrowsExactlyAsync<ProtocolException>(() => s_client.ReceiveAsync(s_plan, channels.Client, step));
        Sentences.Check(error, says);
        Assert.AreEqual("server", error.Peer);
        Assert.IsLessThanOrEqualTo(s_plan.MessageBytes, pool.Largest);
        await channels.Client.DisposeAsync();
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static IEnumerable<(string What, Func<byte[]> Make, string Says)> Bad()
    {
        yield return ("a byte too few", () => s_message[..^1], "has 6369 bytes of ciphertexts where 6370 are due");
        yield return ("half", () => s_message[..Each], "has 3185 bytes of ciphertexts where 6370 are due");
        yield return ("a byte too many", () => [.. s_message, 0], "has 6371 bytes");
        yield return ("zeros", () => new byte[s_message.Length], "does not begin like something saved by Microsoft SEAL");
        yield return ("other primes", () => Other(new CkksContext(SlotReplySamples.Small(64, 21, 50, 50, 50)), 2, 2), "under other parameters");
        yield return ("another degree", () => Other(new CkksContext(SlotReplySamples.Small(128, 20, 50, 50, 50)), 2, 2)[..s_message.Length], "The ciphertext should be");
        yield return ("more polynomials of fewer primes", () => Other(s_samples.Ckks.Context, 1, 3), "at level 1 with 3 polynomials where level 2 and 2 were agreed");
        yield return ("as many polynomials as there can be", () => Word(SealHeader.Size + ParametersId.Size + 1, 16), "numbers where 3072 belong");
        yield return ("a level below", () => Word(SealHeader.Size + ParametersId.Size + 17, 2), "under other parameters");
        yield return ("another scale", () => Word(ScaleOffset, BitConverter.DoubleToUInt64Bits(s_plan.Scale * 2)), "has the scale 2^81.000000000 where 2^80.000000000 was agreed");
        yield return ("no scale", () => Word(ScaleOffset, BitConverter.DoubleToUInt64Bits(double.NaN)), "has the scale NaN");
        yield return ("a count that is not there", () => Word(WordsOffset - 8, 1UL << 40), "should have 1099511627776 numbers");
        yield return ("a residue beyond its prime", () => Word(Each - 8, 1UL << 50), "numbers in polynomial 1 that are not below their prime");
        yield return ("compressed", () => With(5, 1), "is compressed, so its length tells nothing");
        yield return ("a bad one after a good one", () => [.. s_message[..Each], .. new byte[Each]], "does not begin like something saved by Microsoft SEAL");
    }

    private static HybridException Refused(byte[] message) => Assert.Throws<HybridException>(() => s_client.Read(s_plan, message));

    // Two ciphertexts of zero, of any kind.
    private static byte[] Other(CkksContext context, int level, int size)
    {
        byte[] bytes = SealFormat.WriteCiphertext(new Ciphertext(context, level, size) { Scale = Math.ScaleB(1, 50) });
        return [.. bytes, .. bytes];
    }

    private static byte[] With(int offset, byte value)
    {
        byte[] changed = [.. s_message];
        changed[offset] = value;
        return changed;
    }

    private static byte[] Word(int offset, ulong value)
    {
        byte[] changed = [.. s_message];
        BinaryPrimitives.WriteUInt64LittleEndian(changed.AsSpan(offset), value);
        return changed;
    }
}
