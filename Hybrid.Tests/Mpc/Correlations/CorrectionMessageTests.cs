using System.Buffers.Binary;
using Hybrid.Mpc.Correlations;
using Hybrid.Tests.Core;

namespace Hybrid.Tests.Mpc.Correlations;

[TestClass]
public sealed class CorrectionMessageTests
{
    private const int Count = 10;

    private static readonly SquarePair Kind = new();

    [TestMethod]
    public void A_message_that_fits_is_taken()
    {
        Assert.AreEqual(Count, CorrectionMessage.ReadCount(Message(), Kind, pool: 2, first: 30, left: Count));
        Assert.AreEqual(Count, CorrectionMessage.ReadCount(Message(), Kind, pool: 2, first: 30, left: 1000));
    }

    [TestMethod]
    public void A_message_that_does_not_fit_is_refused_in_one_sentence()
    {
        Refused(Message()[..15], "15 bytes, fewer than its header's 16");
        Refused([], "0 bytes");
        Refused(Message()[..^1], "95 bytes instead of 96");
        Refused([.. Message(), 0], "97 bytes instead of 96");
        Refused(With(message => BinaryPrimitives.WriteInt32LittleEndian(message, 3)), "unit 30 of kind 3, where unit 30 of kind 2 is next");
        Refused(With(message => BinaryPrimitives.WriteInt64LittleEndian(message.AsSpan(4), 31)), "unit 31 of kind 2");
        Refused(With(message => BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(12), 0)), "announces 0 units");
        Refused(With(message => BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(12), -1)), "announces -1 units");
        Refused(With(message => BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(12), int.MaxValue)), "announces 2147483647 units, where 1 to 10 may come");
    }

    [TestMethod]
    public void Bytes_at_random_are_refused_or_count_what_they_hold()
    {
        var random = new Random(54);
        for (int run = 0; run < 20000; run++)
        {
            byte[] message = Message();
            for (int change = random.Next(1, 4); change > 0; change--)
                message[random.Next(16)] ^= (byte)(1 << random.Next(8));
            message = message[..random.Next(message.Length + 1)];
            try
            {
                Assert.AreEqual(message.Length, 16 + (8 * CorrectionMessage.ReadCount(message, Kind, 2, 30, Count)));
            }
            catch (FormatRefusedException e)
            {
                Sentences.Check(e, "dealer's message of corrections for square pairs");
            }
        }
    }

    [TestMethod]
    public async Task A_source_refuses_what_does_not_fit_and_then_everything()
    {
        using var source = new SeededCorrelationSource(1, new byte[16], CorrelationDemand.Of(Kind, 5), new Feed(Message()));
        await Assert.ThrowsExactlyAsync<FormatRefusedException>(async () => await source.DrawAsync(Kind, 5));
        StringAssert.Contains(
            (await Assert.ThrowsExactlyAsync<InvalidOperationException>(async () => await source.DrawAsync(Kind, 1))).Message, "An earlier draw from this source failed");
    }

    private static byte[] Message()
    {
        byte[] message = new byte[16 + (8 * Count)];
        CorrectionMessage.WriteHeader(message, pool: 2, first: 30, Count);
        return message;
    }

    private static byte[] With(Action<byte[]> change)
    {
        byte[] message = Message();
        change(message);
        return message;
    }

    private static void Refused(byte[] message, string part) =>
        Sentences.Refused<FormatRefusedException>(() => CorrectionMessage.ReadCount(message, Kind, 2, 30, Count), part);

    private sealed class Feed(byte[] message) : ICorrectionFeed
    {
        public ValueTask<ReadOnlyMemory<byte>> NextAsync(int pool, CancellationToken cancellationToken) => new(message);

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
