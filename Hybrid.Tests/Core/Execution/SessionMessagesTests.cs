using Hybrid.Execution;

namespace Hybrid.Tests.Core.Execution;

[TestClass]
public sealed class SessionMessagesTests
{
    [TestMethod]
    public void Ten_thousand_mutated_messages_are_read_or_refused()
    {
        const int Seed = 20;
        var random = new Random(Seed);
        byte[] query = SessionMessages.WriteQuery(0, null);
        byte[] seconds = SessionMessages.WriteSeconds(0.25);
        int refused = 0;
        for (int run = 0; run < 10_000; run++)
        {
            refused += IsRefused(Mutated(query, random), bytes => SessionMessages.ReadQuery(bytes, "client"), run) ? 1 : 0;
            refused += IsRefused(Mutated(seconds, random), bytes => SessionMessages.ReadSeconds(bytes, "server", "report"), run) ? 1 : 0;
        }

        Assert.IsGreaterThan(1000, refused, $"seed {Seed}: wrong lengths, at least, are refused");
        Assert.IsLessThan(20_000, refused, $"seed {Seed}: some mutations are still messages");
    }

    [TestMethod]
    public void What_was_written_is_read()
    {
        Assert.AreEqual(0, SessionMessages.ReadQuery(SessionMessages.WriteQuery(0, null), "client").Rows);
        Assert.AreEqual(0.25, SessionMessages.ReadSeconds(SessionMessages.WriteSeconds(0.25), "server", "report"));
        foreach (double wrong in new[] { -1, double.NaN, double.PositiveInfinity })
        {
            Assert.ThrowsExactly<ProtocolException>(() => SessionMessages.ReadSeconds(SessionMessages.WriteSeconds(wrong), "server", "report"));
        }
    }

    private static bool IsRefused<T>(byte[] bytes, Func<byte[], T> read, int run)
    {
        try
        {
            read(bytes);
            return false;
        }
        catch (ProtocolException e)
        {
            Assert.EndsWith(".", e.Message, $"run {run}");
            return true;
        }
    }

    // Bits flipped, and for every third the length changed.
    private static byte[] Mutated(byte[] original, Random random)
    {
        byte[] bytes = [.. original];
        if (random.Next(3) == 0)
        {
            Array.Resize(ref bytes, random.Next(2 * original.Length));
        }

        for (int i = random.Next(1, 5); i > 0 && bytes.Length > 0; i--)
        {
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        }

        return bytes;
    }
}
