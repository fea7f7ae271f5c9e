using Hybrid.Communication;

namespace Hybrid.Tests.Core.Communication;

[TestClass]
public sealed class ChannelFuzzTests
{
    private const int Cases = 10_000;
    private const int MaximumBytes = 4096;
    private const int Messages = 4;

    [TestMethod]
    public async Task Damaged_conversations_end_in_a_valid_message_or_a_protocol_error_and_never_in_a_large_buffer()
    {
        int received = 0;
        int refused = 0;
        // Each case waits more for its turn on the machine than it computes.
        var many = new ParallelOptions { MaxDegreeOfParallelism = 16 };
        await Parallel.ForAsync(0, Cases, many, async (seed, _) =>
        {
            (int messages, bool ended) = await HoldAsync(seed);
            Interlocked.Add(ref received, messages);
            Interlocked.Add(ref refused, ended ? 1 : 0);
        });

        Assert.IsGreaterThan(Cases / 2, received, "Too few messages came through to test anything beyond the preamble.");
        Assert.IsGreaterThan(Cases / 2, refused, "Too few conversations were damaged.");
    }

    private static async Task<(int Messages, bool Refused)> HoldAsync(int seed)
    {
        var random = new Random(seed);
        var pool = new RecordingPool();
        ChannelOptions options = ChannelOptions.Default with { MaximumFrameBytes = MaximumBytes, Pool = pool };
        byte[] script = Damaged(Conversation(random), random);
        int messages = 0;
        bool refused = false;
        try
        {
            await using Channel channel = await Channel.OpenAsync(
                new ScriptedStream(script, random.Next(1, 64)), ChannelRole.Initiator, "server", options);
            for (uint i = 0; i <= Messages; i++)
            {
                using ReceivedFrame frame = await channel.ReceiveAsync(new StepTag(i), MaximumBytes);
                Assert.AreEqual(i, frame.Tag.Value);
                Assert.IsLessThanOrEqualTo(MaximumBytes, frame.Span.Length);
                messages++;
            }
        }
        catch (ProtocolException)
        {
            refused = true;
        }
        catch (Exception error)
        {
            Assert.Fail($"Seed {seed}: {error}");
        }

        Assert.IsLessThanOrEqualTo(MaximumBytes, pool.Largest, $"Seed {seed}");
        return (messages, refused);
    }

    private static byte[] Conversation(Random random)
    {
        List<byte> bytes = [.. ChannelPair.Greeting];
        for (uint i = 0; i < Messages; i++)
        {
            byte[] payload = new byte[random.Next(0, 40)];
            random.NextBytes(payload);
            bytes.AddRange(ChannelPair.Frame((uint)payload.Length, i, payload));
            if (random.Next(3) == 0)
            {
                bytes.AddRange(ChannelPair.Frame(0, StepTag.Heartbeat));
            }
        }

        bytes.AddRange(random.Next(2) == 0 ? ChannelPair.Frame(3, StepTag.Abort, "bye"u8) : ChannelPair.Frame(0, StepTag.Goodbye));
        return [.. bytes];
    }

    private static byte[] Damaged(byte[] conversation, Random random)
    {
        List<byte> bytes = [.. conversation];
        int wounds = random.Next(1, 4);
        for (int i = 0; i < wounds && bytes.Count > 0; i++)
        {
            // The preamble is spared most of the time: what comes after it is the larger part of the reader.
            int at = random.Next(random.Next(10) == 0 ? 0 : Math.Min(8, bytes.Count - 1), bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = random.Next(2) == 0 ? (byte)0xff : (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveAt(at);
                    break;
                case 3:
                    bytes.InsertRange(at, ChannelPair.Frame((uint)random.Next(), (uint)random.Next(-20, 20)));
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }

        return [.. bytes];
    }
}
