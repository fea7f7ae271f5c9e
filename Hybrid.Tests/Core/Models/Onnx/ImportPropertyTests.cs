using System.Diagnostics;
using Hybrid.Models.Onnx;

namespace Hybrid.Tests.Core.Models.Onnx;

/// <summary>Spoilt models of all kinds are imported or refused in a sentence, in a moment and in little memory.</summary>
[TestClass]
public sealed class ImportPropertyTests
{
    private const int Seed = 4711;
    private const int Files = 10_000;

    [TestMethod]
    public void Spoilt_models_are_imported_or_refused_and_cost_little()
    {
        var random = new Random(Seed);
        byte[][] nodes = [.. ImportVector.Load("nodes.txt").Select(vector => vector.Model)];
        byte[][] networks = [.. ImportVector.Load("torch.txt").Select(vector => vector.Model), .. ImportClassicalTests.Models(), .. ImportClassicalTests.Models()];
        int imported = 0;
        int within = 0;
        var watch = new Stopwatch();
        for (int i = 0; i < Files; i++)
        {
            byte[] bytes = Spoilt(random, i % 2 == 0 ? nodes[i / 2 % nodes.Length] : networks[i / 2 % networks.Length]);
            long before = GC.GetAllocatedBytesForCurrentThread();
            watch.Restart();
            try
            {
                _ = i % 2 == 0 ? ImportRun.OneRow(bytes, "m", 16).Shape : OnnxNetwork.Load(bytes, "m").Card.RowShape;
                imported++;
            }
            catch (HybridException e)
            {
                // The message lists all operators that are not known, and may be long.
                Assert.IsTrue(e.Message.Length > 20 && e.Message.EndsWith('.') && !e.Message.Any(char.IsControl), $"file {i} of seed {Seed}: {e.Message}");
                within += e.Message.Contains(": node ", StringComparison.Ordinal) ? 1 : 0;
            }
            catch (Exception e)
            {
                Assert.Fail($"File {i} of seed {Seed}: {e}");
            }

            Assert.IsLessThan(600L << 20, GC.GetAllocatedBytesForCurrentThread() - before, $"file {i} of seed {Seed}");
            Assert.IsLessThan(10, watch.Elapsed.TotalSeconds, $"file {i} of seed {Seed}");
        }

        // Else the test would say nothing about what is imported.
        Assert.IsGreaterThan(1000, imported);
        Assert.IsGreaterThan(1000, within);
    }

    // Bytes changed to others of the same kind, so that most files are still read: small numbers, letters, and what attributes hold.
    private static byte[] Spoilt(Random random, byte[] original)
    {
        byte[] bytes = [.. original];
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            int at = random.Next(bytes.Length);
            bytes[at] = random.Next(5) switch
            {
                0 => (byte)random.Next(256),
                1 => (byte)(bytes[at] ^ (1 << random.Next(8))),
                2 when bytes[at] < 32 => (byte)random.Next(32),
                3 => (byte)(bytes[at] + random.Next(-2, 3)),
                _ => bytes[at] >= 0x80 ? (byte)0xFF : (byte)random.Next(128),
            };
        }

        return bytes;
    }
}
